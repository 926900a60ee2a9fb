// Scalars that are more than words.

internal import Fencing

/// Which code, or which device specification, speaks with a switch. Whether it exists is for the
/// owner of the drivers to say.
package enum DriverReference: Hashable, Sendable, CustomStringConvertible {
    /// A driver of this program: `baytech`.
    case builtIn(String)
    /// A powerman device file; the specification may be left out where the file has only one.
    case powerman(path: String, specification: String?)
    /// A file in which the site describes a switch with a prompt.
    case console(path: String)

    /// Reads `NAME`, `console:/PATH`, `powerman:/PATH` and `powerman:/PATH#SPECIFICATION`.
    package init?(_ text: String) {
        let console = "console:"
        if text.hasPrefix(console) {
            let path = String(text.dropFirst(console.count))
            guard isPath(path) else { return nil }
            self = .console(path: path)
            return
        }
        let prefix = "powerman:"
        guard text.hasPrefix(prefix) else {
            guard let name = Name<DriverKind>(text) else { return nil }
            self = .builtIn(name.text)
            return
        }
        let parts = text.dropFirst(prefix.count).split(
            separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first.map({ String($0) }), isPath(path) else { return nil }
        let specification = parts.dropFirst().first.map { String($0) }
        if let specification, Name<DriverKind>(specification) == nil { return nil }
        self = .powerman(path: path, specification: specification)
    }

    package var description: String {
        switch self {
        case .builtIn(let name): name
        case .console(let path): "console:\(path)"
        case .powerman(let path, let specification):
            "powerman:\(path)" + (specification.map { "#\($0)" } ?? "")
        }
    }

    private enum DriverKind {}
}

/// An absolute path written the one plain way, so that two texts are the same path only if they are
/// equal (links aside): graphic ASCII, nothing empty, `.` or `..` between the slashes.
func isPath(_ text: String) -> Bool {
    guard text.hasPrefix("/"), text.utf8.count <= SiteLimits.longestPath,
        text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return false }
    let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    return parts.allSatisfy { !["", ".", ".."].contains($0) }
}
