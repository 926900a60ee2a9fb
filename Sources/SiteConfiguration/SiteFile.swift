// The site file, read and checked: everything in it resolves.

package import Fencing
package import Keys

package struct SiteFile: Hashable, Sendable {
    /// As it was given: findings begin with it.
    package let path: String
    package let appliance: ApplianceSettings
    package let lines: [SwitchName: LineDescription]
    package let clusters: [ClusterName: ClusterTerms]
    package let nodes: [NodeName: Node]
    package let operators: Set<PrincipalName>
    /// What each operator may do.
    package let roles: [PrincipalName: Role]
    /// Everybody whom the door may let in, nodes and operators.
    package let passes: [PrincipalName: Pass]
    /// Where each feed of a node stands, for findings about outlets that only the driver can judge.
    package let feedPlaces: [Outlet: SourcePosition]
    /// What somebody should look at, in the order of the file.
    package let warnings: [Diagnostic]

    /// Reads and checks the file's content. `path` is only printed. A refusal holds every error,
    /// not only the first.
    package init(reading bytes: [UInt8], path: String) throws(SiteRefused) {
        var decoder = SiteDecoder(path: path)
        guard let tree = Tree.read(bytes, &decoder.findings) else {
            throw SiteRefused(decoder.findings.all)
        }
        let draft = decoder.site(tree)
        draft.check(&decoder.findings)
        guard decoder.findings.worst != .error else { throw SiteRefused(decoder.findings.all) }
        self.init(draft, path: path, warnings: decoder.findings.all)
    }

    private init(_ draft: Draft, path: String, warnings: [Diagnostic]) {
        self.path = path
        self.warnings = warnings
        appliance = draft.appliance
        lines = draft.lines
        clusters = draft.clusterTerms
        operators = Set(draft.operators.map(\.name.value))
        roles = Dictionary(
            uniqueKeysWithValues: draft.operators.map { ($0.name.value, $0.role) })
        nodes = Dictionary(uniqueKeysWithValues: draft.nodes.map { ($0.name.value, $0.node) })
        passes = Dictionary(
            uniqueKeysWithValues: draft.principals.map { $0.pass }.map { ($0.principal.name, $0) })
        let feeds = draft.nodes.flatMap(\.feeds)
        feedPlaces = Dictionary(uniqueKeysWithValues: feeds.map { ($0.value, $0.position) })
    }

    /// A finding of somebody who knows more than the file does, a driver's name or an outlet's.
    package func diagnostic(
        _ severity: Diagnostic.Severity, at position: SourcePosition, _ what: String,
        _ advice: String
    ) -> Diagnostic {
        Diagnostic(severity, path: path, at: position, what, advice)
    }
}

package struct ApplianceSettings: Hashable, Sendable {
    /// As they were written: whoever opens the door checks them.
    package var listen = [Positioned(SiteDefaults.listen, at: .start)]
    package var hostKeys = [Positioned(SiteDefaults.hostKey, at: .start)]
    package var ledger: String = SiteDefaults.ledger
    /// Where it is kept how far the ledger has come.
    package var ledgerMark: String = SiteDefaults.mark(of: SiteDefaults.ledger)
    package var lockDirectory: String = SiteDefaults.lockDirectory
    package var powerSource: PowerSourceName?
    /// The outlets that the appliance itself hangs on.
    package var feeds: [Outlet] = []
    /// Whose certificates let in whomever they name.
    package var authorities: [AuthorizedKey] = []
    /// Neither they, nor certificates for them or by them, let anybody in.
    package var revokedKeys: Set<PublicKey> = []
    package var rsa = RSA.refused
    package var algorithms = Algorithms.modern
    package var door = DoorSettings()
    /// Where figures may be had without a login. Nil: nowhere.
    package var metrics: MetricsPlace?

    /// What the door offers for key exchange and integrity.
    package enum Algorithms: String, Hashable, Sendable {
        case modern
        /// Also what clients in FIPS mode, and older ones, need.
        case compatible
    }

    /// Whether people may prove who they are with RSA keys.
    package enum RSA: String, Hashable, Sendable {
        case accepted
        case refused
    }
}

package enum PowerSourceKind {}
/// What a switch or the appliance hangs on: a UPS, a circuit.
package typealias PowerSourceName = Name<PowerSourceKind>

/// A switch and the way to it.
package struct LineDescription: Hashable, Sendable {
    package let name: Positioned<SwitchName>
    package let driver: Positioned<DriverReference>
    /// No two switches have the same.
    package let line: Positioned<LineReference>
    /// Speed and framing of the port, as written: whoever opens the line checks them. Nil: the
    /// driver's own.
    package let settings: Positioned<String>?
    /// What DTR and RTS are while the port is open. Nil: the driver's own.
    package let modemLines: ModemLines?
    /// Which of several devices on the line. Nil: the driver's own.
    package let unit: Positioned<Int>?
    /// A manner of speaking, as written: whoever makes the driver checks it. Nil: the usual one.
    package let dialect: Positioned<String>?
    /// Through which contacts of a relay a machine gets its power. Nil: normally open.
    package let contacts: Positioned<Contacts>?
    /// Who we are to the switch, where it asks. Nil: nobody.
    package let user: Positioned<String>?
    package let password: Positioned<PasswordSource>?
    /// Nil: derived from the latency.
    package let patience: Positioned<Duration>?
    /// The longest time after which a command once sent can still act. Nil: the driver knows.
    package let latency: Positioned<Duration>?
    package let powerSource: PowerSourceName?
    /// After so long without an order the line is closed for others to use. Nil: never.
    package let leaveAfter: Duration?
    /// How often it is read although no request asks for it. Nil: never.
    package let readEvery: Positioned<Duration>?
    /// What the switch has to show each time that its line is opened. Nil: nothing.
    package let identity: Positioned<String>?
    /// For the driver that presses buttons.
    package let button: Positioned<ButtonDescription>?

    package enum ModemLines: String, Hashable, Sendable {
        case raised
        case lowered
    }

    package enum Contacts: String, Hashable, Sendable {
        case normallyOpen = "normally-open"
        case normallyClosed = "normally-closed"
    }

    package enum PasswordSource: Hashable, Sendable {
        case written(Secret)
        /// A file whose first line it is.
        case file(String)
    }
}
