// The sockets the door listens on: bound by us, or passed by systemd.

internal import Glibc
package import LinuxSystem

package enum Listeners {
    /// One socket per address.
    package static func bound(
        to addresses: [ListenAddress]
    ) throws(ListenError) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        for address in addresses { sockets.append(try bound(to: address)) }
        return sockets
    }

    private static func bound(to address: ListenAddress) throws(ListenError) -> ListeningSocket {
        do throws(SystemCallError) {
            switch address.place {
            case .one(let wanted): return try ListeningSocket(on: wanted)
            case .everywhere(let port): return try everywhere(port)
            }
        } catch {
            throw .failed(address.description, error)
        }
    }

    /// One socket for both protocols; on a machine without IPv6, for the one it has.
    private static func everywhere(_ port: UInt16) throws(SystemCallError) -> ListeningSocket {
        do throws(SystemCallError) {
            return try ListeningSocket(on: .anyV6(port: port), reach: .bothProtocols)
        } catch  where error.number == EAFNOSUPPORT || error.number == EADDRNOTAVAIL {
            return try ListeningSocket(on: .anyV4(port: port))
        }
    }

    /// The sockets that systemd has bound for this process (sd_listen_fds(3)): all descriptors from
    /// `first` on, whatever their names. Empty where it has passed none. The descriptors are owned
    /// from then on: once per process.
    package static func passed(
        _ activation: SocketActivation, first: Int32 = 3
    ) throws(ListenError) -> [ListeningSocket] {
        guard let process = activation.process, let text = activation.count else { return [] }
        // Meant for a parent of ours that did not remove the variables.
        guard process == String(getpid()) else { return [] }
        guard let count = Int32(text), (0...64).contains(count) else {
            throw .badActivation("LISTEN_FDS=\(text) is not a number from 0 to 64")
        }
        var sockets: [ListeningSocket] = []
        for number in first..<(first + count) { sockets.append(try adopted(number)) }
        return sockets
    }

    private static func adopted(_ number: Int32) throws(ListenError) -> ListeningSocket {
        do throws(SystemCallError) {
            return try ListeningSocket(adopting: Descriptor(owning: number))
        } catch {
            throw .badActivation("\(error)")
        }
    }
}

/// What systemd says in the environment about sockets that it has passed.
package struct SocketActivation: Hashable, Sendable {
    /// LISTEN_PID, LISTEN_FDS.
    package let process: String?
    package let count: String?

    package init(process: String?, count: String?) {
        self.process = process
        self.count = count
    }

    /// Reads the variables and removes them, so that no child process believes they were meant for
    /// it. To be called before there is a second thread: the environment has no lock.
    package static func takenFromEnvironment() -> SocketActivation {
        let activation = SocketActivation(process: text("LISTEN_PID"), count: text("LISTEN_FDS"))
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsafe unsetenv(name) }
        return activation
    }

    private static func text(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
