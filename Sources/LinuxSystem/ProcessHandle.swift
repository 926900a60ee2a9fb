// A child process by a descriptor of its own (pidfd_open(2)): its number may be given to another
// process once somebody else in this one has waited for it.

internal import CLinux
internal import Glibc

package struct ProcessHandle: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Of a child that was just started. The number may be used for this only.
    package init(of child: Int32) throws(SystemCallError) {
        descriptor = Descriptor(owning: try checked("pidfd_open") { clinux_pidfd_open(child) })
    }

    package enum End: Hashable, Sendable {
        case stillRunning
        case exited(Int32)
        case killed
        /// Somebody else has waited for it.
        case unknown
    }

    /// Does not wait. Reports an end once.
    package func end() -> End {
        var status: Int32 = 0
        return switch unsafe clinux_pidfd_reap(descriptor.number, &status) {
        case 0: .stillRunning
        case 1: status >= 0 ? .exited(status) : .killed
        default: .unknown
        }
    }

    /// Does nothing to a process that has ended.
    package func kill() { _ = clinux_pidfd_kill(descriptor.number, SIGKILL) }
}
