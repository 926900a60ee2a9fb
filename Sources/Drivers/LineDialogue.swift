// The contract between a line and the conversation on it.
//
// A dialogue is pure: bytes and moments in, bytes and deadlines out. It never learns what carries
// the bytes, and whoever carries them never learns what they mean. One job at a time; a job ends
// with exactly one `finish`.

package import Fencing

package protocol LineDialogue: Sendable {
    /// No job is under way: `begin` may be called.
    var isIdle: Bool { get }
    /// The line is open (again): nothing is known of what the switch makes of it.
    mutating func lineOpened(at now: Moment) -> [LineStep]
    /// The line is gone. A job under way stays under way: it goes on by reading when the line is
    /// back, or ends as unknown at its deadline. Nothing is ever sent again by itself.
    mutating func lineLost(_ reason: String, at now: Moment) -> [LineStep]
    /// Only while idle. May be called while the line is down.
    mutating func begin(_ job: LineJob, at now: Moment) -> [LineStep]
    mutating func received(_ bytes: [UInt8], at now: Moment) -> [LineStep]
    /// Every byte of every `send` has left the machine (tcdrain has returned), and every lead is
    /// where `move` wants it.
    mutating func sent(at now: Moment) -> [LineStep]
    /// What `sense` asked for: the inputs of the port that are raised now.
    mutating func sensed(_ raised: Set<SenseInput>, at now: Moment) -> [LineStep]
    /// The moment last named by `wake` has come.
    mutating func timePassed(at now: Moment) -> [LineStep]
    /// An order to switch waits, and the reading under way is not being answered: it ends as unknown.
    /// Does nothing where a command is under way, or nothing.
    mutating func giveWay(at now: Moment) -> [LineStep]
    /// Only while idle: the line is to be closed for others to use. Says goodbye, if there is a
    /// way, and ends with `hangUp`; until then it is not idle.
    mutating func leave(at now: Moment) -> [LineStep]
}

extension LineDialogue {
    package mutating func sensed(_ raised: Set<SenseInput>, at now: Moment) -> [LineStep] { [] }

    package mutating func giveWay(at now: Moment) -> [LineStep] { [] }

    package mutating func leave(at now: Moment) -> [LineStep] {
        [.hangUp("left, because nothing was to do")]
    }
}

package enum LineJob: Hashable, Sendable {
    /// Command the outlet, then read it until it is as commanded or `until` has come. Not begun
    /// at all after `until`.
    case turn(PowerCommand, OutletName, until: Moment)
    /// Read the outlet anew.
    case read(OutletName, until: Moment)
}

package enum LineStep: Hashable, Sendable {
    case send([UInt8])
    /// A password: the same, and no trace of the line ever shows it.
    case sendSecret([UInt8])
    /// Raise or lower an output of the port, after everything that was sent before.
    case move(Lead, LeadLevel)
    /// Look at the inputs of the port.
    case sense
    /// Call `timePassed` at this moment; replaces the moment named before.
    case wake(Moment)
    /// Forget the moment named before.
    case sleep
    /// The reading of the job under way has told of these outlets, too.
    case alsoRead([OutletName: PowerState])
    case finish(Finding)
    /// Something about the line that somebody should know, whether or not a job is under way.
    case notice(String)
    /// Close the line and open it anew: the conversation is lost. `lineLost` follows with the same
    /// reason, then, when the line is back, `lineOpened`.
    case hangUp(String)
}

/// What a job found.
package struct Finding: Hashable, Sendable {
    package var state: PowerState
    /// When the last byte of the last command was sent; nil if none was.
    package var lastCommandAt: Moment?
    /// What was tried, what was seen: for a person. Nil where all went as it should.
    package var trouble: String?

    package init(_ state: PowerState, lastCommandAt: Moment? = nil, trouble: String? = nil) {
        self.state = state
        self.lastCommandAt = lastCommandAt
        self.trouble = trouble
    }
}
