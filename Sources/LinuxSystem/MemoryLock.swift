// Memory that stays where it is: a machine that swaps takes seconds for a page, and a shot that waits
// for one is late.

internal import CLinux
internal import Glibc

package enum MemoryLock {
    package enum Outcome: Hashable, Sendable {
        case locked
        /// The limit is so many bytes: locking under it would make later allocations fail.
        case limited(to: UInt64)
        case refused(String)
    }

    /// Locks what this process uses, now and later; what it only reserves costs nothing
    /// (MCL_ONFAULT). Only where there is no limit to it.
    package static func lockAll() -> Outcome {
        var limit: UInt64 = 0
        guard unsafe clinux_memory_lock_limit(&limit) == 0 else {
            return .refused(errorText(errno))
        }
        guard limit == .max else { return .limited(to: limit) }
        return clinux_lock_memory() == 0 ? .locked : .refused(errorText(errno))
    }
}
