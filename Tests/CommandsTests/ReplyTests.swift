// Replies as text and as JSON, and text read back.

import Commands
import Fencing
import Foundation
import TestSupport
import Testing

@Suite("Replies")
struct ReplyTests {
    private let shot = Reply(
        .ok,
        [
            ReplyField("target", "node2"), ReplyField("off", "verified"), ReplyField("pseq", 31),
            ReplyField("note", "said \"no\" \\ twice\n"), ReplyField("empty", ""),
        ])

    @Test("as text: one line, quoted where it must be")
    func text() {
        let expected =
            "OK target=node2 off=verified pseq=31 note=\"said \\\"no\\\" \\\\ twice\\x0A\" "
            + "empty=\"\"\n"
        #expect(shot.printed(as: .text) == expected)
    }

    @Test(
        "as text: what the grammar uses is never bare",
        arguments: [
            ("a b", "\"a b\""), ("a=b", "\"a=b\""), ("a\\b", "\"a\\\\b\""),
            ("a\"b", "\"a\\\"b\""), ("\u{7F}", "\"\\x7F\""), ("pdu-a/1,pdu-b/1", "pdu-a/1,pdu-b/1"),
        ])
    func quoting(value: String, printed: String) {
        #expect(Reply(.ok, [ReplyField("v", value)]).printed(as: .text) == "OK v=\(printed)\n")
    }

    @Test("as JSON: one object per line")
    func json() {
        let expected =
            "{\"result\":\"OK\",\"exit\":0,\"target\":\"node2\",\"off\":\"verified\",\"pseq\":"
            + "31,"
            + "\"note\":\"said \\\"no\\\" \\\\ twice\\u000a\",\"empty\":\"\"}\n"
        #expect(shot.printed(as: .json) == expected)
    }

    @Test("as JSON: repeated keys are one, and the line's own names are kept free")
    func jsonKeys() {
        let reply = Reply(
            .failed,
            [ReplyField("on", "a/1"), ReplyField("on", "b/1"), ReplyField("exit", "door")])
        #expect(
            reply.printed(as: .json)
                == "{\"result\":\"FAILED\",\"exit\":1,\"on\":[\"a/1\",\"b/1\"],\"exit_\":\"door\"}\n"
        )
    }

    @Test("one line per target, each with its own word")
    func lines() throws {
        let reply = Reply(
            .failed,
            [
                ReplyLine("OK", [ReplyField("target", "node2")]),
                ReplyLine("FAILED", [ReplyField("target", "node3")]),
            ])
        let text = reply.printed(as: .text)
        #expect(text == "OK target=node2\nFAILED target=node3\n")
        #expect(try Reply(parsing: text, code: .failed) == reply)
        #expect(try Reply(parsing: "", code: .ok) == Reply(.ok, [ReplyLine]()))
    }

    @Test("printing and reading a reply are inverse", arguments: UInt64(1)...8)
    func roundTrip(seed: UInt64) throws {
        var random = Seeded(seed: seed)
        for _ in 0..<300 {
            let reply = Self.reply(&random)
            let text = reply.printed(as: .text)
            #expect(text.utf8.filter { $0 == UInt8(ascii: "\n") }.count == reply.lines.count)
            #expect(text.utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) })
            let again = try Reply(parsing: text, code: reply.code)
            #expect(again == reply, "seed \(seed): \(text)")
        }
    }

    @Test("another JSON reader finds the same values", arguments: UInt64(1)...4)
    func jsonRead(seed: UInt64) throws {
        var random = Seeded(seed: seed)
        for _ in 0..<100 {
            let value = Self.text(&random)
            let text = Reply(.inDoubt, [ReplyField("value", value)]).printed(as: .json)
            #expect(text.utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) })
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            #expect(object?["result"] as? String == "IN-DOUBT", "seed \(seed): \(text)")
            #expect(object?["exit"] as? Int == 2, "seed \(seed): \(text)")
            #expect(object?["value"] as? String == value, "seed \(seed): \(text)")
        }
    }

    @Test(
        "a text that is no reply is refused, with its place",
        arguments: [
            ("OK target=node2", "line 1, column 16: the reply ends in the middle of a line"),
            ("OK\nOK a=\"b", "line 2, column 8: the reply ends in the middle of a line"),
            ("\n", "line 1, column 1: expected a word, a key or a value"),
            ("OK  a=b\n", "line 1, column 4: expected a word, a key or a value"),
            ("OK a\n", "line 1, column 5: expected = after a key"),
            ("OK a=b=c\n", "line 1, column 7: expected a space or the end of the line"),
            ("OK\r\n", "line 1, column 3: expected a space or the end of the line"),
            (
                "OK a=\"\\n\"\n",
                "line 1, column 8: a backslash is followed by \", \\, or x and two hexadecimal "
                    + "digits"
            ),
            (
                "OK a=\"\\xG0\"\n",
                "line 1, column 9: a backslash is followed by \", \\, or x and two hexadecimal "
                    + "digits"
            ),
            (
                "OK a=\"\t\"\n",
                "line 1, column 7: expected printable ASCII between the quotes"
            ),
            ("OK a=\"\\xFF\"\n", "line 1, column 12: the quoted bytes are not UTF-8"),
        ])
    func refused(text: String, explanation: String) {
        let error = #expect(throws: ReplySyntaxError.self) { try Reply(parsing: text, code: .ok) }
        #expect(error?.description == "reply, " + explanation)
    }

    @Test("every beginning of a reply is refused, save the empty one and whole lines")
    func truncation() {
        let text = shot.printed(as: .text)
        for length in 1..<text.utf8.count {
            let beginning = String(decoding: Array(text.utf8.prefix(length)), as: UTF8.self)
            #expect(throws: ReplySyntaxError.self) { try Reply(parsing: beginning, code: .ok) }
        }
    }

    private static func reply(_ random: inout Seeded) -> Reply {
        let lines = (0..<random.number(0...4)).map { _ in
            let fields = (0..<random.number(0...5)).map { _ in
                ReplyField(text(&random), text(&random))
            }
            return ReplyLine(text(&random), fields)
        }
        return Reply(random.one(of: ExitCode.allCases), lines)
    }

    private static func text(_ random: inout Seeded) -> String {
        let plain = Array("abcXYZ019-_./:")
        let wild = plain + Array(" \"\\=,{}\n\t\u{0}\u{7F}\u{1B}é\u{2028}漢😀")
        return random.text(from: random.one(of: [plain, wild]), 0...12)
    }
}
