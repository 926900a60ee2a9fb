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

    /// The file has shots of 600 ms. Both kinds are compared with the bound.
    @Test("a bound is one for shots in a row and for those after a rest")
    func bounds() throws {
        let (_, page) = try made(from: "\(Self.folder)/small.json")
        for kind in ["in a row", "after a rest"] {
            let promise = "| A shot over an open session, \(kind): our own time, median |"
            let row = try #require(page.split(separator: "\n").first { $0.hasPrefix(promise) })
            #expect(row.hasSuffix("| **no** |"), "\(row)")
        }
    }

    /// Two shots in a row, 10 ms apart: the switch had 3 and 1 ms in the first, 2 in the second.
    @Test("the switch's time is that of the shot")
    func share() throws {
        let program = """
            import shots
            from world import Answer
            log = [("7.001", "received"), ("7.002", "sent"), ("7.004", "sent"), ("7.005", "received"),
                   ("7.006", "sent"), ("7.011", "received"), ("7.013", "sent")]
            lines = [(*line, "") for line in log]
            for began in [7.0, 7.01]:
                print(round(shots.share(lines, Answer(began, 8000, 0, 0, ""))))
            """
        let result = try Program.run(
            "env", ["PYTHONPATH=\(Self.folder)", "/usr/bin/python3", "-B", "-c", program])
        #expect(result.output == "4000\n2000\n", "\(result)")
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
