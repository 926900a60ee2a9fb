// Whether idle processors may sleep. One that does takes its time to wake, and much that happens one
// after the other on one machine is a row of wakes. While somebody holds /dev/cpu_dma_latency open and
// has written 0 to it, no processor sleeps: it looks for work without a pause, which costs power.
//
// After the kernel's Documentation/power/pm_qos_interface.rst.

internal import Glibc

package struct ProcessorSleep: ~Copyable, Sendable {
    private let request: Descriptor
    private var isForbidden = false

    package static let path = "/dev/cpu_dma_latency"

    /// In microseconds: how long waking may take. The second is what the file reads as when nobody
    /// asks for anything.
    private static let noWait: Int32 = 0
    private static let anyWait: Int32 = 2_000_000_000

    /// Forbids nothing yet. What is forbidden is allowed again when this goes. Throws where there is no
    /// such device (ENOENT), or another user's only (EACCES).
    package init() throws(SystemCallError) {
        request = try Descriptor(opening: Self.path, O_WRONLY)
    }

    /// From now on, until said otherwise. Where it throws, what was said before still counts.
    package mutating func forbid(_ isWanted: Bool) throws(SystemCallError) {
        guard isWanted != isForbidden else { return }
        let wait = isWanted ? Self.noWait : Self.anyWait
        try request.writeAll(unsafe withUnsafeBytes(of: wait) { unsafe Array($0) })
        isForbidden = isWanted
    }
}
