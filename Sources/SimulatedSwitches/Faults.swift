// The ways in which a simulated switch misbehaves. All of them can be had together.

package import Fencing

package struct Faults: Hashable, Sendable {
    package var habits: Set<Habit> = []
    /// Everything that arrives is taken up this much later: it answers late and acts late.
    package var late: Duration = .zero
    /// It acts this much after it has answered, or would have.
    package var actsLate: Duration = .zero
    /// Outlets that nothing switches off: the contact is welded.
    package var stuckOn: Set<OutletName> = []
    /// Outlets that nothing switches on.
    package var stuckOff: Set<OutletName> = []
    /// Which bytes to the switch are lost, counted from 1 since the faults were set.
    package var losesReceived: Set<Int> = []
    /// Which bytes from the switch are lost, counted from 1 since the faults were set.
    package var losesSent: Set<Int> = []
    /// Asked about another outlet, it tells of this one: the row, the name or the bit is this one's.
    /// A table of all outlets has its row only.
    package var answersFor: OutletName?
    /// How many bytes of line noise come before each answer.
    package var noise: Int = 0
    /// The time that each byte from the switch takes.
    package var pace: Duration = .zero
    /// After a command, so many answers about outlets say that it is still under way (WTI, APC
    /// and Sentry; the others know no such words).
    package var pending: Int = 0
    /// The line drops, once, when this many bytes have passed in either direction since the
    /// faults were set.
    package var dropsAfter: Int?

    package init() {}

    /// What a switch does or does not do, without a measure.
    package enum Habit: String, Hashable, Sendable, CaseIterable {
        /// Acts, and says nothing.
        case mute
        /// Neither acts nor answers.
        case deaf
        /// Sends something else in place of every byte, as a line at the wrong speed does.
        case garbage
        /// Sends back what it is sent.
        case echo
        /// Asks before it switches. (An RPS-10 has no such setting.)
        case confirm
        /// Takes every command for a mistake: a BayTech says so, an RPS-10 is silent.
        case refuse
        /// Gives every answer twice.
        case duplicate
        /// Somebody else is logged in, and nobody is let in beside him.
        case occupied
        /// Long answers come in pages.
        case pager
        /// Logs out whoever has typed nothing for five seconds.
        case logoff
        /// Ends its lines with LF, CR, or LF CR instead of CR LF.
        case lf
        case cr
        case lfcr
        /// Gives every answer as somebody else: another unit, another outlet, another question.
        /// (Where answers name nobody, they stay as they are.)
        case foreign
        /// The checksum of every answer is wrong, where answers have one.
        case badChecksum = "bad-checksum"
        /// Says twice that it is busy before it takes anything, where a language has a word for
        /// that.
        case notYet = "not-yet"
        /// A BMC says when it is ready for more, more often than it need.
        case handshake
        /// A UPS tells of other things in the middle of every answer.
        case alerts
        /// A BayTech gives its prompt as soon as the relay has clicked, not 100 ms later.
        case prompt
    }

    package func has(_ habit: Habit) -> Bool { habits.contains(habit) }

    /// The outlets that it tells of when it is asked about these.
    func told(_ asked: [OutletName]) -> [OutletName] { answersFor.map { [$0] } ?? asked }

    /// The outlet that it tells of when it is asked about this one.
    func told(_ asked: OutletName) -> OutletName { answersFor ?? asked }

    /// The largest values: a simulated switch is for people who wait, and has finite memory.
    package static let longestDelay = Duration.seconds(3600)
    package static let largestCount = 1_000_000
    package static let mostNoise = 256
}
