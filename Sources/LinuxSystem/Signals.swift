// Signals as readable events.

internal import CLinux
internal import Glibc

/// Blocks the given signals in the calling thread (make it before any other thread starts, so that
/// all inherit the mask) and turns them into something to read.
package struct Signals: ~Copyable, Sendable {
    private let descriptor: Descriptor

    package init(_ numbers: [Int32]) throws(SystemCallError) {
        descriptor = Descriptor(
            owning: try checked("signalfd") {
                unsafe clinux_signalfd(numbers, Int32(numbers.count))
            })
    }

    package var number: Int32 { descriptor.number }

    /// The next signal that has come, or nil.
    package func next() throws(SystemCallError) -> Int32? {
        // struct signalfd_siginfo is 128 bytes; its first field is the number.
        guard let record = try descriptor.read(atMost: 128), record.count == 128 else { return nil }
        return Int32(record[0]) | Int32(record[1]) << 8
    }
}

extension Signals {
    /// Writing to a connection that the peer has closed is an error to the writer, not the end of
    /// the process. For threads whose writing is done by a library that does not ask for that.
    package static func blockBrokenPipeInThisThread() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }
}
