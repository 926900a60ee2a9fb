// The signature of an authority over a certificate. The arithmetic is swift-crypto's; what stands
// here is how SSH writes signatures: RFC 8709 section 6, RFC 5656 section 3.1.2, PROTOCOL.u2f.

internal import Crypto
internal import Fencing

enum AuthoritySignature {
    /// `signature` as it stands in a certificate, by whoever holds `key`.
    static func isRight(_ signature: [UInt8], of key: PublicKey, over message: [UInt8]) -> Bool {
        var reader = WireReader(signature)
        guard let blob = bytes(canonicalBase64: key.base64),
            let algorithm = KeyAlgorithm(rawValue: key.algorithm),
            // RSA's names differ from its key's; it may not sign here.
            let name = reader.text(), name == key.algorithm, let value = reader.string()
        else { return false }
        var keyReader = WireReader(blob)
        guard keyReader.string() != nil, let parts = algorithm.parts(from: &keyReader) else {
            return false
        }
        switch algorithm {
        case .ed25519:
            return reader.isAtEnd && ed25519(parts[0], value, message)
        case .nistp256, .nistp384, .nistp521:
            return reader.isAtEnd && ecdsa(algorithm, parts[1], value, message)
        case .securityEd25519:
            guard let message = touched(parts[1], &reader, message) else { return false }
            return ed25519(parts[0], value, message)
        case .securityNistp256:
            guard let message = touched(parts[2], &reader, message) else { return false }
            return ecdsa(.nistp256, parts[1], value, message)
        case .rsa: return false
        }
    }

    private static func ed25519(_ point: [UInt8], _ value: [UInt8], _ message: [UInt8]) -> Bool {
        do {
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: point)
            return key.isValidSignature(value, for: message)
        } catch {
            return false
        }
    }

    private static func ecdsa(
        _ curve: KeyAlgorithm, _ point: [UInt8], _ value: [UInt8], _ message: [UInt8]
    ) -> Bool {
        do {
            switch curve {
            case .nistp256:
                guard let raw = rawPair(value, width: 32) else { return false }
                return try P256.Signing.PublicKey(x963Representation: point)
                    .isValidSignature(
                        P256.Signing.ECDSASignature(rawRepresentation: raw), for: message)
            case .nistp384:
                guard let raw = rawPair(value, width: 48) else { return false }
                return try P384.Signing.PublicKey(x963Representation: point)
                    .isValidSignature(
                        P384.Signing.ECDSASignature(rawRepresentation: raw), for: message)
            case .nistp521:
                guard let raw = rawPair(value, width: 66) else { return false }
                return try P521.Signing.PublicKey(x963Representation: point)
                    .isValidSignature(
                        P521.Signing.ECDSASignature(rawRepresentation: raw), for: message)
            case .ed25519, .securityEd25519, .securityNistp256, .rsa: return false
            }
        } catch {
            return false
        }
    }

    /// Two numbers of any length, each in a string: as many bytes for each as the curve has.
    private static func rawPair(_ value: [UInt8], width: Int) -> [UInt8]? {
        var reader = WireReader(value)
        guard let r = reader.string(), let s = reader.string(), reader.isAtEnd else { return nil }
        var raw: [UInt8] = []
        for number in [r, s] {
            let digits = number.drop { $0 == 0 }
            guard digits.count <= width else { return nil }
            raw += [UInt8](repeating: 0, count: width - digits.count) + digits
        }
        return raw
    }

    /// What a security key signs: the hashes of its application and of the message, with its flags
    /// and its counter between them. Nil where nobody touched the key.
    private static func touched(
        _ application: [UInt8], _ reader: inout WireReader, _ message: [UInt8]
    ) -> [UInt8]? {
        guard let flags = reader.byte(), let counter = reader.number32(), reader.isAtEnd,
            flags & 1 == 1
        else { return nil }
        let count = (0..<4).map { UInt8(truncatingIfNeeded: counter >> (24 - 8 * $0)) }
        return Array(SHA256.hash(data: application)) + [flags] + count
            + Array(SHA256.hash(data: message))
    }
}
