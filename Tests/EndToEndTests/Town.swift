// A whole site on loopback: real picketd, real ssh, simulated switches behind pseudo-terminals.

import Fencing
import Glibc
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

/// Keys are made once for all tests.
enum Keys {
    static let directory = TemporaryDirectory()
    static let host = make("host")
    static let stranger = make("stranger")
    static let people = Dictionary(
        uniqueKeysWithValues: ["node1", "node2", "node3", "alice", "vic", "bob"].map {
            ($0, make($0))
        })

    private static func make(_ name: String) -> String {
        let path = "\(directory.path)/\(name)"
        do {
            let made = try Program.run(
                "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path, "-C", name])
            precondition(made.status == 0, made.errors)
        } catch {
            preconditionFailure("ssh-keygen: \(error)")
        }
        return path
    }

    static func line(_ path: String) throws -> String {
        String(try Program.run("cat", [path + ".pub"]).output.dropLast())
    }
}

/// Nodes 1 to 3 on outlets 1 to 3 of `pdu-a`, a BayTech driven by powerman's own device file;
/// node3 has a second supply on `pdu-b`, an RPS-10.
final class Town {
    let directory = TemporaryDirectory()
    let pduA: BenchSwitch
    let pduB: BenchSwitch
    private(set) var daemon: Program
    private(set) var port = ""

    struct Terms {
        var holdUp = "0s"
        /// Left out: as long as the hold-up, which is the least that there may be.
        var offTime: String?
        var latency = "300ms"
        var patience = "4s"
        var preferDelay = "0s"
        /// Nodes meet a rack PDU's command line, node3 as its outlet 7.
        var hasRackNumbers = false
        var driverA = "powerman:/etc/powerman/baytech-rpc3-nc.dev"
    }

    /// `before` is a program that becomes the daemon.
    init(
        _ terms: Terms = Terms(), program: [String] = ["picketd"], before: [String] = []
    ) throws {
        pduA = try Self.bench(.baytech, "\(directory.path)/pdu-a")
        pduB = try Self.bench(.rps10, "\(directory.path)/pdu-b")
        directory.write("picket.yaml", try Self.site(terms, directory.path))
        daemon = try Self.start(program, directory.path, before: before)
        port = try Self.waitUntilReady(daemon)
        try trust()
    }

    private static func bench(_ model: SimulatedModel, _ link: String) throws -> BenchSwitch {
        var settings = BenchSwitch.Settings()
        settings.link = link
        return try BenchSwitch(model.make(), settings)
    }

    static func site(_ terms: Terms, _ directory: String) throws -> String {
        let keys = try Keys.people.mapValues { try Keys.line($0) }
        func node(_ name: String, _ feeds: String, weight: Int = 1, number: Int) -> String {
            let key = keys[name, default: ""]
            let number = terms.hasRackNumbers ? ", apc_outlet: \(number)" : ""
            return "      \(name): {feeds: [\(feeds)], weight: \(weight)\(number), "
                + "keys: [\"\(key)\"]}"
        }
        return """
            appliance:
              listen: ["127.0.0.1:0"]
              host_keys: ["\(Keys.host)"]
              ledger: \(directory)/ledger.sqlite
              lock_directory: \(directory)
            switches:
              pdu-a:
                driver: \(terms.driverA)
                line: \(directory)/pdu-a
                latency: \(terms.latency)
                patience: \(terms.patience)
              pdu-b:
                driver: wti-rps10
                line: \(directory)/pdu-b
                latency: \(terms.latency)
                patience: \(terms.patience)
            clusters:
              db:
                hold_up: \(terms.holdUp)
                off_time: \(terms.offTime ?? terms.holdUp)
                prefer_delay: \(terms.preferDelay)
                shots_per_target: 1000
                shots_per_requester: 1000
                shots_window: 1s
                nodes:
            \(node("node1", "pdu-a/1", number: 1))
            \(node("node2", "pdu-a/2", weight: 2, number: 2))
            \(node("node3", "pdu-a/3, pdu-b/3", number: 7))
            operators:
              alice: {keys: ["\(keys["alice", default: ""])"]}
              vic: {role: viewer, keys: ["\(keys["vic", default: ""])"]}
              bob: {role: admin, keys: ["\(keys["bob", default: ""])"]}

            """
    }

    static func start(
        _ program: [String], _ directory: String, before: [String] = []
    ) throws -> Program {
        let words =
            before + ["\(Program.products)/\(program[0])", "--site", "\(directory)/picket.yaml"]
            + program.dropFirst()
        return try Program(words[0], Array(words.dropFirst()))
    }

    static func waitUntilReady(_ daemon: Program) throws -> String {
        let ready = try daemon.read { $0.contains("listening on") && $0.hasSuffix("\n") }
        guard let colon = ready.lastIndex(of: ":") else {
            let end = try daemon.finish()
            throw NotReady(errors: end.errors)
        }
        return String(ready[ready.index(after: colon)...].dropLast())
    }

    struct NotReady: Error { let errors: String }

    private func trust() throws {
        let key = try Keys.line(Keys.host).split(separator: " ").prefix(2).joined(separator: " ")
        directory.write("known_hosts", "[127.0.0.1]:\(port) \(key)\n")
    }

    /// As a power cut does it, then as the service manager does it.
    func restart(kill: Bool = true, program: [String] = ["picketd"]) throws {
        if kill { daemon.killNow() }
        _ = try daemon.finish()
        daemon = try Self.start(program, directory.path)
        port = try Self.waitUntilReady(daemon)
        try trust()
    }

    /// A daemon whose files may not grow beyond `kilobytes`: a full disk.
    func restart(limitingFilesTo kilobytes: Int) throws {
        try restart(under: ["sh", "-c", "ulimit -f \(kilobytes); exec \"$@\"", "sh"])
    }

    /// A daemon whose `count`th fdatasync, and every later one, fails with EIO.
    func restart(failingFsyncFrom count: Int) throws {
        try restart(under: [
            "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e",
            "inject=fdatasync,fsync:error=EIO:when=\(count)+",
        ])
    }

    /// A daemon that a service manager listens to.
    func restart(notifying path: String, _ environment: [String] = []) throws {
        try restart(under: ["env", "NOTIFY_SOCKET=\(path)"] + environment)
    }

    /// A daemon whose wall clock, and no other, is off by what `setWallClock` says.
    func restart(wallClock offset: Int) throws {
        setWallClock(offset)
        let library = "\(directory.path)/wall-clock.so"
        let source = #filePath.replacing("Town.swift", with: "wall-clock.c")
        let made = try Program.run("gcc", ["-shared", "-fPIC", "-O1", source, "-o", library])
        guard made.status == 0 else { throw NotReady(errors: made.errors) }
        try restart(under: [
            "env", "LD_PRELOAD=\(library)", "WALL_CLOCK_OFFSET=\(directory.path)/wall-clock",
        ])
    }

    /// In seconds.
    func setWallClock(_ offset: Int) { directory.write("wall-clock", "\(offset)\n") }

    /// `words` are a command that runs another: `env NAME=value`.
    func restart(under words: [String]) throws {
        daemon.killNow()
        _ = try daemon.finish()
        daemon = try Program(
            words[0],
            words.dropFirst() + [
                "\(Program.products)/picketd", "--site", "\(directory.path)/picket.yaml",
            ])
        port = try Self.waitUntilReady(daemon)
        try trust()
    }

    // MARK: Asking

    func sshArguments(_ who: String) -> [String] { arguments(who, key: nil) }

    private func arguments(_ who: String, key: String?) -> [String] {
        [
            "-F", "/dev/null", "-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o",
            "UserKnownHostsFile=\(directory.path)/known_hosts", "-o", "IdentitiesOnly=yes", "-o",
            "IdentityAgent=none", "-i", key ?? Keys.people[who] ?? Keys.stranger, "-p", port,
            "-l", who, "127.0.0.1",
        ]
    }

    /// `ssh who@picket line`
    func ask(
        _ who: String, _ line: String, key: String? = nil, within limit: Duration = .seconds(20)
    ) throws -> Program.Result {
        try Program.run("ssh", arguments(who, key: key) + [line], within: limit)
    }

    /// The same without waiting for it.
    func begin(_ who: String, _ line: String) throws -> Program {
        let command = try Program("ssh", arguments(who, key: nil) + [line])
        command.endInput()
        return command
    }

    /// A session that stays: request lines in, replies out.
    func session(_ who: String) throws -> LongSession {
        LongSession(try Program("ssh", arguments(who, key: nil)))
    }

    // MARK: Looking

    /// How often outlet `number` of `pdu-a` was switched to `state` over the wire.
    func count(_ number: Int, _ state: PowerState) -> Int {
        pduA.changes.filter {
            $0.outlet.text == String(number) && $0.state == state && $0.cause == .wire
        }.count
    }

    func power(_ number: Int) -> PowerState? {
        pduA.outlets.first { $0.key.text == String(number) }?.value
    }

    /// Waits for what the world must come to.
    func until(
        _ what: Comment, within limit: Duration = .seconds(15), _ condition: () -> Bool
    ) {
        eventually(within: limit, what, condition)
    }
}

/// A shell channel without a terminal: one request line, then the reply and `END exit=N`.
final class LongSession {
    private let command: Program
    private var seen = 0

    init(_ command: Program) { self.command = command }

    func send(_ line: String) { command.send(line + "\n") }

    /// The next reply: its text and exit code.
    func reply(within limit: Duration = .seconds(20)) throws -> (text: String, exit: Int) {
        let skip = seen
        let all = try command.read(within: limit) { text in
            text.dropFirst(skip).contains(/END exit=[0-9]+\n/)
        }
        let fresh = all.dropFirst(skip)
        guard let end = fresh.firstMatch(of: /END exit=([0-9]+)\n/), let exit = Int(end.1) else {
            throw Ended(output: String(fresh))
        }
        seen += fresh.distance(from: fresh.startIndex, to: end.range.upperBound)
        return (String(fresh[..<end.range.lowerBound]), exit)
    }

    func ask(_ line: String) throws -> (text: String, exit: Int) {
        send(line)
        return try reply()
    }

    struct Ended: Error { let output: String }
}
