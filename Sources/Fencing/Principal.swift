// Who may ask.

/// An authenticated peer. The SSH user name is its name; the key proves it. Node names and
/// operator names share one name space.
package enum Principal: Hashable, Sendable, CustomStringConvertible {
    /// A member of a cluster. It may name only nodes of its own cluster, and only in good standing.
    case node(NodeName)
    /// A person. Needs no standing; is bound by the ledger, the verification, and one action per
    /// target like everybody else.
    case `operator`(PrincipalName)

    /// Its SSH user name.
    package var name: PrincipalName {
        switch self {
        case .node(let name): PrincipalName(name)
        case .operator(let name): name
        }
    }

    package var description: String { name.text }
}

/// What a node may do.
package enum Standing: String, Hashable, Sendable {
    /// May ask.
    case member
    /// A shot at it was granted, and its outcome is not known yet. Nothing it asks is granted.
    case doomed
    /// It was verified off since. It may look and reset itself; it is a member again when a member
    /// or an operator admits it. Never by time.
    case probation
}
