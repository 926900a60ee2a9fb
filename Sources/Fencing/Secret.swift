// A text that must not be read by accident.

/// A password. Printing, describing or dumping one shows that there is one, and nothing else: it
/// cannot get into a log, an error or a reply by way of whatever holds it.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// For whoever has to send it.
    package let revealed: String

    /// 1...64 printable ASCII characters.
    package init?(_ text: String) {
        guard (1...Self.longest).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        revealed = text
    }

    package static let longest = 64

    package var description: String { "(a secret)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
