// The modem control lines of a serial port, as wires: two that we drive, four that we can look at.

/// An output of the port.
package enum Lead: String, Hashable, Sendable, CaseIterable {
    case dtr
    case rts
}

package enum LeadLevel: String, Hashable, Sendable {
    case raised
    case lowered
}

/// An input of the port.
package enum SenseInput: String, Hashable, Sendable, CaseIterable {
    case cts
    case dsr
    case dcd
    case ri
}
