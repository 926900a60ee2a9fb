// What is still to happen, soonest first; of two at the same moment the one that was entered first.
// The heap sorts keys only: what is to happen stays where it was put.

internal import Fencing

struct Errands<What> {
    private var heap: [Key] = []
    private var places: [What?] = []
    private var freePlaces: [Int] = []
    private var entered = 0

    private struct Key {
        let at: Moment
        let number: Int
        let place: Int

        func isBefore(_ other: Key) -> Bool {
            at == other.at ? number < other.number : at < other.at
        }
    }

    var next: Moment? { heap.first?.at }

    mutating func add(_ what: What, at moment: Moment) {
        entered += 1
        let key = Key(at: moment, number: entered, place: put(what))
        var child = heap.count
        heap.append(key)
        while child > 0 {
            let parent = (child - 1) / 2
            guard key.isBefore(heap[parent]) else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = key
    }

    mutating func takeFirst() -> What? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return take(from: last.place) }
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(last) else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = last
        return take(from: first.place)
    }

    private mutating func put(_ what: What) -> Int {
        guard let place = freePlaces.popLast() else {
            places.append(what)
            return places.count - 1
        }
        places[place] = what
        return place
    }

    private mutating func take(from place: Int) -> What? {
        freePlaces.append(place)
        defer { places[place] = nil }
        return places[place]
    }
}
