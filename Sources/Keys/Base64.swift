// Base64 (RFC 4648, section 4), canonical only: one text for each sequence of bytes, so that two
// keys are the same exactly when their texts are.

/// Nil unless whole groups of four, padded, and with no bits set that mean nothing.
package func bytes(canonicalBase64 text: String) -> [UInt8]? {
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

/// Canonical, as `ssh-keygen` writes it.
package func base64(_ bytes: some Collection<UInt8>) -> String {
    var text = ""
    var pending: UInt32 = 0
    var bits = 0
    for byte in bytes {
        pending = pending << 8 | UInt32(byte)
        bits += 8
        while bits >= 6 {
            bits -= 6
            text.unicodeScalars.append(character(of: UInt8(pending >> bits & 0x3F)))
        }
        pending &= 1 << bits - 1
    }
    if bits > 0 { text.unicodeScalars.append(character(of: UInt8(pending << (6 - bits) & 0x3F))) }
    return text + String(repeating: "=", count: (3 - bytes.count % 3) % 3)
}

private func character(of value: UInt8) -> Unicode.Scalar {
    switch value {
    case 0..<26: Unicode.Scalar(UInt8(ascii: "A") + value)
    case 26..<52: Unicode.Scalar(UInt8(ascii: "a") + value - 26)
    case 52..<62: Unicode.Scalar(UInt8(ascii: "0") + value - 52)
    case 62: "+"
    default: "/"
    }
}
