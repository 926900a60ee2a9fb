// Telling the service manager how the daemon stands (sd_notify(3)), without libsystemd.

internal import Glibc

package enum ServiceNotice: String {
    case ready = "READY=1"
    case stopping = "STOPPING=1"

    /// Sends the notice to the socket that NOTIFY_SOCKET names; does nothing where it is not set.
    package func send() throws(SystemCallError) {
        guard let variable = unsafe getenv("NOTIFY_SOCKET") else { return }
        let path = unsafe String(cString: variable)
        guard path.hasPrefix("/") || path.hasPrefix("@") else { return }
        guard try DatagramSocket(to: path).send(Array(rawValue.utf8)) else {
            throw SystemCallError("notify \(path)", number: errno)
        }
    }
}
