// Findings that take the whole file.

import Fencing
import SiteConfiguration
import Testing

/// Three switches, two clusters, an operator; nothing against it.
private let base = """
    appliance: {power_source: ups-c}
    switches:
      a: {driver: x, line: /dev/ttyS0, power_source: ups-a}
      b: {driver: x, line: /dev/ttyS1, power_source: ups-b}
    clusters:
      c:
        nodes:
          n1: {feeds: [a/1, b/1], keys: [ssh-ed25519 \(ed25519)]}
          n2: {feeds: [a/2, b/2], keys: [ecdsa-sha2-nistp256 \(nistp256)]}
    operators:
      alice: {keys: [ecdsa-sha2-nistp384 \(nistp384)]}

    """

@Suite("Findings about the whole site")
struct CrossFindingTests {
    private func found(_ old: String, _ new: String) -> [String] {
        findings(changing(base, old, new)).map { String($0.dropFirst("picket.yaml:".count)) }
    }

    @Test("there are none in the base of these tests")
    func none() {
        #expect(findings(base) == [])
    }

    @Test("an outlet used twice, by two nodes or by one")
    func outlets() {
        #expect(
            found("[a/2, b/2]", "[a/1, b/2]") == [
                "9:20: error: outlet a/1 of node n2 is already a feed of node n1 in line 8; an "
                    + "outlet powers one node, and is named once"
            ])
        #expect(
            found("[a/2, b/2]", "[a/2, a/2]") == [
                "9:25: error: outlet a/2 of node n2 is already a feed of node n2 in line 9; an "
                    + "outlet powers one node, and is named once"
            ])
    }

    @Test("numbers on a rack's command line: one for each node of a cluster, or for none")
    func rackNumbers() {
        #expect(
            found("[a/1, b/1]", "[a/1, b/1], apc_outlet: 3") == [
                "9:7: error: node n2 has no `apc_outlet`, and others of cluster c have one; give "
                    + "each of its nodes a number, or none of them"
            ])
        let one = changing(base, "[a/1, b/1]", "[a/1, b/1], apc_outlet: 3")
        #expect(findings(changing(one, "[a/2, b/2]", "[a/2, b/2], apc_outlet: 4")) == [])
        #expect(
            findings(changing(one, "[a/2, b/2]", "[a/2, b/2], apc_outlet: 3")).map {
                $0.split(separator: " ").dropFirst().joined(separator: " ")
            } == [
                "error: apc_outlet 3 of node n2 is that of node n1 in line 8; every node of a "
                    + "cluster needs a number of its own"
            ])
        #expect(
            findings(changing(one, "[a/2, b/2]", "[a/2, b/2], apc_outlet: 0")).contains {
                $0.contains("`apc_outlet`")
            })
    }

    @Test("an authority may vouch for several, a key may not")
    func authorities() {
        #expect(found("ssh-ed25519 \(ed25519)", "cert-authority ssh-ed25519 \(other)") == [])
        let two = changing(
            base, "[ssh-ed25519 \(ed25519)]", "[cert-authority ssh-ed25519 \(other)]")
        #expect(
            findings(
                changing(
                    two, "[ecdsa-sha2-nistp256 \(nistp256)]",
                    "[cert-authority ssh-ed25519 \(other)]")) == [])
        #expect(
            found("{power_source: ups-c}", "{authorities: [ssh-ed25519 \(other)]}").contains {
                $0.contains("error: one of the authorities is not marked as one; write cert-auth")
            })
    }

    @Test("an authority of the whole site that would let anybody in under other names")
    func authorityWithNames() {
        let line = "cert-authority,principals=\"staff\" ssh-ed25519 \(other)"
        #expect(
            found("{power_source: ups-c}", "{authorities: ['\(line)']}").contains {
                $0.contains("error: one of the authorities has `principals=`; leave it out here")
            })
    }

    @Test("an RSA key, where the site has not said that it takes them")
    func rsa() {
        let modulus = [UInt8](repeating: 0x55, count: 256)
        let rsa = blob([Array("ssh-rsa".utf8), [1, 0, 1], modulus])
        #expect(
            found("ssh-ed25519 \(ed25519)", "ssh-rsa \(rsa)") == [
                "8:38: error: an RSA key, and this site takes none; make another: ssh-keygen -t "
                    + "ed25519; or write `rsa_keys: accepted` under `appliance`: docs/threats.md "
                    + "says what it costs"
            ])
        let accepting = changing(
            base, "power_source: ups-c", "power_source: ups-c, rsa_keys: accepted")
        #expect(findings(changing(accepting, "ssh-ed25519 \(ed25519)", "ssh-rsa \(rsa)")) == [])
    }

    @Test("a reboot that is over before the supply has given up")
    func times() {
        let slow = "      n1: {off_time: 3s, hold_up: 3001ms, feeds"
        #expect(
            found("      n1: {feeds", slow) == [
                "8:7: error: node n1 would be switched on 3s after its off, when its supply may "
                    + "still hold it up (hold_up 3.001s); make off_time at least as long as hold_up"
            ])
        #expect(found("      n1: {feeds", "      n1: {off_time: 3s, hold_up: 3s, feeds") == [])
        #expect(found("  nodes:", "  off_time: 1s\n    nodes:").count == 2, "the default is 2s")
    }

    @Test("a feed of a switch that is not there")
    func unknownSwitch() {
        #expect(
            found("b/2", "bb/2") == [
                "9:25: error: there is no switch `bb` for the feed bb/2; did you mean `b/2`?"
            ])
        #expect(
            found("b/2", "rack7/2") == [
                "9:25: error: there is no switch `rack7` for the feed rack7/2; add it under "
                    + "`switches`"
            ])
    }

    @Test("two switches on one line")
    func lines() {
        #expect(
            found("/dev/ttyS1", "/dev/ttyS0") == [
                "4:24: error: switch b is on /dev/ttyS0, where switch a in line 3 is; every switch "
                    + "needs a line of its own"
            ])
    }

    @Test("one port of a concentrator for two switches, in whatever language")
    func samePort() {
        let text = base.replacing("/dev/ttyS0", with: "tcp:Desk:4001")
            .replacing("/dev/ttyS1", with: "rfc2217:desk:4001")
        #expect(
            findings(text) == [
                "picket.yaml:4:24: error: switch b is on rfc2217:desk:4001, where switch a in line "
                    + "3 is; every switch needs a line of its own"
            ])
    }

    @Test("a key of two principals, or twice of one")
    func keys() {
        #expect(
            found("ecdsa-sha2-nistp256 \(nistp256)", "ssh-ed25519 \(ed25519) copy") == [
                "9:38: error: this key of node n2 is the key of node n1 in line 8 too; give each "
                    + "its own key, and each key once"
            ])
        #expect(
            found("ecdsa-sha2-nistp384 \(nistp384)", "ssh-ed25519 \(ed25519)") == [
                "11:18: error: this key of operator alice is the key of node n1 in line 8 too; "
                    + "give each its own key, and each key once"
            ])
    }

    @Test("a name for a node and an operator, or for two nodes")
    func names() {
        #expect(
            found("alice", "n2") == [
                "11:3: error: operator n2 has the name of node n2 in line 9; every node and "
                    + "operator needs a name of its own, over all clusters"
            ])
        let other = "  d: {nodes: {n1: {feeds: [a/7]}, n4: {feeds: [a/8, b/8]}}}\noperators:"
        #expect(
            found("operators:", other).first
                == "10:15: error: node n1 has the name of node n1 in line 8; every node and "
                + "operator needs a name of its own, over all clusters")
    }

    @Test("a reserved name", arguments: ["root", "picket"])
    func reserved(name: String) {
        #expect(
            found("alice", name) == [
                "11:3: error: `\(name)` is reserved and cannot name a node or an operator; choose "
                    + "another name"
            ])
        #expect(found("n2:", "\(name):").count == 1)
    }

    @Test("an appliance on an outlet that it switches")
    func ownFeed() {
        #expect(
            found("{power_source: ups-c}", "{feeds: [house/1, b/2]}") == [
                "1:30: error: the appliance hangs on b/2, which it switches for node n2 in line 9; "
                    + "plug one of them in elsewhere"
            ])
        #expect(
            found("{power_source: ups-c}", "{power_source: ups-c, feeds: [b/8]}") == [
                "1:42: warning: the appliance hangs on b/8, an outlet of a switch that it "
                    + "commands; plug it in where no command of its own can reach it"
            ])
    }

    @Test("nodes of a cluster that hang on one power source")
    func sources() {
        #expect(
            found("line: /dev/ttyS1, power_source: ups-b", "line: /dev/ttyS1, power_source: ups-a")
                == [
                    "6:3: warning: of cluster c, n1, n2 hang on the power source ups-a alone; "
                        + "when it fails, they fail together: give each a feed on another source"
                ])
        // Of what a switch does not name nothing is known, and that is said where others do.
        #expect(
            found("line: /dev/ttyS1, power_source: ups-b", "line: /dev/ttyS1") == [
                "4:3: warning: nobody knows what switch b hangs on, and of others it is said; "
                    + "write its `power_source`: what fails together shows only then"
            ])
        #expect(
            found("{power_source: ups-c}", "{}") == [
                "6:3: warning: nobody knows what the appliance itself hangs on; write "
                    + "`appliance.power_source`, a source that no node hangs on alone"
            ])
    }

    @Test("an appliance that goes with a node")
    func ownSource() {
        let shared = changing(base, "ups-c", "ups-a")
        #expect(findings(shared) == [])
        #expect(
            findings(changing(shared, "[a/2, b/2]", "[a/2, a/3]")) == [
                "picket.yaml:1:27: warning: the appliance shares the power source ups-a with n2, "
                    + "which hang on it alone; when it fails, nobody can prove them off: put the "
                    + "appliance on another source"
            ])
    }

    @Test("many nodes on one power source are counted, not listed")
    func manyNodes() {
        let more = (3...9).map { "      n\($0): {feeds: [a/\($0)], keys: []}\n" }.joined()
        let text = found("operators:", more + "operators:")
        #expect(text.first?.contains("n3, n4, n5, n6, n7, n8 and 1 more hang on") == true)
    }

    @Test("a switch that feeds nobody")
    func unused() {
        #expect(
            found("clusters:", "  z: {driver: x, line: /dev/ttyS9}\nclusters:") == [
                "5:3: warning: no node is fed by switch z; name its outlets as feeds, or remove it"
            ])
    }

    @Test("a cluster that is too small to shoot in")
    func small() {
        #expect(
            found("operators:", "  d: {nodes: {}}\noperators:") == [
                "10:3: warning: cluster d has no node; a node is shot at the request of another of "
                    + "its cluster: add it"
            ])
        #expect(
            found("  c:", "  d: {nodes: {n9: {feeds: [a/9, b/9], keys: []}}}\n  c:") == [
                "6:3: warning: cluster d has one node; a node is shot at the request of another of "
                    + "its cluster: add it",
                "6:15: warning: node n9 has no key; it can be shot, but cannot ask; give it "
                    + "`keys` if it should",
            ])
    }

    @Test("warnings do not refuse the file, and are in it")
    func warnings() throws {
        let site = try read(changing(base, "b/2], keys: [ecdsa-sha2-nistp256 \(nistp256)]", "b/2]"))
        #expect(site.warnings.map(\.severity) == [.warning])
        #expect(site.passes.count == 3)
    }
}
