// A console, and a rack's command line, whose keys and answers are anything: in pieces, divided by
// zeros. What is asked is answered with the next piece, and what is waited for passes.

import Console
import Fencing

extension Subject {
    static func console(_ bytes: [UInt8]) {
        rack(bytes)
        let kinds = ["xterm-256color", "vt100", "dumb"]
        let pieces = bytes.dropFirst(2).split(separator: 0, omittingEmptySubsequences: false)
        let size = bytes.prefix(2).map(Int.init)
        var console = Console(
            for: "alice", TerminalKind(named: kinds[(size.first ?? 0) % 3], columns: 80, rows: 24))
        var typing = Typing()
        typing.take(console.handle(.begin))
        for piece in pieces {
            if typing.isOver { break }
            if typing.isAsking {
                typing.isAsking = false
                typing.take(
                    console.handle(.answered(String(decoding: piece, as: UTF8.self), exit: 0)))
            } else {
                typing.take(console.handle(.input(Array(piece))))
            }
            while console.wantsTurn { typing.take(console.handle(.turn)) }
            precondition(console.typedAhead <= Console.mostAhead)
            if typing.isOver { break }
            if piece.first == 0x7F {
                typing.take(
                    console.handle(.resized(columns: size.last ?? 80, rows: piece.count % 60)))
            }
            if typing.isWaking, !typing.isOver {
                typing.isWaking = false
                typing.take(console.handle(.tick(isClear: true)))
            }
        }
        // However much is typed: a line is as long as a request may be, and shown once for each key.
        precondition(typing.said <= (bytes.count + 16) * 64 * 1024)
    }
}

extension Subject {
    private static func rack(_ bytes: [UInt8]) {
        guard let first = NodeName("node1"), let second = NodeName("node2") else { return }
        var rack = RackCommandLine([1: first, 2: second])
        var typing = Typing()
        typing.take(rack.handle(.begin))
        for piece in bytes.split(separator: 0, omittingEmptySubsequences: false) {
            if typing.isOver { break }
            if typing.isAsking, piece.first != 0x03 {
                typing.isAsking = false
                let text = String(decoding: piece, as: UTF8.self)
                typing.take(rack.handle(.answered(text, exit: piece.first ?? 0)))
            } else {
                typing.take(rack.handle(.input(Array(piece))))
            }
            while rack.wantsTurn { typing.take(rack.handle(.turn)) }
        }
        precondition(typing.said <= (bytes.count + 16) * 1024)
    }
}

private struct Typing {
    var isAsking = false
    var isWaking = false
    var isOver = false
    var said = 0

    mutating func take(_ steps: [Console.Step]) {
        for step in steps {
            precondition(!isOver, "it says nothing after the end")
            switch step {
            case .ask(let line):
                precondition(!isAsking, "one request at a time")
                precondition(!line.utf8.contains(0x0A) && !line.utf8.contains(0x0D), line)
                isAsking = true
            case .say(let text): said += text.utf8.count
            case .abandon: isAsking = false
            case .wake: isWaking = true
            case .finish: isOver = true
            }
        }
    }
}
