// A public key as one line of OpenSSH's: `ssh-ed25519 AAAA... comment`.
//
// The algorithm is named twice, in front and inside the base64 (RFC 4253, section 6.6). Both have
// to agree, and the inside has to be complete: half a pasted line is the usual mistake.

internal import Fencing

/// Why a line is no key, and what to do.
enum KeyLineFault: Error, Hashable {
    case severalLines
    case privateKey
    case options
    case rsa
    case unknownAlgorithm(String)
    case noKey(algorithm: String)
    case notBase64
    case otherAlgorithm(outside: String, inside: String)
    case damaged(algorithm: String)

    var what: String {
        switch self {
        case .severalLines: "is not one line of text"
        case .privateKey: "is a private key"
        case .options: "has options before the key"
        case .rsa: "is an RSA key"
        case .unknownAlgorithm(let word): "begins with \(shown(word))"
        case .noKey(let algorithm): "has nothing behind \(algorithm)"
        case .notBase64: "is not base64 as ssh-keygen writes it"
        case .otherAlgorithm(let outside, let inside):
            "says \(outside) in front and \(shown(inside)) inside"
        case .damaged(let algorithm): "is not a whole \(algorithm) key"
        }
    }

    var advice: String {
        switch self {
        case .severalLines: "write each key as an element of its own"
        case .privateKey:
            "remove it, make a new pair (this one has been shown), write the line of its .pub file"
        case .options: "write only algorithm, key and comment: options are not supported"
        case .rsa: "make another: ssh-keygen -t ed25519"
        case .unknownAlgorithm(let word):
            nearest(to: word, among: KeyAlgorithm.allCases.map(\.rawValue)).map {
                "did you mean \($0)?"
            } ?? "known are \(KeyAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))"
        case .noKey, .notBase64, .otherAlgorithm, .damaged:
            "copy the whole line of the .pub file again"
        }
    }
}

/// The algorithms that are let in.
enum KeyAlgorithm: String, CaseIterable {
    case ed25519 = "ssh-ed25519"
    case nistp256 = "ecdsa-sha2-nistp256"
    case nistp384 = "ecdsa-sha2-nistp384"
    case nistp521 = "ecdsa-sha2-nistp521"
    case securityEd25519 = "sk-ssh-ed25519@openssh.com"
    case securityNistp256 = "sk-ecdsa-sha2-nistp256@openssh.com"

    /// What follows the algorithm's name in the blob: RFC 8709 section 4, RFC 5656 section 3.1 (the
    /// points are not compressed), OpenSSH's PROTOCOL.u2f.
    var parts: [Part] {
        switch self {
        case .ed25519: [.bytes(32)]
        case .nistp256: [.text("nistp256"), .bytes(65)]
        case .nistp384: [.text("nistp384"), .bytes(97)]
        case .nistp521: [.text("nistp521"), .bytes(133)]
        case .securityEd25519: [.bytes(32), .anything]
        case .securityNistp256: [.text("nistp256"), .bytes(65), .anything]
        }
    }

    enum Part {
        case text(String)
        case bytes(Int)
        case anything

        func fits(_ bytes: ArraySlice<UInt8>) -> Bool {
            switch self {
            case .text(let text): bytes.elementsEqual(text.utf8)
            case .bytes(let count): bytes.count == count
            case .anything: true
            }
        }
    }
}

extension PublicKey {
    init(line: String) throws(KeyLineFault) {
        if line.contains("PRIVATE KEY") { throw .privateKey }
        guard line.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw .severalLines
        }
        let words = line.split(separator: " ").map { String($0) }
        let algorithm = try Self.algorithm(words)
        guard words.count > 1 else { throw .noKey(algorithm: algorithm.rawValue) }
        guard let blob = bytes(canonicalBase64: words[1]) else { throw .notBase64 }
        try Self.check(blob, algorithm)
        self.init(algorithm: algorithm.rawValue, base64: words[1])
    }

    private static func algorithm(_ words: [String]) throws(KeyLineFault) -> KeyAlgorithm {
        let first = words.first ?? ""
        if let algorithm = KeyAlgorithm(rawValue: first) { return algorithm }
        if first == "ssh-rsa" { throw .rsa }
        let known = KeyAlgorithm.allCases.map(\.rawValue) + ["ssh-rsa"]
        if words.contains(where: known.contains) || first.contains("=") { throw .options }
        throw .unknownAlgorithm(first)
    }

    private static func check(
        _ blob: [UInt8], _ algorithm: KeyAlgorithm
    ) throws(KeyLineFault) {
        var rest = blob[...]
        guard let name = rest.takeString() else { throw .damaged(algorithm: algorithm.rawValue) }
        guard name.elementsEqual(algorithm.rawValue.utf8) else {
            throw .otherAlgorithm(
                outside: algorithm.rawValue, inside: String(decoding: name, as: UTF8.self))
        }
        for part in algorithm.parts {
            guard let bytes = rest.takeString(), part.fits(bytes) else {
                throw .damaged(algorithm: algorithm.rawValue)
            }
        }
        guard rest.isEmpty else { throw .damaged(algorithm: algorithm.rawValue) }
    }
}

extension ArraySlice<UInt8> {
    /// A string of RFC 4251, section 5: four bytes of length, and so many bytes.
    fileprivate mutating func takeString() -> ArraySlice<UInt8>? {
        guard count >= 4 else { return nil }
        let length = prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard count - 4 >= length else { return nil }
        defer { removeFirst(4 + length) }
        return dropFirst(4).prefix(length)
    }
}
