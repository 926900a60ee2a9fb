// Where a worker's reports go in a test, and the orders that cause them.

import Fencing
import Glibc
import Lines
import LinuxSystem
import Testing

/// Stands for a durable record: tests of the line need none.
struct PaperReceipt: Receipt {
    let sequence = LedgerSequence(1)
    let entry = Entry.started(BootID("test"))
}

typealias Worker = LineWorker<PaperReceipt>

/// Collects reports, and waits for them with a deadline.
final class Reports: Sendable {
    private let all = Lock<[PowerReport]>([])
    private let bell: Mailbox<Void>
    private let epoll: Epoll

    init() throws {
        bell = try Mailbox()
        epoll = try Epoll()
        try epoll.add(bell.descriptor, .read, tag: 0)
    }

    func take(_ report: PowerReport) {
        all.withLock { $0.append(report) }
        bell.post(())
    }

    var now: [PowerReport] { all.withLock { $0 } }

    /// The first `count` reports, or what there is after 10 s.
    func first(_ count: Int) -> [PowerReport] {
        let deadline = MonotonicClock.now() + .seconds(10)
        while now.count < count, MonotonicClock.now() < deadline {
            _ = epoll.wait(until: deadline)
            _ = bell.collect()
        }
        return Array(now.prefix(count))
    }
}

/// Looks every few milliseconds until it is so; 10 s at most.
func eventually(_ isSo: () -> Bool) -> Bool {
    let deadline = MonotonicClock.now() + .seconds(10)
    while !isSo() {
        if MonotonicClock.now() > deadline { return false }
        usleep(5000)
    }
    return true
}

let pdu: SwitchName = {
    guard let name = SwitchName("pdu") else { preconditionFailure("a good name") }
    return name
}()

func outlet(_ name: String) throws -> Outlet { Outlet(pdu, try #require(OutletName(name))) }

func power(
    _ id: UInt64, _ command: PowerCommand, _ name: String, within time: Duration = .seconds(8)
) throws -> PowerOrder<PaperReceipt> {
    PowerOrder(
        id: OrderID(id), outlet: try outlet(name), command: command,
        deadline: MonotonicClock.now() + time, proof: PaperReceipt())
}

func read(
    _ id: UInt64, _ name: String, within time: Duration = .seconds(8)
) throws -> ReadOrder {
    ReadOrder(
        id: OrderID(id), outlet: try outlet(name), deadline: MonotonicClock.now() + time)
}

/// A fresh directory under /tmp for locks and links; removed when it goes.
final class Place {
    let path: String

    init() throws {
        var name = Array(("/tmp/picket-lines-" + String(repeating: "X", count: 6)).utf8CString)
        let made = mkdtemp(&name)
        try #require(made != nil)
        path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        for name in files { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    var files: [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func write(_ name: String, _ text: String) throws {
        let file = try Descriptor(opening: "\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC)
        try file.writeAll(Array(text.utf8))
    }

    func read(_ name: String) throws -> String {
        let file = try Descriptor(opening: "\(path)/\(name)", O_RDONLY)
        return String(decoding: try file.read(atMost: 1024) ?? [], as: UTF8.self)
    }

    /// A port that keeps its lock file here.
    func port(_ device: String) throws -> SerialPort {
        SerialPort(
            path: device, settings: try LineSettings(parsing: "9600,8n1"), lockDirectory: path)
    }
}
