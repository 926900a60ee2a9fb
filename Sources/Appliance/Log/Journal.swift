// systemd's journal, in its own protocol, so that fields stay fields: `journalctl PICKET_SHOT=7`.
// One datagram for each line of the log: `NAME=value` and a line end, or, where the value has a line
// end itself, the name, its length in eight bytes and the value (systemd's "Native Journal
// Protocol").

internal import Glibc
internal import LinuxSystem
internal import Logging

package final class Journal: Sendable {
    private let socket: DatagramSocket

    private static let usual = "/run/systemd/journal/socket"
    /// Of a datagram. Larger ones would have to go through a file; no line of ours is so long.
    private static let longest = 100_000

    /// Nil unless the journal reads our standard error: then it is there, and wanted.
    package convenience init?() {
        guard let stream = unsafe getenv("JOURNAL_STREAM"),
            Self.isOurs(unsafe String(cString: stream))
        else { return nil }
        self.init(at: Self.usual)
    }

    /// Nil where it cannot be reached.
    package init?(at path: String) {
        do {
            socket = try DatagramSocket(to: path)
        } catch {
            return nil
        }
    }

    /// `DEVICE:INODE` of what was our standard error when we were started (systemd.exec(5)).
    private static func isOurs(_ text: String) -> Bool {
        var status = stat()
        guard unsafe fstat(StandardStream.error.rawValue, &status) == 0 else { return false }
        return text == "\(status.st_dev):\(status.st_ino)"
    }

    /// False where the journal did not take it: then it has to be told otherwise.
    func send(_ record: LogRecord) -> Bool {
        var bytes = Self.field("MESSAGE", record.sentence)
        bytes += Self.field("PRIORITY", "\(record.level.priority)")
        bytes += Self.field("SYSLOG_IDENTIFIER", "picketd")
        if let event = record.fields.first(where: { $0.name == "event" }),
            let id = MessageID.all[event.value]
        {
            bytes += Self.field("MESSAGE_ID", id)
        }
        for field in record.fields {
            bytes += Self.field("PICKET_\(field.name.uppercased())", field.value)
        }
        guard bytes.count <= Self.longest else { return false }
        return socket.send(bytes)
    }

    private static func field(_ name: String, _ value: String) -> [UInt8] {
        let text = Array(value.utf8)
        guard text.contains(0x0A) else { return Array("\(name)=".utf8) + text + [0x0A] }
        let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
        return Array("\(name)\n".utf8) + length + text + [0x0A]
    }
}

extension Logger.Level {
    /// Of syslog(3).
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
