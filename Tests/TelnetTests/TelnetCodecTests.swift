// Telnet, message by message, split wherever bytes can be split, and against nonsense from a seed.

import Telnet
import TestSupport
import Testing

private let iac: UInt8 = 255
private let (sb, will, wont, `do`, dont, se): (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) =
    (250, 251, 252, 253, 254, 240)

/// What Debian's ser2net 4.3.11 says first to a client: WILL SGA, DO SGA, WILL ECHO, DONT ECHO,
/// DO BINARY, WILL BINARY, DO COM-PORT-OPTION.
private let greeting: [UInt8] = [
    iac, will, 3, iac, `do`, 3, iac, will, 1, iac, dont, 1, iac, `do`, 0, iac, will, 0, iac, `do`,
    44,
]

@Suite("Telnet")
struct TelnetCodecTests {
    /// Past its proposals.
    private func codec(serving further: [TelnetOption] = []) -> TelnetCodec {
        var codec = TelnetCodec(serving: further)
        _ = codec.takeOutput()
        return codec
    }

    private func binary() -> TelnetCodec {
        var codec = codec()
        _ = codec.received([iac, `do`, 0, iac, will, 0])
        return codec
    }

    @Test("proposes BINARY and no go-aheads both ways, and what it is told to serve")
    func proposals() {
        var codec = TelnetCodec(serving: [.comPort])
        #expect(
            codec.takeOutput() == [
                iac, will, 0, iac, `do`, 0, iac, will, 3, iac, `do`, 3, iac, will, 44,
            ])
        #expect(codec.isWaiting && !codec.hasOutput)
    }

    @Test("agrees with ser2net's greeting, and refuses the port option where it is not served")
    func ser2net() {
        var plain = codec()
        let events = plain.received(greeting)
        #expect(
            events == [
                .agreed(.suppressGoAhead, .peer), .agreed(.suppressGoAhead, .us),
                .agreed(.echo, .peer), .agreed(.binary, .us), .agreed(.binary, .peer),
            ])
        #expect(plain.takeOutput() == [iac, `do`, 1, iac, wont, 44])
        #expect(!plain.isWaiting)
        var serving = codec(serving: [.comPort])
        #expect(serving.received(greeting).last == .agreed(.comPort, .us))
        #expect(serving.takeOutput() == [iac, `do`, 1])
    }

    @Test("means the same however its input is split")
    func splits() {
        let input =
            greeting + Array("log".utf8) + [iac, iac, 13, 0, 10, 255, 241, 0]
            + [iac, sb, 44, 107, 0, iac, iac, 9, iac, se] + Array("in\r\n".utf8) + [iac, wont, 0]
            + [13, 0, 65]
        func played(_ parts: [ArraySlice<UInt8>]) -> ([TelnetCodec.Event], [UInt8]) {
            var codec = codec(serving: [.comPort])
            var events: [TelnetCodec.Event] = []
            for event in parts.flatMap({ codec.received($0) }) {
                if case .data(let new) = event, case .data(let old)? = events.last {
                    events[events.count - 1] = .data(old + new)
                } else {
                    events.append(event)
                }
            }
            return (events, codec.takeOutput())
        }
        let whole = played([input[...]])
        #expect(whole.0.contains(.subnegotiation(.comPort, [107, 0, iac, 9])))
        #expect(whole.0.contains(.data(Array("log".utf8) + [iac, 13, 0, 10, 0])))
        #expect(whole.0.last == .data([13, 65]))
        for place in 1..<input.count {
            let parts = played([input[..<place], input[place...]])
            #expect(parts == whole, "split at \(place)")
        }
        #expect(played(input.indices.map { input[$0...$0] }) == whole)
    }

    @Test("carries every byte both ways once BINARY is agreed")
    func everyByte() {
        let all = [UInt8](0...255)
        var near = binary()
        var far = binary()
        _ = near.takeOutput()
        near.send(all)
        #expect(near.takeOutput().count == 257)
        near.send(all)
        #expect(far.received(near.takeOutput()) == [.data(all)])
    }

    @Test("writes a return as a terminal does where BINARY was refused, and reads it so")
    func returns() {
        var codec = codec()
        #expect(codec.received([iac, dont, 0, iac, wont, 0]).count == 2)
        codec.send(Array("off 3\r".utf8))
        #expect(codec.takeOutput() == Array("off 3\r".utf8) + [0])
        codec.send(Array("a\r\nb\rc".utf8))
        #expect(codec.takeOutput() == Array("a\r\nb\r".utf8) + [0] + Array("c".utf8))
        #expect(codec.received([13, 0, 65, 13, 10, 0]) == [.data([13, 65, 13, 10, 0])])
    }

    @Test("refuses every option that it does not know, each time, and remembers none")
    func unknownOptions() {
        var codec = codec()
        for number: UInt8 in [5, 24, 31, 34, 36, 39, 200, 255] {
            #expect(codec.received([iac, `do`, number, iac, will, number]).isEmpty)
            #expect(codec.takeOutput() == [iac, wont, number, iac, dont, number])
            #expect(codec.received([iac, dont, number, iac, wont, number]).isEmpty)
            #expect(!codec.hasOutput)
        }
    }

    @Test("says nothing to what is in force already, nor to its own words coming back")
    func noLoop() {
        var codec = TelnetCodec(serving: [.comPort])
        // A port without telnet, with echo: it sends back whatever it is sent.
        var rounds = 0
        while codec.hasOutput, rounds < 10 {
            _ = codec.received(codec.takeOutput())
            rounds += 1
        }
        #expect(rounds <= 2)
        for _ in 1...50 { _ = codec.received([iac, `do`, 0, iac, will, 0, iac, will, 3]) }
        #expect(!codec.hasOutput)
    }

    @Test("two of its kind come to an agreement, and then to silence")
    func twoAlike() {
        var (one, other) = (TelnetCodec(), TelnetCodec())
        var rounds = 0
        while one.hasOutput || other.hasOutput, rounds < 10 {
            _ = other.received(one.takeOutput())
            _ = one.received(other.takeOutput())
            rounds += 1
        }
        #expect(rounds <= 2)
        for side in TelnetSide.allCases {
            #expect(one.isInForce(.binary, side) && other.isInForce(.binary, side))
        }
        #expect(!one.isWaiting && !other.isWaiting)
    }

    @Test("stops answering a peer that offers and takes back without end")
    func endlessOffers() {
        var codec = codec()
        var answered = 0
        var events: [TelnetCodec.Event] = []
        for _ in 1...1000 {
            events += codec.received([iac, will, 1, iac, wont, 1])
            answered += codec.takeOutput().count / 3
        }
        #expect(answered == TelnetCodec.mostAnswers)
        #expect(events.last == .tooManyOffers)
        #expect(codec.received(Array("data".utf8)) == [.data(Array("data".utf8))])
    }

    @Test("takes an option back when the peer does")
    func takenBack() {
        var codec = binary()
        _ = codec.takeOutput()
        #expect(codec.received([iac, dont, 0]) == [.refused(.binary, .us)])
        #expect(codec.takeOutput() == [iac, wont, 0])
        codec.send([13])
        #expect(codec.takeOutput() == [13, 0])
    }

    @Test("passes over what is no data: commands, endless and broken subnegotiations")
    func nonsense() {
        var codec = binary()
        _ = codec.takeOutput()
        for command: UInt8 in 241...249 { #expect(codec.received([iac, command]).isEmpty) }
        let long = [UInt8](repeating: 7, count: 10_000)
        #expect(codec.received([iac, sb, 44] + long + [iac, se]).isEmpty)
        // The end of this one was lost; what follows is understood again.
        #expect(
            codec.received([iac, sb, 44, 1, iac, `do`, 24, 65]) == [.data([65])])
        #expect(codec.takeOutput() == [iac, wont, 24])
    }

    @Test("survives any bytes, and its answers stay few", arguments: 1...50)
    func anything(_ seed: UInt64) {
        var dice = Seeded(seed: seed)
        var codec = codec(serving: [.comPort])
        var answered = 0
        for _ in 1...400 {
            let bytes = (1...dice.number(1...40)).map { _ -> UInt8 in
                let likely: [UInt8] = [iac, sb, se, will, wont, `do`, dont, 0, 1, 3, 44, 13]
                return dice.number(1...3) == 1 ? UInt8(dice.number(0...255)) : dice.one(of: likely)
            }
            for event in codec.received(bytes) {
                if case .subnegotiation(_, let content) = event {
                    #expect(content.count <= TelnetCodec.longestContent)
                }
            }
            answered += codec.takeOutput().count / 3
        }
        #expect(answered <= TelnetCodec.mostAnswers)
        #expect(answered > 0)
    }

    @Test("what one sends the other has, whatever it is and however it is split", arguments: 1...50)
    func roundTrip(_ seed: UInt64) {
        var dice = Seeded(seed: seed)
        var near = binary()
        var far = binary()
        (_, _) = (near.takeOutput(), far.takeOutput())
        var sent: [UInt8] = []
        var got: [UInt8] = []
        for _ in 1...100 {
            let piece = (0..<dice.number(0...20)).map { _ in
                dice.one(of: [iac, 13, 0, 10, UInt8(dice.number(0...255))])
            }
            sent += piece
            near.send(piece)
            let wire = near.takeOutput()
            let place = dice.number(0...wire.count)
            for event in far.received(wire[..<place]) + far.received(wire[place...]) {
                if case .data(let bytes) = event { got += bytes }
            }
        }
        #expect(got == sent && !far.hasOutput)
    }
}
