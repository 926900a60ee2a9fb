// picket status, picket reload: what picketd on this machine is asked by root, without a key.

internal import Appliance
internal import ArgumentParser
internal import Fencing
internal import Glibc
internal import LinuxSystem

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How picketd on this machine stands, for root and without a key.",
        discussion: """
            Without a request: what calls for a hand, or that all is well, and the tables of nodes \
            and switches. With one, its answer: nodes, outlets, switches, shots, history, why SHOT, \
            locks, sessions, trace SWITCH, metrics. Nothing can be changed this way. Exit status: 0 \
            all is well; 1 something calls for a hand; 71 picketd does not answer; with a request, \
            that of the request. Examples: picket status; picket status why 7
            """)

    @Flag(help: "Only what calls for a hand.")
    var brief = false

    @Option(help: "picketd's control socket.")
    var socket = ControlSocket.usual

    @Argument(parsing: .captureForPassthrough, help: "A request that changes nothing.")
    var request: [String] = []

    func run() throws {
        let control = ControlSocket(path: socket)
        guard request.isEmpty else {
            let answer = try control.ask(request.joined(separator: " "))
            StandardStream.output.say(answer.text)
            throw ArgumentParser.ExitCode(Int32(answer.exit))
        }
        let health = try control.ask(ControlSocket.health)
        StandardStream.output.say(health.text)
        if !brief {
            for table in ["nodes", "switches"] {
                StandardStream.output.say("\n" + (try control.ask(table)).text)
            }
        }
        if health.exit != 0 { throw ArgumentParser.ExitCode(Int32(health.exit)) }
    }
}

struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have picketd on this machine read its site file again, and say what came of it.",
        discussion: """
            What `systemctl reload picketd` does. Who may come in is taken up at once, whatever else \
            has changed. Exit status: 0 all of the file was taken up; 1 a part of it, and the rest \
            needs a restart; 78 nothing, the file needs mending; 71 picketd does not answer.
            """)

    @Option(help: "picketd's control socket.")
    var socket = ControlSocket.usual

    func run() throws {
        let answer = try ControlSocket(path: socket).ask(ControlSocket.reload)
        let stream = answer.exit == 0 ? StandardStream.output : StandardStream.error
        stream.say(answer.text)
        if answer.exit != 0 { throw ArgumentParser.ExitCode(Int32(answer.exit)) }
    }
}

/// The other end of picketd's control socket.
struct ControlSocket {
    let path: String

    static let usual = "/run/picket/control"
    static let health = "health"
    static let reload = "reload"
    private static let patience = Duration.seconds(40)
    /// Of an answer, in bytes.
    private static let longest = 1 << 24

    func ask(_ line: String) throws -> ControlAnswer {
        Signals.blockBrokenPipeInThisThread()
        do throws(SystemCallError) {
            let connection = try Descriptor.connected(to: path)
            let deadline = MonotonicClock.now() + Self.patience
            connection.writeAll(Array("\(line)\n".utf8), until: deadline)
            var heard: [UInt8] = []
            while heard.count < Self.longest, connection.wait(for: .read, until: deadline),
                let more = try Self.next(of: connection)
            {
                heard += more
            }
            if let answer = Self.answer(String(decoding: heard, as: UTF8.self)) { return answer }
            StandardStream.error.say(
                "picket: picketd did not answer at \(path): only root and its own user are "
                    + "answered; `systemctl status picketd`")
        } catch {
            StandardStream.error.say(
                "picket: \(error): is picketd running here, and are you root? "
                    + "`systemctl status picketd`")
        }
        throw Status.notOpened.failure
    }

    /// Nil at the end. A reset is one: picketd closes without reading where it does not answer.
    private static func next(
        of connection: borrowing Descriptor
    ) throws(SystemCallError) -> [UInt8]? {
        do throws(SystemCallError) {
            guard let more = try connection.read(atMost: 65536), !more.isEmpty else { return nil }
            return more
        } catch {
            guard error.number == ECONNRESET else { throw error }
            return nil
        }
    }

    private static func answer(_ text: String) -> ControlAnswer? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard let last = lines.last, last.hasPrefix("END exit="),
            let exit = UInt8(last.dropFirst("END exit=".count))
        else { return nil }
        return ControlAnswer(lines.dropLast().joined(separator: "\n"), exit: exit)
    }
}
