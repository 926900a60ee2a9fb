// powermand, as Debian ships it, with its client at the other end of a pipe or of a socket.

internal import Glibc
internal import Testing

package final class Powermand {
    package let program: Program
    private let directory = TemporaryDirectory()
    private var heardBytes = 0

    private static let path = "/usr/sbin/powermand"
    package static var isInstalled: Bool { access(path, X_OK) == 0 }

    private static let prompt = "powerman> "

    /// One switch: its specification, the line that it hangs on, and which node is which outlet.
    package struct Device {
        package var specification: String
        package var line: String
        package var nodes: String
        package var outlets: String

        package init(
            _ specification: String, line: String, nodes: String = "n[1-8]",
            outlets: String = "[1-8]"
        ) {
            self.specification = specification
            self.line = line
            self.nodes = nodes
            self.outlets = outlets
        }
    }

    /// `files` are device files' texts. With `listening`, on a port of 127.0.0.1 that the system
    /// chooses; otherwise it talks to one client, which is us. With `skipsDelays`, scripts do not
    /// wait where they want to. `words` are a command that runs another: `env NAME=value`.
    package init(
        _ files: [String], _ devices: [Device], flags: String = "\"9600,8n1\"",
        listening: Bool = false, skipsDelays: Bool = false, under words: [String] = []
    ) throws {
        // It may die while it is talked to, and is meant to in some tests.
        signal(SIGPIPE, SIG_IGN)
        let described = devices.enumerated().map { number, device in
            """
            device "pdu-\(number)" "\(device.specification)" "\(device.line)" \(flags)
            node "\(device.nodes)" "pdu-\(number)" "\(device.outlets)"

            """
        }
        let listen = listening ? ["listen \"127.0.0.1:0\"\n"] : []
        let configuration = directory.write(
            "powerman.conf", (listen + files + described).joined(separator: "\n"))
        let command =
            words + [Self.path, "-f", "-c", configuration] + (listening ? [] : ["-s"])
            + (skipsDelays ? ["-Y"] : [])
        program = try Program(command[0], Array(command.dropFirst()))
        if !listening { _ = try heard(within: .seconds(10)) }
    }

    /// The reply to `off n3` and the like, without the prompt behind it; what it said before it
    /// ended, if it did.
    package func ask(_ command: String, within limit: Duration = .seconds(20)) throws -> String {
        say(command)
        return try heard(within: limit)
    }

    package func say(_ command: String) { program.send(command + "\n") }

    /// Up to the next prompt, or to its end.
    package func heard(within limit: Duration = .seconds(20)) throws -> String {
        let before = heardBytes
        let text = try program.read(within: limit) { text in
            String(decoding: text.utf8.dropFirst(before), as: UTF8.self).contains(Self.prompt)
        }
        heardBytes = text.utf8.count
        return String(decoding: text.utf8.dropFirst(before), as: UTF8.self)
    }

    /// Tells it to go; gives its exit status, or minus the signal that it died of before.
    @discardableResult
    package func end() throws -> Int32 {
        say("quit")
        return try program.finish().status
    }

    /// Where it listens, once it does.
    package func port() throws -> UInt16 {
        var found: UInt16?
        let process = program.process
        eventually("powermand listens") {
            // It may be between two of its descriptors.
            found = try? ListeningPort.of(process)
            return found != nil
        }
        guard let found else { throw Program.Failure.notStarted(0) }
        return found
    }
}
