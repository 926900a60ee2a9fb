// Which life of a node a request means, from what corosync and our notes say.

import ApplianceClient
import Fencing
import Testing

@Suite("Incidents")
struct IncidentTests {
    private let node2 = NodeName("node2") ?? { preconditionFailure("a name") }()

    /// As `corosync-cmapctl` prints it.
    private func membership(joins: Int, note: LifeNote?) -> Membership {
        var lines = [
            "nodelist.node.0.name (str) = node1", "nodelist.node.0.nodeid (u32) = 1",
            "nodelist.node.1.name (str) = node2", "nodelist.node.1.nodeid (u32) = 12",
            "runtime.members.1.join_count (u32) = 1", "runtime.members.1.status (str) = joined",
            "runtime.members.12.join_count (u32) = \(joins)",
            "runtime.members.12.status (str) = left", "runtime.votequorum.this_node_id (u32) = 1",
        ]
        if let note { lines.append("picket.life.node2 (str) = \(note)") }
        return Membership(parsing: lines.joined(separator: "\n") + "\n")
    }

    private func incident(
        _ membership: Membership?, _ verb: PowerVerb = .reboot, after seconds: Int64 = 1000
    ) -> Incident {
        Incident(
            verb, node2, called: "node2", membership,
            at: Moment(sinceStart: .seconds(seconds)))
    }

    private func asked(joins: Int, since: UInt64) throws -> LifeNote {
        var note = LifeNote(joins: joins, since: PowerSequence(since))
        note.asked = LifeNote.Asked(verb: .reboot, id: try #require(RequestID("first")))
        return note
    }

    @Test("corosync's map is read: names, who is here, how often each has joined")
    func map() {
        let membership = membership(joins: 3, note: nil)
        #expect(membership.ourselves == "node1")
        #expect(membership.members.count == 2)
        #expect(membership.members["node1"]?.isJoined == true)
        #expect(membership.members["node2"]?.isJoined == false)
        #expect(membership.members["node2"]?.joins == 3)
        #expect(Membership(parsing: "Failed to initialize the cmap API.\n").members.isEmpty)
    }

    @Test(
        "A node without a name has the one that Pacemaker gives it",
        arguments: [
            ("db-2", "db-2", "it is taken for db-2"), ("192.0.2.2", nil, "write its `name`"),
            ("2001:db8::2", nil, "write its `name`"), ("1.2.3", "1.2.3", "it is taken for 1.2.3"),
        ] as [(String, String?, String)])
    func unnamed(address: String, name: String?, says: String) {
        let text = """
            nodelist.node.0.nodeid (u32) = 1
            nodelist.node.0.ring0_addr (str) = 192.0.2.1
            nodelist.node.1.nodeid (u32) = 2
            nodelist.node.1.ring0_addr (str) = \(address)
            runtime.members.2.join_count (u32) = 3
            runtime.members.2.status (str) = joined
            runtime.votequorum.this_node_id (u32) = 1
            """
        let membership = Membership(parsing: text, localName: "db-1.example")
        #expect(membership.ourselves == "db-1.example")
        #expect(
            membership.members.keys.sorted() == [name, "db-1.example"].compactMap(\.self).sorted())
        #expect(name.flatMap { membership.members[$0]?.joins } == (name == nil ? nil : 3))
        #expect(membership.warnings.count == 2)
        #expect(membership.warnings[1].contains(says), "\(membership.warnings)")
    }

    @Test("A note is what it prints")
    func notes() throws {
        var note = try asked(joins: 2, since: 6)
        #expect(LifeNote(parsing: "\(note)") == note)
        note.answeredAt = 77
        #expect(LifeNote(parsing: "\(note)") == note)
        #expect(LifeNote(parsing: "joins=2 since=x") == nil)
        #expect(LifeNote(parsing: "since=2") == nil)
        #expect(LifeNote(parsing: "") == nil)
    }

    @Test("The same life: whoever comes later asks the same, under the same id")
    func sameLife() throws {
        let membership = membership(joins: 2, note: try asked(joins: 2, since: 4))
        let retry = incident(membership)
        #expect(retry.since == PowerSequence(4))
        #expect(retry.id.text == "first")
        // Another verb is another request, about the same life.
        let off = incident(membership, .off)
        #expect(off.since == PowerSequence(4))
        #expect(off.id.text != "first")
    }

    @Test("Another life: what was noted of the one before says nothing")
    func anotherLife() throws {
        let note = try asked(joins: 2, since: 4)
        for joins in [0, 1, 3] {
            let fresh = incident(membership(joins: joins, note: note))
            #expect(fresh.since == nil)
            #expect(fresh.id.text != "first")
        }
        #expect(incident(nil).since == nil)
    }

    @Test("A success is remembered for a minute: then a node that hangs in its boot can be cycled")
    func afterSuccess() throws {
        var note = try asked(joins: 2, since: 4)
        note.answeredAt = 1000
        let membership = membership(joins: 2, note: note)
        #expect(incident(membership, after: 1060).since == PowerSequence(4))
        #expect(incident(membership, after: 1061).since == nil)
        // A clock that is behind the note belongs to another boot.
        #expect(incident(membership, after: 999).since == nil)
    }

    @Test("The appliance's word about power sequences is found by the node's whole name")
    func powerSequence() {
        let fields = [ReplyField("you", "node1"), ReplyField("pseq", "node2:3,node22:7,xnode2:9")]
        let reply = Reply(.ok, fields)
        #expect(reply.powerSequence(of: node2) == PowerSequence(3))
        #expect(NodeName("node").flatMap { reply.powerSequence(of: $0) } == nil)
    }

    @Test("Settings: what is wrong is said with file and line")
    func settings() throws {
        var settings = ClientSettings()
        try settings.read(
            file: "# the appliance\nip = 192.0.2.7, 2001:db8::7\ndeadline=40s\n\n", called: "f")
        #expect(settings.addresses == ["192.0.2.7", "2001:db8::7"])
        #expect(settings.deadline == .seconds(40))
        let bad = [
            "ip": "f:1: expected name = value", "ipp = 1": "f:1: unknown 'ipp'",
            "\nip = -oProxyCommand=x": "f:2: ip: '-oProxyCommand=x' is no address",
            "ipport = 0": "f:1: ipport takes 1 to 65535",
            "identity_file = key": "f:1: identity_file",
            "known_hosts = /a b": "f:1: known_hosts",
            "deadline = 0": "f:1: deadline takes 1 to 600",
            "inet4_only = perhaps": "f:1: inet4_only takes yes or no",
            "username = no name": "f:1: username",
        ]
        for (text, says) in bad {
            let error = #expect(throws: SettingError.self) {
                try settings.read(file: text, called: "f")
            }
            #expect(error?.description.hasPrefix(says) == true, "\(text): \(error as Any)")
        }
    }
}
