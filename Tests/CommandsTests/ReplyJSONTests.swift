// What `--json` prints is read back as it was.

import Commands
import Fencing
import Testing

@Suite("Answers as JSON, read back")
struct ReplyJSONTests {
    @Test("every field, whatever is in it")
    func roundTrip() throws {
        let lines = [
            ReplyLine("OK", [ReplyField("a", "x"), ReplyField("b", "q\" \\ é \u{1F600} \n")]),
            ReplyLine("OK", []),
        ]
        let printed = Reply(.ok, lines).printed(as: .json)
        #expect(try ReplyLine.lines(json: printed) == lines)
        #expect(try ReplyLine.lines(json: "") == [])
    }

    @Test(
        "anything else is told by its line",
        arguments: [
            "x", "{}", "{\"result\":\"OK\"} x", "{\"result\":\"OK\"", "[1]", "{\"result\":[1]}",
            "{\"result\":\"\\u12\"}", "OK target=node2", "{\"result\":\"\\q\"}",
        ])
    func wrong(text: String) {
        let error = #expect(throws: ReplyJSONError.self) {
            try ReplyLine.lines(json: "{\"result\":\"OK\"}\n" + text)
        }
        #expect(error?.line == 2)
    }
}
