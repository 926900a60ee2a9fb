// One call of the library: its settings, what is asked, and the answer as C has it.

internal import ApplianceClient
internal import CPicket
internal import Commands
internal import Fencing
internal import Glibc
internal import LinuxSystem

struct Question {
    private let started = MonotonicClock.now()

    /// Everything that can be said without an answer of the appliance's is USAGE.
    func asked(_ body: (Prepared) throws(SettingError) -> Answer) -> Answer {
        do throws(SettingError) {
            return try body(try Prepared(started))
        } catch {
            return Answer(code: Int32(ExitCode.usage.rawValue), line: error.description)
        }
    }

    struct Prepared {
        private let started: Moment
        private let settings: ClientSettings
        private let map: CorosyncMap
        private let membership: Membership?
        private let caller: Caller

        init(_ started: Moment) throws(SettingError) {
            self.started = started
            settings = try ClientSettings(file: environmentPath)
            if let why = settings.whyUnusable { throw why }
            map = CorosyncMap(program: settings.corosyncMap)
            membership = map.membership()
            caller = Caller(settings, as: settings.user ?? membership?.ourselves ?? hostName())
        }

        func shoot(_ name: String) throws(SettingError) -> Answer {
            guard let node = NodeName(name) else { throw SettingError("'\(name)' is no name") }
            var marksman = Marksman(
                caller, map, .shoot, node, called: name, membership,
                until: started + settings.deadline)
            let verdict = marksman.shoot()
            return Answer(
                code: verdict.number, line: verdict.description, id: marksman.lastID.text)
        }

        /// `about`: whose line is meant, where an answer may have several.
        func ask(_ command: Command, about node: NodeName?) -> Answer {
            do throws(Trouble) {
                let reply = try caller.ask(
                    Request(command), until: started + settings.questionDeadline)
                let line = reply.lines.first { node == nil || $0["target"] == node?.text }
                guard reply.code != .ok || line != nil else {
                    return Answer(
                        code: Verdict.noAnswer, line: "exit status 0 without a line that says why")
                }
                return Answer(
                    code: Int32(reply.code.rawValue),
                    line: (line ?? reply.lines.first)?.brief ?? reply.code.word, reported: line)
            } catch {
                return Answer(code: Verdict.noAnswer, line: error.description)
            }
        }
    }
}

private var environmentPath: String? {
    // A program with rights that its caller has not would read a file of the caller's choice.
    trustedEnvironment("PICKET_CLIENT_CONF")
}

struct Answer {
    var code: Int32
    var line: String
    var id = ""
    var reported: ReplyLine?
    var power = PICKET_POWER_UNKNOWN

    /// Both texts end with a NUL, whatever they had to be cut to.
    func write(to told: UnsafeMutablePointer<picket_verdict>?) -> Int32 {
        guard let told = unsafe told else { return code }
        unsafe told.pointee = picket_verdict()
        unsafe told.pointee.code = code
        unsafe told.pointee.power = power
        unsafe withUnsafeMutableBytes(of: &told.pointee.id) { unsafe $0.put(id) }
        unsafe withUnsafeMutableBytes(of: &told.pointee.line) { unsafe $0.put(line) }
        return code
    }
}

extension UnsafeMutableRawBufferPointer {
    fileprivate func put(_ text: String) {
        let bytes = text.utf8.prefix(count - 1)
        unsafe copyBytes(from: bytes)
        unsafe self[bytes.count] = 0
    }
}
