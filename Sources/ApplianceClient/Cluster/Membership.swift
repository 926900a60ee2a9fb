// Whom corosync sees, and what we noted in its map: the text of `corosync-cmapctl`, read.
//
// corosync counts how often each node has joined (`runtime.members.N.join_count`, cmap_keys(8)).
// While the count stands, the node has not come back: it is the same life of it, whoever asks, and
// however many processes of ours were killed since.

package import Fencing

package struct Membership: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
        /// How often corosync here has seen it join; 0: never.
        package var joins = 0
        package var isJoined = false
    }

    /// By the names that Pacemaker has for them.
    package private(set) var members: [String: Member] = [:]
    /// What this node is called.
    package private(set) var ourselves: String?
    package private(set) var notes: [String: LifeNote] = [:]
    /// What is missing in corosync's node list, each a sentence that says what to write there.
    package private(set) var warnings: [String] = []

    /// `localName`: what `uname -n` prints here; this node's name where the list gives none.
    package init(parsing text: String, localName: String = "") {
        var names: [String: String] = [:]
        var addresses: [String: String] = [:]
        var identities: [String: String] = [:]
        var counts: [String: Int] = [:]
        var joined: Set<String> = []
        var ours: String?
        for line in text.split(separator: "\n") {
            guard let (key, value) = Self.entry(line) else { continue }
            let parts = key.split(separator: ".").map(String.init)
            if parts.starts(with: ["nodelist", "node"]), parts.count == 4 {
                if parts[3] == "name" { names[parts[2]] = value }
                if parts[3] == "ring0_addr" { addresses[parts[2]] = value }
                if parts[3] == "nodeid" { identities[parts[2]] = value }
            } else if parts.starts(with: ["runtime", "members"]), parts.count == 4 {
                if parts[3] == "join_count" { counts[parts[2]] = Int(value) }
                if parts[3] == "status", value == "joined" { joined.insert(parts[2]) }
            } else if key == "runtime.votequorum.this_node_id" {
                ours = value
            } else if key.hasPrefix(Self.notePrefix) {
                notes[String(key.dropFirst(Self.notePrefix.count))] = LifeNote(parsing: value)
            }
        }
        for (place, identity) in identities.sorted(by: { $0.key < $1.key }) {
            var name = names[place]
            if name == nil {
                let entry = Unnamed(identity: identity, address: addresses[place])
                name = entry.name(isOurs: identity == ours, localName)
                warnings.append(entry.warning(taken: name))
            }
            guard let name else { continue }
            members[name] = Member(
                joins: counts[identity] ?? 0, isJoined: joined.contains(identity))
            if identity == ours { ourselves = name }
        }
    }

    /// An entry of the node list without a `name`.
    private struct Unnamed {
        let identity: String
        let address: String?

        /// As Pacemaker names it (pcmk__corosync_name): by its `ring0_addr`, if that is no address;
        /// this node otherwise as `uname -n` has it. Nil: nobody can say.
        func name(isOurs: Bool, _ localName: String) -> String? {
            if let address, !Membership.isAddress(address) { return address }
            return isOurs && !localName.isEmpty ? localName : nil
        }

        func warning(taken name: String?) -> String {
            let seen = "corosync's node list has no `name` for node \(identity)"
            guard let name else {
                return "\(seen), and its ring0_addr is an address: its lives cannot be noted, and "
                    + "a repeated reboot may cut it twice; write its `name` into corosync.conf"
            }
            return "\(seen): it is taken for \(name), as Pacemaker does; write `name: \(name)` "
                + "into corosync.conf"
        }
    }

    /// Four numbers with dots, or anything with a colon.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.contains(":") || parts.count == 4 && parts.allSatisfy { Int($0) != nil }
    }

    /// Where our notes stand in the map. Its keys take the characters of our names and no others.
    package static let notePrefix = "picket.life."

    /// `key (type) = value`
    private static func entry(_ line: Substring) -> (String, String)? {
        guard let type = line.firstRange(of: " ("), let equals = line.firstRange(of: ") = ") else {
            return nil
        }
        return (String(line[..<type.lowerBound]), String(line[equals.upperBound...]))
    }

    /// What is noted of this life of the node, and of no other.
    package func note(of node: String) -> LifeNote? {
        guard let note = notes[node], note.joins == members[node]?.joins else { return nil }
        return note
    }
}

/// What we know of one life of a node: with which power sequence it began for us, and what was
/// asked about its end.
package struct LifeNote: Hashable, Sendable, CustomStringConvertible {
    /// The life, as corosync counts it.
    package var joins: Int
    package var since: PowerSequence
    /// The request that is under way, or of which nobody has heard the end.
    package var asked: Asked?
    /// When we were last told a success, on the clock that runs since boot.
    package var answeredAt: Int64?

    package struct Asked: Hashable, Sendable {
        package var verb: PowerVerb
        package var id: RequestID

        package init(verb: PowerVerb, id: RequestID) {
            self.verb = verb
            self.id = id
        }
    }

    package init(joins: Int, since: PowerSequence) {
        self.joins = joins
        self.since = since
    }

    /// Nil for what is not ours.
    package init?(parsing text: String) {
        var values: [Substring: Substring] = [:]
        for word in text.split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard let joins = values["joins"].flatMap({ Int($0) }),
            let since = values["since"].flatMap({ UInt64($0) })
        else { return nil }
        self.init(joins: joins, since: PowerSequence(since))
        if let verb = values["verb"].flatMap({ PowerVerb(rawValue: String($0)) }),
            let id = values["id"].flatMap({ RequestID(String($0)) })
        {
            asked = Asked(verb: verb, id: id)
        }
        answeredAt = values["answered"].flatMap { Int64($0) }
    }

    package var description: String {
        var words = ["joins=\(joins)", "since=\(since)"]
        if let asked { words += ["verb=\(asked.verb.rawValue)", "id=\(asked.id)"] }
        if let answeredAt { words.append("answered=\(answeredAt)") }
        return words.joined(separator: " ")
    }
}
