// The page of docs/benchmarks.md and its pictures, made from a small file of measurements.

import TestSupport
import Testing

@Suite("The page of the benchmarks")
struct BenchPageTests {
    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
        .joined(separator: "/") + "/side-by-side"
    private let directory = TemporaryDirectory()

    private func made(from results: String) throws -> (Program.Result, page: String) {
        let result = try Program.run(
            "/usr/bin/python3",
            [
                "-B", "\(Self.folder)/page.py", results, "\(directory.path)/page.md",
                "\(directory.path)/pictures",
            ], within: .seconds(30))
        guard result.status == 0 else { return (result, "") }
        return (result, try Program.run("cat", ["\(directory.path)/page.md"]).output)
    }

    @Test("has every section, and pictures that are XML")
    func page() throws {
        let (result, page) = try made(from: "\(Self.folder)/small.json")
        #expect(result.status == 0, "\(result)")
        for heading in [
            "What must hold", "A shot", "After a rest", "Handshakes", "Sessions that are open",
            "A crowd at the door", "Many switches", "Arbiter and ledger", "Nothing to do",
        ] { #expect(page.contains("\n## \(heading)\n"), "\(heading)") }
        let pictures = try Program.run("ls", ["\(directory.path)/pictures"]).output
            .split(separator: "\n")
        #expect(pictures.count == 5)
        for picture in pictures {
            #expect(page.contains("(benchmarks/\(picture))"), "\(picture) is on the page")
            let checked = try Program.run(
                "xmllint", ["--noout", "\(directory.path)/pictures/\(picture)"])
            #expect(checked.status == 0, "\(picture): \(checked.errors)")
        }
    }

    /// The file has the memory of sshd at 61 times ours.
    @Test("says plainly what does not hold")
    func promises() throws {
        let promise = "| Memory with 30 sessions, of sshd |"
        let (_, page) = try made(from: "\(Self.folder)/small.json")
        let row = try #require(page.split(separator: "\n").first { $0.hasPrefix(promise) })
        #expect(row.hasSuffix("| yes |"), "\(row)")

        let text = try Program.run("cat", ["\(Self.folder)/small.json"]).output
        #expect(text.contains("\"pss\": 600.0"))
        let worse = directory.write(
            "worse.json", text.replacing("\"pss\": 600.0", with: "\"pss\": 60.0"))
        let (_, other) = try made(from: worse)
        let found = try #require(other.split(separator: "\n").first { $0.hasPrefix(promise) })
        #expect(found.hasSuffix("| **no** |"), "\(found)")
    }
}
