// What is wrong with a file before anybody asks what it means.

import Fencing
import SiteConfiguration
import TestSupport
import Testing

@Suite("Findings about the text of a site file")
struct TextFindingTests {
    @Test(
        "each has its place and its explanation",
        arguments: [
            ("", ["1:1: error: the file is empty; name at least `switches` and `clusters`"]),
            (
                "# nothing\n",
                ["1:1: error: the file is empty; name at least `switches` and `clusters`"]
            ),
            (
                "switches:\n\tpdu: x\n",
                [
                    "2:1: error: this is not YAML: found character that cannot start any token "
                        + "while scanning for the next token; look at this line and the one "
                        + "above it; indent with spaces, never with tabs"
                ]
            ),
            (
                "a: [b\nc: d\n",
                [
                    "2:2: error: this is not YAML: did not find expected ',' or ']' while "
                        + "parsing a flow sequence; look at this line and the one above it; "
                        + "indent with spaces, never with tabs"
                ]
            ),
            (
                "a: é\n  b: \u{1}\n",
                [
                    "2:6: error: this is not YAML: control characters are not allowed; look at "
                        + "this line and the one above it; indent with spaces, never with tabs"
                ]
            ),
            (
                changing(short, "a/1", "&one a/1"),
                [
                    "6:20: error: an anchor (&) stands here; the site file is plain YAML: leave it "
                        + "out, or quote the value"
                ]
            ),
            (
                changing(short, "a/1", "*one"),
                ["6:20: error: an alias (*) stands here; write the value out"]
            ),
            (
                changing(short, "a/1", "!!str a/1"),
                [
                    "6:20: error: a tag (!) stands here; the site file is plain YAML: leave it "
                        + "out, or quote the value"
                ]
            ),
            (
                "%YAML 1.1\n---\n" + short,
                [
                    "1:1: error: a directive (%) stands here; the site file is plain YAML: leave "
                        + "it out, or quote the value"
                ]
            ),
            (
                short + "---\n" + short,
                ["8:1: error: a second document begins here; keep one in the file"]
            ),
            (
                changing(short, "line: /dev/ttyS0", "line: /dev/ttyS0, line: /dev/ttyS1"),
                ["2:36: error: `line` stands here again, first in line 2; keep one of them"]
            ),
            (
                short + "? [a, b]\n: c\n",
                ["8:3: error: this key is not a word; write `key: value`"]
            ),
        ])
    func explained(text: String, expected: [String]) {
        #expect(findings(text) == expected.map { "picket.yaml:" + $0 })
    }

    @Test("bytes that are not UTF-8 have a place too")
    func notUTF8() {
        let found = findings(Array("a: b\nc: é".utf8) + [0xFF, 0x0A])
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix("picket.yaml:2:5: error: this is not YAML: invalid") == true)
    }

    @Test("16 levels are read, 17 are not")
    func depth() {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(
            findings(nested(17)) == [
                "picket.yaml:1:17: error: more than 16 levels within each other; the site file "
                    + "needs five"
            ])
        #expect(findings(nested(16)).allSatisfy { !$0.contains("levels") })
        #expect(findings(String(repeating: "[", count: 500_000)).count == 1)
        #expect(findings(String(repeating: "{", count: 500_000)).count == 1)
    }

    @Test("a mebibyte is read, one byte more is not")
    func size() {
        let comment = "#" + String(repeating: "x", count: (1 << 20) - short.utf8.count - 2) + "\n"
        #expect(findings(comment + short) == [])
        #expect(
            findings(comment + short + "\n") == [
                "picket.yaml:1:1: error: the file has 1048577 bytes, at most 1048576 are read; is "
                    + "this the right file?"
            ])
    }

    @Test("a hundred findings are told, and how many there are more")
    func many() {
        let keys = (1...150).map { "key\($0): x\n" }.joined()
        let found = findings(short + keys)
        #expect(found.count == 101)
        #expect(
            found.last
                == "picket.yaml:107:1: error: 50 more findings are not shown; correct these first")
    }

    @Test("several findings come together, in the order of the file")
    func together() {
        let text = changing(changing(short, "driver: x", "drivr: x"), "a/2", "b/2")
        #expect(
            findings(text + "operator: {}\n") == [
                "picket.yaml:2:3: error: switch a has no `driver`; add it",
                "picket.yaml:2:7: error: unknown key `drivr` of switch a; did you mean `driver`?",
                "picket.yaml:7:20: error: there is no switch `b` for the feed b/2; did you mean "
                    + "`a/2`?",
                "picket.yaml:8:1: error: unknown key `operator` of the site; did you mean "
                    + "`operators`?",
            ])
    }

    @Test("no damage makes a file do anything but read or be refused", arguments: UInt64(1)...6)
    func damage(seed: UInt64) {
        var random = Seeded(seed: seed)
        let whole = Array(good.utf8)
        let marks = Array("&*!%[]{}:-,'\"|>\n \t#?@`\\\u{0}".utf8) + [0xFF]
        for _ in 0..<150 {
            var bytes = whole
            for _ in 0..<random.number(1...4) {
                let place = random.number(0...bytes.count - 1)
                switch random.number(0...2) {
                case 0: bytes[place] = random.one(of: marks)
                case 1: bytes.insert(random.one(of: marks), at: place)
                default:
                    bytes.removeSubrange(place..<min(bytes.count, place + random.number(1...40)))
                }
            }
            do throws(SiteRefused) {
                let site = try SiteFile(reading: bytes, path: "picket.yaml")
                #expect(site.warnings.allSatisfy { $0.severity == .warning }, "seed \(seed)")
            } catch {
                #expect(error.findings.contains { $0.severity == .error }, "seed \(seed)")
                #expect(
                    error.description.utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) },
                    "seed \(seed): \(error.description)")
            }
        }
    }
}
