// IPMI's Terminal Mode, the successor of Intel's Emergency Management Port: lines of text in
// brackets. Requests go in hexadecimal, because their answers name the sequence number and the
// command that they answer; the login goes in words, because only words can log in. After the IPMI
// specification 2.0, 14.7, the manuals of Intel's SE7501 and Dell's OpenManage BMC, and ipmitool's
// serial_terminal.c.

internal import Fencing

struct TerminalMode: IPMIPort {
    private let credentials: Credentials
    private var line = BracketedLine()
    private var sequence: UInt8 = 0
    private var awaited = Awaited.nothing
    /// The words that were sent last.
    private var said: [UInt8] = []
    private(set) var mayHearSecret = false

    private enum Awaited {
        case nothing
        /// `[OK ...]` or `[ERR xx]`, to the probe or to the login.
        case word(Word)
        /// To Get Device ID: some BMCs take no words.
        case identity(header: [UInt8])
        case reply(header: [UInt8])
    }

    private enum Word { case probe, login }

    static let driver = "ipmi-terminal"
    var name: String { Self.driver }

    /// A password without a user name is that of the nameless user.
    init(checking credentials: Credentials) throws(DriverOptionRefused) {
        if let (key, what) = Self.objection(to: credentials) {
            throw DriverOptionRefused(
                key: key, what: "for \(Self.driver) \(what)", advice: "choose others at the BMC")
        }
        self.credentials = credentials
    }

    mutating func connect(after event: IPMIConnectEvent) -> IPMIConnectStep {
        switch (event, awaited) {
        case (.begun, _): return .sendAndRest(Self.portSwitch, Self.portSwitchTime)
        case (.rested, _): return say("[SYS TMODE]", .probe)
        case (.answered, .word(.probe)), (.silence, .word(.probe)), (.answered, .identity),
            (.silence, .identity):
            guard let login else { return .connected }
            mayHearSecret = true
            return say(login, .login)
        case (.answered(let reply), .word(.login)):
            return reply.code == .fine
                ? .connected
                : .turnedAway(
                    "the BMC does not let us in, with \(reply.code.text): look at `user` and "
                        + "`password`")
        case (.silence, .word(.login)), (.answered, _), (.silence, _): return .connected
        }
    }

    private mutating func say(_ text: String, _ word: Word) -> IPMIConnectStep {
        line = BracketedLine()
        awaited = .word(word)
        said = Array("\(text)\r".utf8)
        return .send(said)
    }

    mutating func connectAgain() -> [UInt8] {
        line = BracketedLine()
        switch awaited {
        case .word(.probe):
            let question = frame(.deviceID)
            if case .reply(let header) = awaited { awaited = .identity(header: header) }
            return question
        case .identity: awaited = .word(.probe)
        case .nothing, .word(.login), .reply: break
        }
        return said
    }

    private var login: String? {
        guard let password = credentials.password?.revealed else { return nil }
        return credentials.user.map { "[SYS PWD -U \($0) \(password)]" }
            ?? "[SYS PWD -N \(password)]"
    }

    /// Network function and LUN, sequence number, command, data.
    mutating func frame(_ request: IPMIRequest) -> [UInt8] {
        sequence = (sequence + 1) % 64
        line = BracketedLine()
        let header = [request.netFunction << 2, sequence << 2, request.command]
        awaited = .reply(header: [header[0] | 0x04, header[1], header[2]])
        let text = (header + request.data).map(Self.hexadecimal).joined(separator: " ")
        return Array("[\(text)]\r".utf8)
    }

    mutating func take(_ byte: UInt8) -> IPMIReply? {
        guard let text = line.take(byte) else { return nil }
        guard let reply = answer(text) else { return nil }
        // An echo of the password would have come before.
        mayHearSecret = false
        return reply
    }

    private func answer(_ text: String) -> IPMIReply? {
        switch awaited {
        case .nothing: return nil
        // An SE7501 says `[TMODE OK]` where the specification says `[OK TMODE]`.
        case .word(.probe) where ["OK TMODE", "TMODE OK"].contains(text),
            .word(.login) where text == "OK":
            return IPMIReply(code: .fine)
        case .word: return Self.failure(text).map { IPMIReply(code: $0) }
        case .reply(let header), .identity(let header):
            if let code = Self.failure(text) { return IPMIReply(code: code) }
            // The echo of the request has another network function; `[SYS]` is no hexadecimal.
            guard let bytes = Self.bytes(text), bytes.count >= 4, bytes.starts(with: header) else {
                return nil
            }
            return IPMIReply(code: IPMICode(value: bytes[3]), data: Array(bytes.dropFirst(4)))
        }
    }

    mutating func forget() { awaited = .nothing }

    mutating func farewell() -> [UInt8] {
        login == nil ? [] : Array("[SYS PWD -X]\r".utf8)
    }
}

// MARK: - Text

extension TerminalMode {
    /// `ERR C1`
    private static func failure(_ text: String) -> IPMICode? {
        let words = text.split(separator: " ")
        guard words.count == 2, words[0] == "ERR", words[1].utf8.count == 2 else { return nil }
        return UInt8(words[1], radix: 16).map(IPMICode.init)
    }

    /// Pairs of digits, with or without blanks between them.
    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8.filter { $0 != UInt8(ascii: " ") })
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[start...start + 1], as: UTF8.self)
            guard pair.utf8.first != UInt8(ascii: "+"), let byte = UInt8(pair, radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    /// Why these cannot be sent in a line of terminal mode; nil if they can. The reason does not
    /// show them.
    static func objection(to credentials: Credentials) -> (DriverOptions.Key, String)? {
        let special = Set("[]\\ ".utf8)
        if let user = credentials.user, user.utf8.contains(where: special.contains) {
            return (.user, "the user name has a blank, a bracket or a backslash")
        }
        guard let password = credentials.password?.revealed else {
            return credentials.user == nil ? nil : (.user, "there is a user and no password")
        }
        let tooLong = password.utf8.count > 20 || (credentials.user ?? "").utf8.count > 16
        if tooLong {
            return (
                .password,
                "the name has more than 16, or the password more than 20 "
                    + "characters"
            )
        }
        return password.utf8.contains(where: special.contains)
            ? (.password, "the password has a blank, a bracket or a backslash") : nil
    }
}

/// What stands between brackets. Whatever else the line carries, the machine's console too, is
/// nobody's answer.
struct BracketedLine: Sendable {
    private var text: [UInt8]?

    /// With the brackets.
    static let longest = 122

    mutating func take(_ byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "["):
            text = []
            return nil
        case UInt8(ascii: "]"):
            defer { text = nil }
            return text.map { String(decoding: $0, as: UTF8.self) }
        case 0x20...0x7E:
            text?.append(byte)
            if let length = text?.count, length > Self.longest { text = nil }
            return nil
        default:
            // A message is one line of graphic characters.
            text = nil
            return nil
        }
    }
}
