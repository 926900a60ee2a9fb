// What a good file means.

import Fencing
import Keys
import SiteConfiguration
import Testing

@Suite("A good site file")
struct SiteFileTests {
    @Test("is taken without a word")
    func silent() throws {
        #expect(try read(good).warnings == [])
        #expect(findings(good) == [])
        #expect(findings(short) == [])
    }

    @Test("says how the appliance is set up")
    func appliance() throws {
        let appliance = try read(good).appliance
        #expect(appliance.listen.map(\.value) == ["0.0.0.0:22", "[::]:2222"])
        #expect(appliance.hostKeys.map(\.value) == ["/etc/picket/host_key"])
        #expect(appliance.ledger == "/srv/ledger.sqlite")
        #expect(appliance.lockDirectory == "/var/lock")
        #expect(appliance.powerSource?.text == "ups-c")
        #expect(appliance.feeds.map(\.description) == ["house/3"])
    }

    @Test("need not say it: there are defaults", arguments: [short, "appliance: {}\n" + short])
    func applianceDefaults(text: String) throws {
        let appliance = try read(text).appliance
        #expect(appliance.listen.map(\.value) == ["*:22"])
        #expect(appliance.hostKeys.map(\.value) == ["/var/lib/picket/ssh_host_ed25519_key"])
        #expect(appliance.ledger == "/var/lib/picket/ledger.sqlite")
        #expect(appliance.lockDirectory == "/run/lock")
        #expect(appliance.powerSource == nil)
        #expect(appliance.feeds == [])
    }

    @Test("describes each switch")
    func switches() throws {
        let lines = try read(good).lines
        #expect(lines.keys.map(\.text).sorted() == ["pdu-a", "pdu-b"])
        let first = try #require(lines[named("pdu-a")])
        #expect(first.driver.value == .builtIn("baytech"))
        #expect(first.driver.position.description == "10:13")
        #expect(first.line.value == .serial(path: "/dev/ttyS0"))
        #expect(first.settings?.value == "9600,8n1")
        #expect(first.patience?.value == .seconds(30))
        #expect(first.latency?.value == .seconds(5))
        #expect(first.powerSource?.text == "ups-a")
        let second = try #require(lines[named("pdu-b")])
        #expect(
            second.driver.value
                == .powerman(path: "/etc/powerman/wti-rps10.dev", specification: "wti"))
        #expect(second.driver.value.description == "powerman:/etc/powerman/wti-rps10.dev#wti")
        #expect(second.settings == nil)
        #expect(second.patience == nil)
        #expect(second.latency == nil)
    }

    @Test(
        "reads lines over the network, and prints them back",
        arguments: [
            ("tcp:192.0.2.4:4001", LineReference.network(.tcp, host: "192.0.2.4", port: 4001)),
            ("telnet:pdu-a.rack7:23", .network(.telnet, host: "pdu-a.rack7", port: 23)),
            ("rfc2217:[2001:db8::4]:1", .network(.rfc2217, host: "2001:db8::4", port: 1)),
        ])
    func networkLines(text: String, line: LineReference) throws {
        let site = try read(
            changing(short, "line: /dev/ttyS0", "line: \"\(text)\", leave_after: 90s"))
        let first = try #require(site.lines.values.first)
        #expect(first.line.value == line && line.description == text)
        #expect(first.leaveAfter == .seconds(90))
    }

    @Test("says how to speak with a switch that can be spoken with in several ways")
    func options() throws {
        let text = changing(
            short, "driver: x, ",
            "driver: x, unit: 17, dialect: holding, contacts: normally-closed, ")
        let line = try #require(try read(text).lines[named("a")])
        #expect(line.unit?.value == 17)
        #expect(line.dialect?.value == "holding")
        #expect(line.contacts?.value == .normallyClosed)
        let plain = try #require(try read(short).lines[named("a")])
        #expect(plain.unit == nil && plain.dialect == nil && plain.contacts == nil)
    }

    @Test("says how a cluster wants its quarrels decided")
    func terms() throws {
        let lines = [
            "prefer_delay: 3s", "consent: majority", "tie_breaker: n1", "view_lifetime: 20s",
            "shots_per_target: 3", "shots_per_requester: 7", "shots_window: 60s", "nodes:",
        ]
        let text = short.replacing("nodes:", with: lines.joined(separator: "\n    "))
        let site = try read(text)
        let terms = try #require(site.clusters.values.first)
        #expect(terms.preferDelay == .seconds(3))
        #expect(terms.consent == .majority)
        #expect(terms.tieBreaker?.text == "n1")
        #expect(terms.viewLifetime == .seconds(20))
        #expect(terms.rates.perTarget == 3)
        #expect(terms.rates.perRequester == 7)
        #expect(terms.rates.window == .seconds(60))
        #expect(try read(short).clusters.values.first == ClusterTerms())
    }

    @Test("describes each node, with what its cluster says for all")
    func nodes() throws {
        let site = try read(good)
        let cluster = try #require(ClusterName("db"))
        #expect(Set(site.clusters.keys) == [cluster])
        let first = try #require(site.nodes[named("node1")])
        #expect(first.cluster == cluster)
        #expect(first.feeds.map(\.description) == ["pdu-a/1", "pdu-b/1"])
        #expect(first.holdUp == .seconds(3))
        #expect(first.offTime == .seconds(5))
        #expect(first.shoot == .reboot)
        let second = try #require(site.nodes[named("node2")])
        #expect(second.holdUp == .milliseconds(500))
        #expect(second.offTime == .seconds(10))
        #expect(second.shoot == .off)
    }

    @Test("a node's own word goes before its cluster's, and that before the default")
    func habits() throws {
        let common = changing(short, "    nodes:", "    hold_up: 0s\n    shoot: off\n    nodes:")
        let text = changing(common, "n1: {", "n1: {shoot: reboot, ")
        let site = try read(text)
        let first = try #require(site.nodes[named("n1")])
        let second = try #require(site.nodes[named("n2")])
        #expect([first.shoot, second.shoot] == [.reboot, .off])
        #expect([first.holdUp, second.holdUp] == [.zero, .zero])
        let plain = try #require(read(short).nodes[named("n1")])
        #expect(plain.holdUp == .seconds(2))
        #expect(plain.shoot == .reboot)
    }

    @Test("lets nodes and operators in under their names, with their keys")
    func passes() throws {
        let site = try read(good)
        #expect(site.passes.keys.map(\.text).sorted() == ["alice", "node1", "node2"])
        let alice = try #require(PrincipalName("alice"))
        #expect(site.operators == [alice])
        #expect(site.passes[alice]?.principal == .operator(alice))
        let key = PublicKey(algorithm: "ecdsa-sha2-nistp384", base64: nistp384)
        #expect(site.passes[alice]?.keys == [AuthorizedKey(key)])
        let node = try #require(NodeName("node1"))
        #expect(site.passes[PrincipalName(node)]?.principal == .node(node))
    }

    @Test("says whom to trust beyond the keys of each, and whom no more")
    func authorities() throws {
        let appliance =
            "  authorities: [cert-authority ssh-ed25519 \(ed25519)]\n"
            + "  revoked_keys: [ecdsa-sha2-nistp256 \(nistp256)]\n  rsa_keys: accepted\n"
        let site = try read("appliance:\n\(appliance)" + short.replacing(ed25519, with: other))
        let authority = PublicKey(algorithm: "ssh-ed25519", base64: ed25519)
        #expect(
            site.appliance.authorities
                == [AuthorizedKey(authority, .authority(principals: nil))])
        #expect(site.appliance.revokedKeys.map(\.base64) == [nistp256])
        #expect(site.appliance.rsa == .accepted)
        let plain = try read(short).appliance
        #expect(plain.authorities.isEmpty && plain.revokedKeys.isEmpty && plain.rsa == .refused)
    }

    @Test("offers what older clients need where it says so")
    func algorithms() throws {
        #expect(try read(short).appliance.algorithms == .modern)
        let site = try read("appliance: {algorithms: compatible}\n" + short)
        #expect(site.appliance.algorithms == .compatible)
    }

    @Test("more channels than requests are refused")
    func channels() {
        let found = findings("appliance: {door: {channels: 11}}\n" + short)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains("may have 11 channels and only 10 requests") == true)
        #expect(
            findings("appliance: {door: {channels: 11, requests_in_flight: 11}}\n" + short) == [])
    }

    @Test("sets each limit of the door")
    func door() throws {
        var text = "appliance:\n  door:\n"
        for count in DoorCount.allCases {
            text += "    \(count.rawValue): \(count.range.upperBound)\n"
        }
        for time in DoorTime.allCases { text += "    \(time.rawValue): 7s\n" }
        text += "    known_addresses: [192.0.2.0/24, \"2001:db8::/32\"]\n"
        let door = try read(text + short).appliance.door
        #expect(door.counts.count == DoorCount.allCases.count)
        #expect(DoorCount.allCases.allSatisfy { door.counts[$0] == $0.range.upperBound })
        #expect(DoorTime.allCases.allSatisfy { door.times[$0] == .seconds(7) })
        #expect(door.knownAddresses == AddressList("192.0.2.0/24,2001:db8::/32"))
        #expect(try read(short).appliance.door == DoorSettings())
    }

    @Test("words that YAML takes for something else stay words")
    func words() throws {
        let text = changing(short, "n2:", "no:")
        #expect(try read(text).nodes.keys.map(\.text).sorted() == ["n1", "no"])
        let outlets = changing(short, "a/2", "a/on")
        #expect(try read(outlets).feedPlaces.keys.contains { $0.name.text == "on" })
    }

    @Test("the owner of the drivers can add findings at the right place")
    func ownersFinding() throws {
        let site = try read(short)
        let line = try #require(site.lines[named("a")])
        let finding = site.diagnostic(
            .error, at: line.driver.position, "there is no driver `x`", "did you mean `y`?")
        #expect(
            finding.description
                == "picket.yaml:2:15: error: there is no driver `x`; did you mean `y`?")
        let feed = try #require(Outlet("a/2"))
        #expect(site.feedPlaces[feed]?.description == "7:20")
    }
}

@Suite("The site's terms")
struct SiteTermsTests {
    private let pduA = SwitchName("pdu-a")
    private let pduB = SwitchName("pdu-b")

    @Test(
        "patience is 20 s, and longer for a slow switch",
        arguments: [(0, 20), (1, 20), (7, 20), (8, 21), (30, 65)])
    func patience(latency: Int, patience: Int) throws {
        let name = try #require(SwitchName("a"))
        let site = try read(short).site(latencies: [name: .seconds(latency)])
        #expect(
            site.switches[name]
                == SwitchTerms(patience: .seconds(patience), maximalLatency: .seconds(latency)))
    }

    @Test("what the file says goes before what the driver says")
    func explicit() throws {
        let pduA = try #require(pduA)
        let pduB = try #require(pduB)
        let file = try read(good)
        let site = try file.site(latencies: [pduA: .seconds(200), pduB: .seconds(1)])
        #expect(site.switches.count == 2)
        #expect(
            site.switches[pduA]
                == SwitchTerms(patience: .seconds(30), maximalLatency: .seconds(5)))
        #expect(site.nodes == file.nodes)
        #expect(site.operators == file.operators)
    }

    @Test("patience has to outlast the latency by a second")
    func impatient() throws {
        let name = try #require(SwitchName("a"))
        let text = changing(short, "driver: x", "driver: x, patience: 6s")
        let file = try read(text)
        #expect(throws: Never.self) { try file.site(latencies: [name: .seconds(5)]) }
        let refusal = #expect(throws: SiteRefused.self) {
            try file.site(latencies: [name: .milliseconds(5001)])
        }
        #expect(
            refusal?.description
                == "picket.yaml:2:28: error: patience of switch a is 6s, but a command can still "
                + "act 5.001s after it was sent; write 6.001s or more, or leave `patience` out")
    }

    @Test("a switch whose latency nobody knows is refused")
    func unknownLatency() throws {
        let file = try read(short)
        let refusal = #expect(throws: SiteRefused.self) { try file.site(latencies: [:]) }
        #expect(
            refusal?.description
                == "picket.yaml:2:3: error: nobody knows how long switch a can take: its driver "
                + "does not say; add `latency`, the longest time after which a command can still "
                + "act")
    }

    @Test("a password is where it is needed, and nowhere else")
    func password() throws {
        let site = try read(
            changing(short, "driver: x", "driver: x, user: apc, password: \"s3 cret\""))
        let line = try #require(site.lines[named("a")])
        #expect(line.user?.value == "apc")
        #expect(try line.password?.value == .written(#require(Secret("s3 cret"))))
        var dumped = ""
        dump(site, to: &dumped)
        let shown = "\(site) \(String(reflecting: site)) \(dumped)"
        #expect(shown.contains("(a secret)") && !shown.contains("s3 cret"))
        let file = try read(changing(short, "driver: x", "driver: x, password_file: /etc/pdu"))
        #expect(try file.lines[named("a")]?.password?.value == .file("/etc/pdu"))
    }
}
