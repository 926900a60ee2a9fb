// Everything that the fuzzer ever found worth keeping, and as many random inputs as there is time
// for: `deploy/fuzz` looks further.

import Fuzzing
import Glibc
import TestSupport
import Testing

@Suite("Arbitrary bytes")
struct CorpusTests {
    @Test("The corpus", arguments: Subject.allCases)
    func corpus(_ subject: Subject) throws {
        let folder = #filePath.replacing("CorpusTests.swift", with: "Corpora/\(subject.rawValue)")
        let files = try files(in: folder)
        #expect(!files.isEmpty, "\(folder) is empty")
        for file in files { subject.take(file) }
    }

    @Test("Mutants of the corpus", arguments: Subject.allCases)
    func mutants(_ subject: Subject) throws {
        let folder = #filePath.replacing("CorpusTests.swift", with: "Corpora/\(subject.rawValue)")
        let files = try files(in: folder)
        var random = Seeded(seed: 2026)
        for _ in 0..<500 {
            var bytes = random.one(of: files)
            for _ in 0...random.number(0...4) {
                let place = random.number(0...bytes.count)
                let byte = UInt8(random.number(0...255))
                switch random.number(0...2) {
                case 0: bytes.insert(byte, at: place)
                case 1 where place < bytes.count: bytes[place] = byte
                case _ where place < bytes.count: bytes.remove(at: place)
                case _: break
                }
            }
            subject.take(bytes)
        }
    }

    private func files(in folder: String) throws -> [[UInt8]] {
        guard let directory = opendir(folder) else { throw Missing(folder: folder) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return try names.sorted().map { name in
            guard let file = fopen("\(folder)/\(name)", "r") else { throw Missing(folder: name) }
            defer { fclose(file) }
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            return Array(buffer[..<fread(&buffer, 1, buffer.count, file)])
        }
    }

    struct Missing: Error { let folder: String }
}
