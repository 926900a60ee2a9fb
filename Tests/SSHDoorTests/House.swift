// A door with somebody behind it, and people with keys in front of it.

import Fencing
import Glibc
import Keys
import LibSSH
import LinuxSystem
import SSHDoor
import TestSupport
import Testing

/// Keys are made once for all tests.
enum KeyFiles {
    static let directory: TemporaryDirectory = {
        // Nothing lets go of a static; the process does it at its end.
        atexit { KeyFiles.directory.remove() }
        return TemporaryDirectory()
    }()
    static let host = file("host")
    static let node = file("node")
    static let other = file("other")
    static let ecdsa = file("ecdsa", type: "ecdsa")
    static let rsa = file("rsa", type: "rsa")

    private static func file(_ name: String, type: String = "ed25519") -> String {
        let path = "\(directory.path)/\(name)"
        do {
            let made = try Program.run(
                "ssh-keygen", ["-q", "-t", type, "-N", "", "-f", path, "-C", name])
            precondition(made.status == 0, made.errors)
        } catch {
            preconditionFailure("ssh-keygen: \(error)")
        }
        return path
    }

    static func line(_ path: String) throws -> String {
        try Program.run("cat", [path + ".pub"]).output.replacing("\n", with: "")
    }

    static func authorized(_ path: String, _ options: String = "") throws -> AuthorizedKey {
        try AuthorizedKey(line: options + line(path))
    }
}

func name<Kind>(_ text: String) -> Name<Kind> {
    guard let name = Name<Kind>(text) else { preconditionFailure("\(text) is not a name") }
    return name
}

/// A door on loopback with two principals: the node `node1` (ed25519 and ecdsa keys) and the
/// operator `alice`. Closed, with its threads, when it is let go.
final class House {
    let door: SSHDoor
    let keeper: ScriptedKeeper
    let events: Lock<[DoorEvent]>
    let directory = TemporaryDirectory()
    let port: UInt16
    let host: String

    static let node = Principal.node(name("node1"))

    /// Whom it lets in, unless it is told otherwise.
    static func admissions(
        node keys: [AuthorizedKey]? = nil, authorities: [AuthorizedKey] = []
    ) throws -> Admissions {
        let usual = [KeyFiles.node, KeyFiles.ecdsa, KeyFiles.rsa]
        return Admissions(
            passes: [
                name("node1"): Pass(
                    node, keys: try keys ?? usual.map { try KeyFiles.authorized($0) }),
                name("alice"): Pass(
                    .operator(name("alice")), keys: [try KeyFiles.authorized(KeyFiles.other)]),
            ], authorities: authorities)
    }

    convenience init(
        on address: String = "127.0.0.1:0", hostKey: String = KeyFiles.host,
        admissions: Admissions? = nil, userKeys: UserKeyKinds = .withoutRSA,
        algorithms: Algorithms = .modern,
        _ change: (inout DoorLimits) -> Void = { _ in }
    ) throws {
        try self.init(
            sockets: Listeners.bound(to: [ListenAddress(address)]), hostKey: hostKey,
            admissions: admissions, userKeys: userKeys, algorithms: algorithms, change)
    }

    init(
        sockets: [ListeningSocket], hostKey: String = KeyFiles.host,
        admissions: Admissions? = nil, userKeys: UserKeyKinds = .withoutRSA,
        algorithms: Algorithms = .modern,
        _ change: (inout DoorLimits) -> Void = { _ in }
    ) throws {
        var limits = DoorLimits()
        change(&limits)
        let events = Lock<[DoorEvent]>([])
        keeper = ScriptedKeeper()
        door = try SSHDoor(
            listen: sockets, hostKeys: [HostKeyFile.load(hostKey)],
            admissions: admissions ?? Self.admissions(), userKeys: userKeys,
            algorithms: algorithms, limits: limits,
            keeper: keeper,
            tell: { event in events.withLock { $0.append(event) } })
        self.events = events
        port = door.addresses[0].port
        switch door.addresses[0].host {
        case .v4: host = "127.0.0.1"
        case .v6: host = "::1"
        }
        keeper.serve(door)
        let words = try Program.run("cat", [hostKey + ".pub"]).output
        _ = try Program.run(
            "sh", ["-c", "echo '[\(host)]:\(port)' \"$1\" > \(knownHosts)", "sh", words])
        try door.open()
    }

    deinit {
        keeper.dismiss()
        let farewell = door.leave(by: MonotonicClock.now() + .seconds(5))
        #expect(farewell == .complete)
    }

    private var knownHosts: String { "\(directory.path)/known_hosts" }

    /// The arguments of `ssh` up to the destination.
    func arguments(user: String = "node1", key: String = KeyFiles.node, _ more: [String] = [])
        -> [String]
    {
        [
            "-F", "/dev/null", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o",
            "UserKnownHostsFile=\(knownHosts)", "-o", "IdentitiesOnly=yes", "-o",
            "IdentityAgent=none", "-i", key, "-p", String(port), "-l", user,
        ] + more + [host]
    }

    /// `ssh host command`, to its end.
    func ssh(
        user: String = "node1", key: String = KeyFiles.node, options: [String] = [],
        _ command: String?, input: String = ""
    ) throws -> Program.Result {
        try Program.run(
            "ssh", arguments(user: user, key: key, options) + (command.map { [$0] } ?? []),
            input: input)
    }

    var seen: [DoorEvent] { events.withLock { $0 } }
    var calls: [ScriptedKeeper.Call] { keeper.calls.withLock { $0 } }
    var turnedAway: [TurnedAway] {
        seen.compactMap { if case .strangerTurnedAway(let event) = $0 { event } else { nil } }
    }
}

/// Answers by rote: `say X`, `fail N`, `big N` at once, `hold` never; anything else is echoed.
final class ScriptedKeeper: DoorKeeper {
    enum Call: Hashable, Sendable {
        case opened(SessionID, Principal)
        case closed(SessionID)
        case requested(RequestToken, SessionID, String)
        case abandoned(RequestToken)
        case probed(SessionID, ProbeFinding)
    }
    let calls = Lock<[Call]>([])
    /// Whether it can take in any more.
    let isFull = Lock(false)
    private let door = Lock<SSHDoor?>(nil)

    func serve(_ door: SSHDoor) { self.door.withLock { $0 = door } }
    func dismiss() { door.withLock { $0 = nil } }

    func sessionOpened(_ session: SessionID, _ principal: Principal, from: String) {
        note(.opened(session, principal))
    }
    func hasRoom(for session: SessionID) -> Bool { isFull.withLock { !$0 } }
    func sessionClosed(_ session: SessionID) { note(.closed(session)) }
    func abandoned(_ token: RequestToken) { note(.abandoned(token)) }
    func probed(_ session: SessionID, _ finding: ProbeFinding) { note(.probed(session, finding)) }

    func requested(_ token: RequestToken, by session: SessionID, line: String) {
        note(.requested(token, session, line))
        let words = line.split(separator: " ", maxSplits: 1)
        let rest = words.count > 1 ? String(words[1]) : ""
        let door = door.withLock { $0 }
        switch words.first {
        case "hold": break
        case "fail": door?.answer(token, text: "FAILED\n", exit: UInt8(rest) ?? 99)
        case "big":
            let text = String(repeating: "x", count: Int(rest) ?? 0)
            door?.answer(token, text: text + "\n", exit: 0)
        default: door?.answer(token, text: "OK \(line)", exit: 0)
        }
    }

    private func note(_ call: Call) { calls.withLock { $0.append(call) } }
}
