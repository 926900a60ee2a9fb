// What a decision costs, an entry in the ledger and a start, without wire and door: `deploy/bench`
// builds and runs it, docs/benchmarks.md holds what came of it. Speed is shown here and never in a
// test.
//
//     picket-bench [--quick]        JSON, times in microseconds
//     picket-bench --profile        many decisions, for a profiler

import Arbiter
import Fencing
import Glibc
import Ledger

let clock = ContinuousClock()
let words = Set(CommandLine.arguments.dropFirst())

/// One object for each measurement: its numbers by name.
typealias Row = KeyValuePairs<String, Double>

func microseconds(_ duration: Duration) -> Double { duration / .nanoseconds(10) / 100 }

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

func decisions(past: Int, nodes: Int) -> Row {
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
    return [
        "nodes": Double(nodes), "past": Double(past),
        "shot": microseconds(shot.median), "shot99": microseconds(shot.p99),
        "quorum": microseconds(quorum.median), "quorum99": microseconds(quorum.p99),
    ]
}

/// A ledger with the records of so many shots, on a file system of memory: what is measured is the
/// start, and not the disk that wrote it.
func start(past: Int) throws -> Row {
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
    for _ in 0..<5 {
        let began = clock.now
        let ledger = try Ledger.open(path: path)
        var arbiter = Arbiter<LedgerReceipt>(site: Cluster(nodes: 16).site)
        try ledger.replay { arbiter.replay($0) }
        times.append(clock.now - began)
    }
    times.sort()
    var status = stat()
    stat(path, &status)
    return [
        "past": Double(past), "bytes": Double(status.st_size), "start": microseconds(times[2]),
    ]
}

/// Entries one after the other, each on the disk before the next.
func appends(_ count: Int) throws -> Row {
    let path = "/var/tmp/picket-bench.\(getpid())"
    defer { for suffix in ["", "-wal"] { unlink(path + suffix) } }
    var ledger = try Ledger.open(path: path)
    var entries: [Entry] = []
    var cluster = Cluster(nodes: 16) { entries.append($0) }
    let first = cluster.session(cluster.names[0])
    while entries.count < count { cluster.shot(at: cluster.names[1], by: first) }
    var times: [Duration] = []
    for entry in entries.prefix(count) {
        let began = clock.now
        _ = try ledger.append(entry, expecting: ledger.head, writtenAt: "2026-01-01")
        times.append(clock.now - began)
    }
    times.sort()
    return [
        "entries": Double(count), "median": microseconds(times[count / 2]),
        "p99": microseconds(times[count * 99 / 100]),
        "all": microseconds(times.reduce(.zero, +)),
    ]
}

func text(_ rows: [Row]) -> String {
    let objects = rows.map { row in
        "{" + row.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
    }
    return "[" + objects.joined(separator: ",\n  ") + "]"
}

if words.contains("--profile") {
    var cluster = Cluster(nodes: 16)
    let first = cluster.session(cluster.names[0])
    for index in 0..<300_000 { cluster.shot(at: cluster.names[1 + index % 15], by: first) }
    exit(0)
}
let isQuick = words.contains("--quick")
let sizes = isQuick ? [2, 16] : [2, 16, 256]
let decided = sizes.flatMap { nodes in
    [0, isQuick ? 1000 : 100_000].map { decisions(past: $0, nodes: nodes) }
}
let appended = [try appends(isQuick ? 50 : 1000)]
let started = try [0, isQuick ? 1000 : 1_000_000].map { try start(past: $0) }
print(
    """
    {"decisions": \(text(decided)),
     "appends": \(text(appended)),
     "starts": \(text(started))}
    """)
