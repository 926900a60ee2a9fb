// One model's language, as a pure machine that does one task at a time.
//
// A driver knows how to log in, how to command an outlet and how to read one. What holds for every
// model (when to believe, when to repeat, when to give up) is not its business: `SwitchSession`
// does that, the same for all of them.

package import Fencing

package protocol SwitchDriver: Sendable {
    var traits: DriverTraits { get }
    /// When it wants `timePassed`; nil while only bytes can move it on.
    var wakesAt: Moment? { get }
    /// Only without a task under way.
    mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep]
    /// Takes bytes from the front until it has something to say to them; the others are handed in
    /// again, if the task still goes on then. Of `bytes`, which are not empty, it takes one at least.
    mutating func received(_ bytes: inout ArraySlice<UInt8>, at now: Moment) -> [DriverStep]
    /// Every byte of every `send` has left the machine, and every lead is where `move` wants it.
    mutating func sent(at now: Moment) -> [DriverStep]
    mutating func timePassed(at now: Moment) -> [DriverStep]
    /// What `sense` asked for: the inputs that are raised now.
    mutating func sensed(_ raised: Set<SenseInput>, at now: Moment) -> [DriverStep]
    /// Why this cannot be the name of one outlet of the model, where `traits` do not list them.
    func objection(to outlet: OutletName) -> String?
    /// Bytes that came while no task was under way. Why nothing that is read on this line can be
    /// believed before the maximal latency has passed, if they show that: that somebody else talks on
    /// it, say.
    mutating func heardUnasked(_ bytes: [UInt8], at now: Moment) -> String?
    /// The task under way is given up in the middle: nothing is known of where the switch stands.
    /// Leads that it has moved are put back by whoever gives it up.
    mutating func abandon()
    /// Whether anything that can act was sent for the latest command: waking a switch and logging
    /// in cannot. For words only; who cannot tell says yes.
    var hasCommanded: Bool { get }
    /// The latest reading says that an order has yet to act: the outlet does not stay as it reads,
    /// however long ago the order was given.
    var isCountingDown: Bool { get }
    /// What the answer of the latest reading says of other outlets, as good as what it says of the one
    /// that was asked about. Only where that was on or off.
    var alsoRead: [OutletName: PowerState] { get }
    /// What was sent last holds a password, and what comes now may repeat it: neither is kept, and
    /// nobody is shown it. Nothing that is sent before this is so holds one.
    var mayHearSecret: Bool { get }
    /// Whether an identity can stand in what it shows when it is greeted.
    var greets: GreetsWith { get }
    /// What ends the conversation, between two tasks; empty where nobody is logged in.
    mutating func leave() -> [UInt8]
    /// The same where the line is to be closed afterwards: it may hear the switch out, and ends.
    /// Whatever it ends with, the line is closed then.
    mutating func sayGoodbye(at now: Moment) -> [DriverStep]
}

extension SwitchDriver {
    package var hasCommanded: Bool { true }
    package var isCountingDown: Bool { false }
    package var alsoRead: [OutletName: PowerState] { [:] }
    package func objection(to outlet: OutletName) -> String? { nil }
    package mutating func heardUnasked(_ bytes: [UInt8], at now: Moment) -> String? { nil }
    package var mayHearSecret: Bool { false }
    package var greets: GreetsWith { .bytes }
    package mutating func leave() -> [UInt8] { [] }

    package mutating func sayGoodbye(at now: Moment) -> [DriverStep] {
        let bytes = leave()
        return (bytes.isEmpty ? [] : [.send(bytes)]) + [.end(.acknowledged)]
    }

    /// For a switch that is not sensed.
    package mutating func sensed(_ raised: Set<SenseInput>, at now: Moment) -> [DriverStep] { [] }
}

/// A driver that looks at each byte by itself.
package protocol BytewiseDriver: SwitchDriver {
    mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep]
}

extension BytewiseDriver {
    package mutating func received(
        _ bytes: inout ArraySlice<UInt8>, at now: Moment
    ) -> [DriverStep] {
        while let byte = bytes.popFirst() {
            let steps = received(byte, at: now)
            if !steps.isEmpty { return steps }
        }
        return []
    }
}

package enum SwitchTask: Hashable, Sendable {
    /// Log in where there is a login, and see that the switch listens.
    case greet
    case command(PowerCommand, OutletName)
    case read(OutletName)
}

package enum DriverStep: Hashable, Sendable {
    case send([UInt8])
    /// Raise or lower an output of the port, after everything that was sent before.
    case move(Lead, LeadLevel)
    /// Look at the inputs of the port: `sensed` follows.
    case sense
    /// The task is over; no step follows.
    case end(TaskEnd)
}

/// How a task ended.
package enum TaskEnd: Hashable, Sendable {
    case greeted
    /// The command was taken. That is not proof of anything.
    case acknowledged
    /// What the switch says of the very outlet that was asked about; the remark says why it is
    /// unknown.
    case reading(PowerState, remark: String?)
    /// The switch, or the driver before it sent anything, said no.
    case refused(String)
    /// The conversation is not where it should be.
    case broken(String)
    /// No answer, or none that the driver knows: the session says which, and what came.
    case unanswered
    /// The switch has answered that it does not listen now. Nothing was sent but what wakes it, and
    /// that is answered.
    case turnedAway(String)
    /// The switch has answered, and not in a language that the driver knows.
    case strange(String)
}

/// What a switch answers a greeting with.
package enum GreetsWith: Hashable, Sendable {
    /// Lines for a person: a banner, a menu, a prompt.
    case text
    case bytes
}

/// What is constant about a driver.
package struct DriverTraits: Hashable, Sendable {
    package var name: String
    package var readsBack: ReadBack
    /// The longest time that one task may take.
    package var patience: Duration
    /// The time after which nothing that was sent can still act or be answered, unless the site
    /// says otherwise.
    package var maximalLatency: Duration
    /// How a serial port is set, unless the site says otherwise: `9600,8n1`.
    package var lineSettings: String
    /// What DTR and RTS are while the port is open, unless the site says otherwise. A terminal that
    /// is ready raises both; an RPS-10 resets its port without DTR. Where a lead on these pins is
    /// the switch, raising them would press it.
    package var modemLines: LeadLevel
    /// The outlets that the model has; nil where that varies.
    package var outlets: [OutletName]?
    /// After so long without a task it is told to leave. Many switches listen to one person at a
    /// time, and nobody shall find a port at which we are logged in. Nil: there is no leaving.
    package var leavesAfter: Duration?

    package enum ReadBack: Hashable, Sendable {
        case yes
        /// Its best outcome is "commanded, not verified".
        case no
    }

    package init(
        name: String, readsBack: ReadBack, patience: Duration, maximalLatency: Duration,
        lineSettings: String = "9600,8n1", modemLines: LeadLevel = .raised,
        outlets: [OutletName]? = nil, leavesAfter: Duration? = nil
    ) {
        self.name = name
        self.readsBack = readsBack
        self.patience = patience
        self.maximalLatency = maximalLatency
        self.lineSettings = lineSettings
        self.modemLines = modemLines
        self.outlets = outlets
        self.leavesAfter = leavesAfter
    }
}
