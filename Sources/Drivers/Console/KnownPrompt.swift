// A switch is heard out before its prompt is believed, because more of the same answer may follow what
// looks like one. Whoever has done so knows the prompt, byte for byte, and knows that nothing followed:
// when the same stands there again as a whole line, it need not be waited for.

struct KnownPrompt: Sendable {
    private var knowledge = Knowledge.none {
        didSet {
            length =
                switch knowledge {
                case .none, .ambiguous: nil
                case .bytes(let known): known.count
                }
        }
    }
    private var length: Int?

    private enum Knowledge {
        case none
        case bytes([UInt8])
        /// It came and was not the end: this switch is heard out from then on.
        case ambiguous
    }

    /// The unfinished line is a prompt, and silence has followed it.
    mutating func heardOut(_ text: ConsoleText) {
        if text.lines.contains(text.current) {
            knowledge = .ambiguous
            return
        }
        switch knowledge {
        case .none: knowledge = .bytes(text.open)
        case .bytes(let known) where known != text.open: knowledge = .bytes(text.open)
        case .bytes, .ambiguous: break
        }
    }

    /// Nobody knows what stands there now; what is ambiguous stays so.
    mutating func doubt() {
        switch knowledge {
        case .bytes: knowledge = .none
        case .none, .ambiguous: break
        }
    }

    func stands(in text: borrowing ConsoleText) -> Bool {
        // After each byte that comes: mostly the length is enough to tell.
        guard text.openCount == length else { return false }
        return switch knowledge {
        case .none, .ambiguous: false
        case .bytes(let known): text.open == known
        }
    }
}
