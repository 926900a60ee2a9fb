// The latest entries in memory: so many, and so many answers.

import Fencing
import Testing

@testable import Appliance

@Suite("Chronicle")
struct ChronicleTests {
    @Test("Entries with many answers count as many", arguments: [1, 64])
    func bounded(answers: Int) throws {
        let node = try #require(NodeName("node1"))
        let answer = Answer.satisfied(
            Satisfaction(
                principal: .node(node), id: nil, verb: .off, target: node, shot: nil,
                holds: .nothing))
        let entry = Entry.answered(Array(repeating: answer, count: answers))
        var chronicle = Chronicle()
        for number in 1...UInt64(3 * Chronicle.entriesKept) {
            chronicle.note(entry, LedgerSequence(number), at: nil)
            #expect(chronicle.entries.count * answers <= 2 * Chronicle.entriesKept)
        }
        #expect(chronicle.entries.count * answers >= Chronicle.entriesKept - answers)
        #expect(chronicle.entries.last?.sequence.number == UInt64(3 * Chronicle.entriesKept))
    }
}
