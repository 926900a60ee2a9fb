// The unit files, as systemd reads them; and what picketd does with what they give it.

import Fencing
import Foundation
import TestSupport
import Testing

@Suite("systemd")
struct SystemdTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../deploy/systemd").standardized.path

    @Test("The sandbox is as tight as docs/threats.md says")
    func exposure() throws {
        let result = try Program.run(
            "systemd-analyze",
            ["security", "--offline=true", "--threshold=20", "\(Self.folder)/picketd.service"])
        #expect(result.status == 0, "\(result.output.suffix(200))")
        let exposure = try #require(result.output.firstMatch(of: /exposure level .*: ([0-9.]+)/))
        let page = try String(
            contentsOfFile: "\(Self.folder)/../../docs/threats.md", encoding: .utf8)
        #expect(page.contains("exposure level \(exposure.1)"), "\(exposure.1)")
    }

    @Test("systemd has nothing to say against them")
    func verified() throws {
        let directory = TemporaryDirectory()
        let units = [
            "picketd.service", "picketd.socket", "picketd-retry.timer", "picket-status.service",
            "picket-status.timer",
        ]
        for unit in units {
            // The programs stand elsewhere here.
            let text = try String(contentsOfFile: "\(Self.folder)/\(unit)", encoding: .utf8)
            directory.write(
                unit,
                text.replacing("/usr/sbin/picketd", with: "\(Program.products)/picketd")
                    .replacing("/usr/bin/picket ", with: "\(Program.products)/picket ")
                    .replacing("Documentation=man:picketd(8) ", with: "Documentation=")
                    .replacing("Documentation=man:picket(1)", with: ""))
        }
        let result = try Program.run(
            "systemd-analyze",
            ["verify", "--man=no"] + units.map { "\(directory.path)/\($0)" })
        let complaints = result.errors.split(separator: "\n").filter { $0.contains("picket") }
        #expect(complaints.isEmpty, "\(complaints)")
    }

    @Test(
        "What a restart at once does not mend is tried again later; a reload waits for its verdict")
    func retry() throws {
        let service = try String(
            contentsOfFile: "\(Self.folder)/picketd.service", encoding: .utf8)
        #expect(service.contains("\nRestartPreventExitStatus=71 78\n"))
        #expect(service.contains("\nOnFailure=picketd-retry.timer\n"))
        #expect(service.contains("\nExecReload=/usr/bin/picket reload\n"))
    }

    private static func locked(under limit: String) throws -> Int {
        let town = try Town(before: ["prlimit", "--memlock=\(limit):\(limit)"])
        #expect(try town.ask("node1", "quorum").status == 0)
        let status = try Program.run("cat", ["/proc/\(town.daemon.process)/status"]).output
        let line = try #require(status.firstMatch(of: /VmLck:\s+([0-9]+) kB/))
        return try #require(Int(line.1))
    }

    @Test("Memory is left alone where so little may be locked that it would run out")
    func memoryLimited() throws {
        #expect(try Self.locked(under: "65536") == 0)
    }

    private static var mayLiftTheLimit: Bool {
        let tried = try? Program.run("prlimit", ["--memlock=unlimited:unlimited", "true"])
        return tried?.status == 0
    }

    @Test("Memory is locked where there is no limit to it", .enabled(if: mayLiftTheLimit))
    func memory() throws {
        #expect(try Self.locked(under: "unlimited") > 0)
    }
}
