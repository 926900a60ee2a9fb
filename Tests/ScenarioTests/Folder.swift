// The folder with the scenarios.

import Foundation

enum Folder {
    struct File: Sendable, CustomStringConvertible {
        let name: String
        let text: String

        var description: String { name }
        /// `07-old-since.txt` is number 7.
        var number: Int { Int(name.prefix { $0.isNumber }) ?? 0 }

        func read() throws -> Scenario { try Reader.read(text, file: name) }

        /// The two nodes that the scenario swaps have changed their names, everywhere.
        func readSwapped() throws -> Scenario {
            let swaps = try read().swaps
            guard swaps.count == 2 else { return try read() }
            let hidden = "\u{1}"
            let swapped = text.replacing(swaps[0], with: hidden)
                .replacing(swaps[1], with: swaps[0]).replacing(hidden, with: swaps[1])
            return try Reader.read(swapped, file: name)
        }
    }

    /// In the order of their numbers.
    static let all: [File] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Scenarios").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".txt") }.sorted().map { name in
            let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            return File(name: name, text: text ?? "")
        }
    }()
}
