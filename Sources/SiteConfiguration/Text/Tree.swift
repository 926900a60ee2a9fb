// The file as a tree in which everything knows its place.
//
// A strict part of YAML: one document, lists, maps and scalars. No anchors, aliases, tags or
// directives, no key twice. Scalars stay text as written; `on`, `off` and `no` are words until the
// schema says what they are.

internal import Fencing

struct Tree {
    let position: SourcePosition
    let content: Content

    indirect enum Content {
        case scalar(String)
        case list([Tree])
        case map([Entry])
        /// A key with nothing behind it.
        case empty
        /// Something that has been reported already; nobody needs to hear of it again.
        case refused
    }

    struct Entry {
        let key: Positioned<String>
        let value: Tree
    }

    /// Bytes in a site file.
    static let longestFile = 1 << 20
    /// Lists and maps within each other.
    static let deepest = 16

    /// Nil where the text is no tree at all; what is wrong with it, or with parts of it, is among
    /// the findings then.
    static func read(_ bytes: [UInt8], _ findings: inout Findings) -> Tree? {
        guard bytes.count <= longestFile else {
            findings.error(
                .start, "the file has \(bytes.count) bytes, at most \(longestFile) are read",
                "is this the right file?")
            return nil
        }
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            findings.error(.start, "the file is UTF-16", "save it as UTF-8")
            return nil
        }
        // Some editors begin a file with a byte order mark.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var reader = TreeReader(
            bytes.starts(with: mark) ? Array(bytes.dropFirst(3)) : bytes, findings)
        defer { findings = reader.findings }
        do throws(YAMLFault) {
            return try reader.document()
        } catch {
            reader.findings.error(error.position, error.what, error.advice)
            return nil
        }
    }
}

private struct TreeReader: ~Copyable {
    private var parser: YAMLParser
    var findings: Findings

    init(_ bytes: [UInt8], _ findings: Findings) {
        parser = YAMLParser(bytes)
        self.findings = findings
    }

    mutating func document() throws(YAMLFault) -> Tree? {
        _ = try parser.next()  // The stream begins.
        let start = try parser.next()
        guard start.kind == .documentStart else {
            findings.error(.start, "the file is empty", "name at least `switches` and `clusters`")
            return nil
        }
        refuseDecoration(of: start)
        let tree = try tree(from: try parser.next(), depth: 0)
        _ = try parser.next()  // The document ends.
        let end = try parser.next()
        if end.kind != .streamEnd {
            findings.error(end.position, "a second document begins here", "keep one in the file")
        }
        return tree
    }

    private mutating func tree(from event: YAMLEvent, depth: Int) throws(YAMLFault) -> Tree {
        refuseDecoration(of: event)
        return Tree(position: event.position, content: try content(of: event, depth: depth))
    }

    private mutating func content(
        of event: YAMLEvent, depth: Int
    ) throws(YAMLFault) -> Tree.Content {
        switch event.kind {
        case .scalar("", .plain): return .empty
        case .scalar(let text, _): return .scalar(text)
        case .listStart: return .list(try list(at: event.position, depth: depth + 1))
        case .mapStart: return .map(try map(at: event.position, depth: depth + 1))
        case .alias:
            findings.error(event.position, "an alias (*) stands here", "write the value out")
            return .refused
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .listEnd, .mapEnd:
            preconditionFailure("libyaml sends \(event.kind) only where nothing can begin")
        }
    }

    private mutating func list(
        at position: SourcePosition, depth: Int
    ) throws(YAMLFault) -> [Tree] {
        try limit(depth, at: position)
        var elements: [Tree] = []
        while true {
            let event = try parser.next()
            if event.kind == .listEnd { return elements }
            elements.append(try tree(from: event, depth: depth))
        }
    }

    private mutating func map(
        at position: SourcePosition, depth: Int
    ) throws(YAMLFault) -> [Tree.Entry] {
        try limit(depth, at: position)
        var entries: [Tree.Entry] = []
        var places: [String: SourcePosition] = [:]
        while true {
            let event = try parser.next()
            if event.kind == .mapEnd { return entries }
            let key = key(of: try tree(from: event, depth: depth))
            let value = try tree(from: try parser.next(), depth: depth)
            guard let key, isNew(key, among: &places) else { continue }
            entries.append(Tree.Entry(key: key, value: value))
        }
    }

    private mutating func key(of tree: Tree) -> Positioned<String>? {
        switch tree.content {
        case .scalar(let text): return Positioned(text, at: tree.position)
        case .list, .map, .empty:
            findings.error(tree.position, "this key is not a word", "write `key: value`")
            return nil
        case .refused: return nil
        }
    }

    private mutating func isNew(
        _ key: Positioned<String>, among places: inout [String: SourcePosition]
    ) -> Bool {
        guard let first = places[key.value] else {
            places[key.value] = key.position
            return true
        }
        findings.error(
            key.position, "\(shown(key.value)) stands here again, first in line \(first.line)",
            "keep one of them")
        return false
    }

    private mutating func refuseDecoration(of event: YAMLEvent) {
        switch event.decoration {
        case .nothing: break
        case .anchor, .tag, .directive:
            findings.error(
                event.position, "\(event.decoration.rawValue) stands here",
                "the site file is plain YAML: leave it out, or quote the value")
        }
    }

    private func limit(_ depth: Int, at position: SourcePosition) throws(YAMLFault) {
        guard depth > Tree.deepest else { return }
        throw YAMLFault(
            position: position, what: "more than \(Tree.deepest) levels within each other",
            advice: "the site file needs five")
    }
}
