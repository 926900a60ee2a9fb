// Why the daemon did not start, and the exit status that says so.

internal import Ledger
package import SiteConfiguration

package enum StartError: Error, CustomStringConvertible {
    /// The site file: every finding, with its place.
    case site([Diagnostic])
    case ledger(String)
    case door(String)
    case system(String)

    package var description: String {
        switch self {
        case .site(let findings): findings.map(\.description).joined(separator: "\n")
        case .ledger(let why), .door(let why), .system(let why): why
        }
    }

    /// As in sysexits.h: 78 for a configuration that somebody must mend (a restart does not help),
    /// 71 for what the system refused.
    package var exitStatus: Int32 {
        switch self {
        case .site: 78
        case .ledger, .door, .system: 71
        }
    }
}
