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
        let what = "notify \(path)"
        let socket = Descriptor(
            owning: try checked(what) {
                Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            })
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A leading @ stands for the NUL of Linux's abstract names.
        let name = path.hasPrefix("@") ? [0] + Array(path.utf8.dropFirst()) : Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemCallError(what, number: ENAMETOOLONG)
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let text = Array(rawValue.utf8)
        try checked(what) {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                    Int32(
                        unsafe sendto(
                            socket.number, text, text.count, Int32(MSG_NOSIGNAL), target,
                            length))
                }
            }
        }
    }
}
