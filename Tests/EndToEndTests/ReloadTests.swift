// SIGHUP and `picket reload`: who may come in is taken up at once, and nothing else ever is.

import Fencing
import TestSupport
import Testing

@Suite("Reload")
struct ReloadTests {
    private func rewrite(_ town: Town, _ old: String, _ new: String) throws {
        let site = try Program.run("cat", ["\(town.directory.path)/picket.yaml"]).output
        try #require(site.contains(old))
        town.directory.write("picket.yaml", site.replacing(old, with: new))
    }

    private func reload(_ town: Town, until words: String) throws {
        town.daemon.hangUp()
        _ = try town.daemon.readErrors { $0.contains(words) }
    }

    @Test("A key that is taken out ends its sessions, one that is put in opens")
    func keys() throws {
        let town = try Town()
        let alice = try town.session("alice")
        #expect(try alice.ask("quorum").exit == 0)
        let key = try Keys.line(Keys.people["alice", default: ""])
        let stranger = try Keys.line(Keys.stranger)
        try rewrite(town, key, stranger)
        try reload(town, until: "site file read again")
        #expect(throws: LongSession.Ended.self) { try alice.reply() }
        #expect(try town.ask("alice", "quorum").status == 255)
        #expect(try town.ask("alice", "quorum", key: Keys.stranger).status == 0)
        #expect(try town.ask("node1", "quorum").status == 0)
    }

    @Test("A revoked key ends its sessions, although its line is still there")
    func revoked() throws {
        let town = try Town()
        let alice = try town.session("alice")
        #expect(try alice.ask("quorum").exit == 0)
        let key = try Keys.line(Keys.people["alice", default: ""])
        try rewrite(town, "appliance:\n", "appliance:\n  revoked_keys: [\"\(key)\"]\n")
        try reload(town, until: "site file read again")
        #expect(throws: LongSession.Ended.self) { try alice.reply() }
        #expect(try town.ask("alice", "quorum").status == 255)
        _ = try town.daemon.readErrors { $0.contains("is revoked") }
    }

    @Test("Numbers on a rack's command line that mean other nodes end the sessions that knew them")
    func rackNumbers() throws {
        let town = try Town(Town.Terms(hasRackNumbers: true))
        let node1 = try town.session("node1")
        let alice = try town.session("alice")
        #expect(try node1.ask("quorum").exit == 0)
        #expect(try alice.ask("quorum").exit == 0)
        try rewrite(town, "apc_outlet: 7", "apc_outlet: 3")
        try reload(town, until: "site file read again")
        #expect(throws: LongSession.Ended.self) { try node1.reply() }
        #expect(try alice.ask("quorum").exit == 0)
    }

    @Test("A file with an error changes nothing and is told")
    func refused() throws {
        let town = try Town()
        let alice = try town.session("alice")
        let key = try Keys.line(Keys.people["alice", default: ""])
        try rewrite(town, key, try Keys.line(Keys.stranger))
        try rewrite(town, "feeds: [pdu-a/1]", "feeds: [pdu-a/2]")
        try reload(town, until: "pdu-a/2 of node node2 is already a feed of node node1")
        #expect(try alice.ask("quorum").exit == 0)
        #expect(try town.ask("alice", "quorum", key: Keys.stranger).status == 255)
    }

    @Test("A key that is taken out counts, although something else needs a restart and is told")
    func inPart() throws {
        let town = try Town()
        let alice = try town.session("alice")
        #expect(try alice.ask("quorum").exit == 0)
        let key = try Keys.line(Keys.people["alice", default: ""])
        try rewrite(town, key, try Keys.line(Keys.stranger))
        try rewrite(town, "node1: {feeds: [pdu-a/1]", "node1: {feeds: [pdu-a/4]")
        // A node that is not decided by yet may not come in.
        try rewrite(town, "node2: {", "node9: {")
        try reload(
            town, until: "event=reload-refused why=\"changed: node node1, node node2, node node9\"")
        #expect(throws: LongSession.Ended.self) { try alice.reply() }
        #expect(try town.ask("alice", "quorum").status == 255)
        #expect(try town.ask("alice", "quorum", key: Keys.stranger).status == 0)
        #expect(try town.ask("node1", "quorum").status == 0)
        let node2 = Keys.people["node2", default: ""]
        #expect(try town.ask("node9", "quorum", key: node2).status == 255)
        #expect(try town.ask("node2", "quorum").status == 255)
    }

    @Test("`picket reload` waits for what came of it: 0 all, 1 a part, 78 nothing")
    func verdict() throws {
        let town = try Town()
        try town.restart(under: ["env", "RUNTIME_DIRECTORY=\(town.directory.path)"])
        func reload() throws -> Program.Result {
            try Program.run(
                "\(Program.products)/picket",
                ["reload", "--socket", "\(town.directory.path)/control"])
        }
        let all = try reload()
        #expect(all.status == 0 && all.output.contains("may come in"), "\(all)")
        try rewrite(town, "node1: {feeds: [pdu-a/1]", "node1: {feeds: [pdu-a/4]")
        let part = try reload()
        #expect(part.status == 1, "\(part)")
        #expect(part.errors.contains("not taken up before a restart: node node1"), "\(part)")
        try rewrite(town, "switches:", "swiches:")
        let nothing = try reload()
        #expect(nothing.status == 78, "\(nothing)")
        #expect(nothing.errors.contains("did you mean `switches`?"), "\(nothing)")
        #expect(try town.ask("node1", "quorum").status == 0)
    }

    @Test("Lines that moved, and comments, are no change")
    func moved() throws {
        let town = try Town()
        try rewrite(town, "appliance:\n", "# a word\n\n\nappliance:\n")
        try reload(town, until: "site file read again")
        #expect(try town.ask("node1", "quorum").status == 0)
    }
}
