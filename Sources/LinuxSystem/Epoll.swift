// The kernel's readiness list. Each watched descriptor carries a tag of the caller's choice.

internal import CLinux
package import Fencing
internal import Glibc

package struct Epoll: ~Copyable, Sendable {
    private let descriptor: Descriptor

    package struct Interest: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let read = Interest(rawValue: UInt32(CLINUX_EPOLLIN))
        package static let write = Interest(rawValue: UInt32(CLINUX_EPOLLOUT))
        /// Told unasked: the peer is gone, or the device is.
        package static let hangUp = Interest(rawValue: UInt32(CLINUX_EPOLLHUP))
        package static let error = Interest(rawValue: UInt32(CLINUX_EPOLLERR))
    }

    package struct Ready: Hashable, Sendable {
        package let tag: UInt64
        package let what: Interest
    }

    package init() throws(SystemCallError) {
        descriptor = Descriptor(owning: try checked("epoll_create1") { clinux_epoll_create() })
    }

    package func add(_ fd: Int32, _ interest: Interest, tag: UInt64) throws(SystemCallError) {
        try checked("epoll_ctl add \(fd)") {
            clinux_epoll_add(descriptor.number, fd, interest.rawValue, tag)
        }
    }

    package func modify(_ fd: Int32, _ interest: Interest, tag: UInt64) throws(SystemCallError) {
        try checked("epoll_ctl modify \(fd)") {
            clinux_epoll_modify(descriptor.number, fd, interest.rawValue, tag)
        }
    }

    /// The same, where it is not what is watched for already.
    package func modify(
        _ fd: Int32, _ watched: inout Interest, to interest: Interest, tag: UInt64
    ) throws(SystemCallError) {
        guard interest != watched else { return }
        try modify(fd, interest, tag: tag)
        watched = interest
    }

    package func remove(_ fd: Int32) throws(SystemCallError) {
        try checked("epoll_ctl remove \(fd)") { clinux_epoll_remove(descriptor.number, fd) }
    }

    /// Waits until something is ready or `deadline` has come (for ever without one); at most 64
    /// at a time. An interrupting signal ends the wait with nothing ready.
    package func wait(until deadline: Moment?) -> [Ready] {
        guard let deadline else { return wait(milliseconds: -1) }
        // Rounded up: waking before the deadline would only spin.
        let left = (deadline - MonotonicClock.now()).milliseconds + 1
        return wait(milliseconds: Int32(clamping: max(0, left)))
    }

    /// What is ready now, at most 64 at a time. Does not wait.
    package func ready() -> [Ready] { wait(milliseconds: 0) }

    private func wait(milliseconds timeout: Int32) -> [Ready] {
        return unsafe withUnsafeTemporaryAllocation(of: clinux_epoll_event.self, capacity: 64) {
            events in
            let count = unsafe clinux_epoll_wait(
                descriptor.number, events.baseAddress, 64, timeout)
            guard count > 0 else { return [] }
            return unsafe events[..<Int(count)].map {
                Ready(tag: $0.tag, what: Interest(rawValue: $0.events))
            }
        }
    }
}
