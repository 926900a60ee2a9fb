// The control socket: what programs of this machine ask picketd without a key. Root, and the user
// whom picketd runs as; the kernel says who asks (SO_PEERCRED). One line, one answer, and one asker
// after the other, on a thread of its own.

internal import Fencing
internal import LinuxSystem

/// What the control socket answers, as a session without a terminal would hear it: the text, and the
/// exit status in a last line `END exit=N`.
package struct ControlAnswer: Hashable, Sendable {
    package let text: String
    package let exit: UInt8

    package init(_ text: String, exit: UInt8) {
        self.text = text
        self.exit = exit
    }

    var printed: String {
        text + (text.isEmpty || text.hasSuffix("\n") ? "" : "\n") + "END exit=\(exit)\n"
    }
}

final class ControlListener: Sendable {
    typealias Ask = @Sendable (String, Mailbox<ControlAnswer>) -> Void

    private let socket: LocalSocket
    private let ask: Ask
    private let loop: AcceptLoop

    /// The socket's name in the folder that the service manager makes for it.
    private static let name = "control"
    /// For the line to come, and for the answer to be read.
    private static let patience = Duration.seconds(2)
    /// For the answer: longer than a switch is waited for, or a site file is read.
    private static let answerPatience = Duration.seconds(30)
    private static let longestLine = 4096

    /// Where the control socket is to be: in RUNTIME_DIRECTORY (systemd.exec(5)); nil where that is
    /// not set.
    static var place: String? {
        environment("RUNTIME_DIRECTORY").flatMap { folders in
            folders.split(separator: ":").first.map { "\($0)/\(name)" }
        }
    }

    /// `ask` posts one answer into the mailbox, from whatever thread.
    init(at path: String, ask: @escaping Ask) throws(SystemCallError) {
        socket = try LocalSocket(listeningAt: path)
        self.ask = ask
        loop = try AcceptLoop(on: socket.number)
    }

    func start() throws(SystemCallError) {
        try loop.start("control") { [self] in
            if let connection = socket.accept() { serve(connection) }
        }
    }

    func stop() { loop.stop() }

    private func serve(_ connection: consuming Descriptor) {
        let deadline = MonotonicClock.now() + Self.patience
        guard connection.peerMayControl, let line = line(from: connection, until: deadline) else {
            return
        }
        let answers: Mailbox<ControlAnswer>
        do throws(SystemCallError) {
            answers = try Mailbox()
        } catch {
            return
        }
        ask(line, answers)
        answers.wait(until: MonotonicClock.now() + Self.answerPatience)
        guard let answer = answers.collect().first else { return }
        connection.writeAll(
            Array(answer.printed.utf8), until: MonotonicClock.now() + Self.patience)
    }

    /// Nil where no whole line came in time.
    private func line(from connection: borrowing Descriptor, until deadline: Moment) -> String? {
        var heard: [UInt8] = []
        while heard.count <= Self.longestLine, connection.wait(for: .read, until: deadline) {
            do throws(SystemCallError) {
                guard let more = try connection.read(atMost: 1024) else { continue }
                if more.isEmpty { return nil }
                heard += more
            } catch {
                return nil
            }
            if let end = heard.firstIndex(of: UInt8(ascii: "\n")) {
                return String(decoding: heard[..<end], as: UTF8.self)
            }
        }
        return nil
    }
}
