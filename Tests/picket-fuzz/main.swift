// Feeds one subject with what libFuzzer thinks of: `deploy/fuzz` builds it with the address
// sanitizer. Built without, it replays the files that it is given.

import Fuzzing
import Glibc

guard CommandLine.arguments.count > 1, let chosen = Subject(rawValue: CommandLine.arguments[1])
else {
    let names = Subject.allCases.map(\.rawValue).joined(separator: " | ")
    print("usage: picket-fuzz \(names)  FILE ... (or libFuzzer's arguments)")
    exit(64)
}

#if FUZZING
    /// libFuzzer's own entry, for programs that have a `main`: docs.llvm.org, "Using libFuzzer as a
    /// library".
    @_silgen_name("LLVMFuzzerRunDriver")
    func runDriver(
        _ count: UnsafeMutablePointer<CInt>,
        _ arguments: UnsafeMutablePointer<
            UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
        >,
        _ callback: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
    ) -> CInt

    let subject = chosen
    let words = [CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)
    let argv = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
        capacity: words.count + 1)
    for (index, word) in words.enumerated() { argv[index] = strdup(word) }
    argv[words.count] = nil
    var count = CInt(words.count)
    var pointer = argv
    exit(
        runDriver(&count, &pointer) { bytes, count in
            subject.take(Array(UnsafeBufferPointer(start: bytes, count: count)))
            return 0
        })
#else
    for path in CommandLine.arguments.dropFirst(2) { chosen.take(try content(of: path)) }
#endif

func content(of path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw Unreadable(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { return bytes }
        bytes += buffer[..<count]
    }
}

struct Unreadable: Error { let path: String }
