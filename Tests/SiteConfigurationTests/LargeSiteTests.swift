// A large site is a file like any other.

import Fencing
import SiteConfiguration
import Testing

@Suite("A site of 2000 switches and 14000 nodes")
struct LargeSiteTests {
    private let text: String

    init() {
        var text = "switches:\n"
        for index in 0..<2000 {
            text += "  s\(index): {driver: x, line: /dev/t\(index), power_source: u\(index % 7)}\n"
        }
        text += "clusters:\n"
        for cluster in 0..<2000 {
            text += "  c\(cluster):\n    nodes:\n"
            for node in 0..<7 {
                let feeds = "s\(cluster)/\(node), s\((cluster + 1) % 2000)/x\(node)"
                text += "      n\(cluster)-\(node): {feeds: [\(feeds)]}\n"
            }
        }
        self.text = text
    }

    @Test("is read", .timeLimit(.minutes(1)))
    func reads() throws {
        let site = try read(text)
        #expect(site.nodes.count == 14000)
        #expect(site.warnings.last?.what == "13901 more findings are not shown")
    }

    @Test("is refused as quickly, however much is wrong with it", .timeLimit(.minutes(1)))
    func refused() {
        #expect(findings(text.replacing("feeds: [s", with: "feeds: [zz")).count == 101)
    }
}
