// A file of keys with a word or a list of words behind each: the same strict YAML as the site file,
// for those who know what the words mean.

internal import Fencing

package struct WordFile {
    private let entries: [String: [Positioned<String>]]

    /// Throws everything that is wrong with the form, keys that are not among `known` too. `owner` is
    /// what the file describes, for findings.
    package init(
        reading bytes: [UInt8], path: String, owner: String, known: [String]
    ) throws(SiteRefused) {
        var findings = Findings(path: path)
        if bytes.allSatisfy({ [0x09, 0x0A, 0x0D, 0x20].contains($0) }) {
            findings.error(.start, "the file is empty", "write \(owner)")
            throw SiteRefused(findings.all)
        }
        var entries: [String: [Positioned<String>]] = [:]
        if let tree = Tree.read(bytes, &findings) {
            let slot = Slot(label: owner, position: tree.position, content: tree.content)
            for entry in findings.entries(of: slot) {
                guard known.contains(entry.key.value) else {
                    findings.unknownKey(entry.key, of: owner, known: known)
                    continue
                }
                entries[entry.key.value] = findings.words(
                    of: Slot(
                        label: entry.key.value, position: entry.value.position,
                        content: entry.value.content))
            }
        }
        guard findings.worst != .error else { throw SiteRefused(findings.all) }
        self.entries = entries
    }

    /// Nil where the key is missing.
    package subscript(key: String) -> [Positioned<String>]? { entries[key] }
}

extension Findings {
    fileprivate mutating func words(of slot: Slot) -> [Positioned<String>] {
        let wanted = "a word, in quotes where it begins with { or [ or holds a #"
        if case .list = slot.content {
            return elements(of: slot).compactMap { element in
                text(of: element, wanted: wanted).map { Positioned($0, at: element.position) }
            }
        }
        return text(of: slot, wanted: wanted).map { [Positioned($0, at: slot.position)] } ?? []
    }
}
