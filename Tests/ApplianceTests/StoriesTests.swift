// What is kept of requests before a grant.

import Commands
import Fencing
import Testing

@testable import Appliance
@testable import Lines

@Suite("Stories")
struct StoriesTests {
    private static func node(_ text: String) -> NodeName {
        guard let name = NodeName(text) else { preconditionFailure(text) }
        return name
    }

    private static func asked(
        _ token: UInt64, _ who: String, _ target: String, line: String = "off"
    ) -> Stories.Asked {
        Stories.Asked(
            token: RequestToken(token), at: Moment(sinceStart: .seconds(1)),
            principal: .node(node(who)), from: "127.0.0.1", line: line, targets: [node(target)])
    }

    @Test("A request is forgotten with its answer, and one that had no voice pushes out nobody's")
    func withoutVoice() {
        var stories = Stories()
        let now = Moment(sinceStart: .seconds(2))
        stories.requested(Self.asked(1, "node1", "node3"))
        for number in 2...100 {
            stories.requested(Self.asked(UInt64(number), "node2", "node3"))
            stories.told(RequestToken(UInt64(number)), Reply(.probation, [ReplyField]()), at: now)
        }
        #expect(stories.requestCount == 1)
        stories.told(RequestToken(1), Reply(.noConsent, [ReplyField]()), at: now)
        #expect(stories.requestCount == 0)
    }

    @Test("Of a long line its beginning is kept")
    func longLine() {
        let asked = Self.asked(1, "node1", "node3", line: String(repeating: "x", count: 4096))
        #expect(asked.line.utf8.count == 400)
    }

    @Test("What went over the wire stands there once, also where several lines came at one moment")
    func sameMoment() {
        func at(_ milliseconds: Int) -> Moment { Moment(sinceStart: .milliseconds(milliseconds)) }
        var trace = LineTrace()
        trace.sent(Array("off 2\r".utf8), at: at(1000))
        trace.received(Array("RPC-3>".utf8), at: at(1500))
        trace.note("it is off", at: at(1500))
        let first = trace
        let once = Stories.Wire(first: first, last: first)
        #expect(once.lines(from: at(0), to: at(9000)).count == 3)
        trace.received(Array("Goodbye".utf8), at: at(4000))
        let later = Stories.Wire(first: first, last: trace)
        #expect(later.lines(from: at(0), to: at(9000)).count == 4)
    }
}
