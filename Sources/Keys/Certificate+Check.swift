// Whether a certificate holds: everything but the proof that the peer holds the key inside, which
// libssh has from the peer.

internal import Fencing

extension Certificate {
    /// Throws the first thing that is wrong with it; `names` are those of which it must have one.
    package func check(
        names: Set<String>, from host: [UInt8], at now: UnixTime
    ) throws(CertificateFault) {
        // An empty list would mean everybody.
        guard principals.contains(where: names.contains) else { throw .otherPrincipals(principals) }
        let seconds = UInt64(max(0, now.seconds))
        if seconds < validFrom { throw .notYet }
        if seconds >= validUntil { throw .over }
        for option in criticalOptions { try check(option, from: host) }
        guard AuthoritySignature.isRight(signature, of: authority, over: signed) else {
            throw .wrongSignature
        }
    }

    /// `permit-pty`; without it there is no terminal (PROTOCOL.certkeys, extensions).
    package var terminal: AuthorizedKey.Terminal {
        extensions.contains { $0.name == "permit-pty" } ? .allowed : .refused
    }

    /// Who does not know a critical option must refuse the certificate.
    private func check(_ option: Option, from host: [UInt8]) throws(CertificateFault) {
        switch option.name {
        case "source-address":
            var reader = WireReader(option.data)
            guard let text = reader.text(), reader.isAtEnd, let list = AddressList(text) else {
                throw .damaged
            }
            if !list.contains(host) { throw .otherAddress }
        case "force-command": throw .forcedCommand
        default: throw .unknownCondition(option.name)
        }
    }
}
