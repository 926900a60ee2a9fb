// Style and architecture as tests. Each rule is shown to fail before it is believed.

import Foundation
import Testing

@Suite("Tidy")
struct TidyTests {
    @Test("Each rule catches what it is for", arguments: Rules.all)
    func bites(_ rule: Rule) {
        #expect(!rule.complaints(rule.counterexample).isEmpty)
    }

    @Test("The repository keeps each rule", arguments: Rules.all)
    func keeps(_ rule: Rule) throws {
        let files = try Repository.files()
        #expect(files.count > 50, "the repository was not found")
        let complaints = files.flatMap(rule.complaints)
        #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
    }

    @Test("The top level holds what it may, and nothing else")
    func topLevel() throws {
        let allowed: Set = ["Package.swift", "Sources", "Tests", "deploy", "docs", "README.md"]
        let top = Set(try Repository.paths().map { String($0.prefix { $0 != "/" }) })
        let others = top.filter { !$0.hasPrefix(".") }
        #expect(others == allowed)
    }

    @Test("The arrows between the targets are the ones that docs/architecture.md shows")
    func arrows() throws {
        let drawn = try Arrows.drawn()
        #expect(!drawn.isEmpty)
        #expect(Arrows.differences(drawn, try Arrows.resolved()).isEmpty)
        #expect(!Arrows.differences(["A": ["B"]], ["A": ["B", "C"]]).isEmpty)
        #expect(!Arrows.differences(["A": []], [:]).isEmpty)
    }

    @Test("Below the purity line nothing reaches the world")
    func purity() throws {
        let pure: Set = [
            "Fencing", "Arbiter", "Drivers", "Commands", "SiteConfiguration", "SimulatedSwitches",
            "Telnet", "Keys", "Console", "Pictures",
        ]
        for (room, needs) in try Arrows.resolved() where pure.contains(room) {
            #expect(needs.subtracting(pure).subtracting(["CYAML"]).isEmpty, "\(room)")
        }
    }
}

enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// What git tracks, or would.
    static func paths() throws -> [String] {
        let listing = try run(
            "git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard")
        return listing.split(separator: "\n").map(String.init).filter {
            FileManager.default.fileExists(atPath: "\(root)/\($0)")
        }
    }

    static func files() throws -> [File] {
        try paths()
            .filter { path in
                [".swift", ".c", ".h", ".md"].contains { path.hasSuffix($0) }
                    || path.hasPrefix("deploy/")
            }
            .map {
                File(path: $0, text: try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8))
            }
    }

    static func run(_ words: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(words.joined(separator: " "))")
        return String(decoding: data, as: UTF8.self)
    }
}

enum Arrows {
    /// From the table in docs/architecture.md: `| Room | needs, needs | its one job |`.
    static func drawn() throws -> [String: Set<String>] {
        let text = try String(
            contentsOfFile: "\(Repository.root)/docs/architecture.md", encoding: .utf8)
        var arrows: [String: Set<String>] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let room = cells[0].trimmingCharacters(in: ["`"])
            let needs = cells[1].split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces).trimmingCharacters(in: ["`"])
            }
            arrows[room] = Set(needs.filter { !$0.isEmpty && $0 != "nothing" })
        }
        return arrows
    }

    static func differences(
        _ drawn: [String: Set<String>], _ resolved: [String: Set<String>]
    ) -> [String] {
        Set(drawn.keys).union(resolved.keys).sorted()
            .filter { drawn[$0] != resolved[$0] }
            .map { room in
                "\(room): drawn \(drawn[room]?.sorted() ?? []), is \(resolved[room]?.sorted() ?? [])"
            }
    }

    /// What SwiftPM made of Package.swift, tests left out.
    static func resolved() throws -> [String: Set<String>] {
        let text = try Repository.run(
            "swift", "package", "--package-path", Repository.root, "--scratch-path",
            "\(Repository.root)/.build/describe", "describe", "--type", "json")
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let package = try #require(object as? [String: Any])
        let targets = try #require(package["targets"] as? [[String: Any]])
        var arrows: [String: Set<String>] = [:]
        for target in targets where target["type"] as? String != "test" {
            guard let name = target["name"] as? String else { continue }
            let needs = target["target_dependencies"] as? [String] ?? []
            arrows[name] = Set(needs)
        }
        return arrows
    }
}
