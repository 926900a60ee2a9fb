// Letters from any thread to one: a queue and a descriptor that becomes readable when it is not
// empty.

internal import CLinux
package import Fencing
internal import Glibc

package final class Mailbox<Letter: Sendable>: Sendable {
    private let letters = Lock<[Letter]>([])
    private let bell: Descriptor

    package init() throws(SystemCallError) {
        bell = Descriptor(owning: try checked("eventfd") { clinux_eventfd() })
    }

    /// Readable while letters wait: watch it with epoll, then call `collect`.
    package var descriptor: Int32 { bell.number }

    package func post(_ letter: Letter) {
        let wasEmpty = letters.withLock { waiting in
            waiting.append(letter)
            return waiting.count == 1
        }
        if wasEmpty { ring() }
    }

    /// All that has arrived, in the order of arrival.
    package func collect() -> [Letter] {
        // The bell is silenced before the queue is emptied: a letter that comes in between rings
        // again, and at worst a later call finds nothing.
        silence()
        return letters.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    private func silence() {
        var count: UInt64 = 0
        _ = unsafe Glibc.read(bell.number, &count, 8)
    }

    private func ring() {
        var one: UInt64 = 1
        let written = unsafe Glibc.write(bell.number, &one, 8)
        precondition(written == 8, "an eventfd takes 1 while its count is below 2^64 - 1")
    }
}

extension Mailbox {
    /// Waits until a letter is there or `deadline` has come; without one, for as long as it takes.
    /// For threads that have nothing else to wait for.
    package func wait(until deadline: Moment?) {
        var bell = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var timeout: Int32 = -1
        if let deadline {
            let left = (deadline - MonotonicClock.now()).milliseconds + 1
            timeout = Int32(clamping: max(0, left))
        }
        unsafe poll(&bell, 1, timeout)
    }
}
