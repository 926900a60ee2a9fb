// What a check of the site file finds: where, what, and what to do about it.

/// A place in the file. Both count from 1; a column is a character, not a byte.
package struct SourcePosition: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static let start = SourcePosition(line: 1, column: 1)

    package var description: String { "\(line):\(column)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A value and where it stands.
package struct Positioned<Value> {
    package let value: Value
    package let position: SourcePosition

    package init(_ value: Value, at position: SourcePosition) {
        self.value = value
        self.position = position
    }
}

/// By the values: a line that has moved says the same.
extension Positioned: Equatable where Value: Equatable {
    package static func == (left: Self, right: Self) -> Bool { left.value == right.value }
}
extension Positioned: Hashable where Value: Hashable {
    package func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
extension Positioned: Sendable where Value: Sendable {}

/// One finding, printed as compilers print theirs: `picket.yaml:12:5: error: what; advice`.
package struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable {
        /// The file is refused.
        case error
        /// The file is taken, and somebody should look.
        case warning
    }

    package let severity: Severity
    package let path: String
    package let position: SourcePosition
    /// What is wrong, with the names that it is about.
    package let what: String
    /// What to do.
    package let advice: String

    package init(
        _ severity: Severity, path: String, at position: SourcePosition, _ what: String,
        _ advice: String
    ) {
        self.severity = severity
        self.path = path
        self.position = position
        self.what = what
        self.advice = advice
    }

    package var description: String {
        "\(path):\(position): \(severity.rawValue): \(what); \(advice)"
    }
}

/// The file cannot be used. Holds every error, not only the first, in the order of the file, and
/// the warnings that do not depend on what was in error.
package struct SiteRefused: Error, Hashable, Sendable, CustomStringConvertible {
    package let findings: [Diagnostic]

    package init(_ findings: [Diagnostic]) { self.findings = findings }

    package var description: String { findings.map(\.description).joined(separator: "\n") }
}

/// Gathers findings.
struct Findings {
    /// So many are told of; who has more has another kind of file.
    static let limit = 100

    let path: String
    private(set) var worst: Diagnostic.Severity?
    private var gathered: [Diagnostic] = []
    private var untold = 0

    init(path: String) { self.path = path }

    /// In the order of the file.
    var all: [Diagnostic] {
        let told = gathered.sorted { $0.position < $1.position }
        guard let worst, let last = told.last, untold > 0 else { return told }
        let rest = Diagnostic(
            worst, path: path, at: last.position, "\(untold) more findings are not shown",
            "correct these first")
        return told + [rest]
    }

    // Texts are made only for findings that are told of: a suggestion can cost a search.

    mutating func error(
        _ position: SourcePosition, _ what: @autoclosure () -> String,
        _ advice: @autoclosure () -> String
    ) {
        worst = .error
        guard isWorthTelling() else { return }
        gathered.append(Diagnostic(.error, path: path, at: position, what(), advice()))
    }

    mutating func warning(
        _ position: SourcePosition, _ what: @autoclosure () -> String,
        _ advice: @autoclosure () -> String
    ) {
        worst = worst ?? .warning
        guard isWorthTelling() else { return }
        gathered.append(Diagnostic(.warning, path: path, at: position, what(), advice()))
    }

    private mutating func isWorthTelling() -> Bool {
        if gathered.count < Self.limit { return true }
        untold += 1
        return false
    }
}
