// The device files that Debian's package powerman installs. They are read where they are.

import Drivers
import Fencing
import Testing

@Suite("The installed device files")
struct InstalledFilesTests {
    private static let directory = "/etc/powerman"

    private func allFiles() throws -> [(name: String, file: PowermanFile)] {
        try names(inDirectory: Self.directory).filter { $0.hasSuffix(".dev") }.map {
            ($0, try installedFile(String($0.dropLast(4))))
        }
    }

    @Test("can all be read")
    func parse() throws {
        let files = try allFiles()
        #expect(files.count >= 61)
        #expect(files.allSatisfy { !$0.file.specifications.isEmpty })
        #expect(files.map(\.file.specifications.count).reduce(0, +) >= 68)
    }

    @Test("all make a driver that can begin every task")
    func drivers() throws {
        for (_, file) in try allFiles() {
            for specification in file.specifications {
                let name = specification.outlets?.first ?? outlet("1")
                for task in [SwitchTask.greet, .read(name), .command(.off, name)] {
                    var driver = try PowermanDriver(specification, outlets: [name])
                    let start = Moment(sinceStart: .zero)
                    let isSilent = driver.begin(task, at: start).isEmpty
                    #expect(!isSilent || task == .greet, "\(specification.name)")
                }
            }
        }
    }

    @Test(
        "lose the backslashes that they are known to lose",
        arguments: [
            ("sentry_cdu", 24), ("hpmpcell", 4), ("hpmpdome", 4), ("baytech-rpc18d-nc", 1),
            ("baytech-rpc3-nc", 0),
        ])
    func backslashes(_ name: String, _ count: Int) throws {
        let found = try installedFile(name).findings.count { finding in
            if case .lostBackslash = finding.fact { true } else { false }
        }
        #expect(found == count)
    }

    @Test("take a prompt alone for an off where they are known to")
    func promptOnly() throws {
        let known = [
            "baytech", "baytech-rpc3-nc", "baytech-rpc22", "baytech-rpc28-nc", "hpilo", "ilom",
            "lom",
            "sentry_cdu", "swpdu", "wti",
        ]
        for name in known {
            let facts = try installedFile(name).findings.map(\.fact)
            #expect(facts.contains(.promptOnlyOff), "\(name)")
        }
        for name in ["wti-rps10", "cyclades-pm8"] {
            let facts = try installedFile(name).findings.map(\.fact)
            #expect(!facts.contains(.promptOnlyOff), "\(name)")
        }
    }

    @Test("have one that reads nothing back")
    func noStatus() throws {
        let file = try installedFile("apc7920")
        #expect(file.findings.map(\.fact).contains(.noStatusScript))
        #expect(file.specifications.map(\.readsBack) == [.no])
    }
}
