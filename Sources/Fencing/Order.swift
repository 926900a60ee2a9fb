// Orders to the lines, and what comes back.

/// Change one outlet. Generic over the receipt, because only a durable record may move power:
/// without a receipt for the shot's grant this value does not exist.
package struct PowerOrder<Proof: Receipt>: Hashable, Sendable {
    package let id: OrderID
    package let outlet: Outlet
    package let command: PowerCommand
    /// After this moment the order is not begun any more, and its outcome is reported as it is.
    package let deadline: Moment
    package let proof: Proof

    package init(
        id: OrderID, outlet: Outlet, command: PowerCommand, deadline: Moment, proof: Proof
    ) {
        self.id = id
        self.outlet = outlet
        self.command = command
        self.deadline = deadline
        self.proof = proof
    }
}

/// Read one outlet anew. Changes nothing.
package struct ReadOrder: Hashable, Sendable {
    package let id: OrderID
    package let outlet: Outlet
    package let deadline: Moment

    package init(id: OrderID, outlet: Outlet, deadline: Moment) {
        self.id = id
        self.outlet = outlet
        self.deadline = deadline
    }
}

/// How an order ended.
package struct PowerReport: Hashable, Sendable {
    package var order: OrderID
    package var outlet: Outlet
    /// From a reading that began after the last byte of the order's command was sent.
    package var state: PowerState
    /// Before the reading's first byte was sent, and after the last byte of the order's command: what
    /// happened later is not in the state. Nil where nothing was read.
    package var began: Moment?
    /// When the last byte of the last command was sent; nil if none was.
    package var lastCommandAt: Moment?
    /// Why the state is unknown, or what else a person should hear: what was tried, what was seen.
    package var trouble: String?
    /// Whether what came, or did not come, says anything about the switch.
    package var attempt: Attempt
    /// What went over the wire for a command that did not do what it should, for the log: printable
    /// ASCII, shortened, without passwords.
    package var wire: String?

    package init(
        order: OrderID, outlet: Outlet, state: PowerState, began: Moment? = nil,
        lastCommandAt: Moment?, trouble: String?, attempt: Attempt = .whole, wire: String? = nil
    ) {
        self.order = order
        self.outlet = outlet
        self.state = state
        self.began = began
        self.lastCommandAt = lastCommandAt
        self.trouble = trouble
        self.attempt = attempt
        self.wire = wire
    }

    package enum Attempt: Hashable, Sendable {
        case whole
        /// The switch was not asked yet, or had no time to answer.
        case cutShort
    }
}
