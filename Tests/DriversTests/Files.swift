// Reading files and directories, for tests that look at what is installed.

import Glibc
import Testing

struct FileTrouble: Error {
    let path: String
    let number: Int32
}

func bytes(ofFile path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw FileTrouble(path: path, number: errno) }
    defer { fclose(file) }
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { return result }
        result += chunk[..<count]
    }
}

func names(inDirectory path: String) throws -> [String] {
    guard let directory = opendir(path) else { throw FileTrouble(path: path, number: errno) }
    defer { closedir(directory) }
    var result: [String] = []
    while let entry = readdir(directory) {
        result.append(
            withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            })
    }
    return result.sorted()
}
