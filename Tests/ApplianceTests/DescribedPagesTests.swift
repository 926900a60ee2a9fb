// The pages of the models that are only described hold the same description as a file would.

import Drivers
import TestSupport
import Testing

@testable import Appliance

@Suite("The page of a described model")
struct DescribedPagesTests {
    private static let pages = [
        "cyclades-pm": "cyclades", "raritan": "raritan", "eaton-g3": "eaton",
        "cyberpower": "cyberpower", "synaccess": "synaccess",
    ]

    @Test("holds its description, as a site could write it", arguments: pages.keys.sorted())
    func description(_ name: String) throws {
        let page = #filePath.replacing(
            "Tests/ApplianceTests/DescribedPagesTests.swift",
            with: "docs/switches/\(try #require(Self.pages[name])).md")
        let text = try Program.run("cat", [page]).output
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "    name: \(name)"), "\(page)")
        let block = lines[start...].prefix { $0.hasPrefix("    ") }.map { $0.dropFirst(4) }
        let written = try ConsoleDescriptionFile(
            reading: Array(block.joined(separator: "\n").utf8), path: page)
        let builtIn = try #require(ConsoleDescription.builtIn.first { $0.name == name })
        #expect(written.description == builtIn)
    }

    @Test("is there for each of them")
    func all() {
        #expect(ConsoleDescription.builtIn.map(\.name).sorted() == Self.pages.keys.sorted())
    }
}
