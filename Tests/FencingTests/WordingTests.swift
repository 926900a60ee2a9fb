// How messages talk about words from outside.

import Fencing
import Testing

@Suite("Words from outside")
struct WordingTests {
    @Test("a word is shown in ASCII, on one line, and cut")
    func showing() {
        #expect(shown("node2") == "`node2`")
        #expect(shown("a\u{1B}[31m\né") == "`a\\x1B[31m\\x0A\\xC3\\xA9`")
        #expect(shown(String(repeating: "a", count: 40)).count == 42)
        #expect(
            shown(String(repeating: "a", count: 41))
                == "`" + String(repeating: "a", count: 40) + "...`")
    }

    @Test(
        "a near miss names what was meant",
        arguments: [
            ("offf", "off"), ("fof", "off"), ("of", "off"), ("OFF", "off"), ("reboto", "reboot"),
            ("shot", "shoot"), ("stauts", "status"), ("o", "on"),
        ])
    func near(word: String, meant: String) {
        #expect(nearest(to: word, among: ["shoot", "off", "on", "reboot", "status"]) == meant)
    }

    @Test(
        "a word that is far from all of them names none",
        arguments: ["", "dance", "node2", "statement", String(repeating: "off", count: 50)])
    func far(word: String) {
        #expect(nearest(to: word, among: ["shoot", "off", "on", "reboot", "status"]) == nil)
    }
}
