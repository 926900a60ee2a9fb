// One way in which a BMC talks on a serial line: how messages are framed, and how we make ourselves
// heard before any of them is obeyed.

internal import Fencing

protocol IPMIPort: Sendable {
    var name: String { get }
    /// What was sent last holds a password, and may be echoed.
    var mayHearSecret: Bool { get }
    /// The beginning, and each further step, of making ourselves heard.
    mutating func connect(after event: IPMIConnectEvent) -> IPMIConnectStep
    /// The last step of that once more, because no answer came. No answer to what was sent before
    /// counts any more.
    mutating func connectAgain() -> [UInt8]
    /// The bytes of a request. From now on only its own answer is one.
    mutating func frame(_ request: IPMIRequest) -> [UInt8]
    /// The answer that is complete with this byte, to what was sent last.
    mutating func take(_ byte: UInt8) -> IPMIReply?
    /// What was sent last is not waited for any more, and nothing of its answer counts.
    mutating func forget()
    /// Ends the conversation; empty where there is nothing to end.
    mutating func farewell() -> [UInt8]
}

enum IPMIConnectEvent {
    case begun
    /// The silence that was asked for is over.
    case rested
    case answered(IPMIReply)
    /// No answer came, and it goes on as if there had been one: an off is worth sending even to a
    /// BMC that is not heard.
    case silence
}

enum IPMIConnectStep {
    /// An answer is awaited.
    case send([UInt8])
    /// No answer need come; say nothing for so long.
    case sendAndRest([UInt8], Duration)
    case connected
    /// Why nobody is let in. It is not tried again at once.
    case turnedAway(String)
}

extension IPMIPort {
    /// The port may be shared with the machine's own console. This gives it to the BMC; where it is
    /// the BMC's already, it ends whatever message is under way. (Microsoft's VT-UTF8 conventions,
    /// MS-VUVP 2.2.1, which Intel's and others' BMCs follow.)
    static var portSwitch: [UInt8] { [0x1B, UInt8(ascii: "(")] }
    /// A BMC says something to that within a second, or nothing.
    static var portSwitchTime: Duration { .milliseconds(250) }
}
