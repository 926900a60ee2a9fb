// A real cluster on one machine: corosync and Pacemaker in namespaces of their own, a real picketd
// on their network, and a simulated power switch whose outlets give the machines their power.

import Fencing
import Glibc
import LinuxSystem
import TestSupport
import Testing

final class Cluster {
    let directory = TemporaryDirectory()
    let terms: ClusterTerms
    private let rack: Program
    private var machines: [Program] = []
    private let simulator: Program
    private(set) var daemon: Program
    private var quorumDaemon: Program?

    var place: String { directory.path }

    struct NotReady: Error { let why: String }

    init(_ terms: ClusterTerms = ClusterTerms()) throws {
        self.terms = terms
        let place = directory.path
        rack = try Self.makeRack()
        try Self.furnish(place, terms)
        for number in 1...8 { directory.write("outlets/\(number)", "on\n") }
        let fault = terms.fault.isEmpty ? [] : ["--fault", terms.fault]
        simulator = try Program(
            "\(Program.products)/switch-simulator",
            [
                "--model", "baytech", "--link", "\(place)/pdu", "--outlets", "\(place)/outlets",
                "--wire-log", "\(place)/wire",
            ] + fault)
        _ = try simulator.read { $0.contains("ready") }
        daemon = try Self.startDaemon(rack, place)
        try prepareClients()
        if terms.runs == .corosyncAlone { directory.write("no-pacemaker", "") }
        if terms.heuristic != nil { try startQuorumDaemon() }
        for number in 1...terms.nodes {
            machines.append(
                try Program(
                    "bash",
                    ["\(Self.rig)/machine", place, "\(number)", "\(terms.nodes)", rackID]))
        }
    }

    deinit {
        // Machines first: their ends take everything with them that runs in them.
        for machine in machines { machine.terminate() }
        for machine in machines { _ = try? machine.finish() }
        if let path = environmentVariable("PICKET_CLUSTER_LOGS") {
            _ = try? Program.run("sh", ["-c", "mkdir -p \(path) && cp -a \(place) \(path)/"])
        }
    }

    private static let rig = #filePath.replacing("Cluster.swift", with: "Rig")
    private var rackID: String { "\(rack.process)" }

    // MARK: Building it

    /// A network of its own, with a bridge that has the appliance's addresses. The bridge has a
    /// hardware address of its own: one that it took from its ports would change with each machine
    /// that boots, and the others would talk past it until they notice.
    private static func makeRack() throws -> Program {
        let rack = try Program(
            "unshare",
            [
                "--net", "sh", "-c",
                """
                ip link set lo up &&
                ip link add rack address 02:00:00:00:00:fe type bridge &&
                ip addr add 10.77.0.254/24 dev rack && ip addr add 10.77.0.253/24 dev rack &&
                ip link set rack up && echo ready && exec sleep 100000
                """,
            ])
        guard try rack.read(until: { $0.contains("ready") }).contains("ready") else {
            throw NotReady(why: try rack.finish().errors)
        }
        return rack
    }

    private static func furnish(_ place: String, _ terms: ClusterTerms) throws {
        // Pacemaker's alert agents run as hacluster, and have to come in here.
        try run(
            "sh", "-c",
            """
            cd \(place) && chmod 755 . && mkdir -p outlets sbin bin here &&
            for n in $(seq \(terms.nodes)); do mkdir -p node$n/keys; done &&
            cp \(Program.products)/fence_picket sbin/ &&
            cp \(Program.products)/picket-alert \(Program.products)/picket-quorum bin/ &&
            cp \(Program.products)/fence_picket bin/
            """)
        for name in ["host", "alice"] { try makeKey("\(place)/\(name)", name) }
        var keys: [String: String] = ["alice": try content("\(place)/alice.pub")]
        for number in 1...terms.nodes {
            let path = "\(place)/node\(number)/keys/id_ed25519"
            try makeKey(path, "node\(number)")
            keys["node\(number)"] = try content("\(path).pub")
            try run("chown", "-R", "hacluster:haclient", "\(place)/node\(number)/keys")
        }
        write(place, "picket.yaml", Files.site(terms, place, keys))
        write(place, "corosync.conf", Files.corosync(terms, place))
        write(place, "firmware", "\(terms.firmware)\n")
        write(place, "cib.xml", Files.cib(terms, place))
    }

    private func prepareClients() throws {
        let key = try Self.content("\(place)/host.pub").split(separator: " ").prefix(2)
        directory.write("known_hosts", "picket \(key.joined(separator: " "))\n")
        // One of the addresses is nobody's: the others have to do.
        directory.write(
            "client.conf",
            """
            ip = 10.77.0.99, 10.77.0.254, 10.77.0.253
            ipport = 2222
            identity_file = \(place)/here/id_ed25519
            known_hosts = \(place)/known_hosts

            """)
    }

    private static func startDaemon(_ rack: Program, _ place: String) throws -> Program {
        let daemon = try Program(
            "nsenter",
            [
                "--target", "\(rack.process)", "--net", "sh", "-c",
                "exec \(Program.products)/picketd --site \(place)/picket.yaml "
                    + "2>>\(place)/picketd.log",
            ])
        let said = try daemon.read { $0.contains("listening on") && $0.hasSuffix("\n") }
        guard said.contains("listening on") else {
            throw NotReady(why: "picketd has not started: see \(place)/picketd.log")
        }
        return daemon
    }

    private func startQuorumDaemon() throws {
        directory.write("qdevice", "")
        quorumDaemon = try Program(
            "nsenter",
            [
                "--target", rackID, "--net", "unshare", "--mount", "sh", "-c",
                """
                mkdir -p \(place)/qnetd && mount --make-rprivate / &&
                mount --bind \(place)/qnetd /run && mkdir -p /run/corosync-qnetd /run/lock &&
                exec corosync-qnetd -f -s off
                """,
            ])
    }

    /// As a power cut of the appliance does it, and then its service manager.
    func restartDaemon() throws {
        daemon.killNow()
        _ = try daemon.finish()
        daemon = try Self.startDaemon(rack, place)
    }

    private static func makeKey(_ path: String, _ name: String) throws {
        try run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path)
    }

    private static func content(_ path: String) throws -> String {
        let bytes = try FileContent.read(path, atMost: 1 << 22)
        return trimmedEnd(String(decoding: bytes, as: UTF8.self))
    }

    private static func trimmedEnd(_ text: String) -> String {
        text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    private static func write(_ place: String, _ name: String, _ text: String) {
        do {
            let flags = O_WRONLY | O_CREAT | O_TRUNC
            let file = try Descriptor(opening: "\(place)/\(name)", flags)
            try file.writeAll(Array(text.utf8))
        } catch {
            preconditionFailure("\(error)")
        }
    }

    @discardableResult
    private static func run(_ words: String...) throws -> String {
        let end = try Program.run(words[0], Array(words.dropFirst()))
        guard end.status == 0 else { throw NotReady(why: "\(words): \(end.errors)") }
        return end.output
    }

    // MARK: Looking at it

    func file(_ name: String) -> String {
        let text = try? Self.content("\(place)/\(name)")
        return text ?? ""
    }

    /// The process that is the machine's first; nil while it is dark.
    func machine(_ number: Int) -> Int? {
        Int(file("node\(number)/init")).flatMap { $0 > 0 ? $0 : nil }
    }

    /// How often power was taken from a machine: what the simulated switch did, not what it said.
    func cuts(_ number: Int) -> Int {
        file("outlets/log").split(separator: "\n").filter { $0.contains(" \(number) off ") }.count
    }

    /// How often a machine went dark, all of them together.
    var deaths: [Int] { (1...terms.nodes).map(deaths) }

    func deaths(_ number: Int) -> Int {
        file("power.log").split(separator: "\n")
            .filter { $0.hasSuffix("node\(number) loses power") }.count
    }

    /// Runs a program inside a machine.
    func run(
        on number: Int, _ words: [String], within limit: Duration = .seconds(60)
    ) throws -> Program.Result {
        try begin(on: number, words).finish(within: limit)
    }

    func begin(on number: Int, _ words: [String]) throws -> Program {
        guard let machine = machine(number) else { throw NotReady(why: "node\(number) is dark") }
        let program = try Program(
            "nsenter",
            ["--target", "\(machine)", "--mount", "--net", "--pid", "--uts", "--ipc"] + words)
        program.endInput()
        return program
    }

    /// What a member's Pacemaker shows, as XML; empty where it shows nothing.
    func monitor(_ number: Int) -> String {
        guard machine(number) != nil else { return "" }
        let shown = try? run(on: number, ["crm_mon", "-1", "--output-as=xml"])
        return shown?.output ?? ""
    }

    func online(seenBy number: Int) -> Set<String> {
        let nodes = monitor(number).matches(
            of: /<node name="(\w+)" id="\d+" online="true" [^>]*pending="false" unclean="false"/)
        return Set(nodes.map { String($0.1) })
    }

    /// The fence resource runs, and the work, on a member in good order.
    func isWorking(seenBy number: Int) -> Bool {
        let shown = monitor(number)
        return ["picket", "work"].allSatisfy { resource in
            guard let start = shown.firstRange(of: "<resource id=\"\(resource)\"") else {
                return false
            }
            let rest = shown[start.lowerBound...]
            let end = rest.firstIndex(of: "\n") ?? rest.endIndex
            let line = rest[..<end]
            return line.contains("role=\"Started\"") && line.contains("failed=\"false\"")
        }
    }

    // MARK: Asking the appliance

    func ask(_ who: String, _ line: String) throws -> Program.Result {
        let key =
            who == "alice"
            ? "\(place)/alice" : "\(place)/\(who)/keys/id_ed25519"
        return try Program.run(
            "nsenter",
            [
                "--target", rackID, "--net", "ssh", "-F", "/dev/null", "-T", "-o",
                "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "HostKeyAlias=picket",
                "-o", "UserKnownHostsFile=\(place)/known_hosts", "-o", "IdentitiesOnly=yes", "-o",
                "IdentityAgent=none", "-i", key, "-p", "2222", "-l", who, "10.77.0.254", line,
            ], within: .seconds(30))
    }

    var onProbation: Set<String> {
        guard let said = try? ask("alice", "quorum").output,
            let field = said.firstMatch(of: /probation=(\S+)/)
        else { return [] }
        return Set(field.1.split(separator: ",").map(String.init))
    }

    // MARK: Doing things to it

    /// Takes a machine off every network.
    func unplug(_ number: Int) throws {
        try Self.run(
            "nsenter", "--target", rackID, "--net", "ip", "link", "set", "veth\(number)", "down")
    }

    func plugIn(_ number: Int) throws {
        try Self.run(
            "nsenter", "--target", rackID, "--net", "ip", "link", "set", "veth\(number)", "up")
    }

    /// The machines lose sight of each other; all of them still reach the appliance. A machine that
    /// boots forgets it, as the bridge does not: so the bridge is told.
    func split() throws {
        for (one, other) in pairs {
            _ = try run(
                on: one, ["ip", "route", "add", "blackhole", "10.77.0.\(other)/32"])
        }
    }

    private var pairs: [(Int, Int)] {
        (1...terms.nodes).flatMap { one in
            (1...terms.nodes).filter { $0 != one }.map { (one, $0) }
        }
    }

    /// Every cut between machines is mended.
    func heal() throws {
        for (one, other) in pairs where machine(one) != nil {
            _ = try run(
                on: one, ["ip", "route", "del", "blackhole", "10.77.0.\(other)/32"])
        }
    }

    /// What the appliance sends to the machine is lost, from now on or not any more.
    func setAppliance(_ reach: Reach, from number: Int) throws {
        try Self.run(
            "nsenter", "--target", rackID, "--net", "ip", "route", reach == .lost ? "add" : "del",
            "blackhole", "10.77.0.\(number)/32")
    }

    enum Reach { case lost, found }

    /// As a kernel's panic does it: every process is gone, and the outlet stays on.
    func crash(_ number: Int) throws {
        guard let machine = machine(number) else { throw NotReady(why: "node\(number) is dark") }
        kill(pid_t(machine), SIGKILL)
    }

    // MARK: Waiting

    /// All of them are members, the work is done somewhere, and nobody is on probation.
    func waitUntilWhole(within limit: Duration = .seconds(60)) throws {
        let everybody = Set((1...terms.nodes).map { "node\($0)" })
        try wait("the cluster is whole", within: limit, every: .milliseconds(300)) {
            online(seenBy: 1) == everybody && online(seenBy: terms.nodes) == everybody
                && isWorking(seenBy: 1) && onProbation.isEmpty
        }
    }

    /// What does not come in time ends the test: nothing after it would mean anything.
    func wait(
        _ what: String, within limit: Duration = .seconds(60),
        every interval: Duration = .milliseconds(20), _ condition: () -> Bool
    ) throws {
        let deadline = MonotonicClock.now() + limit
        while !condition() {
            guard MonotonicClock.now() < deadline else {
                throw NotReady(why: "not within \(limit): \(what)\n\(state)")
            }
            usleep(UInt32(interval.milliseconds) * 1000)
        }
    }

    var state: String {
        """
        power.log: \(file("power.log"))
        seen by node1: \(online(seenBy: 1)) working \(isWorking(seenBy: 1))
        on probation: \(onProbation)
        """
    }
}

/// A variable of this process's environment.
func environmentVariable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
