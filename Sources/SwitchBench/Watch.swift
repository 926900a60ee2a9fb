// What wakes the bench's thread: its bell, and the pseudo-terminal of the day.

internal import Fencing
internal import LinuxSystem

final class Watch: Sendable {
    private let epoll: Epoll

    private static let bellTag: UInt64 = 0
    private static let lineTag: UInt64 = 1

    init(bell: Int32) throws(SystemCallError) {
        epoll = try Epoll()
        try epoll.add(bell, .read, tag: Self.bellTag)
    }

    /// A closed descriptor leaves the watch by itself.
    func add(line: Int32) throws(SystemCallError) {
        try epoll.add(line, .read, tag: Self.lineTag)
    }

    /// Whether the bell rang.
    func wait(until deadline: Moment?) -> Bool {
        epoll.wait(until: deadline).contains { $0.tag == Self.bellTag }
    }
}
