// The journal's own protocol, against a socket that stands for it.

import Fencing
import Glibc
import LinuxSystem
import Logging
import TestSupport
import Testing

@testable import Appliance

final class JournalTests {
    private let directory = TemporaryDirectory()
    private let socket: Descriptor

    init() throws {
        let number = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(number >= 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        socket = Descriptor(owning: number)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array("\(directory.path)/journal".utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
    }

    private func received() throws -> String {
        String(decoding: try socket.read(atMost: 65536) ?? [], as: UTF8.self)
    }

    @Test func `Fields are fields, and a value with line ends keeps them`() throws {
        let journal = try #require(Journal(at: "\(directory.path)/journal"))
        let log = try QueuedLog(level: .info, journal: journal)
        log.logger.critical(
            "shot 3 failed", metadata: ["event": "failed", "shot": "3", "why": "a\nPICKET_SHOT=4"])
        log.flush()
        let text = try received()
        #expect(text.contains("MESSAGE=shot 3 failed\n"))
        #expect(text.contains("PRIORITY=2\n"))
        #expect(text.contains("SYSLOG_IDENTIFIER=picketd\n"))
        #expect(text.contains("PICKET_EVENT=failed\n"))
        #expect(text.contains("PICKET_SHOT=3\n"))
        #expect(text.contains("MESSAGE_ID=bc318e2a267d5865b6812ed01d60f84a\n"))
        #expect(text.contains("PICKET_WHY\n\u{0F}\0\0\0\0\0\0\0a\nPICKET_SHOT=4\n"))
    }

    @Test func `What happened is put into words by the log's thread`() throws {
        let journal = try #require(Journal(at: "\(directory.path)/journal"))
        let log = try QueuedLog(level: .info, journal: journal)
        log.enter {
            // Another one than this test's: nobody flushes here.
            [AuditLine(.failed, "shot 3 failed", [.shot: "3", .target: "\(pthread_self())"])]
        }
        let text = try received()
        #expect(text.contains("PICKET_SHOT=3\n"))
        #expect(!text.contains("PICKET_TARGET=\(pthread_self())\n"))
        #expect(!text.contains("PICKET_TIME="), "the journal has its own")
    }

    @Test func `Nobody who flushes goes on before what the log's thread has taken is written`()
        throws
    {
        let journal = try #require(Journal(at: "\(directory.path)/journal"))
        let log = try QueuedLog(level: .info, journal: journal)
        let begun = try Mailbox<Void>()
        let never = try Mailbox<Void>()
        let finished = Lock(false)
        log.enter {
            begun.post(())
            never.wait(until: MonotonicClock.now() + .milliseconds(300))
            finished.withLock { $0 = true }
            return [AuditLine(.ledgerLost, "ledger lost", [.why: "gone"])]
        }
        begun.wait(until: nil)
        log.flush()
        let isFinished = finished.withLock { $0 }
        #expect(isFinished)
        let text = try received()
        #expect(text.contains("MESSAGE=ledger lost\n"))
    }

    @Test func `A line bears the time of what happened`() throws {
        let time = try #require(Timestamp("2026-11-21T10:24:23.112Z"))
        let sink = LogSink(nil)
        let logger = Logger(label: "test") { _ in LogBackend(sink, level: .info) }
        logger.log(AuditLine(.failed, "shot 3 failed", [.shot: "3"]), at: time)
        #expect(
            sink.takeOut().map(\.text) == [
                "2026-11-21T10:24:23.112Z critical: shot 3 failed event=failed shot=3"
            ])
    }

    @Test func `Every kind of message that has an id is explained in the catalog`() throws {
        let root = #filePath.replacing("/Tests/ApplianceTests/JournalTests.swift", with: "")
        let catalog = try Program.run("cat", ["\(root)/deploy/systemd/picket.catalog"]).output
        let explained = catalog.matches(of: #/\n-- ([0-9a-f]{32})\nSubject: /#).map { String($0.1) }
        #expect(explained.count > 8)
        #expect(Set(explained) == Set(MessageID.all.values))
        #expect(Set(explained).count == explained.count)
    }

    @Test func `A journal that is not there does not take it`() throws {
        let journal = try #require(Journal(at: "\(directory.path)/nobody"))
        let record = LogRecord("now", level: .info, sentence: "hello", fields: [])
        #expect(!journal.send(record))
    }

    @Test func `One line stays one line`() {
        let record = LogRecord(
            "now", level: .info, sentence: "two\nlines",
            fields: [.init(name: "a", value: "x y\n\"")])
        #expect(!record.text.contains("\n"))
        #expect(record.text.hasSuffix("info: \"two\\nlines\" a=\"x y\\n\\\"\""))
    }
}
