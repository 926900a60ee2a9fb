// Dialogues at a terminal: what is typed, what is asked of the appliance, what the screen shows.

import Commands
import Console
import Fencing
import TestSupport
import Testing

@Suite("The console")
struct ConsoleTests {
    @Test("greets with how things stand, then waits at its prompt")
    func greeting() {
        let desk = Desk.open("vt100")
        #expect(desk.asked == ["words", "nodes"])
        #expect(
            desk.screen.text == """
                Picket. The feeds are being read.

                NODE   POWER
                node1  on

                `help` lists what can be said; Tab completes.
                alice@picket>
                """)
        #expect(desk.screen.cursor.column == 14)
    }

    @Test("a line goes out as it was typed, and CR LF ends it once")
    func lineEnds() {
        var desk = Desk.open()
        desk.type("list\r\nlist\rlist\n")
        #expect(desk.asked.dropFirst(2) == ["list", "list", "list"])
        #expect(desk.screen.text.split(separator: "\n").count { $0 == "OK target=node1" } == 3)
        // Between the two halves of a line end there may be a pause.
        desk.type("list\r")
        desk.type("\n")
        #expect(desk.asked.count == 6)
    }

    @Test("editing keys do what they do everywhere")
    func editing() {
        var desk = Desk.open()
        for (keys, line) in [
            ("lsit\u{1B}[D\u{1B}[D\u{7F}\u{1B}[Cs\u{05}", "list"),
            ("xlist\u{01}\u{04}", "list"),
            ("list node1\u{17}\u{17}list", "list"),
            ("junk\u{15}list", "list"),
            ("list junk\u{1B}b\u{0B}\u{7F}", "list"),
            ("lits\u{14}", "list"),
            ("st\u{01}li", "list"),
            ("li\u{1B}[3~st\u{1B}[H\u{1B}[F", "list"),
            ("list\u{15}\u{19}", "list"),
        ] {
            desk.type(keys + "\r")
            #expect(desk.asked.last == line, "\(keys.debugDescription)")
        }
    }

    @Test("what was typed before comes back, and an unfinished line is not lost")
    func history() {
        var desk = Desk.open()
        desk.type("list\rstatus\r")
        desk.take(.answered("OK\n", exit: 0))
        desk.type("unfin\u{1B}[A\u{1B}[A")
        #expect(desk.screen.text.hasSuffix("alice@picket> list"))
        desk.type("\u{1B}[B\u{1B}[B")
        #expect(desk.screen.text.hasSuffix("alice@picket> unfin"))
        desk.type("\u{0E}")
        #expect(desk.screen.bells == 1)
    }

    @Test("Tab completes commands, nodes, outlets, switches and shots, and lists where it cannot")
    func completion() {
        var desk = Desk.open()
        for (typed, line) in [
            ("swi\t", "switches "), ("off n\t", "off node"), ("why 8\t", "why 8 "),
            ("trace pdu-b\t", "trace pdu-b "), ("outlets pdu-b\t", "outlets pdu-b/7 "),
            ("protect node1 r\t", "protect node1 reason="), ("wat\t", "watch "),
        ] {
            desk.type(typed)
            #expect(
                desk.screen.text.hasSuffix(("alice@picket> " + line).replacing(/[ ]+$/, with: "")))
            desk.type("\u{15}")
        }
        desk.type("off node\t")
        #expect(
            desk.screen.text.hasSuffix(
                "alice@picket> off node\nnode1  node2  node3\nalice@picket> off node"))
        desk.type("1 n\t\t")
        #expect(desk.screen.text.hasSuffix("node2  node3\nalice@picket> off node1 node"))
    }

    @Test("UTF-8 is one letter on the screen and under the keys, half of one is nothing")
    func letters() {
        var desk = Desk.open()
        desk.type("é日x")
        #expect(desk.screen.text.hasSuffix("alice@picket> é日x"))
        desk.type("\u{7F}\u{7F}")
        #expect(desk.screen.text.hasSuffix("alice@picket> é"))
        desk.take(.input([0x7F, 0xC3]))
        desk.take(.input([0x41, 0xFF, 0x0D]))
        #expect(desk.asked.last == "A")
    }

    @Test("tables are asked for in the terminal's width, where nothing else is said")
    func columns() {
        var desk = Desk.open(columns: 132)
        #expect(desk.asked == ["words", "nodes --columns=132"])
        for (typed, asked) in [
            ("why 8", "why 8 --columns=132"), ("shots --json", "shots --json"),
            ("nodes --columns=99", "nodes --columns=99"), ("list", "list"),
        ] {
            desk.type("\(typed)\r")
            desk.take(.answered("\n", exit: 0))
            #expect(desk.asked.last == asked)
        }
        #expect(Desk.open().asked == ["words", "nodes"])
    }

    @Test("a line longer than the screen moves along, and stays in one row")
    func long() {
        var desk = Desk.open(columns: 40)
        let text = (0..<30).map { "n\($0)" }.joined(separator: " ")
        desk.type(text)
        let rows = desk.screen.text.split(separator: "\n").count { $0.hasPrefix("alice@picket>") }
        #expect(rows == 1)
        #expect(desk.screen.text.hasSuffix("n29"))
        desk.type("\u{01}")
        #expect(desk.screen.text.contains("alice@picket> n0 n1"))
        #expect(desk.screen.cursor.column == 14)
        desk.type("\r")
        #expect(desk.asked.last == text)
    }

    @Test("a line has an end, whoever pastes")
    func bounded() {
        var desk = Desk.open()
        desk.type(String(repeating: "a", count: 10_000))
        desk.type("\r")
        #expect(desk.asked.last?.utf8.count == LineEditor.longest)
        #expect(desk.screen.bells == 10_000 - LineEditor.longest)
    }

    @Test("a terminal that only prints gets no sequence at all")
    func dumb() {
        var desk = Desk.open("dumb")
        desk.type("lisx\u{7F}t\u{01}\u{1B}[C\u{05}\tlist\u{15}list\rwatch\r")
        #expect(!desk.sent.contains("\u{1B}"))
        #expect(desk.sent.contains("watch needs a terminal that can move its cursor"))
        #expect(desk.asked.last == "list")
    }

    @Test("colours are only where the terminal has them, and say nothing by themselves")
    func colours() {
        var plain = Desk.open("vt100")
        var coloured = Desk.open("xterm-256color")
        plain.type("list\r")
        coloured.type("list\r")
        #expect(!plain.sent.contains("\u{1B}[32m"))
        #expect(coloured.sent.contains("\u{1B}[32mOK\u{1B}[0m target=node1"))
        #expect(plain.screen.text == coloured.screen.text)
    }
}

@Suite("Dangerous commands")
struct DangerTests {
    @Test("are asked about once, by what they will do, and done on a yes")
    func yes() {
        var desk = Desk.open()
        desk.type("off node2\r")
        #expect(
            desk.screen.text.hasSuffix(
                "off node2 cuts pdu-a/3 and pdu-b/7; node2 is a member and answered 2s ago\n"
                    + "Do it? [y/N]"))
        #expect(desk.asked.last == "off node2 --dry-run")
        desk.type("y")
        #expect(desk.asked.last == "off node2")
        #expect(desk.screen.text.hasSuffix("off=verified\nalice@picket>"))
    }

    @Test("are not done on anything else", arguments: ["n", "\r", "\u{03}", "\u{04}", "x", " "])
    func no(key: String) {
        var desk = Desk.open()
        desk.type("off node2\r")
        desk.type(key)
        #expect(!desk.asked.contains("off node2"))
        #expect(desk.screen.text.contains("Nothing was done."))
    }

    @Test("a yes that was typed before the question was seen is none")
    func ahead() {
        var desk = Desk.open()
        desk.answers["off node2 --dry-run"] = nil
        desk.type("off node2\ry")
        desk.take(.answered(Desk.does("off node2 cuts pdu-a/3"), exit: 0))
        #expect(desk.asked.last == "off node2 --dry-run")
        #expect(desk.screen.text.hasSuffix("Do it? [y/N]"))
        // Nor is it typed at the prompt that follows.
        desk.type("n")
        #expect(desk.screen.text.hasSuffix("Nothing was done.\nalice@picket>"))
    }

    @Test("are not done when the input ends, before the question or after it")
    func inputEnds() {
        var early = Desk(only: "off node2")
        early.answers["off node2 --dry-run"] = nil
        early.take(.begin)
        early.take(.inputEnded)
        #expect(early.exit == nil, "what it would do is still asked for")
        early.take(.answered(Desk.does("off node2 cuts pdu-a/3"), exit: 0))
        #expect(early.exit == 9)
        var late = Desk(only: "off node2")
        late.take(.begin)
        late.take(.inputEnded)
        #expect(late.exit == 9)
        var shell = Desk.open()
        shell.type("off node2\r")
        shell.take(.inputEnded)
        #expect(shell.exit == 9)
        for desk in [early, late, shell] {
            #expect(!desk.asked.contains("off node2"))
            #expect(desk.screen.text.contains("Nothing was done."))
        }
    }

    @Test("--yes goes through, and a refusal is shown without a question")
    func sure() {
        var desk = Desk.open()
        desk.type("off node2 --yes\r")
        #expect(desk.asked.last == "off node2 --yes")
        desk.take(.answered("OK\n", exit: 0))
        desk.answers["off node9 --dry-run"] = ("NOT-PERMITTED target=node9\n", 77)
        desk.type("off node9\r")
        #expect(desk.asked.last == "off node9 --dry-run")
        #expect(desk.screen.text.hasSuffix("NOT-PERMITTED target=node9\nalice@picket>"))
    }

    @Test("how the answer is wanted changes nothing about the question")
    func format() {
        var desk = Desk.open()
        desk.type("off node2 --json\r")
        #expect(desk.asked.last == "off node2 --dry-run")
        desk.type("y")
        #expect(desk.asked.last == "off node2 --json")
    }

    @Test("a program that has a terminal is not asked")
    func program() {
        var desk = Desk.open()
        desk.answers["off node2 --dry-run"] = (Desk.does("x", asks: "no"), 0)
        desk.type("off node2\r")
        #expect(desk.asked.last == "off node2")
    }

    @Test("one command with a terminal: the question, the answer, and the exit status")
    func only() {
        var desk = Desk("xterm", only: "off node2")
        desk.take(.begin)
        #expect(desk.asked == ["off node2 --dry-run"])
        desk.type("y")
        #expect(desk.exit == 0)
        #expect(desk.sent.hasSuffix("off=verified\r\n"))
        var other = Desk("xterm", only: "off node2")
        other.take(.begin)
        other.type("n")
        #expect(other.exit == ExitCode.withdrawn.rawValue)
        #expect(!other.asked.contains("off node2"))
    }
}

@Suite("Waiting at a terminal")
struct WaitingTests {
    private static func waiting() -> Desk {
        var desk = Desk.open()
        desk.type("status\r")
        return desk
    }

    @Test("long work shows that it goes on, and leaves no trace of that")
    func progress() {
        var desk = Self.waiting()
        for _ in 1...3 { desk.take(.tick(isClear: true)) }
        #expect(desk.screen.text.hasSuffix("3s (Ctrl-C stops waiting)"))
        desk.take(.answered("OK target=node1\n", exit: 0))
        #expect(desk.screen.text.hasSuffix("alice@picket> status\nOK target=node1\nalice@picket>"))
    }

    @Test("nothing is printed while somebody types, however the time goes by")
    func silence() {
        var desk = Desk.open()
        desk.type("li")
        let before = desk.sent
        desk.take(.tick(isClear: true))
        desk.take(.answered("OK late\n", exit: 0))
        #expect(desk.sent == before)
    }

    @Test("keys typed ahead wait, up to a bound, and Ctrl-C does not")
    func ahead() {
        var desk = Self.waiting()
        desk.type("list\r")
        #expect(desk.asked.last == "status")
        desk.take(.answered("OK\n", exit: 0))
        #expect(desk.asked.last == "list")
        desk.type("status\r")
        desk.type(String(repeating: "x", count: 100_000))
        #expect(desk.console.typedAhead == Console.mostAhead)
        desk.type("\u{03}")
        #expect(desk.abandoned == 1)
        #expect(desk.screen.text.hasSuffix("alice@picket>"))
    }

    @Test("a terminal that takes nothing is sent nothing more")
    func stalled() {
        var desk = Self.waiting()
        let before = desk.sent
        for _ in 1...1000 { desk.take(.tick(isClear: false)) }
        #expect(desk.sent == before)
    }

    @Test("the end of the input is the end, after what was asked")
    func end() {
        var desk = Self.waiting()
        desk.take(.inputEnded)
        #expect(desk.exit == nil)
        desk.take(.answered("FAILED\n", exit: 1))
        #expect(desk.exit == 1)
        var other = Desk.open()
        other.type("\u{04}")
        #expect(other.exit == 0)
    }

    @Test("whatever comes, it stands", arguments: UInt64(1)...20)
    func anything(seed: UInt64) {
        var random = Seeded(seed: seed)
        var desk = Desk.open()
        for _ in 0..<2000 {
            _ = desk.console.handle(.input([UInt8(random.number(0...255))]))
            while desk.console.wantsTurn { _ = desk.console.handle(.turn) }
            if random.number(0...9) == 0 {
                _ = desk.console.handle(.answered("OK target=node1\n", exit: 0))
            }
            if random.number(0...9) == 0 { _ = desk.console.handle(.tick(isClear: true)) }
        }
        #expect(desk.console.typedAhead <= Console.mostAhead, "seed \(seed)")
    }
}

struct TurnTests {
    /// What one turn prints, at most.
    private static func mostPrinted(_ keys: String, _ prepare: String = "") -> Int {
        var desk = Desk.open()
        desk.type(prepare)
        _ = desk.console.handle(.input(Array(keys.utf8)))
        var most = 0
        while desk.console.wantsTurn {
            let printed = desk.console.handle(.turn).reduce(0) { sum, step in
                if case .say(let text) = step { sum + text.utf8.count } else { sum }
            }
            most = max(most, printed)
        }
        return most
    }

    @Test(
        "However much is typed at once, a turn is short",
        arguments: ["\t", "\u{0C}", "x", "\r", "\u{1B}[A", "off \t"])
    func share(keys: String) {
        let flood = String(repeating: keys, count: 600)
        #expect(Self.mostPrinted(flood) <= 16_384)
        #expect(Self.mostPrinted(flood, String(repeating: "y", count: 4096)) <= 16_384)
    }

    @Test func `Lines that were typed are remembered up to a bound`() {
        var editor = LineEditor()
        for number in 0..<300 {
            _ = editor.insert(String(repeating: "\(number % 10)", count: 4000).unicodeScalars)
            _ = editor.finish()
        }
        var lines = 0
        while editor.take(.up) != .impossible { lines += 1 }
        #expect(lines == 2)
    }

    @Test func `What comes after too much is lost, and half a line with it`() {
        var desk = Desk.open()
        desk.type(String(repeating: "x", count: Console.mostAhead - 6) + "\rlist " + "more\r")
        #expect(desk.asked.last != "list more")
        #expect(desk.sent.contains("Too much at once"))
        desk.type("list\r")
        #expect(desk.asked.last == "list")
    }
}
