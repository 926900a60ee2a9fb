// The drivers that are built in, by the names under which a site asks for them. Models that are
// not here are described by powerman's device files: `PowermanFile.parse`, then `PowermanDriver`.

package enum DriverCatalog {
    /// In order.
    package static var names: [String] { BuiltIn.allCases.map(\.rawValue) }

    package static func make(
        named name: String, _ credentials: Credentials = Credentials()
    ) -> (any SwitchDriver)? {
        BuiltIn(rawValue: name)?.make(credentials)
    }

    private enum BuiltIn: String, CaseIterable {
        case bayTech = "baytech"
        case apc
        case cyclades = "cyclades-pm"
        case sentry
        case wti
        case wtiRPS10 = "wti-rps10"

        func make(_ credentials: Credentials) -> any SwitchDriver {
            switch self {
            case .bayTech: ConsoleDriver(BayTech(), credentials)
            case .apc: ConsoleDriver(APC(), credentials)
            case .cyclades: ConsoleDriver(Cyclades(), credentials)
            case .sentry: ConsoleDriver(Sentry(), credentials)
            case .wti: ConsoleDriver(WTI(), credentials)
            case .wtiRPS10: RPS10Driver()
            }
        }
    }
}
