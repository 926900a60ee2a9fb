// Who a peer is that has proved to hold a key, and why not.

package import Fencing

/// What a peer offers, and where it sits.
package struct Offer: Hashable, Sendable {
    /// Its user name: a stranger's words.
    package let user: String
    /// A public key or a certificate, in canonical base64.
    package let blob: String
    /// The 4 or 16 bytes of its address.
    package let host: [UInt8]

    package init(user: String, blob: String, host: [UInt8]) {
        self.user = user
        self.blob = blob
        self.host = host
    }
}

package struct Admitted: Hashable, Sendable {
    package let principal: Principal
    package let terminal: AuthorizedKey.Terminal
    package let shell: Shell
    /// Where a certificate lets it in.
    package let certificate: Certificate?
}

/// Why an offer is refused: for the log. Whoever is refused hears the same whatever it was.
package enum RefusedOffer: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownUser
    case unknownKey
    case revoked
    case otherAddress
    case expired
    case certificate(CertificateFault, id: String)

    package var description: String {
        switch self {
        case .unknownUser: "there is nobody of this name"
        case .unknownKey: "the key is none of this name's"
        case .revoked: "the key, or the authority of its certificate, is revoked"
        case .otherAddress: "the key may not be used from this address"
        case .expired: "the key's time is over"
        case .certificate(let fault, let id): "\(fault) (key id `\(id)`)"
        }
    }
}

/// All that decides who may come in.
package struct Admissions: Hashable, Sendable {
    private let passes: [PrincipalName: Pass]
    /// Trusted for whomever their certificates name, nodes and operators alike.
    private let authorities: [AuthorizedKey]
    private let revoked: Set<String>
    /// Where our people are expected.
    private let known: [AddressList]

    package init(
        passes: [PrincipalName: Pass], authorities: [AuthorizedKey] = [],
        revoked: Set<PublicKey> = [], knownAddresses: AddressList? = nil
    ) {
        self.passes = passes
        known = Array(
            Set(
                passes.values.flatMap(\.keys).compactMap(\.from)
                    + [knownAddresses].compactMap(\.self)))
        self.authorities = authorities
        self.revoked = Set(revoked.map(\.base64))
    }

    /// Whether a key may be used from this address because it names it, or the site does.
    package func knows(_ host: [UInt8]) -> Bool { known.contains { $0.contains(host) } }

    /// `now` matters to keys and certificates that end at a time.
    package func admit(_ offer: Offer, at now: UnixTime) throws(RefusedOffer) -> Admitted {
        let known = PrincipalName(offer.user).flatMap { passes[$0] }
        // The same is done for a name that there is not, so that the time does not tell which there
        // are: a certificate costs milliseconds to take apart, and more to check.
        let pass = known ?? Pass(.operator(Self.nobody), keys: [])
        do throws(RefusedOffer) {
            let admitted = try admit(offer, pass, at: now)
            if known == nil { throw .unknownUser }
            return admitted
        } catch {
            throw known == nil ? .unknownUser : error
        }
    }

    private static var nobody: PrincipalName {
        guard let name = PrincipalName("nobody") else { preconditionFailure("a name") }
        return name
    }

    private func admit(
        _ offer: Offer, _ pass: Pass, at now: UnixTime
    ) throws(RefusedOffer) -> Admitted {
        if revoked.contains(offer.blob) { throw .revoked }
        if let own = pass.keys.first(where: { $0.role == .login && $0.key.base64 == offer.blob }) {
            try Self.check(own, offer, at: now)
            return Admitted(
                principal: pass.principal, terminal: own.terminal, shell: pass.shell,
                certificate: nil)
        }
        let certificate: Certificate?
        do throws(CertificateFault) {
            certificate = try Certificate(base64: offer.blob)
        } catch {
            throw .certificate(error, id: "")
        }
        guard let certificate else { throw .unknownKey }
        return try admit(certificate, offer, pass, at: now)
    }

    private func admit(
        _ certificate: Certificate, _ offer: Offer, _ pass: Pass, at now: UnixTime
    ) throws(RefusedOffer) -> Admitted {
        let id = certificate.id.prefix(bytes: 64)
        if [certificate.key, certificate.authority].contains(where: { revoked.contains($0.base64) })
        {
            throw .revoked
        }
        let own = pass.keys.first { $0.isAuthority(certificate.authority) }
        guard
            let trusted = own ?? authorities.first(where: { $0.isAuthority(certificate.authority) })
        else { throw .certificate(.unknownAuthority, id: id) }
        try Self.check(trusted, offer, at: now)
        do throws(CertificateFault) {
            try certificate.check(
                names: own?.otherNames ?? [pass.principal.name.text], from: offer.host, at: now)
        } catch {
            throw .certificate(error, id: id)
        }
        let terminal: AuthorizedKey.Terminal =
            trusted.terminal == .allowed ? certificate.terminal : .refused
        return Admitted(
            principal: pass.principal, terminal: terminal, shell: pass.shell,
            certificate: certificate)
    }

    private static func check(
        _ key: AuthorizedKey, _ offer: Offer, at now: UnixTime
    ) throws(RefusedOffer) {
        if let from = key.from, !from.contains(offer.host) { throw .otherAddress }
        if let expires = key.expires, expires <= now { throw .expired }
    }
}

extension AuthorizedKey {
    /// Which a certificate has to name instead of the principal's own. Only beside a principal: whom
    /// an authority of the whole site lets in, its certificates name.
    fileprivate var otherNames: Set<String>? {
        switch role {
        case .login: nil
        case .authority(let principals): principals
        }
    }

    fileprivate func isAuthority(_ key: PublicKey) -> Bool {
        switch role {
        case .login: false
        case .authority: self.key.base64 == key.base64
        }
    }
}
