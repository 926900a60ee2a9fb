// The same device file and the same simulated switch for powermand and for us, one after the other.

import Drivers
import Fencing
import Glibc
import Lines
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

final class Stage {
    let bench: BenchSwitch
    private let file: String
    private let specification: String
    private let directory = TemporaryDirectory()

    /// `file` is the text of a device file.
    init(
        _ file: String, _ simulated: any SimulatedSwitch, specification: String = "test"
    ) throws {
        self.file = file
        self.specification = specification
        var settings = BenchSwitch.Settings()
        settings.link = "\(directory.path)/pdu"
        bench = try BenchSwitch(simulated, settings)
    }

    deinit { bench.stop() }

    /// A file with one specification, around these items, for outlets 1 and 2.
    static func file(
        _ items: String, login: String = #"send "\n" expect "> ""#, timeout: Double = 1
    ) -> String {
        """
        specification "test" {
            timeout \(timeout)
            plug name { "1" "2" }
            script login { \(login) }
            \(items)
        }

        """
    }

    /// Status and commands as `Parrot.plain` understands them.
    static let plain = #"""
        script status {
            send "st %s\n"
            expect "([0-9]):(on|off)\n" setplugstate $1 $2 on="^on" off="^off"
            expect "> "
        }
        script on { send "on %s\n" expect "> " }
        script off { send "off %s\n" expect "> " }
        """#

    /// With node `n1` on outlet 1, and so on.
    func powermand(
        outlets: String = "[1-2]", flags: String = "\"9600,8n1\"", skipsDelays: Bool = false
    ) throws -> Powermand {
        try Powermand(
            [file],
            [
                Powermand.Device(
                    specification, line: bench.path, nodes: "n\(outlets)", outlets: outlets)
            ], flags: flags, skipsDelays: skipsDelays)
    }

    /// `latency` is how late this switch may be.
    func ours(latency: Duration = .milliseconds(500)) throws -> DrivenLine {
        let read = try PowermanFile.parse(text: Array(file.utf8), path: "test.dev") { path in
            // Why an included file cannot be read is the parser's to say.
            try? FileContent.read(path, atMost: 1 << 20)
        }
        let chosen = try #require(read.specifications.first { $0.name == specification })
        let names = try ["1", "2"].map(outlet)
        return try DrivenLine(
            try PowermanDriver(chosen, outlets: names),
            SerialPort(
                path: bench.path, settings: try LineSettings(parsing: "9600,8n1"),
                modemLines: .raised, lockDirectory: directory.path), latency: latency)
    }

    func power(_ name: String) throws -> PowerState? { bench.outlets[try outlet(name)] }

    func press(_ name: String, _ command: PowerCommand) throws {
        bench.press(try outlet(name), command)
    }

    /// How often the switch was sent this.
    func count(_ text: String) -> Int {
        let heard = bench.wire.filter { $0.direction == .received }.flatMap(\.bytes)
        return String(decoding: heard, as: UTF8.self).split(separator: text).count - 1
    }

    /// The switch has answered, and nothing of it is still on the way.
    func untilAnswerIsRead(_ what: Comment, _ condition: () -> Bool) throws {
        let terminal = try Descriptor(opening: bench.path, O_RDWR | O_NOCTTY | O_NONBLOCK)
        // The kernel carries bytes over in its own time: one empty look is not enough.
        var emptyLooks = 0
        eventually(what) {
            var unread = pollfd(fd: terminal.number, events: Int16(POLLIN), revents: 0)
            let isRead =
                condition() && bench.wire.last?.direction == .sent && poll(&unread, 1, 0) == 0
            emptyLooks = isRead ? emptyLooks + 1 : 0
            return emptyLooks == 25
        }
    }

    /// Somebody presses Enter at the switch until powermand, which waits for a login without asking
    /// for one, has typed `password`.
    func pressEnter(until password: String) throws {
        let terminal = try Descriptor(opening: bench.path, O_RDWR | O_NOCTTY | O_NONBLOCK)
        let before = count(password)
        eventually(within: .seconds(20), "powermand logs in") {
            if count(password) > before { return true }
            do { try terminal.writeAll(Array("\r".utf8)) } catch { Issue.record(error) }
            usleep(250_000)
            return false
        }
    }
}
