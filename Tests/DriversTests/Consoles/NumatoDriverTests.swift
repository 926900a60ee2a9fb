// The Numato driver, byte by byte.

import Drivers
import Fencing
import Testing

@Suite("The Numato driver")
struct NumatoDriverTests {
    private var dialogue: ConsoleDialogue

    init() throws { dialogue = ConsoleDialogue(try builtIn("numato")) }

    private static let prompt = "\n\r>"

    @Test("enters a line when the module has echoed it, and reads on and off")
    mutating func lines() {
        dialogue.greet(Self.prompt)
        #expect(
            dialogue.ask(.off("3"), Self.prompt, "relay off 3", Self.prompt) == ["= acknowledged"])
        #expect(
            dialogue.ask(.read("3"), Self.prompt, "relay read 3", "\n\roff\n\r>") == ["= off"])
        #expect(dialogue.ask(.read("a"), Self.prompt, "relay read a", "\n\ron\n\r>") == ["= on"])
    }

    @Test("knows which contacts a machine hangs on")
    mutating func contacts() throws {
        dialogue = ConsoleDialogue(try builtIn("numato", contacts: .normallyClosed))
        dialogue.greet(Self.prompt)
        #expect(
            dialogue.ask(.off("3"), Self.prompt, "relay on 3", Self.prompt) == ["= acknowledged"])
        #expect(dialogue.ask(.read("3"), Self.prompt, "relay read 3", "\n\ron\n\r>") == ["= off"])
    }

    @Test("does not enter a line that was understood as another")
    mutating func otherEcho() {
        dialogue.greet(Self.prompt)
        _ = dialogue.begin(.off("3"))
        #expect(dialogue.hear(Self.prompt) == ["> relay off 3"])
        let steps = dialogue.hear("relay off 7")
        #expect(steps.count == 1 && steps[0].hasPrefix("> <8>"), "\(steps)")
    }

    @Test("takes a bare prompt, and a contradiction, for nothing known")
    mutating func nothing() {
        dialogue.greet(Self.prompt)
        #expect(dialogue.ask(.read("9"), Self.prompt, "relay read 9", Self.prompt) == ["= unknown"])
        #expect(
            dialogue.ask(.read("3"), Self.prompt, "relay read 3", "\n\ron\n\roff\n\r>")
                == ["= unknown"])
    }

    @Test("tells what the module said against it")
    mutating func refusal() {
        dialogue.greet(Self.prompt)
        #expect(
            dialogue.ask(.off("9"), Self.prompt, "relay off 9", "\n\rInvalid relay\n\r>")
                == ["= refused: it said `Invalid relay`"])
    }

    @Test(
        "never sends what is no relay's name",
        arguments: ["64", "100", "W", "-1", "03x", "all", "ff"])
    mutating func noOutlet(_ name: String) {
        let end = dialogue.begin(.off(name))
        #expect(end.count == 1 && end[0].hasPrefix("= refused"))
    }
}
