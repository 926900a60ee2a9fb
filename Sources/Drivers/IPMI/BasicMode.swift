// IPMI's Basic Mode: messages as on the IPMB, between bytes that begin and end them. A session, where
// the BMC wants one, is opened by four requests; the packets in it stay as they are. After the IPMI
// specification 2.0, 14.4 and 22.13 to 22.19, ipmitool's serial_basic.c and OpenIPMI's serial_ipmi.c.

internal import Fencing

struct BasicMode: IPMIPort {
    private let credentials: Credentials
    private var packet = BasicPacket()
    private var sequence: UInt8 = 0
    private var awaited: Awaited?
    private var step = Step.none
    private var lastRequest: IPMIRequest?
    private var challenged: Challenged?
    /// Of the session that is open, as far as we know.
    private var session: [UInt8]?
    private(set) var mayHearSecret = false

    private struct Awaited {
        let netFunction: UInt8
        let sequence: UInt8
        let command: UInt8
    }

    private enum Step {
        case none
        case closing
        case capabilities
        case challenge(Proof)
        case activation
        case privilege
    }

    /// How a challenge was asked for.
    private struct Challenged {
        let proof: Proof
        let request: IPMIRequest
    }

    /// How a password is proved; the raw values are the specification's.
    private enum Proof: UInt8 {
        case none = 0
        case md5 = 2
        case password = 4
    }

    static let driver = "ipmi-basic"
    var name: String { Self.driver }

    /// Our software's address on the line, and the BMC's.
    private static let ownAddress: UInt8 = 0x81
    private static let address: UInt8 = 0x20
    /// The channel that the request comes in by, whatever its number.
    private static let thisChannel: UInt8 = 0x0E
    /// Chassis Control takes no less.
    private static let operatorLevel: UInt8 = 3

    /// A password without a user name is that of the nameless user.
    init(checking credentials: Credentials) throws(DriverOptionRefused) {
        if let (key, what) = Self.objection(to: credentials) {
            throw DriverOptionRefused(
                key: key, what: "for \(Self.driver) \(what)", advice: "choose others at the BMC")
        }
        self.credentials = credentials
    }

    mutating func frame(_ request: IPMIRequest) -> [UInt8] {
        sequence = (sequence + 1) % 64
        packet = BasicPacket()
        awaited = Awaited(
            netFunction: request.netFunction | 1, sequence: sequence, command: request.command)
        let head = [Self.address, request.netFunction << 2]
        let body = [Self.ownAddress, sequence << 2, request.command] + request.data
        return BasicPacket.framed(
            head + [BasicPacket.checksum(head)] + body + [BasicPacket.checksum(body)])
    }

    mutating func take(_ byte: UInt8) -> IPMIReply? {
        guard let body = packet.take(byte), let awaited, body.count >= 8,
            body[0] == Self.ownAddress, body[1] == awaited.netFunction << 2,
            body[3] == Self.address, body[4] >> 2 == awaited.sequence, body[5] == awaited.command
        else { return nil }
        self.awaited = nil
        // An echo of the password would have come before.
        mayHearSecret = false
        return IPMIReply(code: IPMICode(value: body[6]), data: Array(body[7..<body.count - 1]))
    }

    mutating func forget() { awaited = nil }

    mutating func farewell() -> [UInt8] {
        guard let open = session else { return [] }
        session = nil
        return frame(Self.session(0x3C, open))
    }
}

// MARK: - The session

extension BasicMode {
    mutating func connect(after event: IPMIConnectEvent) -> IPMIConnectStep {
        let reply: IPMIReply?
        switch event {
        case .begun:
            step = .none
            return .sendAndRest(Self.portSwitch, Self.portSwitchTime)
        case .rested: return closeOrBegin()
        case .answered(let answer): reply = answer
        case .silence: reply = nil
        }
        switch step {
        case .closing: return begin()
        case .none,
            .privilege where reply == nil:
            return .connected
        case .capabilities: return challenge(reply)
        case .challenge(let proof): return activate(proof, reply)
        case .activation: return raise(reply)
        case .privilege:
            return reply?.code == .fine ? .connected : turnedAway("the privilege", reply)
        }
    }

    /// A BMC has one session for the port. An old one of ours would be in our way.
    private mutating func closeOrBegin() -> IPMIConnectStep {
        guard let open = session else { return begin() }
        session = nil
        return send(Self.session(0x3C, open), .closing)
    }

    /// A BMC that shares its port with a console looks out for this request too.
    private mutating func begin() -> IPMIConnectStep {
        let data = [Self.thisChannel, Self.operatorLevel]
        return send(Self.session(0x38, data), .capabilities)
    }

    private mutating func challenge(_ reply: IPMIReply?) -> IPMIConnectStep {
        guard credentials.password != nil else { return .connected }
        // Without sessions, or without an answer, there is nobody to prove anything to.
        guard let reply, reply.code == .fine, reply.data.count >= 2 else { return .connected }
        guard let proof = Self.strongest(reply.data[1]) else {
            return .turnedAway("the BMC takes neither MD5 nor a straight password")
        }
        let name = Self.padded(credentials.user ?? "")
        return send(Self.session(0x39, [proof.rawValue] + name), .challenge(proof))
    }

    private mutating func activate(_ proof: Proof, _ reply: IPMIReply?) -> IPMIConnectStep {
        guard let reply, reply.code == .fine, reply.data.count == 20,
            let password = credentials.password
        else { return turnedAway("the user name", reply) }
        let (temporary, challenge) = (Array(reply.data[..<4]), Array(reply.data[4...]))
        let secret = Self.padded(password.revealed)
        let evidence =
            switch proof {
            case .none: [UInt8](repeating: 0, count: 16)
            case .md5: MD5.digest(secret + temporary + challenge + secret)
            case .password: secret
            }
        mayHearSecret = proof == .password
        // The first sequence number of a session that has none in its packets.
        let first: [UInt8] = [1, 0, 0, 0]
        return send(
            Self.session(0x3A, [proof.rawValue, Self.operatorLevel] + evidence + first), .activation
        )
    }

    private mutating func raise(_ reply: IPMIReply?) -> IPMIConnectStep {
        guard let reply, reply.code == .fine, reply.data.count >= 5 else {
            return turnedAway("the password", reply)
        }
        session = Array(reply.data[1...4])
        return send(Self.session(0x3B, [Self.operatorLevel]), .privilege)
    }

    private func turnedAway(_ what: String, _ reply: IPMIReply?) -> IPMIConnectStep {
        guard let reply else { return .connected }
        let said =
            reply.code == .fine
            ? "an answer of \(reply.data.count) bytes" : Self.meaning(reply.code)
        return .turnedAway(
            "the BMC does not take \(what), with \(said): look at `user` and `password`")
    }

    /// What the codes mean in answers to the session's own requests.
    private static func meaning(_ code: IPMICode) -> String {
        let meaning: String? =
            switch code.value {
            case 0x81: "there is no such user, or no session left"
            case 0x82: "there is no session left"
            case 0x83: "this user has no session left"
            case 0x86: "this user may not be an operator"
            default: nil
            }
        return meaning.map { "\(code.text), \($0)" } ?? code.text
    }

    /// A challenge is good for one try: who does not know what became of it asks for another.
    mutating func connectAgain() -> [UInt8] {
        if case .activation = step, let challenged {
            (step, lastRequest) = (.challenge(challenged.proof), challenged.request)
        }
        return lastRequest.map { frame($0) } ?? []
    }

    private mutating func send(_ request: IPMIRequest, _ next: Step) -> IPMIConnectStep {
        step = next
        lastRequest = request
        if case .challenge(let proof) = next {
            challenged = Challenged(proof: proof, request: request)
        }
        return .send(frame(request))
    }

    private static func session(_ command: UInt8, _ data: [UInt8]) -> IPMIRequest {
        IPMIRequest(netFunction: 0x06, command: command, data: data)
    }

    private static func strongest(_ offered: UInt8) -> Proof? {
        [Proof.md5, .password, .none].first { offered >> $0.rawValue & 1 == 1 }
    }

    /// Why these are no credentials for a session; nil if they are. The reason does not show them.
    static func objection(to credentials: Credentials) -> (DriverOptions.Key, String)? {
        if let user = credentials.user, user.utf8.count > 16 {
            return (.user, "the user name has more than 16 characters")
        }
        guard let password = credentials.password?.revealed else {
            return credentials.user == nil ? nil : (.user, "there is a user and no password")
        }
        return password.utf8.count > 16
            ? (.password, "the password has more than 16 characters") : nil
    }

    private static func padded(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8.prefix(16))
        return bytes + [UInt8](repeating: 0, count: 16 - bytes.count)
    }
}
