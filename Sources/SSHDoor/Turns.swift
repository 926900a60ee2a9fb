// Whose input is worked on next. Whatever comes in on channels only waits there; then each principal
// has its turn, and in it one of its channels, and on that a few lines or keys. So somebody who sends
// much waits for himself, and others wait for one turn of his.

internal import Fencing
internal import LibSSH

struct ChannelPlace: Hashable, Sendable {
    let session: SessionID
    let channel: ChannelNumber
}

struct Turns {
    /// Who waits, the next one first.
    private var principals: [Principal] = []
    private var places: [Principal: [ChannelPlace]] = [:]
    private var waiting: Set<ChannelPlace> = []

    var isEmpty: Bool { principals.isEmpty }

    /// Once is enough, however often it is said.
    mutating func add(_ place: ChannelPlace, of principal: Principal) {
        guard waiting.insert(place).inserted else { return }
        if places[principal] == nil { principals.append(principal) }
        places[principal, default: []].append(place)
    }

    /// The place whose turn it is. If its principal has others, those come when everybody else was.
    mutating func next() -> ChannelPlace? {
        guard !principals.isEmpty else { return nil }
        let principal = principals.removeFirst()
        guard var own = places[principal], !own.isEmpty else { return nil }
        let place = own.removeFirst()
        waiting.remove(place)
        places[principal] = own.isEmpty ? nil : own
        if !own.isEmpty { principals.append(principal) }
        return place
    }
}
