// What a decision costs, and a start: `deploy/bench` builds and runs it, docs/benchmarks.md holds
// what came of it. Speed is shown here and never in a test.

import Arbiter
import Fencing
import Glibc
import Ledger

let clock = ContinuousClock()

func row(_ cells: [String]) { print("| " + cells.joined(separator: " | ") + " |") }

/// Microseconds with two digits behind the point.
func microseconds(_ duration: Duration) -> String {
    let hundredths = Int((duration / .nanoseconds(10)).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}

/// The middle and the slowest hundredth of `count` runs, in batches of ten so that reading the clock
/// costs little.
func measured(_ count: Int, _ body: () -> Void) -> (median: Duration, p99: Duration) {
    var times: [Duration] = []
    for _ in 0..<count {
        let began = clock.now
        for _ in 0..<10 { body() }
        times.append((clock.now - began) / 10)
    }
    times.sort()
    return (times[count / 2], times[count * 99 / 100])
}

func decisions(past: Int, nodes: Int) {
    var cluster = Cluster(nodes: nodes)
    let first = cluster.session(cluster.names[0])
    let others = Array(cluster.names.dropFirst())
    for index in 0..<past { cluster.shot(at: others[index % others.count], by: first) }
    var next = 0
    let shot = measured(500) {
        cluster.shot(at: others[next % others.count], by: first)
        next += 1
    }
    let quorum = measured(500) { cluster.quorum(first) }
    row([
        "\(nodes)", "\(past)", microseconds(shot.median), microseconds(shot.p99),
        microseconds(quorum.median), microseconds(quorum.p99),
    ])
}

/// A ledger with the records of so many shots, on a file system of memory: what is measured is the
/// start, and not the disk that wrote it.
func start(past: Int) throws {
    let path = "/dev/shm/picket-bench.\(getpid())"
    defer { for suffix in ["", "-wal"] { unlink(path + suffix) } }
    do {
        var ledger = try Ledger.open(path: path)
        var failure: LedgerError?
        var cluster = Cluster(nodes: 16) { entry in
            do throws(LedgerError) {
                _ = try ledger.append(entry, expecting: ledger.head, writtenAt: "2026-01-01")
            } catch { failure = error }
        }
        let first = cluster.session(cluster.names[0])
        for index in 0..<past { cluster.shot(at: cluster.names[1 + index % 15], by: first) }
        if let failure { throw failure }
    }
    var times: [Duration] = []
    var head = LedgerSequence(0)
    for _ in 0..<5 {
        let began = clock.now
        let ledger = try Ledger.open(path: path)
        var arbiter = Arbiter<LedgerReceipt>(site: Cluster(nodes: 16).site)
        try ledger.replay { arbiter.replay($0) }
        times.append(clock.now - began)
        head = ledger.head
    }
    times.sort()
    var status = stat()
    stat(path, &status)
    row([
        "\(past)", "\(head)", "\(status.st_size / 1024) KiB",
        "\(Int(times[2] / .milliseconds(1))) ms",
    ])
}

if CommandLine.arguments.dropFirst().first == "--profile" {
    var cluster = Cluster(nodes: 16)
    let first = cluster.session(cluster.names[0])
    for index in 0..<300_000 { cluster.shot(at: cluster.names[1 + index % 15], by: first) }
    exit(0)
}
print("Time of one whole shot (request, four records, reports, two ticks, admission), and of one")
print("`quorum`, in microseconds; the arbiter alone, without disk, wire and door.")
print("")
row(["nodes", "past shots", "shot, median", "shot, p99", "quorum, median", "quorum, p99"])
row(["---", "---", "---", "---", "---", "---"])
for nodes in [2, 16, 256] {
    for past in [0, 10_000, 1_000_000] { decisions(past: past, nodes: nodes) }
}
print("")
print("Opening and reading a ledger, file in memory:")
print("")
row(["past shots", "entries ever", "file", "start"])
row(["---", "---", "---", "---"])
for past in [0, 10_000, 1_000_000] { try start(past: past) }
