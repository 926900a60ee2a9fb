// What a trace keeps when more goes over a line than it has room for.

import Fencing
import Testing

@testable import Lines

@Suite struct LineTraceRoomTests {
    @Test func `a poll that is answered alike is there once, with its number`() {
        var trace = LineTrace()
        var now = Moment(sinceStart: .seconds(10))
        func pass(_ milliseconds: Int) { now = now + .milliseconds(milliseconds) }
        trace.began("off 3", at: now)
        trace.sent(Array("off 3\r".utf8), at: now)
        trace.received(Array("locked by hand\r\n>".utf8), at: now)
        for number in 1...500 {
            pass(300)
            trace.sent(Array("\r".utf8), at: now)
            trace.received(Array("\r\n>".utf8), at: now)
            pass(10)
            trace.sent(Array("status 3\r".utf8), at: now)
            // In other groups of bytes each time.
            let answer = Array("3 On\r\n\(String(repeating: "-", count: 300))>".utf8)
            trace.received(Array(answer[..<(number % 200)]), at: now)
            pass(number % 150)
            trace.received(Array(answer[(number % 200)...]), at: now)
        }
        trace.note("it is on", at: now)
        let texts = trace.lines.map(\.text)
        #expect(texts.prefix(3) == ["off 3", #"off 3\r"#, #"locked by hand\r\n>"#], "\(texts)")
        #expect(texts.count < 16, "\(texts.count)")
        #expect(texts.last == "it is on")
        let again = texts.filter { $0.hasPrefix("asked ") }
        #expect(again.count == 1 && again[0].hasPrefix("asked 500 times in "), "\(again)")
        #expect(trace.lines.map(\.moment) == trace.lines.map(\.moment).sorted())
    }

    @Test func `what commanded and what was answered stays, whatever comes behind it`() {
        var trace = LineTrace()
        var now = Moment(sinceStart: .seconds(10))
        for number in 1...40 {
            trace.began("read \(number)", at: now)
            now = now + .seconds(1)
        }
        trace.began("off 3", at: now)
        trace.sent(Array("off 3\r".utf8), at: now)
        trace.received(Array("locked by hand\r\n>".utf8), at: now)
        for number in 1...500 {
            now = now + .seconds(1)
            trace.sent(Array("status\r".utf8), at: now)
            trace.received(Array("3 On \(number) W\r\n>".utf8), at: now)
        }
        let texts = trace.lines.map(\.text)
        #expect(texts.contains(#"locked by hand\r\n>"#), "\(texts.prefix(40))")
        #expect(texts.contains("off 3"))
        #expect(texts.last == #"3 On 500 W\r\n>"#)
        #expect(texts.count <= LineTrace.mostEntries)
        #expect(texts.contains { $0.contains("more, and no room for them") })
        let quoted = trace.lastExchange() ?? ""
        #expect(
            quoted.hasPrefix("+0ms off 3 +0ms >`off 3") && quoted.contains(" ... "), "\(quoted)")
        #expect(quoted.utf8.count < 420)
    }

    @Test func `no half of a password shows where the other half had no room`() {
        var trace = LineTrace()
        var now = Moment(sinceStart: .seconds(10))
        trace.began("off 3", at: now)
        trace.sentSecret(Array("Sesame-71\r".utf8), at: now)
        for number in 1...500 {
            now = now + .seconds(1)
            trace.sent(Array("status \(number)\r".utf8), at: now)
            trace.received(Array("hello Sesa".utf8), at: now)
            now = now + .seconds(1)
            trace.received(Array("me-71 you>".utf8), at: now)
        }
        let texts = trace.lines.map(\.text)
        #expect(texts.contains { $0.contains("hello ****") })
        #expect(!texts.joined().contains("Sesa") && !texts.joined().contains("me-7"), "\(texts)")
    }
}
