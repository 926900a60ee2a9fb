// What a worker needs of a line, whatever carries the bytes.

package import LinuxSystem

/// A way to a switch that can be opened: a serial port's path, a concentrator's address.
package protocol LinePort: Sendable, CustomStringConvertible {
    /// Opens it for us alone, or says why not. Must not wait for the other side.
    func open() throws(PortError) -> any OpenLine
}

/// An open line, used by one thread. It closes with its last reference; bytes that have not left
/// the machine by then never do.
package protocol OpenLine: AnyObject {
    /// Watched for readability, and for room to write where `write` took less than it was given.
    var descriptor: Int32 { get }
    /// What is there; nil if nothing is. A line that is gone is an error.
    func read(atMost limit: Int) throws(PortError) -> [UInt8]?
    /// Takes what fits, and says how much that was.
    func write(_ bytes: ArraySlice<UInt8>) throws(PortError) -> Int
    /// Nil when every byte written has left the machine; else how long to wait before asking
    /// again. Returns within the time that the hardware's own buffer needs.
    func timeToDrain() throws(PortError) -> Duration?
}

package enum PortError: Error, Hashable, Sendable, CustomStringConvertible {
    case call(SystemCallError)
    /// Another program uses the port; `holder` is its process, where that can be known.
    case busy(port: String, holder: Int32?, evidence: String)
    case unreadableLock(port: String, lock: String)
    case settingsRefused(port: String, wanted: LineSettings)
    /// The other side, or the device itself, is gone.
    case hungUp(port: String)

    package var description: String {
        switch self {
        case .call(let error): error.description
        case .busy(let port, let holder?, let evidence):
            "\(port) is in use by process \(holder) (\(evidence)); end that program first"
        case .busy(let port, nil, let evidence):
            "\(port) is in use (\(evidence)); `fuser \(port)` names the program to end"
        case .unreadableLock(let port, let lock):
            "\(port) has a lock file without a process number; remove \(lock) if nothing uses the port"
        case .settingsRefused(let port, let wanted):
            "\(port) does not take the settings \(wanted): its hardware knows others only"
        case .hungUp(let port): "\(port) has hung up"
        }
    }
}
