// A table whose keys are counters that start near zero: a place in an array instead of a hash.

internal import Fencing

struct Numbered<Kind, Value> {
    private var places: [Value?] = []

    /// In ascending order.
    var keys: [Counter<Kind>] {
        places.indices.lazy.filter { places[$0] != nil }.map { Counter(UInt64($0)) }
    }

    subscript(_ key: Counter<Kind>) -> Value? {
        get {
            let place = Int(key.number)
            return place < places.count ? places[place] : nil
        }
        // In place: what is changed inside of the value is not copied first.
        _modify {
            let place = Int(key.number)
            while places.count <= place { places.append(nil) }
            yield &places[place]
        }
    }
}

extension Numbered: Sendable where Value: Sendable {}
