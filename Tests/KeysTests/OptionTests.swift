// Lines of authorized_keys: which options are honoured, and how the others are refused.

import Fencing
import Keys
import Testing

struct OptionTests {
    private let keys = KeyMaker()

    @Test func `A key lets in its own principal and nobody else`() throws {
        let own = try keys.key("own")
        let other = try keys.key("other")
        let admissions = try Admissions(alice: [own])
        #expect(admissions.refusal(own.blob) == nil)
        #expect(admissions.refusal(other.blob) == .unknownKey)
        #expect(admissions.refusal(own.blob, user: "bob") == .unknownUser)
        #expect(admissions.refusal(own.blob, user: "a b") == .unknownUser)
        #expect(admissions.refusal("") == .unknownKey)
    }

    @Test(
        "from= takes addresses and blocks, with exceptions",
        arguments: [
            ("192.0.2.7", desk, true), ("192.0.2.8", desk, false),
            ("192.0.2.0/24", desk, true), ("192.0.2.0/29", desk, true),
            ("192.0.2.8/29", desk, false), ("0.0.0.0/0", desk, true),
            ("192.0.2.0/24,!192.0.2.7", desk, false), ("!192.0.2.9,192.0.2.0/24", desk, true),
            ("2001:db8::/32", desk, false),
            (
                "198.51.100.1,2001:db8::/32",
                [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 1, count: 12), true
            ),
        ])
    func from(list: String, host: [UInt8], isAllowed: Bool) throws {
        let key = try keys.key("own")
        let admissions = try Admissions(alice: ["from=\"\(list)\" \(key)"])
        #expect(admissions.refusal(key.blob, from: host) == (isAllowed ? nil : .otherAddress))
    }

    @Test(
        "a key ends at its time, to the second",
        arguments: [
            ("20260115080001Z", true), ("20260115080000Z", false), ("202601150801Z", true),
            ("202601150800Z", false), ("20260116Z", true), ("20260115Z", false),
            ("20280229Z", true), ("19700101Z", false),
        ])
    func expiry(time: String, isAdmitted: Bool) throws {
        let key = try keys.key("own")
        let admissions = try Admissions(alice: ["expiry-time=\"\(time)\" \(key)"])
        #expect(admissions.refusal(key.blob) == (isAdmitted ? nil : .expired))
    }

    @Test(
        "who may have a terminal",
        arguments: [
            ("", AuthorizedKey.Terminal.allowed), ("restrict ", .refused), ("no-pty ", .refused),
            ("restrict,pty ", .allowed), ("No-PTY,no-port-forwarding,no-X11-forwarding ", .refused),
        ])
    func terminal(options: String, wanted: AuthorizedKey.Terminal) throws {
        let key = try keys.key("own")
        let admissions = try Admissions(alice: [options + key])
        let offer = Offer(user: "alice", blob: key.blob, host: desk)
        #expect(try admissions.admit(offer, at: today).terminal == wanted)
    }

    @Test(
        "what cannot be honoured is refused with the line",
        arguments: [
            ("command=\"uptime\"", "the option `command`"),
            ("environment=\"A=b\"", "the option `environment`"),
            ("verify-required", "the option `verify-required`"),
            ("restrict=\"yes\"", "the option `restrict`"), ("from", "the option `from`"),
            ("from=192.0.2.7", "not written NAME or NAME=\"VALUE\""),
            ("from=\"192.0.2.7", "begins with `from=\"192.0.2.7`"),
            ("from=\"*.example.org\"", "no list of addresses"),
            ("from=\"192.0.2.1/24\"", "no list of addresses"),
            ("from=\"192.0.2.0/33\"", "no list of addresses"),
            ("from=\"192.0.2.0/-8\"", "no list of addresses"),
            ("from=\"!192.0.2.1\"", "no list of addresses"), ("from=\"\"", "no list of addresses"),
            ("expiry-time=\"20270101\"", "which is no time"),
            ("expiry-time=\"20270229Z\"", "which is no time"),
            ("expiry-time=\"20271301Z\"", "which is no time"),
            ("principals=\"bob\"", "is no `cert-authority`"),
        ])
    func refused(options: String, words: String) throws {
        let key = try keys.key("own")
        do throws(KeyLineFault) {
            _ = try AuthorizedKey(line: "\(options) \(key)")
            Issue.record("\(options) is taken")
        } catch {
            #expect(error.what.contains(words), "\(error.what)")
            #expect(!error.advice.isEmpty)
        }
    }

    @Test func `A quoted comma and a quoted blank end nothing`() throws {
        let key = try keys.key("own")
        let line = "cert-authority,principals=\"a b,c\",from=\"192.0.2.0/24,198.51.100.7\" \(key)"
        let authorized = try AuthorizedKey(line: line)
        #expect(authorized.role == .authority(principals: ["a b", "c"]))
    }

    @Test func `Revoked is revoked`() throws {
        let key = try keys.key("own")
        let admissions = try Admissions(alice: [key], revoked: [key])
        #expect(admissions.refusal(key.blob) == .revoked)
    }

    @Test func `An RSA key is read, from 2048 bits on`() throws {
        let key = try keys.key("rsa", "rsa", bits: 2048)
        #expect(try Admissions(alice: [key]).refusal(key.blob) == nil)
        let short = try keys.key("short", "rsa", bits: 1024)
        #expect(throws: KeyLineFault.damaged(algorithm: "ssh-rsa")) {
            try AuthorizedKey(line: short)
        }
        #expect(throws: KeyLineFault.option(.rsaAuthority)) {
            try AuthorizedKey(line: "cert-authority \(key)")
        }
    }
}
