// Keys: which lines are taken, and what is said about the others.

import Fencing
import Keys
import SiteConfiguration
import Testing

private let rsa = blob([Array("ssh-rsa".utf8), [1, 0, 1], [UInt8](repeating: 1, count: 128)])
private let again = "copy the whole line of the .pub file again"
private let known =
    "ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, "
    + "sk-ssh-ed25519@openssh.com, sk-ecdsa-sha2-nistp256@openssh.com, ssh-rsa"

@Suite("Keys in the site file")
struct KeyLineTests {
    /// The short file with this line as the key of its first node.
    private func file(_ line: String) -> String {
        let quoted = line.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
        return changing(short, "ssh-ed25519 \(ed25519)", "\"\(quoted)\"")
    }

    @Test(
        "every algorithm that is let in",
        arguments: [
            ("ssh-ed25519", [32], []),
            ("ecdsa-sha2-nistp384", [97], ["nistp384"]),
            ("ecdsa-sha2-nistp521", [133], ["nistp521"]),
        ])
    func algorithms(name: String, sizes: [Int], curve: [String]) throws {
        let texts = ([name] + curve).map { Array($0.utf8) }
        let base64 = blob(texts + sizes.map { [UInt8](repeating: 7, count: $0) })
        let site = try read(file("\(name) \(base64) some comment"))
        let node = try #require(PrincipalName("n1"))
        let key = PublicKey(algorithm: name, base64: base64)
        #expect(site.passes[node]?.keys == [AuthorizedKey(key)])
    }

    @Test(
        "a FIDO token's key is refused, and as an authority it may stay",
        arguments: [
            ("sk-ssh-ed25519@openssh.com", [32, 4], []),
            ("sk-ecdsa-sha2-nistp256@openssh.com", [65, 4], ["nistp256"]),
        ])
    func tokens(name: String, sizes: [Int], curve: [String]) throws {
        let texts = ([name] + curve).map { Array($0.utf8) }
        let base64 = blob(texts + sizes.map { [UInt8](repeating: 7, count: $0) })
        let found = findings(file("\(name) \(base64)"))
        #expect(found.count == 1 && found[0].contains("is a FIDO token's key"), "\(found)")
        #expect(found[0].contains("whether the token was touched"), "\(found)")
        #expect(findings(file("cert-authority \(name) \(base64)")) == [])
    }

    @Test(
        "what ssh-keygen wrote",
        arguments: [("ssh-ed25519", ed25519), ("ecdsa-sha2-nistp384", nistp384)])
    func real(name: String, base64: String) throws {
        #expect(findings(file("\(name)  \(base64)   alice@desk (of 2025)")) == [])
    }

    @Test(
        "what is wrong with any other line",
        arguments: [
            ("ssh-rsa \(rsa) bob", "is not a whole ssh-rsa key; \(again)"),
            (
                "command=\"uptime\" ssh-ed25519 \(ed25519)",
                "has the option `command`, which cannot be honoured here; leave it out; known are "
                    + "from, expiry-time, restrict, pty, no-pty, cert-authority, principals, and "
                    + "the no-... of forwardings"
            ),
            ("ssh-ed2519 \(ed25519)", "begins with `ssh-ed2519`; did you mean ssh-ed25519?"),
            ("ssh-dsa1024 AAAA", "begins with `ssh-dsa1024`; known are \(known)"),
            ("", "begins with ``; known are \(known)"),
            ("ssh-ed25519", "has nothing behind ssh-ed25519; \(again)"),
            (
                "ssh-ed25519 \(ed25519.dropLast())",
                "is not base64 as ssh-keygen writes it; \(again)"
            ),
            ("ssh-ed25519 \(ed25519.dropLast(4))", "is not a whole ssh-ed25519 key; \(again)"),
            ("ssh-ed25519 \(ed25519)AAAA", "is not a whole ssh-ed25519 key; \(again)"),
            ("ssh-ed25519 AAAA", "is not a whole ssh-ed25519 key; \(again)"),
            (
                "ecdsa-sha2-nistp256 \(ed25519)",
                "says ecdsa-sha2-nistp256 in front and `ssh-ed25519` inside; \(again)"
            ),
            (
                "ssh-ed25519 \(ed25519)\nssh-ed25519 \(ed25519)",
                "is not one line of text; write each key as an element of its own"
            ),
            (
                "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn",
                "is a private key; remove it, make a new pair (this one has been shown), write the "
                    + "line of its .pub file"
            ),
        ])
    func refused(line: String, text: String) {
        #expect(
            findings(file(line)) == ["picket.yaml:6:33: error: one of the keys of node n1 \(text)"])
    }

    @Test(
        "a key whose inside has the wrong size or the wrong curve is no key",
        arguments: [
            ("ssh-ed25519", "", [31]), ("ssh-ed25519", "", [33]),
            ("ecdsa-sha2-nistp256", "nistp256", [64]), ("ecdsa-sha2-nistp256", "nistp384", [65]),
            ("sk-ssh-ed25519@openssh.com", "", [32]),
        ])
    func inside(name: String, curve: String, sizes: [Int]) {
        let texts = [name, curve].filter { !$0.isEmpty }.map { Array($0.utf8) }
        let base64 = blob(texts + sizes.map { [UInt8](repeating: 7, count: $0) })
        #expect(
            findings(file("\(name) \(base64)")) == [
                "picket.yaml:6:33: error: one of the keys of node n1 is not a whole \(name) key; "
                    + "\(again)"
            ])
    }

    @Test(
        "base64 has one form only",
        arguments: ["AB==", "AAB=", "A===", "====", "AAA", "AA=A", "A-_A", "AAAAé", "AAAA AAAA"])
    func canonical(base64: String) {
        let found = findings(file("ssh-ed25519 \(base64)"))
        #expect(found.count == 1)
        #expect(found.first?.contains("ssh-ed25519 key; ") == base64.hasPrefix("AAAA "))
        #expect(found.first?.contains("is not base64") == !base64.hasPrefix("AAAA "))
    }
}
