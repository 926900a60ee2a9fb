// The service manager: telling it how the daemon stands (sd_notify(3)), and asking how often it wants
// to hear that the daemon lives (sd_watchdog_enabled(3)). Without libsystemd.

internal import Glibc

package enum ServiceNotice: Hashable, Sendable {
    case ready
    case stopping
    /// For the watchdog; with a line for `systemctl status` where there is a new one.
    case alive(status: String?)

    /// Sends the notice to the socket that NOTIFY_SOCKET names; does nothing where it is not set.
    /// Never waits: a service manager that does not read is an error.
    package func send() throws(SystemCallError) {
        guard let path = Self.place else { return }
        guard try DatagramSocket(to: path).send(Array(text.utf8)) else {
            throw SystemCallError("notify \(path)", number: errno)
        }
    }

    private var text: String {
        switch self {
        case .ready: "READY=1"
        case .stopping: "STOPPING=1"
        case .alive(nil): "WATCHDOG=1"
        case .alive(let status?): "WATCHDOG=1\nSTATUS=\(status)"
        }
    }

    fileprivate static var place: String? {
        guard let path = environment("NOTIFY_SOCKET"), path.hasPrefix("/") || path.hasPrefix("@")
        else { return nil }
        return path
    }
}

package enum Watchdog {
    /// The longest silence that the service manager takes for life. Nil where it does not watch, or
    /// watches another process than this one.
    package static func patience() -> Duration? {
        guard ServiceNotice.place != nil,
            let text = environment("WATCHDOG_USEC"), let microseconds = Int64(text),
            microseconds > 0
        else { return nil }
        if let process = environment("WATCHDOG_PID"), process != String(getpid()) { return nil }
        return .microseconds(microseconds)
    }
}

/// The value of a variable of the environment; nil where it is not set.
package func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
}
