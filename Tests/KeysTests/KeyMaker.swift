// Keys and certificates as ssh-keygen makes them.

import Fencing
import Keys
import TestSupport
import Testing

final class KeyMaker {
    private let directory = TemporaryDirectory()

    /// The line of the .pub file.
    func key(_ name: String, _ type: String = "ed25519", bits: Int? = nil) throws -> String {
        let path = "\(directory.path)/\(name)"
        let size = bits.map { ["-b", String($0)] } ?? []
        try keygen(["-t", type, "-N", "", "-f", path, "-C", name] + size)
        return try text(path + ".pub")
    }

    /// The blob of a certificate for the key `name`, signed by the key `authority`.
    func certificate(
        of name: String, by authority: String, _ options: [String] = ["-n", "alice"]
    ) throws -> String {
        try keygen(
            ["-s", "\(directory.path)/\(authority)", "-I", "\(name)'s", "-z", "7"] + options
                + ["\(directory.path)/\(name).pub"])
        let line = try text("\(directory.path)/\(name)-cert.pub")
        return try #require(line.split(separator: " ").dropFirst().first.map(String.init))
    }

    private func keygen(_ arguments: [String]) throws {
        let made = try Program.run("ssh-keygen", ["-q"] + arguments)
        try #require(made.status == 0, "\(made.errors)")
    }

    private func text(_ path: String) throws -> String {
        try Program.run("cat", [path]).output.replacing("\n", with: "")
    }
}

func name<Kind>(_ text: String) -> Name<Kind> {
    guard let name = Name<Kind>(text) else { preconditionFailure("\(text) is not a name") }
    return name
}

let alice = Principal.operator(name("alice"))
/// 192.0.2.7
let desk: [UInt8] = [192, 0, 2, 7]
/// 2026-01-15 08:00:00 UTC
let today = UnixTime(seconds: 1_768_464_000)

extension Admissions {
    /// Of alice with these lines of authorized_keys.
    init(alice lines: [String], authorities: [String] = [], revoked: [String] = []) throws {
        self.init(
            passes: [
                name("alice"): Pass(alice, keys: try lines.map { try AuthorizedKey(line: $0) })
            ],
            authorities: try authorities.map { try AuthorizedKey(line: $0) },
            revoked: Set(try revoked.map { try AuthorizedKey(line: $0).key }))
    }

    /// Nil where it is admitted.
    func refusal(
        _ blob: String, user: String = "alice", from host: [UInt8] = desk, at now: UnixTime = today
    ) -> RefusedOffer? {
        do throws(RefusedOffer) {
            _ = try admit(Offer(user: user, blob: blob, host: host), at: now)
            return nil
        } catch {
            return error
        }
    }
}

extension String {
    /// The base64 of a line without options.
    var blob: String { split(separator: " ").dropFirst().first.map(String.init) ?? "" }
}
