// A real terminal: tmux of 80 by 24, in it the system's ssh, behind it a whole appliance. A program
// types, and every screen is compared with one that somebody has looked at (Screens/).

import Fencing
import Glibc
import TestSupport
import Testing

@Suite("Screens at 80 by 24", .serialized)
struct ScreenTests {
    /// Everything was read, and node2 is off.
    private static func town() throws -> Town {
        let town = try Town(Town.Terms(patience: "10s"))
        #expect(try town.ask("node1", "off node2 id=7f3a").status == 0)
        town.until("node3 is read") {
            (try? town.ask("alice", "status node3").output.contains("pdu-b/3:on")) == true
        }
        return town
    }

    @Test("Who logs in sees how things stand; a shot is asked about, told, and its story read")
    func console() throws {
        let town = try Self.town()
        let tmux = try Terminal(town, "alice", [])
        try tmux.shows("greeting") { $0.hasSuffix("alice@picket>") }
        tmux.type("clear", "Enter")
        tmux.type("of", "Tab", "Tab", "3", "Enter")
        try tmux.shows("question") { $0.hasSuffix("Do it? [y/N]") }
        tmux.type("y")
        try tmux.shows("verdict") { $0.contains("off=verified") && $0.hasSuffix("alice@picket>") }
        #expect(town.count(3, .off) == 1)
        tmux.type("clear", "Enter")
        tmux.type(
            "histroy node2", "C-a", "M-f", "BSpace", "BSpace", "BSpace", "o", "r", "y", "Enter")
        try tmux.shows("history") { $0.hasSuffix("alice@picket>") && $0.contains("was read off") }
        tmux.type("exit", "Enter")
        try tmux.until("the session is over") { $0.contains("ended with 0") }
    }

    @Test("The live board: it lives, its mark moves, a story opens, and the screen comes back")
    func watch() throws {
        let town = try Self.town()
        let tmux = try Terminal(town, "alice", ["watch"])
        try tmux.shows("board") { $0.contains("pdu-a/3:on pdu-b/3:on") }
        tmux.type("Down")
        try tmux.until("the mark moves") { $0.contains("> node2") }
        tmux.type("Enter")
        try tmux.until("the story opens") { $0.hasPrefix("Shot 1: off node2") }
        tmux.type("q")
        try tmux.until("the board comes back") { $0.contains("> node2") }
        #expect(try town.ask("node1", "off node3").status == 0)
        try tmux.shows("board-after") {
            $0.contains("shot 2: node3 was read off") && $0.contains("2 off")
        }
        tmux.resize(columns: 60, rows: 16)
        try tmux.until("it fits") {
            $0.split(separator: "\n", omittingEmptySubsequences: false).count == 16
                && $0.contains("r: read")
        }
        tmux.type("q")
        try tmux.until("it is over") { $0.contains("ended with 0") }
    }

    @Test("A terminal without colours or movement has no sequences on it")
    func dumb() throws {
        let town = try Town()
        let tmux = try Terminal(town, "alice", [], named: "dumb")
        try tmux.until("a prompt") { $0.hasSuffix("alice@picket>") }
        tmux.type("list", "Enter")
        try tmux.until("an answer") { $0.contains("OK target=node3") }
        #expect(!tmux.screen.contains("[K"))
    }
}

/// A window of tmux, by a server of its own, which ends with it.
final class Terminal {
    private let socket: String

    init(_ town: Town, _ who: String, _ words: [String], named: String = "screen-256color") throws {
        socket = "\(town.directory.path)/tmux"
        let arguments = town.sshArguments(who).filter { $0 != "-T" }
        let ssh = (["env", "TERM=\(named)", "ssh", "-tt", "-q"] + arguments + words)
            .joined(separator: " ")
        let made = try Program.run(
            "tmux",
            [
                "-S", socket, "-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24",
                "\(ssh); echo ended with $?; exec sleep 60",
            ])
        #expect(made.status == 0, "\(made)")
        _ = try Program.run("tmux", ["-S", socket, "set", "-g", "status", "off"])
        resize(columns: 80, rows: 24)
    }

    deinit { _ = try? Program.run("tmux", ["-S", socket, "kill-server"]) }

    func type(_ keys: String...) {
        for key in keys { _ = try? Program.run("tmux", ["-S", socket, "send-keys", key]) }
    }

    func resize(columns: Int, rows: Int) {
        _ = try? Program.run(
            "tmux", ["-S", socket, "resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    /// Without spaces at the ends of lines, and without empty lines at the end.
    var screen: String {
        let taken = try? Program.run("tmux", ["-S", socket, "capture-pane", "-p"])
        var lines = (taken?.output ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    func until(_ what: Comment, _ condition: (String) -> Bool) throws {
        var last = ""
        eventually(within: .seconds(15), what) {
            last = screen
            return condition(last)
        }
        if !condition(last) { Issue.record("the screen shows:\n\(last)") }
    }

    /// Waits for it, and compares it with the screen of that name. `PICKET_SCREENS=keep` writes what
    /// it is, for somebody to look at.
    func shows(_ name: String, when condition: (String) -> Bool) throws {
        try until("the screen `\(name)`", condition)
        let now = Self.withoutTimes(screen)
        let path = #filePath.replacing("ScreenTests.swift", with: "Screens/\(name).txt")
        if getenv("PICKET_SCREENS") != nil {
            _ = try Program.run("tee", [path], input: now + "\n")
            return
        }
        let kept = try Program.run("cat", [path]).output
        #expect(kept == now + "\n", "the screen `\(name)` is\n\(now)")
    }

    /// What differs from run to run, by as many characters that do not.
    private static func withoutTimes(_ text: String) -> String {
        text.replacing(/\d\d:\d\d:\d\d(\.\d\d\d)?/) { String($0.0.map { $0.isNumber ? "0" : $0 }) }
            .replacing(/\d\d\d\d-\d\d-\d\d/, with: "0000-00-00")
            .replacing(/\b\d\ds\b/, with: "0s ").replacing(/\b\ds\b/, with: "0s")
            .replacing(/0s +ago:.*/, with: "")
            .replacing(/127\.0\.0\.1:\d+/, with: "127.0.0.1:0")
            .replacing(/[ ]+(\n|$)/) { "\($0.1)" }
    }
}
