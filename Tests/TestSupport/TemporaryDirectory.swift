// A directory that goes with the test that made it.

internal import Glibc

package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() {
        var template = Array("/tmp/picket-test-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "mkdtemp")
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { remove() }

    /// For a directory that a static holds: those never go by themselves.
    package func remove() {
        // What cannot be removed is left for the next boot's cleaning of /tmp.
        _ = try? Program.run("rm", ["-rf", "--", path])
    }

    /// Writes a file; the mode is for those that ssh looks at.
    @discardableResult
    package func write(_ name: String, _ text: String, mode: UInt32 = 0o644) -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        precondition(descriptor >= 0, file)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        precondition(Glibc.write(descriptor, bytes, bytes.count) == bytes.count, file)
        return file
    }
}
