// RFC 2217: what is asked, what counts as an answer, and what does not.

import Telnet
import TestSupport
import Testing

private let iac: UInt8 = 255

/// As a server frames it.
private func said(_ content: [UInt8]) -> [UInt8] {
    [iac, 250, 44] + content.flatMap { $0 == iac ? [iac, iac] : [$0] } + [iac, 240]
}

@Suite("RFC 2217")
struct ComPortClientTests {
    /// The server has agreed.
    private func client() -> ComPortClient {
        var client = ComPortClient()
        _ = client.takeOutput()
        _ = client.received([iac, 253, 44])
        return client
    }

    private struct Wording: Sendable, CustomTestStringConvertible {
        let request: ComPortRequest
        let content: [UInt8]
        var testDescription: String { "\(request)" }
    }

    private static let wordings = [
        Wording(request: .speed(9600), content: [1, 0, 0, 0x25, 0x80]),
        Wording(request: .speed(115_200), content: [1, 0, 1, 0xC2, 0]),
        Wording(request: .dataBits(7), content: [2, 7]),
        Wording(request: .parity(.none), content: [3, 1]),
        Wording(request: .parity(.odd), content: [3, 2]),
        Wording(request: .parity(.even), content: [3, 3]),
        Wording(request: .stopBits(.two), content: [4, 2]),
        Wording(request: .noFlowControl, content: [5, 1]),
        Wording(request: .breakSignal(.on), content: [5, 5]),
        Wording(request: .breakSignal(.off), content: [5, 6]),
        Wording(request: .dtr(.on), content: [5, 8]),
        Wording(request: .dtr(.off), content: [5, 9]),
        Wording(request: .rts(.on), content: [5, 11]),
        Wording(request: .rts(.off), content: [5, 12]),
        Wording(request: .purge(.both), content: [12, 3]),
        Wording(request: .modemStateMask(.all), content: [11, 240]),
        Wording(request: .modemState, content: [7]),
    ]

    @Test("writes each request as the RFC does, and knows its answer", arguments: wordings)
    private func requests(_ wording: Wording) {
        var client = client()
        client.ask(wording.request)
        #expect(client.takeOutput() == said(wording.content))
        #expect(client.unanswered == [wording.request])
        let value = wording.request == .modemState ? [0] : Array(wording.content.dropFirst())
        let events = client.received(said([wording.content[0] + 100] + value))
        #expect(events.last == .done(wording.request))
        #expect(client.unanswered.isEmpty)
    }

    @Test("a speed with a byte 255 in it is doubled on the wire")
    func escaped() {
        var client = client()
        client.ask(.speed(0xFF00))
        #expect(client.takeOutput() == [iac, 250, 44, 1, 0, 0, iac, iac, 0, iac, 240])
        #expect(client.received(said([101, 0, 0, 255, 0])) == [.done(.speed(0xFF00))])
    }

    @Test("asks nothing before the server has agreed, then all of it in order")
    func held() {
        var client = ComPortClient()
        _ = client.takeOutput()
        client.ask(.dtr(.off))
        client.ask(.speed(9600))
        #expect(!client.hasOutput && client.unanswered.count == 2)
        #expect(client.received([iac, 253, 44]) == [.agreed])
        #expect(client.takeOutput() == said([5, 9]) + said([1, 0, 0, 0x25, 0x80]))
        // pyserial's server offers the option too.
        #expect(client.received([iac, 251, 44]).isEmpty)
        #expect(client.takeOutput() == [iac, 253, 44])
    }

    @Test("says when the server will not, and then asks nothing")
    func refused() {
        var client = ComPortClient()
        _ = client.takeOutput()
        #expect(client.received([iac, 254, 44]) == [.refused])
        client.ask(.dtr(.on))
        #expect(!client.hasOutput && client.unanswered == [.dtr(.on)])
    }

    @Test("an answer with another value is no success")
    func differs() {
        var client = client()
        client.ask(.speed(9600))
        #expect(
            client.received(said([101, 0, 0, 0x12, 0xC0]))
                == [.differs(.speed(9600), value: [0, 0, 0x12, 0xC0])])
        client.ask(.dtr(.on))
        #expect(client.received(said([105, 9])) == [.differs(.dtr(.on), value: [9])])
    }

    @Test("an answer about one line is none about another")
    func mixed() {
        var client = client()
        client.ask(.dtr(.off))
        client.ask(.rts(.off))
        client.ask(.breakSignal(.off))
        #expect(client.received(said([105, 12])) == [.done(.rts(.off))])
        #expect(client.received(said([105, 14])).isEmpty)
        #expect(client.received(said([105, 6])) == [.done(.breakSignal(.off))])
        #expect(client.unanswered == [.dtr(.off)])
        #expect(client.received(said([102, 8])).isEmpty)
    }

    @Test("hears of the modem lines unasked, and leaves out what only says that they changed")
    func notified() {
        var client = client()
        #expect(client.received(said([107, 0b1011_0011])) == [.modemState([.dcd, .dsr, .cts])])
        #expect(client.received(said([107, 0])) == [.modemState([])])
        #expect(client.received(said([107])).isEmpty)
        #expect(client.received(said([])).isEmpty)
    }

    @Test("data and answers keep their order")
    func order() {
        var client = client()
        client.ask(.purge(.both))
        let input = Array("before".utf8) + said([112, 3]) + Array("after".utf8)
        #expect(
            client.received(input) == [
                .data(Array("before".utf8)), .done(.purge(.both)), .data(Array("after".utf8)),
            ])
    }

    @Test("survives any bytes", arguments: 1...30)
    func anything(_ seed: UInt64) {
        var dice = Seeded(seed: seed)
        var client = ComPortClient()
        var sent = 0
        for _ in 1...300 {
            if dice.number(1...10) == 1 { client.ask(.dtr(dice.one(of: [.on, .off]))) }
            let bytes = (1...dice.number(1...30)).map { _ -> UInt8 in
                let likely: [UInt8] = [iac, 250, 240, 251, 252, 253, 254, 44, 105, 107, 8, 9]
                return dice.number(1...3) == 1 ? UInt8(dice.number(0...255)) : dice.one(of: likely)
            }
            _ = client.received(bytes)
            sent += client.takeOutput().count
        }
        // Answers to offers are few; the rest is what was asked.
        #expect(sent > 0 && sent < 3 * TelnetCodec.mostAnswers + 300 * 8 + 100)
        #expect(client.unanswered.count <= 300)
    }
}
