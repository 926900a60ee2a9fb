// What was heard on a Modbus line: whole frames, wherever they stand between bytes that are none.
//
// A bus may be shared: a converter that passes all traffic on to all of its clients lets a driver hear
// the questions and the answers of another master. A frame with a good CRC is therefore never
// overlooked: one too many, and nothing of what was heard is believed.

struct ModbusTraffic {
    /// In the order in which they came; a frame that came twice is one.
    let frames: [[UInt8]]

    /// Of this longest frame nothing that relay boards say comes near.
    private static let longest = 64
    /// The highest function that the specification gives a meaning to.
    private static let lastFunction: UInt8 = 0x2B

    init(_ heard: [UInt8]) {
        var found: [[UInt8]] = []
        var start = heard.startIndex
        while start < heard.endIndex {
            if let frame = Self.frame(in: heard[start...]) {
                if !found.contains(frame) { found.append(frame) }
                start += frame.count
            } else {
                start += 1
            }
        }
        frames = found
    }

    /// The longest one that begins here.
    private static func frame(in bytes: ArraySlice<UInt8>) -> [UInt8]? {
        guard bytes.count >= 5 else { return nil }
        let at = bytes.startIndex
        let function = bytes[at + 1]
        guard (1...lastFunction).contains(function & 0x7F) else { return nil }
        var lengths: Set<Int> = [5, 8, 5 + Int(bytes[at + 2])]
        if bytes.count > 6, function == 0x0F || function == 0x10 {
            lengths.insert(9 + Int(bytes[at + 6]))
        }
        let whole = lengths.sorted(by: >).first { length in
            (5...longest).contains(length) && length <= bytes.count
                && ModbusFrame.isWhole(bytes.prefix(length))
        }
        return whole.map { Array(bytes.prefix($0)) }
    }

    /// `01 05 00 02 00 00 6C 0A`, for a person.
    static func shown(_ frame: some Sequence<UInt8>) -> String {
        frame.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.utf8.count < 2 ? "0\(digits)" : digits
        }.joined(separator: " ")
    }
}
