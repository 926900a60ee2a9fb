// What a folder holds, for a person who is to choose from it.

internal import Glibc

package enum FolderContent {
    /// So many names are enough to choose from.
    private static let most = 64

    /// The paths of what is in the folder, in order, without hidden files; none where it cannot be
    /// read.
    package static func paths(_ folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while names.count < most, let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                let length = MemoryLayout.size(ofValue: unsafe entry.pointee.d_name)
                return unsafe pointer.withMemoryRebound(to: CChar.self, capacity: length) {
                    unsafe String(cString: $0)
                }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted().map { "\(folder)/\($0)" }
    }
}
