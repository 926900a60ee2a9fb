// Everything that can be known before anything is opened: the site file read and checked, its
// drivers made. `picket check` and `picketd --check` stop here.

internal import Drivers
package import Fencing
internal import Lines
internal import LinuxSystem
internal import SSHDoor
package import SiteConfiguration

package struct SitePlan: Sendable {
    package let file: SiteFile
    package let site: Site
    /// Findings that do not stop it.
    package let warnings: [Diagnostic]
    let drivers: [SwitchName: any SwitchDriver]
    let addresses: [ListenAddress]
    let settings: [SwitchName: LineSettings]

    /// The largest site file that is read, in bytes.
    private static let largestFile = 1 << 20

    /// Reads and checks; a refusal holds everything that was found.
    package init(reading path: String) throws(StartError) {
        let bytes: [UInt8]
        do throws(SystemCallError) {
            bytes = try FileContent.read(path, atMost: Self.largestFile)
        } catch {
            throw .system(
                "site file: \(error): write one there with `picket init \(path)`, "
                    + "or name another with --site")
        }
        do throws(SiteRefused) {
            file = try SiteFile(reading: bytes, path: path)
            let shelf = DriverShelf(file)
            var errors = shelf.errors + Self.hostKeyFindings(file)
            addresses = Self.addresses(file, &errors)
            settings = Self.settings(file, shelf, &errors)
            guard errors.isEmpty else { throw SiteRefused(errors) }
            site = try file.site(latencies: shelf.latencies)
            drivers = shelf.drivers
            warnings =
                file.warnings + Self.accessFindings(file) + file.lineFindings() + shelf.findings
        } catch {
            throw .site(error.findings)
        }
    }

    /// Who can do nothing with this file: people, because it names none; picketd, where only root can
    /// read it.
    private static func accessFindings(_ file: SiteFile) -> [Diagnostic] {
        let path = file.path
        let nobody = file.diagnostic(
            .warning, at: .start, "the site has no operator",
            "nobody can admit a node again or confirm an off: add one under `operators`")
        let people = file.operators.isEmpty ? [nobody] : []
        if PrivateFile.daemonCanRead(path) { return people }
        return people + [
            file.diagnostic(
                .warning, at: .start, "root reads this file, and picketd as the user picket cannot",
                "run: chown root:picket \(path) && chmod 640 \(path)")
        ]
    }

    private static func addresses(
        _ file: SiteFile, _ errors: inout [Diagnostic]
    ) -> [ListenAddress] {
        file.appliance.listen.compactMap { text in
            do throws(ListenError) {
                return try ListenAddress(text.value)
            } catch {
                errors.append(
                    file.diagnostic(
                        .error, at: text.position, error.description,
                        "write an address of this machine and a port, or *:22"))
                return nil
            }
        }
    }

    private static func settings(
        _ file: SiteFile, _ shelf: DriverShelf, _ errors: inout [Diagnostic]
    ) -> [SwitchName: LineSettings] {
        var settings: [SwitchName: LineSettings] = [:]
        for (name, line) in file.lines.sorted(by: { $0.key < $1.key }) {
            guard let driver = shelf.drivers[name] else { continue }
            do throws(LineSettingsError) {
                settings[name] = try LineSettings(
                    parsing: line.settings?.value ?? driver.traits.lineSettings)
            } catch {
                errors.append(
                    file.diagnostic(
                        .error, at: line.settings?.position ?? line.name.position,
                        error.description, "or leave `settings` out: the driver has its own"))
            }
        }
        return settings
    }
}
