// The drivers that are built in, by the names under which a site asks for them. Models that are
// not here are described by powerman's device files: `PowermanFile.parse`, then `PowermanDriver`.

package enum DriverCatalog {
    /// In order.
    package static var names: [String] { BuiltIn.allCases.map(\.rawValue) }

    package static func make(named name: String) -> (any SwitchDriver)? {
        BuiltIn(rawValue: name)?.make()
    }

    private enum BuiltIn: String, CaseIterable {
        case bayTechPrompt = "baytech-prompt"
        case wtiRPS10 = "wti-rps10"

        func make() -> any SwitchDriver {
            switch self {
            case .bayTechPrompt: BayTechPromptDriver()
            case .wtiRPS10: RPS10Driver()
            }
        }
    }
}
