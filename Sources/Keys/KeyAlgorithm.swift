// The kinds of keys that prove somebody, and what their blobs are made of.

internal import Fencing

package enum KeyAlgorithm: String, Hashable, Sendable, CaseIterable {
    case ed25519 = "ssh-ed25519"
    case nistp256 = "ecdsa-sha2-nistp256"
    case nistp384 = "ecdsa-sha2-nistp384"
    case nistp521 = "ecdsa-sha2-nistp521"
    case securityEd25519 = "sk-ssh-ed25519@openssh.com"
    case securityNistp256 = "sk-ecdsa-sha2-nistp256@openssh.com"
    /// Only where the site says so: the signature of an RSA key of a stranger's making costs much
    /// to refuse.
    case rsa = "ssh-rsa"

    /// What follows the algorithm's name in the blob: RFC 8709 section 4, RFC 5656 section 3.1 (the
    /// points are not compressed), RFC 4253 section 6.6, OpenSSH's PROTOCOL.u2f.
    var parts: [Part] {
        switch self {
        case .ed25519: [.bytes(32)]
        case .nistp256: [.text("nistp256"), .bytes(65)]
        case .nistp384: [.text("nistp384"), .bytes(97)]
        case .nistp521: [.text("nistp521"), .bytes(133)]
        case .securityEd25519: [.bytes(32), .anything]
        case .securityNistp256: [.text("nistp256"), .bytes(65), .anything]
        case .rsa: [.exponent, .modulus]
        }
    }

    /// A FIDO token's. It signs without a touch too, and libssh does not tell with which of the two:
    /// nobody comes in by one. An authority's signature is checked here, touch and all.
    var isOnToken: Bool { self == .securityEd25519 || self == .securityNistp256 }

    /// As a certificate for such a key is called (OpenSSH's PROTOCOL.certkeys).
    var certificateName: String {
        switch self {
        case .ed25519, .nistp256, .nistp384, .nistp521, .rsa:
            "\(rawValue)-cert-v01@openssh.com"
        case .securityEd25519: "sk-ssh-ed25519-cert-v01@openssh.com"
        case .securityNistp256: "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"
        }
    }

    enum Part {
        case text(String)
        case bytes(Int)
        case anything
        case exponent
        /// 2048 to 8192 bits, and a zero in front where the first bit is set.
        case modulus

        func fits(_ bytes: [UInt8]) -> Bool {
            switch self {
            case .text(let text): bytes.elementsEqual(text.utf8)
            case .bytes(let count): bytes.count == count
            case .anything: true
            case .exponent: (1...8).contains(bytes.count)
            case .modulus: (256...1025).contains(bytes.count)
            }
        }
    }

    /// Reads the parts that a key of this kind has; nil where they do not fit.
    func parts(from reader: inout WireReader) -> [[UInt8]]? {
        var values: [[UInt8]] = []
        for part in parts {
            guard let bytes = reader.string(), part.fits(bytes) else { return nil }
            values.append(bytes)
        }
        return values
    }
}

extension PublicKey {
    /// From a whole blob; nil where it is not exactly one of the kinds above.
    init?(blob: [UInt8]) {
        var reader = WireReader(blob)
        guard let name = reader.text(), let algorithm = KeyAlgorithm(rawValue: name),
            algorithm.parts(from: &reader) != nil, reader.isAtEnd
        else { return nil }
        self.init(algorithm: name, base64: Keys.base64(blob))
    }
}
