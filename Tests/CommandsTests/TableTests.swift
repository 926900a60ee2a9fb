// Tables: what fits a terminal, and what a program gets.

import Commands
import Fencing
import Testing

@Suite("Tables")
struct TableTests {
    private var table: Table {
        var table = Table(
            [
                .init("name", "NAME"), .init("extra", "EXTRA", .wide), .init("list", "LIST", .cut),
                .init("text", "TEXT", .folded),
            ], ifEmpty: "nothing")
        table.rows = [
            ["node1", "x", "a", "short"],
            [
                "node2", "y", Cell(String(repeating: "feed ", count: 12)),
                Cell(String(repeating: "word ", count: 20) + "end"),
            ],
        ]
        return table
    }

    @Test("a narrow table fits 80 columns, cuts what may be cut and folds what may not")
    func narrow() {
        let lines = table.printed(as: .text).split(separator: "\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 80 }, "\(lines)")
        #expect(lines[0].hasPrefix("NAME   LIST"))
        #expect(lines[2].contains(".."))
        let words = lines.joined(separator: " ").split(separator: " ")
        #expect(words.count { $0 == "word" } == 20)
        #expect(!table.printed(as: .text).contains("EXTRA"))
    }

    @Test("a wide one has everything in one line each, JSON has everything by its key")
    func wide() {
        let lines = table.printed(as: .wide).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].contains("EXTRA"))
        let json = table.printed(as: .json).split(separator: "\n")
        #expect(json.count == 2)
        #expect(
            json[0]
                == #"{"result":"OK","exit":0,"name":"node1","extra":"x","list":"a","text":"short"}"#
        )
    }

    @Test("a table takes the terminal's width, all columns where they fit; no state is ever cut")
    func width() {
        let nodes = SightTests.site
        let wide = Tables.nodes(nodes).printed(as: .fitted(columns: 200))
        #expect(wide.contains("CLUSTER") && wide.contains("HEARD") && !wide.contains(".."))
        for columns in [20, 40, 60, 80, 100, 132] {
            let page = Tables.nodes(nodes).printed(as: .fitted(columns: columns))
            for state in [":on", ":off", ":?", "OFF", "in doubt"] {
                #expect(page.contains(state), "\(columns): \(page)")
            }
            let rows = page.split(separator: "\n").map(\.utf8.count)
            #expect(columns < 80 || rows.allSatisfy { $0 <= columns }, "\(columns): \(page)")
        }
    }

    @Test("what a switch has said cannot drive a terminal")
    func hostile() {
        var table = Table([.init("text", "TEXT", .folded)], ifEmpty: "")
        table.rows = [["\u{1B}[2J\r\nOK é"]]
        table.notes = ["\u{07}"]
        for format in [ReplyFormat.text, .wide, .json] {
            let text = table.printed(as: format)
            #expect(text.utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) }, "\(text)")
        }
        #expect(table.printed(as: .text).contains(#"\x1B[2J\x0D\x0AOK"#))
    }

    @Test("without rows there is a sentence")
    func empty() {
        #expect(
            Table([.init("a", "A")], ifEmpty: "nothing is locked").printed(as: .text)
                == "nothing is locked\n")
    }

    @Test(
        "text is folded at spaces, and in the middle of what has none",
        arguments: [
            ("a b c", 3, ["a b", "c"]), ("abcdef", 4, ["abcd", "ef"]), ("", 4, [""]),
            ("ab abcdefgh", 4, ["ab", "abcd", "efgh"]),
        ])
    func folding(text: String, width: Int, lines: [String]) {
        #expect(folded(text, width) == lines)
    }
}

@Suite("Times for people")
struct TimeTests {
    @Test(
        "a timestamp is read and printed as it was",
        arguments: [
            "1970-01-01T00:00:00.000Z", "2026-11-21T09:20:33.482Z", "2000-02-29T23:59:59.999Z",
            "2100-03-01T00:00:00.001Z", "9999-12-31T23:59:59.999Z",
        ])
    func roundTrip(text: String) throws {
        #expect(try #require(Timestamp(text)).description == text)
    }

    @Test("every day of four centuries is read and printed as it was")
    func days() throws {
        let start = try #require(Timestamp("1970-01-01T12:00:00.000Z")).milliseconds
        for day in stride(from: 0, to: Int64(146_097), by: 7) {
            let stamp = Timestamp(milliseconds: start + day * 86_400_000)
            #expect(Timestamp(stamp.description) == stamp)
        }
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "2026-11-21", "2026-13-21T09:20:33.482Z", "2026-11-21 09:20:33.482Z",
            "2026-11-21T25:20:33.482Z", "1969-11-21T09:20:33.482Z", "2026-11-21T09:20:3+.482Z",
        ])
    func others(text: String) { #expect(Timestamp(text) == nil) }

    @Test(
        "an age has its two largest units",
        arguments: [
            (0.4, "0s"), (59, "59s"), (192, "3m12s"), (7500, "2h05m"), (355_000, "4d2h"),
        ])
    func ages(seconds: Double, text: String) { #expect(Duration.seconds(seconds).aged == text) }
}
