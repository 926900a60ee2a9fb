// picket port: may Picket have its port, or is somebody there already? Port 22 is sshd's on most
// machines, and a socket of systemd's that takes it at the next boot locks the administrator out.

internal import ArgumentParser
internal import Fencing
internal import LinuxSystem

struct PortCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "port",
        abstract: "Say who listens on the port that picketd is to have, and what to move.",
        discussion: """
            Without PORT, the ports of picketd.socket, 22 where it is not installed. Looks at who \
            listens now, and at an sshd that is enabled and would be there after the next boot. Exit \
            status: 0 the port is free, or picketd's already; 1 somebody else has it.
            """)

    @Argument(help: "The port.")
    var port: UInt16?

    func run() throws {
        let ports = port.map { [$0] } ?? PicketPorts.ofSocketUnit ?? [22]
        let conflicts = ports.flatMap(PicketPorts.conflicts)
        for text in conflicts { StandardStream.output.say(text) }
        if !conflicts.isEmpty { throw Status.notAsItShouldBe.failure }
        for port in ports { StandardStream.output.say("port \(port): nobody else is there") }
    }
}

enum PicketPorts {
    private static let unit = "picketd.socket"

    /// What picketd.socket listens on, with what `systemctl edit` has changed; nil where the unit is
    /// not installed.
    static var ofSocketUnit: [UInt16]? {
        let folders = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"]
        let texts = folders.map { read("\($0)/\(unit)") }
        guard let text = texts.first(where: { !$0.isEmpty }) else { return nil }
        return ports(in: [text] + paths("/etc/systemd/system/\(unit).d/*.conf").map(read))
    }

    /// Of unit files, the later ones over the earlier: an empty `ListenStream=` forgets the others.
    static func ports(in texts: [String]) -> [UInt16] {
        var ports: [UInt16] = []
        for line in texts.flatMap({ $0.split(separator: "\n") }) {
            guard line.hasPrefix("ListenStream=") else { continue }
            let value = line.dropFirst("ListenStream=".count)
            if value.isEmpty { ports = [] }
            if let port = UInt16(value.split(separator: ":").last ?? "") { ports.append(port) }
        }
        return ports
    }

    /// A sentence for each that is in the way, with what to do.
    static func conflicts(at port: UInt16) -> [String] {
        let there = PortOwners.listening(on: port)
        // What systemd holds alone is picketd.socket's, or ssh.socket's: see below.
        let others = there.filter { $0.name != "picketd" && $0.process != 1 }
        let isOurs = there.contains { $0.name == "picketd" }
        let advice =
            "move one of them: `Port` in /etc/ssh/sshd_config and `systemctl restart ssh`, in a "
            + "session that you keep open; or Picket, with `systemctl edit picketd.socket`: "
            + "[Socket], ListenStream=, ListenStream=2222"
        if !isOurs, let other = others.first {
            return ["port \(port) is taken by \(other): \(advice)"]
        }
        if !isOurs, sshdPorts.contains(port) {
            return ["port \(port) is sshd's from the next boot on: \(advice)"]
        }
        return []
    }

    /// Of an sshd that is enabled; empty where there is none.
    private static var sshdPorts: [UInt16] {
        let wants = "/etc/systemd/system/*.wants/ssh"
        if !paths(wants + ".socket").isEmpty { return [22] }
        guard !paths(wants + ".service").isEmpty || !paths(wants + "d.service").isEmpty else {
            return []
        }
        let files = ["/etc/ssh/sshd_config"] + paths("/etc/ssh/sshd_config.d/*.conf")
        let ports = files.map(read).flatMap { $0.split(separator: "\n") }.compactMap { line in
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "=" }
            return words.count == 2 && words[0].lowercased() == "port" ? UInt16(words[1]) : nil
        }
        return ports.isEmpty ? [22] : ports
    }

    /// Empty where it cannot be read.
    private static func read(_ path: String) -> String {
        do throws(SystemCallError) {
            return String(decoding: try FileContent.read(path, atMost: 1 << 20), as: UTF8.self)
        } catch {
            return ""
        }
    }
}
