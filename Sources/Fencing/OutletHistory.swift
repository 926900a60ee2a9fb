// What may be told of an outlet, and in which tense.
//
// A reading is as old as its beginning: what was commanded, or happened, after that is not in it. So
// no state comes out of here without the moment since when it must have been read, and what is
// older comes out as what it *was*, in a type that nothing takes for the present.

/// What was ordered of one outlet, and what it read.
package struct OutletHistory: Hashable, Sendable {
    private var reading: Reading?
    private var order: Order?
    /// What was read before does not count.
    private var doubtedAt: Moment?
    /// Why the latest attempt to read it brought nothing; nil where it brought something.
    package private(set) var trouble: String?

    private struct Reading: Hashable {
        let state: PowerState
        let began: Moment
    }

    /// The last command, from the moment at which it was handed out.
    private struct Order: Hashable {
        /// Nil where a life of the daemon before this one gave it.
        let id: OrderID?
        let command: PowerCommand?
        let handedOutAt: Moment
        /// It may act until then.
        var actsUntil: Moment
    }

    package init() {}

    /// From here on nothing is known of it, until a reading begins. The command may act until
    /// `actsUntil`, as long as its report does not say better.
    package mutating func ordered(
        _ id: OrderID, _ command: PowerCommand, at now: Moment, actsUntil: Moment
    ) {
        order = Order(id: id, command: command, handedOutAt: now, actsUntil: actsUntil)
    }

    /// What the daemon's life before has sent, whatever it was, may act until then.
    package mutating func assumeOrdered(at now: Moment, actsUntil: Moment) {
        order = Order(id: nil, command: nil, handedOutAt: now, actsUntil: actsUntil)
    }

    /// The switch may have been started anew: what it was then is what it was.
    package mutating func doubted(at now: Moment) { doubtedAt = now }

    /// `latency`: how long a command to this switch may take to act.
    package mutating func reported(_ report: PowerReport, latency: Duration) {
        if let order, order.id == report.order {
            // Once it was read as commanded, the command has acted.
            let isDone = report.state == order.command?.proof
            self.order?.actsUntil =
                isDone
                ? order.handedOutAt : report.lastCommandAt.map { $0 + latency } ?? order.handedOutAt
        }
        switch report.state {
        case .unknown:
            trouble = report.trouble ?? "\(report.outlet): read without an answer"
        case .on, .off:
            guard let began = report.began else { return }
            trouble = nil
            if let reading, reading.began > began { return }
            reading = Reading(state: report.state, began: began)
        }
    }

    /// What it is at `now`, if a reading says so that began after the last order (and, where `since`
    /// is given, not before that). While a command may still act, only what it was told to be counts.
    package func knowledge(since: Moment? = nil, at now: Moment) -> OutletKnowledge {
        guard let reading else { return .unknown(was: nil) }
        let age = now - reading.began
        let isOld = since.map { reading.began < $0 } ?? false
        guard !isOld, isAfterOrder(reading) else {
            return .unknown(was: FormerReading(state: reading.state, ago: age))
        }
        return .read(reading.state, age: age)
    }

    private func isAfterOrder(_ reading: Reading) -> Bool {
        if let doubtedAt, reading.began < doubtedAt { return false }
        guard let order else { return true }
        guard reading.began >= order.handedOutAt else { return false }
        return reading.began >= order.actsUntil || reading.state == order.command?.proof
    }
}

/// What may be told of an outlet at one moment.
package enum OutletKnowledge: Hashable, Sendable {
    /// On or off, never unknown; the age is that of the reading's beginning.
    case read(PowerState, age: Duration)
    /// No reading counts. What an older one said is the past.
    case unknown(was: FormerReading?)

    package var state: PowerState {
        switch self {
        case .read(let state, age: _): state
        case .unknown: .unknown
        }
    }

    package var age: Duration? {
        switch self {
        case .read(_, let age): age
        case .unknown: nil
        }
    }

    package var former: FormerReading? {
        switch self {
        case .read: nil
        case .unknown(let was): was
        }
    }
}

/// What an outlet was when it was last read, and is not known to be any more. It has no state that
/// could be shown: only words in the past tense.
package struct FormerReading: Hashable, Sendable {
    private let state: PowerState
    package let ago: Duration

    package init(state: PowerState, ago: Duration) {
        self.state = state
        self.ago = ago
    }

    /// `off 37s ago`, to stand behind a "was".
    package var text: String { "\(state.rawValue) \(ago.aged) ago" }
}

extension PowerState {
    /// A node runs while any feed is on, and is off when all of them are.
    package init(ofFeeds states: [PowerState]) {
        if states.contains(.on) {
            self = .on
        } else if states.contains(.unknown) || states.isEmpty {
            self = .unknown
        } else {
            self = .off
        }
    }
}
