// What is said on one channel, without a connection.

import Fencing
import Testing

@testable import SSHDoor

extension Conversation {
    /// The event, and every turn that it wants then.
    fileprivate mutating func handleAll(_ event: Event) -> [Step] {
        var steps = handle(event)
        while wantsTurn { steps += handle(.turn) }
        return steps
    }
}

struct ConversationTests {
    private func conversation(_ change: (inout DoorLimits) -> Void = { _ in }) -> Conversation {
        var limits = DoorLimits()
        change(&limits)
        return Conversation(limits)
    }

    @Test func `exec is one request, one reply, one status`() {
        var talk = conversation()
        #expect(talk.handleAll(.exec(Array("off node2".utf8))) == [.ask("off node2")])
        #expect(talk.handleAll(.inputEnded) == [])
        #expect(
            talk.handleAll(.answered("OK", exit: 0)) == [.say("OK\n"), .finish(exit: 0)])
        #expect(talk.handleAll(.input(Array("off node3\n".utf8))) == [])
    }

    @Test func `A shell asks one line at a time`() {
        var talk = conversation()
        #expect(talk.handleAll(.shell) == [])
        #expect(talk.handleAll(.input(Array("a\n\r\n\nb\r\nc".utf8))) == [.ask("a")])
        #expect(talk.handleAll(.input(Array("c\r".utf8))) == [])
        #expect(
            talk.handleAll(.answered("A\n", exit: 1)) == [.say("A\nEND exit=1\n"), .ask("b")])
        #expect(talk.handleAll(.inputEnded) == [])
        #expect(talk.handleAll(.answered("", exit: 0)) == [.say("END exit=0\n"), .ask("cc")])
        #expect(
            talk.handleAll(.answered("C", exit: 2)) == [.say("C\nEND exit=2\n"), .finish(exit: 2)])
    }

    @Test func `A shell that asks nothing ends well`() {
        var talk = conversation()
        #expect(talk.handleAll(.shell) == [])
        #expect(talk.handleAll(.inputEnded) == [.finish(exit: 0)])
        #expect(talk.state == .over)
    }

    @Test func `Input that comes before the shell is not lost`() {
        var talk = conversation()
        #expect(talk.handleAll(.input(Array("a\n".utf8))) == [])
        #expect(talk.handleAll(.shell) == [.ask("a")])
    }

    @Test func `A line is refused as soon as it is too long, with or without its end`() {
        let reason = "USAGE reason=\"a request is at most 4 bytes\"\n"
        let refusal: [Conversation.Step] = [
            .complain(.requestLength), .say(reason), .finish(exit: 64),
        ]
        for text in ["abcde", "abcde\n"] {
            var talk = conversation { $0.requestLength = 4 }
            #expect(talk.handleAll(.shell) == [])
            #expect(talk.handleAll(.input(Array(text.utf8))) == refusal)
        }
        var exec = conversation { $0.requestLength = 4 }
        #expect(exec.handleAll(.exec(Array("abcde".utf8))) == refusal)
        var fits = conversation { $0.requestLength = 4 }
        #expect(fits.handleAll(.shell) == [])
        #expect(fits.handleAll(.input(Array("abcd\n".utf8))) == [.ask("abcd")])
    }

    @Test func `What was whole before the input grew too much is still asked`() {
        var talk = conversation { $0.pipelinedInput = 8 }
        #expect(talk.handleAll(.shell) == [])
        #expect(talk.handleAll(.input(Array("a\nb\n".utf8))) == [.ask("a")])
        #expect(talk.handleAll(.input([UInt8](repeating: 0x63, count: 9))) == [])
        #expect(talk.handleAll(.answered("", exit: 0)) == [.say("END exit=0\n"), .ask("b")])
        #expect(
            talk.handleAll(.answered("", exit: 0)) == [
                .say("END exit=0\n"), .complain(.pipelinedInput),
                .say("USAGE reason=\"more than 8 bytes sent ahead\"\n"), .finish(exit: 64),
            ])
    }

    @Test func `However the input is cut, the same lines come out`() {
        let text = Array("one\r\ntwo\n\nthree\rfour\n".utf8)
        for size in 1...text.count {
            var lines = RequestLines(lineLimit: 10, bufferLimit: 100)
            var seen: [String] = []
            for start in stride(from: 0, to: text.count, by: size) {
                lines.append(Array(text[start..<min(start + size, text.count)]))
                while case .line(let bytes) = lines.next() {
                    seen.append(String(decoding: bytes, as: UTF8.self))
                }
            }
            #expect(seen == ["one", "two", "three", "four"])
            lines.end()
            #expect(lines.next() == .end)
        }
    }
}
