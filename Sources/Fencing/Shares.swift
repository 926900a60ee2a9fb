// What principals left behind, in the order in which each of them left it. Where there is too much,
// the oldest of the one that holds the most has to go: a principal that asks without end forgets
// its own past, and never that of others.

package struct Shares<Element: Hashable & Sendable>: Hashable, Sendable {
    private var byPrincipal: [Principal: [Element]] = [:]
    package private(set) var count = 0

    package init() {}

    package mutating func append(_ element: Element, of principal: Principal) {
        byPrincipal[principal, default: []].append(element)
        count += 1
    }

    /// Takes out the oldest element that need not be kept, of the principal that holds the most;
    /// among equals, of the first by name. Nil where everything has to be kept.
    package mutating func removeOldest(keeping isKept: (Element) -> Bool) -> Element? {
        let bySize = byPrincipal.sorted {
            $0.value.count != $1.value.count
                ? $0.value.count > $1.value.count : $0.key.name < $1.key.name
        }
        for (principal, elements) in bySize {
            guard let index = elements.firstIndex(where: { !isKept($0) }) else { continue }
            byPrincipal[principal]?.remove(at: index)
            if elements.count == 1 { byPrincipal[principal] = nil }
            count -= 1
            return elements[index]
        }
        return nil
    }

    /// Those of one principal after those of another, by name; each principal's oldest first.
    package var inOrder: [Element] {
        byPrincipal.sorted { $0.key.name < $1.key.name }.flatMap(\.value)
    }
}
