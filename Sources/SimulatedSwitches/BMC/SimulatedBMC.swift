// A BMC, whatever its serial port speaks: the machine's power, one session, and what is answered to
// whom. After the IPMI specification and what OpenIPMI's ipmi_sim answers.

internal import Fencing

/// Who may command it.
package struct BMCLogin: Hashable, Sendable {
    let user: String
    let password: String
    /// The MD5 of password, session, challenge and password, the password padded to 16 bytes. It
    /// was computed elsewhere: nil where nobody did, and then only a straight password is taken.
    let proof: [UInt8]?

    /// `fence`, and `secret` if it is not another password.
    package static func fence(_ password: String? = nil) -> BMCLogin {
        BMCLogin(
            user: "fence", password: password ?? "secret", proof: password == nil ? ofSecret : nil)
    }

    private static let ofSecret: [UInt8] = [
        0x41, 0x41, 0x15, 0xCA, 0x53, 0xCB, 0x2D, 0xD2, 0xAC, 0x83, 0xF3, 0x3E, 0x14, 0xD8, 0x0F,
        0xC4,
    ]

    static let temporarySession: [UInt8] = [0x11, 0x22, 0x33, 0x44]
    static let challenge = [UInt8](0xA0...0xAF)
    static let session: [UInt8] = [0x55, 0x66, 0x77, 0x88]
}

struct BMC: Sendable {
    private let outlet: OutletName
    /// Nil where anybody may command it.
    let login: BMCLogin?
    private var session = Session.none
    private var clock = Duration.zero
    private var badLogins = 0
    private var deafUntil = Duration.zero
    private var busyCount = 0

    private enum Session {
        case none
        /// A challenge was given.
        case begun(straight: Bool)
        case user
        case `operator`
    }

    struct Answer {
        var code: UInt8 = 0
        var data: [UInt8] = []
        var deeds: [Deed] = []
    }

    /// A session ends when nothing has come for so long.
    private static let idleTime = Duration.seconds(60)
    private static let mostBadLogins = 3
    /// After so many it lets nobody in for a while. (Intel's QSSC-S4R)
    private static let deafTime = Duration.seconds(30)

    init(_ outlet: OutletName, _ login: BMCLogin?) {
        self.outlet = outlet
        self.login = login
    }

    mutating func noteSilence(_ silence: Duration) {
        clock += silence
        if silence >= Self.idleTime { session = .none }
    }

    mutating func logOff() { session = .none }

    /// In terminal mode, where the words are enough and give every right at once.
    mutating func logIn(user: String, password: String) -> UInt8 {
        guard let login else { return 0 }
        guard clock >= deafUntil else { return 0xD5 }
        guard user == login.user, password == login.password else {
            noteBadLogin()
            return 0x81
        }
        badLogins = 0
        session = .operator
        return 0
    }

    private mutating func noteBadLogin() {
        session = .none
        badLogins += 1
        if badLogins >= Self.mostBadLogins { (badLogins, deafUntil) = (0, clock + Self.deafTime) }
    }

    mutating func obey(
        _ netFunction: UInt8, _ command: UInt8, _ data: [UInt8], _ state: PowerState,
        _ faults: Faults
    ) -> Answer {
        defer { if faults.has(.logoff), netFunction == 0x00 { session = .none } }
        if faults.has(.refuse) { return Answer(code: 0xC1) }
        if faults.has(.notYet), busyCount < 2 {
            busyCount += 1
            return Answer(code: 0xC0)
        }
        busyCount = 0
        switch (netFunction, command) {
        case (0x00, 0x01): return status(state)
        case (0x00, 0x02): return control(data, state)
        case (0x06, 0x38) where login != nil: return capabilities(data)
        case (0x06, 0x39) where login != nil: return challenge(data)
        case (0x06, 0x3A) where login != nil: return activate(data)
        case (0x06, 0x3B) where login != nil: return raise(data)
        case (0x06, 0x3C) where login != nil:
            session = .none
            return Answer()
        default: return Answer(code: 0xC1)
        }
    }
}

// MARK: - The chassis

extension BMC {
    private var isUser: Bool {
        switch session {
        case .user, .operator: true
        case .none, .begun: login == nil
        }
    }

    private var isOperator: Bool {
        switch session {
        case .operator: true
        case .none, .begun, .user: login == nil
        }
    }

    private func status(_ state: PowerState) -> Answer {
        guard isUser else { return Answer(code: 0xD4) }
        return Answer(data: [state == .on ? 0x01 : 0x00, 0x00, 0x00])
    }

    private func control(_ data: [UInt8], _ state: PowerState) -> Answer {
        guard isOperator else { return Answer(code: 0xD4) }
        guard data.count == 1 else { return Answer(code: 0xC7) }
        switch (data[0] & 0x0F, state) {
        case (0, _): return Answer(deeds: [.turn([outlet], .off)])
        case (1, _): return Answer(deeds: [.turn([outlet], .on)])
        case (2, .on):
            return Answer(deeds: [.turn([outlet], .off), .turnLater(.seconds(1), [outlet], .on)])
        case (3, .on): return Answer(deeds: [.turn([outlet], .off), .turn([outlet], .on)])
        case (5, .on): return Answer(deeds: [.turnLater(.seconds(5), [outlet], .off)])
        case (2, _), (3, _), (5, _): return Answer(code: 0xD5)
        default: return Answer(code: 0xCC)
        }
    }
}

// MARK: - The session

extension BMC {
    /// MD5 where it can be checked, and a straight password.
    private func capabilities(_ data: [UInt8]) -> Answer {
        guard data.count == 2 else { return Answer(code: 0xC7) }
        let proofs: UInt8 = login?.proof == nil ? 0x10 : 0x14
        return Answer(data: [0x04, proofs, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00])
    }

    private mutating func challenge(_ data: [UInt8]) -> Answer {
        guard data.count == 17 else { return Answer(code: 0xC7) }
        guard clock >= deafUntil else { return Answer(code: 0xD5) }
        guard data[0] == 2 || data[0] == 4 else { return Answer(code: 0xCC) }
        guard padded(login?.user) == Array(data[1...]) else { return Answer(code: 0x81) }
        session = .begun(straight: data[0] == 4)
        return Answer(data: BMCLogin.temporarySession + BMCLogin.challenge)
    }

    private mutating func activate(_ data: [UInt8]) -> Answer {
        guard data.count == 22 else { return Answer(code: 0xC7) }
        guard case .begun(let isStraight) = session, data[0] == (isStraight ? 4 : 2) else {
            return Answer(code: 0xD5)
        }
        let evidence = Array(data[2..<18])
        guard evidence == (isStraight ? padded(login?.password) : login?.proof) else {
            noteBadLogin()
            return Answer(code: 0x81)
        }
        badLogins = 0
        session = .user
        return Answer(data: [data[0]] + BMCLogin.session + [1, 0, 0, 0] + [0x03])
    }

    private mutating func raise(_ data: [UInt8]) -> Answer {
        guard isUser else { return Answer(code: 0xD4) }
        guard data.count == 1, (2...3).contains(data[0]) else { return Answer(code: 0x81) }
        session = data[0] == 3 ? .operator : .user
        return Answer(data: data)
    }

    private func padded(_ text: String?) -> [UInt8] {
        let bytes = Array((text ?? "").utf8.prefix(16))
        return bytes + [UInt8](repeating: 0, count: 16 - bytes.count)
    }
}
