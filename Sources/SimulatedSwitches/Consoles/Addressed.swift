// What the text languages have in common: words, outlets by their names, and everything at once.

internal import Fencing

struct Addressed {
    let outlets: [OutletName]
    /// Words for all of them. A driver must never send one.
    let all: Set<String>

    init(_ outlets: [OutletName], all: Set<String>) {
        self.outlets = outlets
        self.all = all
    }

    /// Nil where a part names no outlet. Case does not matter.
    func outlets(named text: String, separators: [Character] = [","]) -> [OutletName]? {
        if all.contains(text.lowercased()) { return outlets }
        var found: [OutletName] = []
        for part in text.split(whereSeparator: separators.contains) {
            guard let outlet = outlets.first(where: { $0.text.lowercased() == part.lowercased() })
            else { return nil }
            found.append(outlet)
        }
        return found.isEmpty ? nil : found
    }
}

func numbered(_ count: Int, _ prefix: String = "") -> [OutletName] {
    (1...count).compactMap { OutletName("\(prefix)\($0)") }
}

/// As tables want it: `text`, and blanks up to `width`.
func column(_ text: some StringProtocol, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
