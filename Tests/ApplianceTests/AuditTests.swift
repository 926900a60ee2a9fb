// The log by its names: docs/audit.md has each event with its level and its fields, and nothing is
// told that is not there.

import Arbiter
import Fencing
import Foundation
import Keys
import Ledger
import LinuxSystem
import Logging
import SSHDoor
import TestSupport
import Testing

@testable import Appliance

struct AuditTests {
    /// event → level, fields
    private func documented() throws -> [String: (level: String, fields: Set<String>)] {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../docs/audit.md")
        var rows: [String: (String, Set<String>)] = [:]
        for line in try String(contentsOf: page, encoding: .utf8).split(separator: "\n") {
            guard let row = line.wholeMatch(of: /\| `([a-z-]+)` \| ([a-z]+) \| (.*?) ?\| .*/) else {
                continue
            }
            let fields = row.3.matches(of: /`([a-z]+)`/).map { String($0.1) }
            rows[String(row.1)] = (String(row.2), Set(fields))
        }
        return rows
    }

    @Test func `The page has each event, with its level and its fields`() throws {
        let rows = try documented()
        #expect(rows.count == AuditEvent.allCases.count)
        for event in AuditEvent.allCases {
            let row = try #require(rows[event.rawValue], "\(event.rawValue)")
            #expect(row.level == event.level.rawValue, "\(event.rawValue)")
            #expect(row.fields == Set(event.fields.map(\.rawValue)), "\(event.rawValue)")
        }
    }

    @Test func `A sentence about the door names who, from where, and why`() {
        for event in AuditSamples.door {
            let line = event.auditLine
            for field in [AuditField.by, .from, .session, .user, .reason, .why, .counts] {
                guard let value = line.fields[field], value.utf8.count <= 200 else { continue }
                #expect(line.sentence.contains(value), "\(event): \(line.sentence)")
            }
        }
    }

    private func tellEverything(_ witness: LogWitness) throws {
        for event in AuditSamples.door { witness.saw(event) }
        for page in AuditSamples.pages { witness.willCarryOut(Effect<LedgerReceipt>.page(page)) }
        for event in try AuditSamples.appliance() { witness.saw(event) }
        for effect in try AuditSamples.effects() { witness.willCarryOut(effect) }
        witness.offers(hostKey: "SHA256:x")
        witness.runs(onLibSSH: "0.10.6")
        for event in try AuditSamples.appliance() {
            guard case .refusedLine = event else { continue }
            for _ in 0...RequestLog.linesPerWindow { witness.saw(event) }
        }
        witness.tellSums(at: MonotonicClock.now() + RequestLog.window)
        for outcome in [MemoryLock.Outcome.locked, .limited(to: 1), .refused("no")] {
            witness.memory(outcome)
        }
    }

    @Test func `Nothing above level debug is left out where details are`() throws {
        let told = Lock<Set<String>>([])
        let logger = Logger(label: "test") { _ in
            CapturingLog(.info) { metadata in
                _ = told.withLock { $0.insert(metadata["event"]?.description ?? "") }
            }
        }
        try tellEverything(LogWitness(logger))
        let expected = AuditEvent.allCases.filter { $0.level > .debug }.map(\.rawValue)
        #expect(told.withLock { $0 } == Set(expected))
    }

    @Test func `Everything that can be told is told with the fields that it may have`() throws {
        let seen = Lock<[AuditEvent: Set<AuditField>]>([:])
        let logger = Logger(label: "test") { _ in
            CapturingLog(.trace) { metadata in
                var names = Set(metadata.keys)
                guard names.remove("event") != nil, names.remove("time") != nil,
                    case .string(let word)? = metadata["event"],
                    let event = AuditEvent(rawValue: word)
                else {
                    Issue.record("a line without an event: \(metadata)")
                    return
                }
                let fields = names.compactMap(AuditField.init)
                #expect(fields.count == names.count, "\(word): \(names)")
                #expect(event.fields.isSuperset(of: fields), "\(word): \(fields)")
                seen.withLock { $0[event, default: []].formUnion(fields) }
            }
        }
        try tellEverything(LogWitness(logger))
        let told = seen.withLock { $0 }
        for event in AuditEvent.allCases {
            #expect(told[event] == event.fields, "\(event.rawValue)")
        }
    }
}

/// Hands on what it hears.
private struct CapturingLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    let hear: @Sendable (Logger.Metadata) -> Void

    init(_ level: Logger.Level, _ hear: @escaping @Sendable (Logger.Metadata) -> Void) {
        logLevel = level
        self.hear = hear
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { hear(event.metadata ?? [:]) }
}
