// A map whose keys the schema knows, and the slots that it has for their values.

internal import Fencing

/// The place of a value: there or not.
struct Slot {
    /// As findings name it: `patience of switch pdu-a`.
    let label: String
    /// Of the value; of the map, where the value is missing.
    let position: SourcePosition
    /// Nil where the key is missing.
    let content: Tree.Content?

    /// The slot of one element of the list in this slot.
    func element(_ tree: Tree) -> Slot {
        Slot(label: label, position: tree.position, content: tree.content)
    }
}

struct Fields<Key: SchemaKey> {
    /// What the map describes: `switch pdu-a`.
    let owner: String
    let position: SourcePosition
    private var values: [Key: Tree] = [:]

    /// Reports what the schema does not know.
    init(_ tree: Tree, of owner: String, at position: SourcePosition, _ findings: inout Findings) {
        self.owner = owner
        self.position = position
        for entry in findings.entries(of: tree, owner) {
            if let key = Key(rawValue: entry.key.value) {
                values[key] = entry.value
            } else {
                findings.unknownKey(entry.key, of: owner, known: Key.allCases.map(\.rawValue))
            }
        }
    }

    subscript(key: Key) -> Slot {
        let tree = values[key]
        return Slot(
            label: "\(key.rawValue) of \(owner)", position: tree?.position ?? position,
            content: tree?.content)
    }

    /// The slot of a key that has to be there.
    func required(_ key: Key, _ findings: inout Findings) -> Slot {
        if values[key] == nil {
            findings.error(position, "\(owner) has no `\(key.rawValue)`", "add it")
        }
        return self[key]
    }
}

extension Findings {
    mutating func unknownKey(
        _ key: Positioned<String>, of owner: String, known: [String]
    ) {
        let advice =
            nearest(to: key.value, among: known).map { "did you mean `\($0)`?" }
            ?? "known here: \(known.joined(separator: ", "))"
        error(key.position, "unknown key \(shown(key.value)) of \(owner)", advice)
    }

    /// The entries of a map whose keys are names.
    mutating func entries(of slot: Slot) -> [Tree.Entry] {
        guard let content = slot.content else { return [] }
        return entries(of: Tree(position: slot.position, content: content), slot.label)
    }

    fileprivate mutating func entries(of tree: Tree, _ label: String) -> [Tree.Entry] {
        switch tree.content {
        case .map(let entries): return entries
        case .scalar, .list, .empty:
            wrongKind(tree.content, label, at: tree.position, wanted: "keys and values")
            return []
        case .refused: return []
        }
    }

    mutating func elements(of slot: Slot) -> [Slot] {
        switch slot.content {
        case .list(let elements): return elements.map(slot.element)
        case .scalar, .map, .empty:
            wrongKind(slot.content, slot.label, at: slot.position, wanted: "a list: [one, two]")
            return []
        case .refused, nil: return []
        }
    }

    /// A scalar that `read` understands; where it does not, the advice is to write `wanted`.
    mutating func value<Value>(
        of slot: Slot, wanted: String, _ read: (String) -> Value?
    ) -> Positioned<Value>? {
        guard let text = text(of: slot, wanted: wanted) else { return nil }
        if let value = read(text) { return Positioned(value, at: slot.position) }
        error(slot.position, "\(slot.label) is \(shown(text))", "write \(wanted)")
        return nil
    }

    mutating func text(of slot: Slot, wanted: String) -> String? {
        switch slot.content {
        case .scalar(let text): return text
        case .list, .map, .empty:
            wrongKind(slot.content, slot.label, at: slot.position, wanted: wanted)
            return nil
        case .refused, nil: return nil
        }
    }

    private mutating func wrongKind(
        _ content: Tree.Content?, _ label: String, at position: SourcePosition, wanted: String
    ) {
        let found =
            switch content {
            case .scalar(let text): "is \(shown(text))"
            case .list: "is a list"
            case .map: "is a map of keys and values"
            case .empty, .refused, nil: "has no value"
            }
        error(position, "\(label) \(found)", "write \(wanted)")
    }
}
