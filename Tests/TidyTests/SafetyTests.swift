// docs/safety.md names files and tests. Each must exist; and each claim must have both.

import Foundation
import Testing

@Suite("Safety claims")
struct SafetyTests {
    @Test("Every file and every test that a claim names exists")
    func references() throws {
        let sources = try Repository.files().filter { $0.path.hasPrefix("Tests/") }
        let claims = try Claim.all()
        #expect(claims.count >= 20)
        for claim in claims {
            #expect(!claim.files.isEmpty, "\(claim.number) is enforced by nothing")
            #expect(!claim.tests.isEmpty, "\(claim.number) is tested by nothing")
            for file in claim.files {
                let exists = FileManager.default.fileExists(atPath: "\(Repository.root)/\(file)")
                #expect(exists, "\(claim.number): \(file)")
            }
            for test in claim.tests {
                #expect(sources.contains { test.isIn($0.text) }, "\(claim.number): \(test)")
            }
        }
    }

    @Test("A claim that names nothing real is found")
    func bites() throws {
        let claim = try #require(Claim("| S0 | x | `Sources/None.swift` | `NoTests/nothing` |"))
        #expect(claim.files == ["Sources/None.swift"])
        #expect(claim.tests.map(\.description) == ["NoTests/nothing"])
        #expect(try Repository.files().filter { claim.tests[0].isIn($0.text) }.isEmpty)
    }
}

struct Claim {
    let number: String
    let files: [String]
    let tests: [TestName]

    /// `Suite/function`, or a whole suite.
    struct TestName: CustomStringConvertible {
        let suite: Substring
        let function: Substring?

        var description: String { function.map { "\(suite)/\($0)" } ?? String(suite) }

        func isIn(_ text: String) -> Bool {
            guard text.contains("struct \(suite)") else { return false }
            return function.map { text.contains("func \($0)(") } ?? true
        }
    }

    init?(_ row: Substring) {
        let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        guard cells.count == 4, cells[0].contains(/^S[0-9]+$/) else { return nil }
        number = cells[0]
        files = Self.quoted(cells[2]).filter { $0.contains(".swift") }.map(String.init)
        tests = Self.quoted(cells[3]).filter { $0.contains(/Tests|^Bench/) }.map { text in
            let parts = text.split(separator: "/")
            return TestName(suite: parts[0], function: parts.dropFirst().first)
        }
    }

    static func all() throws -> [Claim] {
        let text = try String(
            contentsOfFile: "\(Repository.root)/docs/safety.md", encoding: .utf8)
        return text.split(separator: "\n").compactMap { Claim($0) }
    }

    private static func quoted(_ text: String) -> [Substring] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map(\.element)
    }
}
