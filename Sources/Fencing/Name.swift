// Names of the things a site is made of.
//
// One rule for all of them: the characters that every neighbour of ours takes without quoting
// (ssh user names, Pacemaker's host lists, file names), so that a name never needs escaping.

/// A checked name. `Kind` is a phantom: a node's name cannot be passed for a switch's.
package struct Name<Kind>: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// 1...64 characters of `A-Z a-z 0-9 _ . -`, the first a letter, a digit or `_`.
    package init?(_ text: String) {
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(Self.allows),
            let first = text.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: ".")
        else { return nil }
        self.text = text
    }

    /// The same text as a name of another kind: one rule holds for all of them.
    package init<Other>(_ other: Name<Other>) { text = other.text }

    package var description: String { text }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }

    private static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

package enum NodeKind {}
package enum ClusterKind {}
package enum SwitchKind {}
package enum PrincipalKind {}

/// A machine that may be shot.
package typealias NodeName = Name<NodeKind>
/// A domain of arbitration: a key may only name nodes of its own cluster.
package typealias ClusterName = Name<ClusterKind>
/// A power switch: one line, one driver, some outlets.
package typealias SwitchName = Name<SwitchKind>
/// The SSH user name of a node or an operator.
package typealias PrincipalName = Name<PrincipalKind>
