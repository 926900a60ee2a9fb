// The text by which a site tells its switches apart: two adapters that come back with each other's
// names are two lines to the wrong switches.

internal import Fencing

/// What the switch has shown since its line was opened, and whether the text that it has to show was
/// among it.
struct ShownIdentity: Sendable {
    let expected: String
    private(set) var isShown = false
    private let awaited: [UInt8]
    /// As many of the latest characters as the text has.
    private var latest: [UInt8] = []
    /// For people.
    private var quotable: [UInt8] = []

    /// Of what is quoted, in bytes.
    private static let longestQuote = 120

    /// What may repeat a password is compared, and never quoted.
    enum Quoting { case allowed, secret }

    init(_ expected: String) {
        self.expected = expected
        awaited = Array(expected.utf8)
    }

    /// The line was opened (again): another switch may be on it.
    mutating func forget() {
        isShown = false
        latest = []
        quotable = []
    }

    /// Looks at printable characters only: what stands between them moves a cursor.
    mutating func hear(_ bytes: [UInt8], _ quoting: Quoting) {
        for byte in bytes where !isShown && (0x20...0x7E).contains(byte) {
            if latest.count == awaited.count { latest.removeFirst() }
            latest.append(byte)
            isShown = latest == awaited
            guard quoting == .allowed else { continue }
            if quotable.count == Self.longestQuote { quotable.removeFirst() }
            quotable.append(byte)
        }
    }

    /// Why nothing is asked or commanded; nil where it was shown.
    var objection: String? {
        if isShown { return nil }
        let last = String(decoding: quotable, as: UTF8.self)
        let seen = quotable.isEmpty ? "it showed nothing that may be quoted" : "it showed `\(last)`"
        return
            "it did not show its identity `\(expected)`: \(seen). Another switch may be at the end "
            + "of this line"
    }
}
