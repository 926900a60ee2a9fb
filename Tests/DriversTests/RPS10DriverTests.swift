// The WTI RPS-10 driver, byte by byte.

import Drivers
import Fencing
import Testing

@Suite("The WTI RPS-10 driver")
struct RPS10DriverTests {
    private var dialogue = DriverDialogue(RPS10Driver())

    @Test("greets by two seconds of silence, from the last byte on")
    mutating func silence() {
        #expect(dialogue.begin(.greet) == [])
        #expect(dialogue.wait(.milliseconds(1500)) == [])
        #expect(dialogue.hear("x") == [])
        #expect(dialogue.wait(.milliseconds(1999)) == [])
        #expect(dialogue.wait(.milliseconds(1)) == ["= greeted"])
    }

    @Test("need not wait for a switch that says that it is ready", arguments: ["Ready", "READY"])
    mutating func ready(_ word: String) {
        _ = dialogue.begin(.greet)
        #expect(dialogue.hear("\r\nRPS-10 \(word)\r\n") == ["= greeted"])
    }

    @Test("sends nine bytes, and half a second between two commands")
    mutating func frames() {
        #expect(dialogue.begin(.off("3")) == ["> <2><18><18><2><18><18>30\\r"])
        #expect(dialogue.hear("Plug 3 Off\r\nComplete\r\n") == ["= acknowledged"])
        #expect(dialogue.begin(.read("3")) == [])
        #expect(dialogue.wait(.milliseconds(499)) == [])
        #expect(dialogue.wait(.milliseconds(1)) == ["> <2><18><18><2><18><18>3?\\r"])
        #expect(dialogue.hear("Plug 3 Off\r\nComplete\r\n") == ["= off"])
    }

    @Test("believes no answer about another plug")
    mutating func otherPlug() {
        _ = dialogue.begin(.read("3"))
        let end = dialogue.hear("Plug 4 Off\r\nComplete\r\n")
        #expect(end.count == 1 && end[0].hasPrefix("= broken"))
    }

    @Test("believes no `Complete` alone, and no two states")
    mutating func incomplete() {
        for answer in ["Complete\r\n", "Plug 3 On\r\nPlug 3 Off\r\nComplete\r\n"] {
            dialogue = DriverDialogue(RPS10Driver())
            _ = dialogue.begin(.read("3"))
            let end = dialogue.hear(answer)
            #expect(end.count == 1 && end[0].hasPrefix("= broken"))
        }
    }

    @Test("takes an on for no answer to an off")
    mutating func contrary() {
        _ = dialogue.begin(.off("3"))
        let end = dialogue.hear("Plug 3 On\r\nComplete\r\n")
        #expect(end.count == 1 && end[0].hasPrefix("= broken"))
    }

    @Test("never sends `*`, nor a plug that it has not", arguments: ["*", "10", "a"])
    mutating func noOutlet(_ name: String) {
        let end = dialogue.begin(.off(name))
        #expect(end.count == 1 && end[0].hasPrefix("= refused"))
    }
}
