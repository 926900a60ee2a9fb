// Whole files, of a bounded size.

internal import Glibc

package enum FileContent {
    /// Whether there is anything at this path, readable or not.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    /// All of the file; EFBIG if it is longer than `limit` bytes.
    package static func read(_ path: String, atMost limit: Int) throws(SystemCallError) -> [UInt8] {
        let file = try Descriptor(opening: path, O_RDONLY)
        var content: [UInt8] = []
        while let part = try file.read(atMost: 65536), !part.isEmpty {
            content += part
            guard content.count <= limit else {
                throw SystemCallError("read \(path)", number: EFBIG)
            }
        }
        return content
    }
}
