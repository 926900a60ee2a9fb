// The way out of a switch: what it says, as the faults let it through, byte by byte at its moment.

internal import Fencing

struct FaultyOutput: Sendable {
    private var waiting: [Byte] = []
    /// Bytes said since the faults were set.
    private var count = 0

    /// What the switch may have said and not yet sent; it says no more then.
    static let mostWaiting = 65_536

    private struct Byte {
        let moment: Moment
        let value: UInt8
    }

    var nextEvent: Moment? { waiting.first?.moment }

    mutating func beginCounting() { count = 0 }

    mutating func discard() { waiting = [] }

    /// One whole answer.
    mutating func answer(_ bytes: [UInt8], at moment: Moment, _ faults: Faults) {
        let noise = (0..<faults.noise).map { Self.noise[$0 % Self.noise.count] }
        for _ in 0..<(faults.has(.duplicate) ? 2 : 1) {
            say(noise, at: moment, faults)
            say(Self.lines(bytes, faults), at: moment, faults)
        }
    }

    /// Bytes as they are: no noise, nothing twice.
    mutating func say(_ bytes: [UInt8], at moment: Moment, _ faults: Faults) {
        guard !faults.has(.mute) else { return }
        for byte in bytes where waiting.count < Self.mostWaiting {
            count += 1
            guard !faults.losesSent.contains(count) else { continue }
            let last = waiting.last?.moment ?? moment
            waiting.append(
                Byte(
                    moment: max(moment, last) + faults.pace,
                    value: faults.has(.garbage) ? Self.garbled(byte) : byte))
        }
    }

    /// The bytes that are due.
    mutating func take(by now: Moment, atMost limit: Int) -> [UInt8] {
        let due = waiting.prefix(limit).prefix { $0.moment <= now }
        waiting.removeFirst(due.count)
        return due.map(\.value)
    }

    /// CR LF as the faults have it.
    private static func lines(_ bytes: [UInt8], _ faults: Faults) -> [UInt8] {
        let ends: [(habit: Faults.Habit, bytes: [UInt8])] = [
            (.lf, [0x0A]), (.cr, [0x0D]), (.lfcr, [0x0A, 0x0D]),
        ]
        guard let end = ends.first(where: { faults.has($0.habit) })?.bytes else { return bytes }
        var result: [UInt8] = []
        for byte in bytes {
            if byte == 0x0A, result.last == 0x0D {
                result.removeLast()
                result += end
            } else {
                result.append(byte)
            }
        }
        return result
    }

    /// What a line picks up when nobody talks.
    private static let noise: [UInt8] = [0xFF, 0x00, 0x80, 0x9F]

    /// Never a character of any text: the high bit is set.
    private static func garbled(_ byte: UInt8) -> UInt8 { (byte ^ 0x55) | 0x80 }
}
