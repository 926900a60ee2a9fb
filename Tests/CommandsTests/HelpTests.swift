// The help says all that can be said.

import Commands
import Fencing
import Testing

@Suite("Help")
struct HelpTests {
    private let page = help(as: .text)

    @Test("the page has a line for every verb, key and exit code")
    func complete() {
        let lines = page.split(separator: "\n").map { $0.split(separator: " ") }
        for verb in Verb.allCases {
            #expect(lines.contains { $0.first == verb.rawValue[...] }, "\(verb)")
        }
        for key in OptionKey.allCases {
            #expect(lines.contains { $0.first == "\(key.rawValue)=" }, "\(key)")
        }
        for code in ExitCode.allCases {
            let number = String(code.rawValue)
            #expect(lines.contains { $0.first == number[...] && $0[1] == code.word }, "\(code)")
        }
    }

    @Test("the page fits a terminal and is plain")
    func plain() {
        #expect(page.utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) })
        for line in page.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(page.hasSuffix("\n"))
    }

    @Test("the examples are requests")
    func examples() throws {
        let examples = page.split(separator: "\n").filter {
            $0.contains("@picket ") && !$0.contains("ssh -t")
        }
        #expect(examples.count == 4)
        for example in examples {
            let line = example.split(separator: " ").dropFirst(2).joined(separator: " ")
            #expect(throws: Never.self) { try Request(line: line) }
        }
    }

    @Test("as JSON, each verb is an object in the shape of every reply")
    func json() {
        let lines = help(as: .json).split(separator: "\n")
        #expect(lines.count == Verb.allCases.count)
        #expect(
            lines.first?.hasPrefix("{\"result\":\"OK\",\"exit\":0,\"verb\":\"shoot\",\"usage\":")
                == true)
    }
}
