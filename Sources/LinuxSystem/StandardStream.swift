// Lines for whoever started the program. Written at once and whole: a program that waits for
// "listening on" must not wait for a buffer.

internal import Glibc

package enum StandardStream: Int32 {
    case output = 1
    case error = 2

    /// Writes the text and a line end. Nobody may be listening: that is no reason to end.
    package func say(_ text: String) {
        var rest = Array((text + "\n").utf8)[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes {
                unsafe write(rawValue, $0.baseAddress, $0.count)
            }
            guard written > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, written))
        }
    }
}
