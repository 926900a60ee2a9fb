// What a worker needs of a line, whatever carries the bytes.

package import Drivers
package import Fencing

/// A way to a switch that can be opened: a serial port's path, a concentrator's address.
package protocol LinePort: Sendable, CustomStringConvertible {
    /// Opens it for us alone, or says why not. Must not wait for the other side.
    func open() throws(PortError) -> any OpenLine
}

/// An open line, used by one thread. It closes with its last reference; bytes that have not left
/// the machine by then never do.
package protocol OpenLine: AnyObject {
    /// Watched for readability, and for room to write where `write` took less than it was given or
    /// `wantsRoom` says so.
    var descriptor: Int32 { get }
    /// The line has something of its own to write, or wants to hear that it is connected.
    var wantsRoom: Bool { get }

    /// Does what comes before the first byte of a conversation: a connection, settings that
    /// somebody has to agree to. Called again when the descriptor is ready or the moment has come,
    /// until it says `ready`; it throws when its own patience is over.
    func prepare(at now: Moment) throws(PortError) -> Readiness

    /// What is there; nil if nothing is. Empty where all that came was the line's own. A line that
    /// is gone is an error.
    func read(atMost limit: Int) throws(PortError) -> [UInt8]?
    /// Takes what fits, and says how much that was.
    func write(_ bytes: ArraySlice<UInt8>) throws(PortError) -> Int
    /// Nil when every byte written has left the machine, and every lead that was moved is where it
    /// should be; else how long to wait before asking again. Returns within the time that the
    /// hardware's own buffer needs.
    func timeToDrain() throws(PortError) -> Duration?

    /// Raises or lowers an output; `timeToDrain` tells when that is done.
    func move(_ lead: Lead, _ level: LeadLevel) throws(PortError)
    /// Asks for the inputs; what comes of it is found by `takeInputs`.
    func askInputs() throws(PortError)
    /// The inputs that are raised, once for each time that they were asked for.
    func takeInputs() throws(PortError) -> Set<SenseInput>?
}

package enum Readiness: Hashable, Sendable {
    case ready
    case notYet(lookAgainAt: Moment)
}

/// A line that can be used as soon as it is open, and has no leads.
extension OpenLine {
    package var wantsRoom: Bool { false }
    package func prepare(at now: Moment) throws(PortError) -> Readiness { .ready }
    package func move(_ lead: Lead, _ level: LeadLevel) throws(PortError) { throw .noLeads }
    package func askInputs() throws(PortError) { throw .noLeads }
    package func takeInputs() throws(PortError) -> Set<SenseInput>? { nil }
}
