// Base64 (RFC 4648, section 4), canonical only: one text for each sequence of bytes, so that two
// keys are the same exactly when their texts are.

/// Nil unless whole groups of four, padded, and with no bits set that mean nothing.
func bytes(canonicalBase64 text: String) -> [UInt8]? {
    let characters = Array(text.utf8)
    let padding = characters.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard characters.count.isMultiple(of: 4), padding <= 2 else { return nil }
    var bytes: [UInt8] = []
    var pending: UInt32 = 0
    var bits = 0
    for character in characters.dropLast(padding) {
        guard let value = value(of: character) else { return nil }
        pending = pending << 6 | UInt32(value)
        bits += 6
        if bits >= 8 {
            bits -= 8
            bytes.append(UInt8(pending >> bits))
            pending &= 1 << bits - 1
        }
    }
    return pending == 0 ? bytes : nil
}

private func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
}
