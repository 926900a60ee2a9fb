// One ssh session with the appliance: request lines in, replies out, `END exit=N` after each.

internal import Commands
internal import Fencing
internal import LinuxSystem

final class Conversation {
    let address: String
    private let user: String
    let shell: ChildProcess
    private var read = 0

    init(with address: String, as user: String, _ settings: ClientSettings) throws(Trouble) {
        self.address = address
        self.user = user
        do throws(SystemCallError) {
            shell = try ChildProcess(settings.shellWords(to: address, as: user))
        } catch {
            throw .noProgram("\(error)")
        }
    }

    func send(_ request: Request) { shell.send(request.line) }

    /// The reply that has come; nil while it has not.
    func answer() throws(Trouble) -> Reply? {
        shell.receive()
        if let reply = try nextReply() { return reply }
        guard shell.hasEnded else { return nil }
        throw Trouble(ssh: shell.lastWords(), at: address, as: user)
    }

    func answer(to request: Request, until deadline: Moment) throws(Trouble) -> Reply {
        send(request)
        while true {
            if let reply = try answer() { return reply }
            guard MonotonicClock.now() < deadline else { throw silence }
            wait(for: [shell], until: deadline)
        }
    }

    var silence: Trouble { .silent("\(user)@\(address)") }

    private func nextReply() throws(Trouble) -> Reply? {
        var lineStart = read
        while let end = shell.output[lineStart...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = shell.output[lineStart..<end]
            if line.starts(with: Self.end) {
                let text = String(decoding: shell.output[read..<lineStart], as: UTF8.self)
                let exit = String(decoding: line.dropFirst(Self.end.count), as: UTF8.self)
                read = end + 1
                return try reply(text, exit: exit)
            }
            lineStart = end + 1
        }
        return nil
    }

    private func reply(_ text: String, exit: String) throws(Trouble) -> Reply {
        guard let number = UInt8(exit), let code = ExitCode(rawValue: number) else {
            throw .unreadable("\(user)@\(address): exit=\(exit.prefix(20))")
        }
        do throws(ReplySyntaxError) {
            return try Reply(parsing: text, code: code)
        } catch {
            throw .unreadable("\(user)@\(address): \(error)")
        }
    }

    private static let end = Array("END exit=".utf8)
}
