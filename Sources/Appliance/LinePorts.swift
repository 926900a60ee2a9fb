// From the site file's words about a line to the port that is opened.

package import Drivers
package import Lines
internal import LinuxSystem
package import SiteConfiguration

extension LineDescription {
    func port(
        _ settings: LineSettings, _ traits: DriverTraits, lockDirectory: String
    ) -> any LinePort {
        line.value.port(
            settings, modemLines.map(LeadLevel.init) ?? traits.modemLines,
            lockDirectory: lockDirectory)
    }
}

extension LineReference {
    package func port(
        _ settings: LineSettings, _ level: LeadLevel, lockDirectory: String
    ) -> any LinePort {
        switch self {
        case .serial(let path):
            SerialPort(
                path: path, settings: settings, modemLines: level, lockDirectory: lockDirectory)
        case .network(let language, let host, let port):
            NetworkPort(
                NetworkPort.Language(language), host: host, port: port, settings: settings,
                modemLines: level)
        }
    }
}

extension LeadLevel {
    fileprivate init(_ written: LineDescription.ModemLines) {
        switch written {
        case .raised: self = .raised
        case .lowered: self = .lowered
        }
    }
}

extension NetworkPort.Language {
    fileprivate init(_ written: LineReference.Language) {
        switch written {
        case .tcp: self = .raw
        case .telnet: self = .telnet
        case .rfc2217: self = .rfc2217
        }
    }
}

extension SiteFile {
    /// Lines whose settings and names will not do what their writer meant: what only somebody who
    /// can look at this machine sees.
    func lineFindings() -> [Diagnostic] {
        let hosts: HostsFile
        do throws(SystemCallError) {
            hosts = try HostsFile()
        } catch {
            return []
        }
        return lines.values.sorted { $0.name.value < $1.name.value }.flatMap {
            findings(of: $0, hosts)
        }
    }

    private func findings(of line: LineDescription, _ hosts: HostsFile) -> [Diagnostic] {
        guard case .network(let language, let host, let port) = line.line.value else { return [] }
        var findings: [Diagnostic] = []
        if hosts.address(of: host, port: port) == nil {
            findings.append(
                diagnostic(
                    .warning, at: line.line.position,
                    "nobody on this machine knows the host \(host) of switch \(line.name.value)",
                    "write its address, or add it to \(HostsFile.path): name servers are not asked")
            )
        }
        switch language {
        case .rfc2217: break
        case .tcp, .telnet:
            if let settings = line.settings {
                findings.append(
                    diagnostic(
                        .warning, at: settings.position,
                        "settings of switch \(line.name.value) are not sent over \(language.rawValue)",
                        "set the concentrator's port to them, or write rfc2217: if it speaks that"))
            }
        }
        return findings
    }
}
