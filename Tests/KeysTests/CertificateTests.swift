// Certificates as ssh-keygen makes them: who is let in by one, and for what reasons nobody is.

import Crypto
import Fencing
import Keys
import Testing

struct CertificateTests {
    private let keys = KeyMaker()

    @Test(
        "every authority's signature is checked, to the last bit",
        arguments: [
            ("ed25519", nil as Int?), ("ecdsa", 256), ("ecdsa", 384), ("ecdsa", 521),
        ])
    func signatures(type: String, bits: Int?) throws {
        let authority = try keys.key("authority", type, bits: bits)
        _ = try keys.key("own", "ecdsa")
        let blob = try keys.certificate(of: "own", by: "authority")
        let admissions = try Admissions(alice: ["cert-authority \(authority)"])
        #expect(admissions.refusal(blob) == nil)
        let whole = try #require(bytes(canonicalBase64: blob))
        // Each byte of it is signed, or the signature, or says how long something is.
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 0x01
            #expect(admissions.refusal(base64(changed)) != nil, "byte \(index)")
        }
        for length in stride(from: 0, to: whole.count, by: 7) {
            #expect(admissions.refusal(base64(whole[..<length])) != nil)
        }
        #expect(admissions.refusal(base64(whole + [0])) != nil)
    }

    @Test func `An authority's own key lets nobody in, nor does the key inside without it`() throws
    {
        let authority = try keys.key("authority")
        let own = try keys.key("own")
        let admissions = try Admissions(alice: ["cert-authority \(authority)"])
        #expect(admissions.refusal(authority.blob) == .unknownKey)
        #expect(admissions.refusal(own.blob) == .unknownKey)
    }

    @Test func `An authority that nobody trusts`() throws {
        let trusted = try keys.key("trusted")
        _ = try keys.key("own")
        _ = try keys.key("other")
        let blob = try keys.certificate(of: "own", by: "other")
        let admissions = try Admissions(alice: ["cert-authority \(trusted)"])
        #expect(admissions.refusal(blob) == .certificate(.unknownAuthority, id: "own's"))
    }

    @Test func `A certificate so long that its reading could be timed lets nobody in`() throws {
        let authority = try keys.key("authority")
        _ = try keys.key("own")
        let many = (100..<300).map { "alice-\($0)" + String(repeating: "x", count: 80) }
        let admissions = try Admissions(alice: ["cert-authority \(authority)"])
        let short = try keys.certificate(of: "own", by: "authority", ["-n", "alice,bob"])
        #expect(admissions.refusal(short) == nil)
        let long = try keys.certificate(
            of: "own", by: "authority", ["-n", (["alice"] + many).joined(separator: ",")])
        #expect(long.utf8.count > 20_000)
        #expect(admissions.refusal(long) == .unknownKey)
    }

    @Test func `A key id of one letter with a thousand accents is told in bytes`() throws {
        let accents = "e" + String(repeating: "\u{301}", count: 1000)
        let trusted = try keys.key("trusted")
        _ = try keys.key("own")
        _ = try keys.key("other")
        let blob = try keys.certificate(of: "own", by: "other", ["-I", accents])
        let refusal = try #require(
            try Admissions(alice: ["cert-authority \(trusted)"]).refusal(blob))
        #expect(refusal.description.utf8.count < 200)
    }

    @Test(
        "whom it is for",
        arguments: [
            (["-n", "alice"], nil as CertificateFault?), (["-n", "bob,alice"], nil),
            (["-n", "bob"], .otherPrincipals(["bob"])),
            (["-n", "alicia"], .otherPrincipals(["alicia"])), ([], .otherPrincipals([])),
        ])
    func principals(options: [String], fault: CertificateFault?) throws {
        let authority = try keys.key("authority")
        _ = try keys.key("own")
        let blob = try keys.certificate(of: "own", by: "authority", options)
        let wanted = fault.map { RefusedOffer.certificate($0, id: "own's") }
        #expect(try Admissions(alice: ["cert-authority \(authority)"]).refusal(blob) == wanted)
        #expect(
            try Admissions(alice: [], authorities: ["cert-authority \(authority)"])
                .refusal(blob) == wanted)
    }

    @Test func `principals= names others instead of the principal`() throws {
        let authority = try keys.key("authority")
        _ = try keys.key("own")
        let staff = try keys.certificate(of: "own", by: "authority", ["-n", "storage-team"])
        let admissions = try Admissions(
            alice: ["cert-authority,principals=\"storage-team,boss\" \(authority)"])
        #expect(admissions.refusal(staff) == nil)
        let alice = try keys.certificate(of: "own", by: "authority", ["-n", "alice"])
        #expect(admissions.refusal(alice) == .certificate(.otherPrincipals(["alice"]), id: "own's"))
    }

    @Test func `Names that stand for others stand beside a principal, not for the whole site`()
        throws
    {
        let authority = try keys.key("authority")
        _ = try keys.key("own")
        let staff = try keys.certificate(of: "own", by: "authority", ["-n", "staff"])
        let line = "cert-authority,principals=\"staff\" \(authority)"
        #expect(try Admissions(alice: [line]).refusal(staff) == nil)
        #expect(
            try Admissions(alice: [], authorities: [line]).refusal(staff)
                == .certificate(.otherPrincipals(["staff"]), id: "own's"))
    }

    @Test(
        "for how long",
        arguments: [
            ("20260115080000Z:20260116080000Z", nil as CertificateFault?),
            ("20260115080001Z:20260116080000Z", .notYet),
            ("20250115080000Z:20260115080001Z", nil),
            ("20250115080000Z:20260115080000Z", .over), ("always:forever", nil),
        ])
    func validity(interval: String, fault: CertificateFault?) throws {
        let authority = try keys.key("authority")
        _ = try keys.key("own")
        let blob = try keys.certificate(
            of: "own", by: "authority", ["-n", "alice", "-V", interval])
        let admissions = try Admissions(alice: ["cert-authority \(authority)"])
        #expect(
            admissions.refusal(blob) == fault.map { RefusedOffer.certificate($0, id: "own's") })
    }

    @Test(
        "under which conditions",
        arguments: [
            ("source-address=192.0.2.0/24", nil as CertificateFault?),
            ("source-address=198.51.100.0/24,192.0.2.7", nil),
            ("source-address=198.51.100.0/24", .otherAddress),
            ("force-command=uptime", .forcedCommand),
            ("verify-required", .unknownCondition("verify-required")),
            ("critical:moon-phase@example.org=full", .unknownCondition("moon-phase@example.org")),
            ("extension:hat@example.org=red", nil), ("clear", nil),
        ])
    func conditions(option: String, fault: CertificateFault?) throws {
        let authority = try keys.key("authority")
        _ = try keys.key("own")
        let blob = try keys.certificate(
            of: "own", by: "authority", ["-n", "alice", "-O", option])
        let admissions = try Admissions(alice: ["cert-authority \(authority)"])
        #expect(
            admissions.refusal(blob) == fault.map { RefusedOffer.certificate($0, id: "own's") })
    }

    @Test func `The authority's own conditions hold, and a terminal needs both words`() throws {
        let authority = try keys.key("authority")
        _ = try keys.key("own")
        let plain = try keys.certificate(of: "own", by: "authority")
        let bare = try keys.certificate(
            of: "own", by: "authority", ["-n", "alice", "-O", "no-pty"])
        let offer = Offer(user: "alice", blob: plain, host: desk)
        let open = try Admissions(alice: ["cert-authority \(authority)"])
        #expect(try open.admit(offer, at: today).terminal == .allowed)
        #expect(
            try open.admit(Offer(user: "alice", blob: bare, host: desk), at: today).terminal
                == .refused)
        let restricted = try Admissions(alice: ["restrict,cert-authority \(authority)"])
        #expect(try restricted.admit(offer, at: today).terminal == .refused)
        let elsewhere = try Admissions(
            alice: ["cert-authority,from=\"198.51.100.0/24\" \(authority)"])
        #expect(elsewhere.refusal(plain) == .otherAddress)
        let ended = try Admissions(
            alice: ["cert-authority,expiry-time=\"20250101Z\" \(authority)"])
        #expect(ended.refusal(plain) == .expired)
    }

    @Test func `A host's certificate lets nobody in`() throws {
        let authority = try keys.key("authority")
        _ = try keys.key("own")
        let blob = try keys.certificate(of: "own", by: "authority", ["-h", "-n", "alice"])
        #expect(
            try Admissions(alice: ["cert-authority \(authority)"]).refusal(blob)
                == .certificate(.notForUsers, id: ""))
    }

    @Test func `The key inside, and the authority, can be revoked`() throws {
        let authority = try keys.key("authority")
        let own = try keys.key("own")
        let blob = try keys.certificate(of: "own", by: "authority")
        for revoked in [authority, own] {
            let admissions = try Admissions(
                alice: ["cert-authority \(authority)"], revoked: [revoked])
            #expect(admissions.refusal(blob) == .revoked)
        }
    }

    @Test func `What it says of itself is there for the log`() throws {
        let authority = try keys.key("authority")
        let own = try keys.key("own")
        let blob = try keys.certificate(of: "own", by: "authority")
        let admissions = try Admissions(alice: ["cert-authority \(authority)"])
        let admitted = try admissions.admit(
            Offer(user: "alice", blob: blob, host: desk), at: today)
        #expect(admitted.principal == alice)
        #expect(admitted.certificate?.id == "own's")
        #expect(admitted.certificate?.serial == 7)
        #expect(admitted.certificate?.key.base64 == own.blob)
        #expect(admitted.certificate?.authority.base64 == authority.blob)
    }
}
