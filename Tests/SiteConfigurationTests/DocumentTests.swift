// docs/site-file.md and the code say the same.

import Fencing
import Foundation
import SiteConfiguration
import Testing

@Suite("The reference of the site file")
struct DocumentTests {
    private let lines: [Substring]

    init() throws {
        let path =
            #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
            .joined(separator: "/") + "/docs/site-file.md"
        lines = try String(contentsOfFile: path, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    private func tableRow(_ key: String) -> Substring? {
        lines.first { $0.hasPrefix("| `\(key)` |") }
    }

    @Test("has a row, or a sentence of its own, for every key", arguments: schemaKeys)
    func keys(key: String) {
        #expect(tableRow(key) != nil || lines.contains { $0.hasPrefix("`\(key)` ") })
    }

    @Test("has no row for a key that does not exist")
    func noOtherKeys() {
        let sections = ["appliance.", "switches.", "clusters.", "operators."]
        let rows = lines.compactMap { $0.split(separator: "`").dropFirst().first }
            .filter { word in sections.contains { word.hasPrefix($0) } }
        #expect(rows.count > 15)
        for key in rows { #expect(schemaKeys.contains(String(key))) }
    }

    @Test(
        "names the range of every duration",
        arguments: [
            ("switches.SWITCH.patience", SiteLimits.patience),
            ("switches.SWITCH.latency", SiteLimits.latency),
            ("clusters.CLUSTER.hold_up", SiteLimits.holdUp),
            ("clusters.CLUSTER.off_time", SiteLimits.offTime),
            ("clusters.CLUSTER.nodes.NODE.hold_up", SiteLimits.holdUp),
            ("clusters.CLUSTER.nodes.NODE.off_time", SiteLimits.offTime),
        ])
    func ranges(key: String, range: ClosedRange<Duration>) throws {
        let row = try #require(tableRow(key))
        #expect(row.contains("\(range.lowerBound.brief) to \(range.upperBound.brief)"))
    }

    @Test(
        "names every default",
        arguments: [
            ("appliance.listen", "`[\"\(SiteDefaults.listen)\"]` |"),
            ("appliance.host_keys", "`[\(SiteDefaults.hostKey)]` |"),
            ("appliance.ledger", "`\(SiteDefaults.ledger)` |"),
            ("appliance.ledger_mark", "`mark/ledger.sqlite.mark` beside the ledger |"),
            ("appliance.lock_directory", "`\(SiteDefaults.lockDirectory)` |"),
            (
                "switches.SWITCH.patience",
                "| \(SiteDefaults.patience(latency: .zero).brief), or twice the latency and 5s"
            ),
            ("clusters.CLUSTER.hold_up", "| \(SiteDefaults.holdUp.brief); "),
            ("clusters.CLUSTER.off_time", "| \(SiteDefaults.offTime.brief); "),
            ("clusters.CLUSTER.shoot", "| `reboot` |"),
        ])
    func defaults(key: String, text: String) throws {
        #expect(try #require(tableRow(key)).contains(text))
    }

    @Test("names the reserved names")
    func lists() throws {
        for name in reservedNames { #expect(lines.contains { $0.contains("`\(name)`") }) }
    }

    @Test("has an example that nothing can be said against")
    func example() throws {
        let start = try #require(lines.firstIndex(of: "```yaml"))
        let end = try #require(lines[start...].firstIndex(of: "```"))
        let text = lines[(start + 1)..<end].joined(separator: "\n") + "\n"
        #expect(findings(text) == [])
        #expect(try read(text).nodes.count == 2)
    }

    @Test("shows a finding as it is printed")
    func finding() throws {
        let shown = try #require(lines.first { $0.hasPrefix("    picket.yaml:12:5: ") })
        let changed = changing(good, "patience: 30s", "patiense: 30s")
        let found = try #require(findings(changed).first)
        #expect(
            found.split(separator: ": ").dropFirst() == shown.split(separator: ": ").dropFirst())
    }
}
