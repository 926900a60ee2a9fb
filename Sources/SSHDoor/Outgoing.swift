// Reply bytes on their way out of one channel.

struct Outgoing: Hashable, Sendable {
    private var bytes: [UInt8] = []
    private var position = 0
    /// The status with which the channel ends once all is out.
    private(set) var exit: UInt8?
    /// Looks in a row at which there was output, and none had been taken since the last.
    private(set) var looksWithoutProgress = 0
    private var hasMoved = false

    var count: Int { bytes.count - position }
    var isEmpty: Bool { count == 0 }
    var waiting: ArraySlice<UInt8> { bytes[position...] }

    mutating func append(_ text: String) {
        if isEmpty { hasMoved = true }
        bytes.append(contentsOf: text.utf8)
    }

    mutating func finish(exit: UInt8) { self.exit = exit }

    mutating func took(_ count: Int) {
        position += count
        if count > 0 { hasMoved = true }
        if isEmpty {
            bytes = []
            position = 0
        } else if position >= Self.mostTaken, position >= bytes.count / 2 {
            // A reader that always leaves something does not keep all that it ever took.
            bytes.removeFirst(position)
            position = 0
        }
    }

    /// Bytes that were taken and are still kept; above it they are let go of, once they are half.
    private static let mostTaken = 32 * 1024

    /// Bytes kept, taken or not.
    var bytesKept: Int { bytes.count }

    /// Called at regular intervals.
    mutating func look() {
        looksWithoutProgress = isEmpty || hasMoved ? 0 : looksWithoutProgress + 1
        hasMoved = false
    }
}
