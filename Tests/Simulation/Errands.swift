// What is still to happen, soonest first; of two at the same moment the one that was entered first.

internal import Fencing

struct Errands<What> {
    private var heap: [Entry] = []
    private var entered = 0

    private struct Entry {
        let at: Moment
        let number: Int
        let what: What

        func isBefore(_ other: Entry) -> Bool {
            at == other.at ? number < other.number : at < other.at
        }
    }

    var next: Moment? { heap.first?.at }

    mutating func add(_ what: What, at moment: Moment) {
        entered += 1
        heap.append(Entry(at: moment, number: entered, what: what))
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func takeFirst() -> What? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last.what }
        heap[0] = last
        var parent = 0
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
            guard let least = children.min(by: { heap[$0].isBefore(heap[$1]) }),
                heap[least].isBefore(heap[parent])
            else { return first.what }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
