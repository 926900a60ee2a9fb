// One shape for every system call that can fail: call, check, throw with the call's name and what
// it was about.

internal import Glibc

package struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call, and what it was asked to do it to: `open /dev/ttyS0`.
    package let what: String
    package let number: Int32

    package init(_ what: String, number: Int32) {
        self.what = what
        self.number = number
    }

    /// `open /dev/ttyS0: No such file or directory`
    package var description: String { "\(what): \(errorText(number))" }
}

/// The C library's words for an error number, from the thread-safe variant.
package func errorText(_ number: Int32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let start = buffer.baseAddress,
            unsafe strerror_r(number, start, buffer.count) == 0
        else { return "error \(number)" }
        return unsafe String(cString: start)
    }
}

/// Runs `call` until it is not interrupted; a negative result becomes an error.
@discardableResult
package func checked(
    _ what: @autoclosure () -> String, _ call: () -> Int32
) throws(SystemCallError) -> Int32 {
    while true {
        let result = call()
        if result >= 0 { return result }
        let number = errno
        if number != EINTR { throw SystemCallError(what(), number: number) }
    }
}
