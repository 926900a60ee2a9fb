// An authority on a security key: there is none in this machine, so a key of the test's own signs as
// one would (OpenSSH's PROTOCOL.u2f).

import Crypto
import Fencing
import Keys
import Testing

struct SecurityKeyTests {
    private let secret = Curve25519.Signing.PrivateKey()
    private let application = Array("ssh:".utf8)

    private func string(_ bytes: [UInt8]) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (24 - 8 * $0)) } + bytes
    }
    private func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

    private var authority: [UInt8] {
        string("sk-ssh-ed25519@openssh.com") + string(Array(secret.publicKey.rawRepresentation))
            + string(application)
    }

    /// For a key of 32 sevens, whom alice has.
    private func certificate(flags: UInt8, application signed: [UInt8]) throws -> String {
        let body =
            string("ssh-ed25519-cert-v01@openssh.com") + string([1, 2, 3])
            + string([UInt8](repeating: 7, count: 32)) + [UInt8](repeating: 0, count: 7) + [9]
            + [0, 0, 0, 1] + string("token") + string(string("alice"))
            + [UInt8](repeating: 0, count: 8) + [UInt8](repeating: 0xFF, count: 8) + string("")
            + string("") + string("") + string(authority)
        let counter: [UInt8] = [0, 0, 1, 2]
        let message =
            Array(SHA256.hash(data: signed)) + [flags] + counter + Array(SHA256.hash(data: body))
        let signature =
            string("sk-ssh-ed25519@openssh.com")
            + string(Array(try secret.signature(for: message))) + [flags] + counter
        return base64(body + string(signature))
    }

    private func refusal(_ blob: String) throws -> RefusedOffer? {
        let line = "cert-authority sk-ssh-ed25519@openssh.com \(base64(authority))"
        return try Admissions(alice: [line]).refusal(blob)
    }

    @Test func `It is believed where somebody touched it`() throws {
        #expect(try refusal(certificate(flags: 1, application: application)) == nil)
        #expect(try refusal(certificate(flags: 5, application: application)) == nil)
    }

    @Test func `Untouched, or for another application, it is not`() throws {
        let wrong = RefusedOffer.certificate(.wrongSignature, id: "token")
        #expect(try refusal(certificate(flags: 0, application: application)) == wrong)
        #expect(try refusal(certificate(flags: 1, application: Array("web:".utf8))) == wrong)
    }
}
