// Becoming another program: the process goes on as that one, with the same terminal and descriptors.

internal import Glibc

package enum Replacement {
    /// Comes back only where it cannot be done. A name without a slash is looked for in `PATH`.
    package static func become(_ words: [String]) -> SystemCallError {
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        guard let program = words.first else {
            return SystemCallError("run nothing", number: EINVAL)
        }
        _ = unsafe execvp(program, &arguments)
        return SystemCallError("run \(program)", number: errno)
    }

    /// Of the program that runs now; nil where the system does not say.
    package static var ownPath: String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
