// What the door keeps of what goes through it: bounds in bytes.

import Fencing
import LibSSH
import Testing

@testable import SSHDoor

struct BoundTests {
    @Test func `Output that was taken is not kept, also where something is always left`() {
        var outgoing = Outgoing()
        outgoing.append(String(repeating: "x", count: 1000))
        for _ in 1...1000 {
            outgoing.append(String(repeating: "x", count: 10_000))
            outgoing.took(10_000)
        }
        #expect(outgoing.count == 1000)
        #expect(outgoing.bytesKept <= 128 * 1024)
    }

    @Test func `Input that was read is not kept, also where something is always left`() {
        var lines = RequestLines(lineLimit: 4096, bufferLimit: 65536)
        lines.append(Array("a\n".utf8))
        for _ in 1...10_000 {
            lines.append(Array("a\n".utf8))
            #expect(lines.next() == .line(Array("a".utf8)))
        }
        #expect(lines.bytesKept <= 65536)
    }

    @Test func `Each principal has its turn, however many channels another one has`() throws {
        var turns = Turns()
        let many = Principal.operator(name("alice"))
        for channel in 1...UInt64(160) {
            turns.add(
                ChannelPlace(session: SessionID(channel), channel: ChannelNumber(1)), of: many)
        }
        let other = ChannelPlace(session: SessionID(999), channel: ChannelNumber(1))
        turns.add(other, of: House.node)
        turns.add(other, of: House.node)
        _ = turns.next()
        #expect(turns.next() == other)
        var left = 0
        while let place = turns.next() {
            #expect(place != other)
            left += 1
        }
        #expect(left == 159)
    }
}
