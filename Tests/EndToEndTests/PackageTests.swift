// What the Debian packages rest on. The packages themselves are tried by deploy/bare-machine, which
// needs a system of its own.

import Foundation
import TestSupport
import Testing

@Suite("Packages")
struct PackageTests {
    private static let deploy = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../deploy").standardized.path

    @Test("Every program says the version that the packages have")
    func version() throws {
        let version = try Program.run("\(Self.deploy)/version", []).output
        #expect(version.contains(/^[0-9]+\.[0-9]+\.[0-9]+\n$/), "\(version)")
        for program in ["picketd", "picket", "fence_picket", "switch-simulator"] {
            let said = try Program.run("\(Program.products)/\(program)", ["--version"])
            #expect(said.output == "\(program) \(version)", "\(said)")
        }
    }

    @Test("The example site file has no errors and no warnings but that its ports are elsewhere")
    func example() throws {
        let result = try Program.run(
            "\(Program.products)/picketd",
            ["--check", "--site", "\(Self.deploy)/debian/examples/picket.yaml"])
        #expect(result.status == 0, "\(result)")
        let warnings = result.errors.split(separator: "\n").filter { $0.contains("warning") }
        #expect(warnings.allSatisfy { $0.contains("/dev/picket/at/") }, "\(warnings)")
    }

    @Test("Without a site file it says what to do")
    func noSiteFile() throws {
        let directory = TemporaryDirectory()
        let path = "\(directory.path)/picket.yaml"
        let result = try Program.run("\(Program.products)/picketd", ["--site", path])
        #expect(result.status == 71)
        #expect(result.errors.contains("picket init \(path)"), "\(result)")
    }
}
