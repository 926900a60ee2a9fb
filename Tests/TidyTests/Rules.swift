// The rules of this repository, each a pure function from a file to complaints, so that each can be
// shown to fail.

struct File: Sendable {
    let path: String
    let text: String
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    var isSwift: Bool { path.hasSuffix(".swift") }
    var isProduct: Bool { path.hasPrefix("Sources/") }
    /// The file that lists the words would otherwise complain of itself.
    var isRuleBook: Bool { path.hasPrefix("Tests/TidyTests/") }
}

struct Rule: Sendable, CustomStringConvertible {
    let name: String
    /// A file that breaks it.
    let counterexample: File
    let complaints: @Sendable (File) -> [String]

    var description: String { name }
}

enum Rules {
    static let all = [
        fileLength, functionLength, openingIdea, noFoundation, escapesHaveReasons, plainNames,
        noPromises, noDefaultInArbiter, arbiterImports, oneDoorToC,
    ]

    static let fileLength = Rule(
        name: "A file has at most 400 lines",
        counterexample: File(
            path: "Sources/X/X.swift", text: String(repeating: "let x = 1\n", count: 401))
    ) { file in
        let count = file.lines.count - 1
        return file.isSwift && count > 400 ? ["\(file.path): \(count) lines"] : []
    }

    static let functionLength = Rule(
        name: "A function has at most 70 lines",
        counterexample: File(
            path: "Sources/X/X.swift",
            text: "// X\nfunc f() {\n" + String(repeating: "    g()\n", count: 71) + "}\n")
    ) { file in
        guard file.isSwift else { return [] }
        return functions(in: file).filter { $0.lines > 70 }.map {
            "\(file.path):\($0.start): \($0.lines) lines"
        }
    }

    static let openingIdea = Rule(
        name: "A file opens with its idea",
        counterexample: File(path: "Sources/X/X.swift", text: "import Fencing\n")
    ) { file in
        let opens = file.text.hasPrefix("// ") || file.path == "Package.swift"
        return file.isSwift && !opens ? ["\(file.path): does not open with a comment"] : []
    }

    static let noFoundation = Rule(
        name: "No Foundation in the product",
        counterexample: File(path: "Sources/X/X.swift", text: "// X\nimport Foundation\n")
    ) { file in
        guard file.isSwift, file.isProduct else { return [] }
        return numbered(file) { $0.contains("import Foundation") }
    }

    static let escapesHaveReasons = Rule(
        name: "An escape from the compiler's care has its reason beside it",
        counterexample: File(
            path: "Sources/X/X.swift", text: "// X\n\nlet x = try? f()\nlet y = z!\n")
    ) { file in
        guard file.isSwift, file.isProduct else { return [] }
        let escape = /\btry\?|\btry!|\bas!|fatalError|@unchecked Sendable|[\w\)\]]!(?![=\w])/
        var before: Substring = ""
        var found: [String] = []
        for (number, line) in file.lines.enumerated() {
            defer { before = line }
            let code = withoutTexts(line)
            guard code.contains(escape), !line.contains("//"), !before.contains("//") else {
                continue
            }
            found.append("\(file.path):\(number + 1): \(line)")
        }
        return found
    }

    static let plainNames = Rule(
        name: "Names say what a thing is",
        counterexample: File(path: "Sources/X/X.swift", text: "// X\nstruct LineManager {}\n")
    ) { file in
        guard file.isSwift, !file.isRuleBook else { return [] }
        let vague =
            /\b(struct|class|enum|actor|protocol|typealias)\s+\w*(Manager|Helper|Utils?|Handler|Service)\b/
        return numbered(file) { $0.contains(vague) }
    }

    static let noPromises = Rule(
        name: "Nothing is left for later",
        counterexample: File(path: "docs/x.md", text: "TODO: the rest\n")
    ) { file in
        guard !file.isRuleBook else { return [] }
        let promise =
            /TODO|FIXME|\bXXX\b|not implemented|\bstub|for now\b|\.\.\/shared|issue #?[0-9]/
        return numbered(file) { $0.contains(promise) }
    }

    static let noDefaultInArbiter = Rule(
        name: "The arbiter names every case",
        counterexample: File(
            path: "Sources/Arbiter/X.swift", text: "// X\nswitch x {\ndefault: 1\n}\n")
    ) { file in
        guard file.isSwift, file.path.hasPrefix("Sources/Arbiter/") else { return [] }
        return numbered(file) { $0.contains(/^\s*default:/) }
    }

    static let arbiterImports = Rule(
        name: "The arbiter imports nothing but the nouns",
        counterexample: File(path: "Sources/Arbiter/X.swift", text: "// X\nimport Glibc\n")
    ) { file in
        guard file.isSwift, file.path.hasPrefix("Sources/Arbiter/") else { return [] }
        return numbered(file) { $0.contains(/\bimport\b/) && !$0.hasSuffix("import Fencing") }
    }

    static let oneDoorToC = Rule(
        name: "Each C library has one target that sees it",
        counterexample: File(
            path: "Sources/SSHDoor/X.swift", text: "// X\ninternal import CLibSSH\n")
    ) { file in
        let doors = [
            "CLibSSH": "LibSSH", "CSQLite": "Ledger", "CYAML": "SiteConfiguration",
            "CLinux": "LinuxSystem",
        ]
        guard file.isSwift, file.isProduct else { return [] }
        return doors.flatMap { library, room in
            file.path.hasPrefix("Sources/\(room)/")
                ? [] : numbered(file) { $0.hasSuffix("import \(library)") }
        }
    }
}

/// Swift-format puts a declaration's closing brace at the declaration's own indentation.
func functions(in file: File) -> [(start: Int, lines: Int)] {
    let lines = file.lines
    var found: [(Int, Int)] = []
    for (index, line) in lines.enumerated() {
        guard line.contains(/\b(func|init|deinit|subscript)\b/), !line.contains("//"),
            !line.hasSuffix("}")
        else {
            continue
        }
        let indentation = line.prefix { $0 == " " }
        let end = lines[index...].firstIndex { $0 == indentation + "}" }
        let next = lines[(index + 1)...].firstIndex {
            $0.contains(/\b(func|init|deinit|subscript)\b/)
                && $0.prefix { $0 == " " } == indentation
        }
        guard let end, end < next ?? .max else { continue }
        found.append((index + 1, end - index + 1))
    }
    return found
}

private func numbered(_ file: File, _ isBad: (Substring) -> Bool) -> [String] {
    file.lines.enumerated().filter { isBad($1) }.map { "\(file.path):\($0 + 1): \($1)" }
}

private func withoutTexts(_ line: Substring) -> String {
    String(line.replacing(/"([^"\\]|\\.)*"/, with: "\"\""))
}
