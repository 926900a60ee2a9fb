// The only target that imports libssh. What is true of the whole library is said here.

internal import CLibSSH

/// A call of libssh that did not work: what was tried, and libssh's own words for what it saw.
package struct LibSSHError: Error, Hashable, Sendable, CustomStringConvertible {
    package let what: String
    package let saw: String

    package init(_ what: String, saw: String) {
        self.what = what
        self.saw = saw
    }

    package var description: String { saw.isEmpty ? what : "\(what): \(saw)" }
}

package enum LibSSH {
    /// The version that was found at run time: `0.10.6/openssl/zlib`.
    package static var version: String {
        unsafe String(cString: ssh_version(0))
    }

    /// Keeps libssh from writing to stderr. Its log level is a thread-local variable: every thread
    /// that calls libssh says this once for itself.
    package static func beSilentInThisThread() {
        ssh_set_log_level(0)
    }

    /// The last error of a session or a bind, which are one base type to `ssh_get_error`.
    static func lastError(of handle: OpaquePointer) -> String {
        unsafe String(cString: ssh_get_error(UnsafeMutableRawPointer(handle)))
    }
}
