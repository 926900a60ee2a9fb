// An OpenSSH certificate, taken apart (PROTOCOL.certkeys): a key, whom it may be, for how long, under
// which conditions, and the signature of an authority over all that.

package import Fencing

package struct Certificate: Hashable, Sendable {
    /// The key whose private half the peer has proved to hold.
    package let key: PublicKey
    package let serial: UInt64
    /// The authority's words for whom it was made: for the log.
    package let id: String
    package let principals: [String]
    package let validFrom: UInt64
    /// From this second on it is over.
    package let validUntil: UInt64
    package let criticalOptions: [Option]
    package let extensions: [Option]
    package let authority: PublicKey
    /// All bytes before the signature.
    let signed: [UInt8]
    let signature: [UInt8]

    package struct Option: Hashable, Sendable {
        package let name: String
        let data: [UInt8]
    }

    /// Bytes of the whole; principals; options of a kind. OpenSSH takes 256 principals.
    private static let longest = 12 * 1024
    private static let mostPrincipals = 256
    private static let mostOptions = 64

    /// The kind for people; the other one is for hosts.
    private static let userKind: UInt32 = 1

    /// Nil where it is no certificate, and no whole one.
    package init?(base64 text: String) throws(CertificateFault) {
        guard text.utf8.count <= Self.longest, let blob = bytes(canonicalBase64: text) else {
            return nil
        }
        var reader = WireReader(blob)
        guard let name = reader.text(),
            let algorithm = KeyAlgorithm.allCases.first(where: { $0.certificateName == name })
        else { return nil }
        guard reader.string() != nil, let parts = algorithm.parts(from: &reader) else {
            throw .damaged
        }
        if algorithm.isOnToken { throw .tokenKey }
        let plain = parts.reduce(wireString(algorithm.rawValue.utf8)) { $0 + wireString($1) }
        key = PublicKey(algorithm: algorithm.rawValue, base64: Keys.base64(plain))
        guard let serial = reader.number64(), let kind = reader.number32(),
            let id = reader.text(), let principals = reader.texts(),
            let validFrom = reader.number64(), let validUntil = reader.number64(),
            let critical = Self.options(&reader), let extensions = Self.options(&reader),
            reader.string() != nil, let authority = reader.string()
        else { throw .damaged }
        signed = Array(blob.dropLast(reader.left))
        guard let signature = reader.string(), reader.isAtEnd,
            principals.count <= Self.mostPrincipals
        else { throw .damaged }
        guard kind == Self.userKind else { throw .notForUsers }
        // A certificate does not sign certificates.
        guard let signer = PublicKey(blob: authority) else { throw .unknownAuthority }
        self.serial = serial
        self.id = id
        self.principals = principals
        self.validFrom = validFrom
        self.validUntil = validUntil
        criticalOptions = critical
        self.extensions = extensions
        self.authority = signer
        self.signature = signature
    }

    /// Names and data, in the order of the names, each once.
    private static func options(_ reader: inout WireReader) -> [Option]? {
        guard let bytes = reader.string() else { return nil }
        var inner = WireReader(bytes)
        var options: [Option] = []
        while !inner.isAtEnd {
            guard let name = inner.text(), let data = inner.string(),
                options.count < mostOptions, !options.contains(where: { $0.name == name })
            else { return nil }
            options.append(Option(name: name, data: data))
        }
        return options
    }
}

/// Why a certificate lets nobody in.
package enum CertificateFault: Error, Hashable, Sendable, CustomStringConvertible {
    case damaged
    case notForUsers
    case tokenKey
    case unknownAuthority
    case wrongSignature
    case otherPrincipals([String])
    case notYet
    case over
    case otherAddress
    case forcedCommand
    case unknownCondition(String)

    package var description: String {
        switch self {
        case .damaged: "the certificate is damaged"
        case .notForUsers: "the certificate is a host's"
        case .tokenKey:
            "the certificate is for a FIDO token's key, and libssh does not tell whether it was touched"
        case .unknownAuthority: "nobody here trusts its authority"
        case .wrongSignature: "its authority has not signed it"
        case .otherPrincipals(let names):
            names.isEmpty
                ? "the certificate names no principal"
                : "the certificate is for "
                    + names.prefix(8).joined(separator: ",").prefix(bytes: 256)
        case .notYet: "the certificate is not valid yet: is this machine's clock right?"
        case .over: "the certificate is valid no more"
        case .otherAddress: "the certificate may not be used from this address"
        case .forcedCommand:
            "the certificate forces a command, which cannot be honoured here"
        case .unknownCondition(let name):
            "the certificate has the condition `\(name.prefix(bytes: 64))`, which cannot be honoured here"
        }
    }
}
