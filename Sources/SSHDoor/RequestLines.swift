// Bytes of a channel, cut into request lines.

/// LF, CR LF and CR each end a line (empty lines are none, so the LF of a CR LF needs no care).
/// Lines come out in order; what cannot become one ends it all.
struct RequestLines: Hashable, Sendable {
    let lineLimit: Int
    let bufferLimit: Int
    private var bytes: [UInt8] = []
    private var position = 0
    private var isOverfull = false
    private var hasEnded = false
    /// False once all was looked at, until more comes.
    private(set) var mayHaveNext = true

    init(lineLimit: Int, bufferLimit: Int) {
        self.lineLimit = lineLimit
        self.bufferLimit = bufferLimit
    }

    enum Next: Hashable, Sendable {
        /// Not empty, without its end.
        case line([UInt8])
        case nothingYet
        /// The input has ended after a line's end.
        case end
        /// The input has ended in the middle of a line. Half a request is none: `off node1` may
        /// have been going to be `off node12`.
        case cutOff
        case tooLong
        /// More input was waiting than may wait; what came after it is lost.
        case tooMuch
    }

    mutating func append(_ more: [UInt8]) {
        guard !isOverfull else { return }
        mayHaveNext = true
        // What was read is let go of, also by a channel that always leaves something unread.
        if position > bytes.count / 2 {
            bytes.removeFirst(position)
            position = 0
        }
        if bytes.count - position + more.count > bufferLimit {
            isOverfull = true
        } else {
            bytes.append(contentsOf: more)
        }
    }

    /// Read or not.
    var bytesKept: Int { bytes.count }

    mutating func end() {
        hasEnded = true
        mayHaveNext = true
    }

    mutating func next() -> Next {
        while let end = bytes[position...].firstIndex(where: Self.endsLine) {
            let line = bytes[position..<end]
            position = end + 1
            if line.isEmpty { continue }
            return line.count > lineLimit ? .tooLong : .line(Array(line))
        }
        // Not `removeFirst`: a silent channel keeps no buffer.
        bytes = Array(bytes[position...])
        position = 0
        if bytes.count > lineLimit { return .tooLong }
        if isOverfull { return .tooMuch }
        if hasEnded { return bytes.isEmpty ? .end : .cutOff }
        mayHaveNext = false
        return .nothingYet
    }

    private static func endsLine(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }
}
