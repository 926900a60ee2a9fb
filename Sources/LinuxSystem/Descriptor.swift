// One owner for a file descriptor.

internal import Glibc

/// Closes what it owns when it goes. Nothing else may close it.
package struct Descriptor: ~Copyable, Sendable {
    package let number: Int32

    /// Takes ownership of an open descriptor.
    package init(owning number: Int32) {
        precondition(number >= 0, "a descriptor is not negative")
        self.number = number
    }

    deinit { close(number) }

    /// Gives the open descriptor away; the receiver closes it.
    package consuming func release() -> Int32 {
        let number = self.number
        discard self
        return number
    }

    /// Reads what is there, at most `limit` bytes. Nil where there is nothing yet; an empty array
    /// at the end of the input.
    package func read(atMost limit: Int) throws(SystemCallError) -> [UInt8]? {
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            var got = -1
            repeat {
                got = unsafe Glibc.read(number, buffer.baseAddress, limit)
            } while got < 0 && errno == EINTR
            if got < 0 { failure = errno }
            count = max(0, got)
        }
        switch failure {
        case 0: return bytes
        case EAGAIN: return nil
        default: throw SystemCallError("read", number: failure)
        }
    }

    /// Writes what fits; gives back how many bytes did.
    package func write(_ bytes: ArraySlice<UInt8>) throws(SystemCallError) -> Int {
        var failure: Int32 = 0
        let written = unsafe bytes.withUnsafeBytes { buffer -> Int in
            while true {
                let put = unsafe Glibc.write(number, buffer.baseAddress, buffer.count)
                if put >= 0 { return put }
                if errno == EAGAIN { return 0 }
                if errno != EINTR {
                    failure = errno
                    return 0
                }
            }
        }
        if failure != 0 { throw SystemCallError("write", number: failure) }
        return written
    }
}
