// The drivers that are built in, by the names under which a site asks for them. Models that are
// not here are described by powerman's device files: `PowermanFile.parse`, then `PowermanDriver`.

package enum DriverCatalog {
    /// In order.
    package static var names: [String] { BuiltIn.allCases.map(\.rawValue) }

    /// Nil for a name that is not known. Throws for options that the driver does not take, or does
    /// not understand.
    package static func make(
        named name: String, _ options: DriverOptions = DriverOptions()
    ) throws(DriverOptionRefused) -> (any SwitchDriver)? {
        guard let known = BuiltIn(rawValue: name) else { return nil }
        try options.takeOnly(known.options, for: name)
        return try known.make(options)
    }

    private enum BuiltIn: String, CaseIterable {
        case bayTechPrompt = "baytech-prompt"
        case wtiRPS10 = "wti-rps10"
        case modbusRelay = "modbus-relay"

        var options: Set<DriverOptions.Key> {
            switch self {
            case .bayTechPrompt, .wtiRPS10: []
            case .modbusRelay: [.unit, .dialect, .contacts]
            }
        }

        func make(_ options: DriverOptions) throws(DriverOptionRefused) -> any SwitchDriver {
            switch self {
            case .bayTechPrompt: BayTechPromptDriver()
            case .wtiRPS10: RPS10Driver()
            case .modbusRelay: try ModbusRelayDriver(options)
            }
        }
    }
}
