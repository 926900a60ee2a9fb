// fence_picket against a whole site, called as Pacemaker calls it and as people do.

import Fencing
import LinuxSystem
import TestSupport

struct FencePicket {
    let town: Town
    var settings: [String: String]

    static var program: String { "\(Program.products)/fence_picket" }

    init(_ town: Town, as who: String = "node1") throws {
        self.town = town
        let key = try Keys.line(Keys.host).split(separator: " ").prefix(2).joined(separator: " ")
        settings = [
            "ip": "127.0.0.1", "ipport": town.port, "username": who,
            "identity_file": Keys.people[who] ?? Keys.stranger,
            "known_hosts": town.directory.write("known_picket", "picket \(key)\n"),
            "cmapctl_path": "/nonexistent/corosync-cmapctl",
        ]
    }

    /// `name=value` lines on standard input, in whatever order.
    func ask(
        _ action: String, _ more: [String: String] = [:], lines: [String] = [],
        within limit: Duration = .seconds(20)
    ) throws -> Program.Result {
        try Program.run(Self.program, [], input: text(action, more, lines), within: limit)
    }

    func begin(_ action: String, _ more: [String: String] = [:]) throws -> Program {
        let program = try Program(Self.program, [])
        program.send(text(action, more, []))
        program.endInput()
        return program
    }

    private func text(_ action: String, _ more: [String: String], _ lines: [String]) -> String {
        let all = settings.merging(more) { _, new in new }
        let pairs = all.map { "\($0)=\($1)" } + ["action=\(action)"]
        return (lines + pairs.shuffled()).joined(separator: "\n") + "\n"
    }

    /// The same with long options.
    func askWithOptions(_ words: [String]) throws -> Program.Result {
        let options = settings.flatMap { ["--\($0.replacing("_", with: "-"))", $1] }
        return try Program.run(Self.program, options + words, within: .seconds(20))
    }
}
