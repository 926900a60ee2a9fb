// What is the same for every switch that talks as to a person at a terminal.

import Drivers
import Fencing
import Testing

@Suite("A switch at a terminal")
struct ConsoleDriverTests {
    private var dialogue: ConsoleDialogue
    private let prompt = "\r\npm>"
    /// Forty-eight backspaces, as they are written down.
    private static let erasure = String(repeating: "<8>", count: 48)

    init() throws {
        dialogue = ConsoleDialogue(try builtIn("cyclades-pm", user: "admin", password: "secret"))
    }

    @Test("is woken by a line end, behind the erasure of what may stand in its line")
    mutating func wakes() {
        #expect(dialogue.begin(.greet) == ["> \(Self.erasure)\\n"])
        #expect(dialogue.hear(prompt) == ["= greeted"])
        #expect(dialogue.begin(.greet) == ["> \\n"])
        dialogue.dialogue.driver.abandon()
        #expect(dialogue.begin(.greet) == ["> \(Self.erasure)\\n"])
    }

    @Test("is heard out before its last line counts")
    mutating func hearsOut() {
        _ = dialogue.begin(.greet)
        #expect(dialogue.dialogue.hear("\r\npm>") == [])
        #expect(dialogue.wait(.milliseconds(99)) == [])
        #expect(dialogue.dialogue.hear(" is what I ask with\r\n") == [])
        #expect(dialogue.wait(.milliseconds(400)) == [])
        #expect(dialogue.hear("pm>") == ["= greeted"])
    }

    @Test("is not waited for where the very prompt stands that was heard out before")
    mutating func knownPrompt() {
        dialogue.greet(prompt)
        _ = dialogue.begin(.off("3"))
        #expect(dialogue.dialogue.hear("\r\npm") == [])
        #expect(dialogue.dialogue.hear(">") == ["> off 3"])
        #expect(dialogue.dialogue.hear("off 3") == ["> \\n"])
        #expect(dialogue.dialogue.hear("\r\n3: Outlet turned off.\r\npm>") == ["= acknowledged"])
        // Another one is heard out.
        _ = dialogue.begin(.off("3"))
        #expect(dialogue.dialogue.hear("\r\n pm>") == [])
        #expect(dialogue.wait(.milliseconds(99)) == [])
        #expect(dialogue.wait(.milliseconds(1)) == ["> off 3"])
    }

    @Test("whose answers do not name their outlet is woken before each question")
    mutating func freshPrompt() {
        dialogue.greet(prompt)
        _ = dialogue.begin(.greet)
        #expect(dialogue.dialogue.hear(prompt) == ["= greeted"])
        #expect(dialogue.begin(.read("3")) == ["> \\n"])
    }

    @Test("is heard out for good where its prompt was not the end of what it said")
    mutating func ambiguousPrompt() {
        dialogue.greet(prompt + prompt)
        for _ in 1...2 {
            _ = dialogue.begin(.greet)
            #expect(dialogue.dialogue.hear(prompt) == [])
            #expect(dialogue.wait(.milliseconds(99)) == [])
            #expect(dialogue.wait(.milliseconds(1)) == ["= greeted"])
        }
    }

    @Test("is heard out again after a task was given up")
    mutating func forgottenPrompt() {
        dialogue.greet(prompt)
        dialogue.dialogue.driver.abandon()
        _ = dialogue.begin(.greet)
        #expect(dialogue.dialogue.hear(prompt) == [])
        #expect(dialogue.wait(.milliseconds(100)) == ["= greeted"])
    }

    @Test("is poked again when nothing comes, and given up when it stays so")
    mutating func pokes() {
        _ = dialogue.begin(.greet)
        #expect(dialogue.wait(.milliseconds(1499)) == [])
        #expect(dialogue.wait(.milliseconds(1)) == ["> \\n"])
        #expect(dialogue.wait(.seconds(60)) == ["> \\n", "= broken: no answer"])
    }

    @Test("is logged in to with what it asks for")
    mutating func logsIn() {
        _ = dialogue.begin(.greet)
        #expect(dialogue.hear("\r\nUsername: ") == ["> admin\\n"])
        #expect(dialogue.hear("admin\r\nPassword: ") == ["> secret\\n"])
        #expect(dialogue.hear("\r\npm>") == ["= greeted"])
    }

    @Test("is let believe in nobody first, where it took the line end for a name")
    mutating func blankUser() {
        _ = dialogue.begin(.greet)
        #expect(dialogue.hear("\r\nPassword: ") == ["> \\n"])
        #expect(dialogue.hear("\r\nAuthentication failed.\r\nUsername: ") == ["> admin\\n"])
        #expect(dialogue.hear("\r\nPassword: ") == ["> secret\\n"])
        #expect(dialogue.hear("\r\npm>") == ["= greeted"])
    }

    @Test("is not tried a second time with what it does not take")
    mutating func refusesLogin() {
        _ = dialogue.begin(.greet)
        _ = dialogue.hear("\r\nUsername: ")
        _ = dialogue.hear("\r\nPassword: ")
        let end = dialogue.hear("\r\nsecret\r\nAuthentication failed.\r\nUsername: ")
        #expect(end.count == 1 && end[0].hasPrefix("= broken: it does not take the password"))
        #expect(end[0].contains("authentication failed") && !end[0].contains("secret"))
    }

    @Test("is tried again with what it did not take after a minute, and not before")
    mutating func restsAfterRefusal() {
        func attempt(_ dialogue: inout ConsoleDialogue) -> [String] {
            let begun = dialogue.begin(.greet)
            if begun.contains(where: { $0.hasPrefix("= ") }) { return begun }
            _ = dialogue.hear("\r\nUsername: ")
            return dialogue.hear("\r\nPassword: ")
        }
        #expect(attempt(&dialogue) == ["> secret\\n"])
        _ = dialogue.hear("\r\nAuthentication failed.\r\nUsername: ")
        for _ in 1...3 {
            let end = attempt(&dialogue)
            #expect(end.count == 1 && end[0].contains("it is tried again in"), "\(end)")
        }
        _ = dialogue.wait(.seconds(60))
        #expect(attempt(&dialogue) == ["> secret\\n"])
        #expect(dialogue.hear("\r\npm>") == ["= greeted"])
        // What was taken once is right: one garbled login is not held against it.
        for answer in [["> secret\\n"], ["> secret\\n"]] {
            #expect(attempt(&dialogue) == answer)
            _ = dialogue.hear("\r\nAuthentication failed.\r\nUsername: ")
        }
        #expect(attempt(&dialogue).first?.contains("it is tried again in") == true)
    }

    @Test(
        "says that somebody else is in, in its own words",
        arguments: ["Port already in use", "Another user is logged in.", "A session in progress"])
    mutating func occupied(_ words: String) {
        _ = dialogue.begin(.greet)
        let end = dialogue.hear("\r\n\(words)\r\n")
        #expect(end == ["= turned away: somebody else is logged in: it says `\(words)`"])
    }

    @Test("has a line typed and entered only when the echo is right")
    mutating func echo() {
        dialogue.greet(prompt)
        _ = dialogue.begin(.off("3"))
        #expect(dialogue.hear(prompt) == ["> off 3"])
        #expect(dialogue.dialogue.hear("off ") == [])
        #expect(dialogue.dialogue.hear("3") == ["> \\n"])
        #expect(dialogue.hear("\r\n3: Outlet turned off.\r\npm>") == ["= acknowledged"])
    }

    @Test("has a line wiped out that came back as another, and typed again")
    mutating func otherEcho() {
        dialogue.greet(prompt)
        _ = dialogue.begin(.off("13"))
        #expect(dialogue.hear(prompt) == ["> off 13"])
        #expect(dialogue.hear("off 3") == ["> \(Self.erasure)\\n"])
        #expect(dialogue.hear(prompt) == ["> off 13"])
        #expect(dialogue.hear("off 13") == ["> \\n"])
    }

    @Test("has its way of echoing, if it does the same twice")
    mutating func manner() {
        dialogue.greet(prompt)
        _ = dialogue.begin(.off("3"))
        _ = dialogue.hear(prompt)
        #expect(dialogue.hear("OFF:3") == ["> \(Self.erasure)\\n"])
        #expect(dialogue.hear(prompt) == ["> off 3"])
        #expect(dialogue.hear("OFF:3") == ["> \\n"])
    }

    @Test("is told nothing at all if each echo is another")
    mutating func neverRight() {
        dialogue.greet(prompt)
        _ = dialogue.begin(.off("3"))
        _ = dialogue.hear(prompt)
        for echo in ["off", "of 3", "ff 3", "o 3"] {
            #expect(dialogue.hear(echo) == ["> \(Self.erasure)\\n"])
            #expect(dialogue.hear(prompt) == ["> off 3"])
        }
        #expect(dialogue.hear("f 3") == ["= broken: told `off 3`, it echoed `f 3`"])
    }

    @Test("without echo gets the line nevertheless, after 300 ms")
    mutating func noEcho() {
        dialogue.greet(prompt)
        _ = dialogue.begin(.off("3"))
        #expect(dialogue.hear(prompt) == ["> off 3"])
        #expect(dialogue.wait(.milliseconds(299)) == [])
        #expect(dialogue.wait(.milliseconds(1)) == ["> \\n"])
    }

    @Test("gets an off though it shows nothing, and a reading not")
    mutating func inTheDark() {
        _ = dialogue.begin(.off("3"))
        #expect(dialogue.wait(.milliseconds(999)) == [])
        #expect(dialogue.wait(.milliseconds(301)) == ["> off 3", "> \\n"])
        dialogue.dialogue.driver.abandon()
        _ = dialogue.begin(.read("3"))
        #expect(!dialogue.wait(.seconds(60)).contains { $0.contains("status") })
    }

    @Test("turns its pages, and what stood on them counts")
    mutating func pages() {
        dialogue.greet(prompt)
        let turned = dialogue.ask(
            .read("3"), prompt, "status 3", "\r\n 3     Unlocked OFF\r\n--More--")
        #expect(turned == ["> <20>"] || turned == [">  "])
        #expect(dialogue.hear("\r\n\r\npm>") == ["= off"])
    }

    @Test("is left where there was a login, once, and where there was none, not at all")
    mutating func leaves() {
        dialogue.greet(prompt)
        #expect(dialogue.dialogue.driver.leave().isEmpty)
        _ = dialogue.begin(.greet)
        _ = dialogue.hear("\r\nUsername: ")
        _ = dialogue.hear("\r\nPassword: ")
        _ = dialogue.hear(prompt)
        #expect(dialogue.dialogue.driver.leave() == Array("exit\n".utf8))
        #expect(dialogue.dialogue.driver.leave().isEmpty)
    }

    @Test("ends its control sequences, and they are no text")
    mutating func controlSequences() {
        _ = dialogue.begin(.greet)
        #expect(dialogue.hear("\u{1B}[2J\u{1B}[1;1H\r\n\u{1B}[0mpm>") == ["= greeted"])
    }
}
