// Why a line cannot be opened, or is gone: the port, what was seen, what to do.

internal import Fencing
package import LinuxSystem

package enum PortError: Error, Hashable, Sendable, CustomStringConvertible {
    case call(SystemCallError)
    /// The device is not there, or is so no longer.
    case vanished(port: String, SystemCallError)
    /// Another program uses the port; `holder` is its process, where that can be known.
    case busy(port: String, holder: Int32?, evidence: String)
    case unreadableLock(port: String, lock: String)
    case settingsRefused(port: String, wanted: LineSettings)
    /// The other side, or the device itself, is gone.
    case hungUp(port: String)
    /// This kind of line has no control lines, or not this one.
    case noLeads

    // Of a concentrator.
    case unknownHost(port: String, host: String)
    case noConnection(port: String, SystemCallError)
    /// It lets one caller in, and another is there.
    case heldByAnother(port: String, said: String)
    /// The same, most likely: it took the connection, and ended it without a word.
    case closedAtOnce(port: String, how: String)
    case noAnswer(port: String, to: String, within: Duration)
    case noComPort(port: String)
    case comPortRefused(port: String, wanted: String)
    case endlessOffers(port: String)

    package var description: String {
        switch self {
        case .call(let error): error.description
        case .vanished(let port, let error):
            "\(port) is not there (\(error)); is its adapter plugged in, and its name right?"
        case .busy(let port, let holder?, let evidence):
            "\(port) is in use by process \(holder) (\(evidence)); end that program first"
        case .busy(let port, nil, let evidence):
            "\(port) is in use (\(evidence)); `fuser \(port)` names the program to end"
        case .unreadableLock(let port, let lock):
            "\(port) has a lock file without a process number; remove \(lock) if nothing uses the port"
        case .settingsRefused(let port, let wanted):
            "\(port) does not take the settings \(wanted): its hardware knows others only"
        case .hungUp(let port): "\(port) has hung up"
        case .noLeads:
            "this line has no DTR, RTS or inputs: use a serial port or rfc2217:HOST:PORT"
        case .unknownHost, .noConnection, .heldByAnother, .closedAtOnce, .noAnswer, .noComPort,
            .comPortRefused, .endlessOffers:
            concentratorDescription
        }
    }
}

extension PortError {
    private var concentratorDescription: String {
        switch self {
        case .unknownHost(let port, let host):
            "\(port): \(host) has no address in \(HostsFile.path); add it there, or write its "
                + "address: name servers are not asked"
        case .noConnection(let port, let error):
            "\(port) cannot be reached (\(error)); look at the concentrator, the network between, "
                + "and whether this port is open to us"
        case .heldByAnother(let port, let said):
            "\(port) is held by another caller (it said `\(said)`); it is tried again while an "
                + "order waits. End the other session, or let it leave after a while"
        case .closedAtOnce(let port, let how):
            "\(port) took the connection and ended it at once (\(how)); mostly another caller "
                + "holds it, so it is tried again while an order waits"
        case .noAnswer(let port, let question, let patience):
            "\(port) did not answer to \(question) within \(patience.brief); look at the "
                + "concentrator"
        case .noComPort(let port):
            "\(port) does not speak RFC 2217; write telnet: or tcp: if its settings are right there"
        case .comPortRefused(let port, let wanted):
            "\(port) does not take \(wanted): its hardware knows others only"
        case .endlessOffers(let port):
            "\(port) negotiates telnet options without end; write tcp: if it is a raw port"
        case .call, .vanished, .busy, .unreadableLock, .settingsRefused, .hungUp, .noLeads: ""
        }
    }
}
