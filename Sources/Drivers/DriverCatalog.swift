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

    /// A driver for what a site has described itself. Throws what is wrong with it.
    package static func make(
        _ description: ConsoleDescription, _ credentials: Credentials
    ) throws(DescriptionRefused) -> any SwitchDriver {
        ConsoleDriver(try DescribedConsole(description), credentials)
    }

    private static func described(
        _ description: ConsoleDescription, _ credentials: Credentials
    ) -> any SwitchDriver {
        ConsoleDriver(DescribedConsole(builtIn: description), credentials)
    }

    private enum BuiltIn: String, CaseIterable {
        case bayTech = "baytech"
        case apc
        case cyclades = "cyclades-pm"
        case sentry
        case wti
        case raritan
        case eatonG3 = "eaton-g3"
        case cyberPower = "cyberpower"
        case synaccess
        case ePowerSwitch = "epowerswitch"
        case wtiRPS10 = "wti-rps10"
        case modbusRelay = "modbus-relay"
        case lcus
        case lcusSilent = "lcus-silent"
        case kmTronic2 = "kmtronic-2"
        case kmTronic8 = "kmtronic-8"
        case devantech
        case numato
        case ipmiTerminal = "ipmi-terminal"
        case ipmiBasic = "ipmi-basic"
        case apcSmart = "apc-smart"
        case megatec

        var options: Set<DriverOptions.Key> {
            switch self {
            case .bayTech, .apc, .cyclades, .sentry, .wti, .raritan, .eatonG3, .cyberPower,
                .synaccess:
                [.user, .password]
            case .ipmiTerminal, .ipmiBasic: [.user, .password]
            case .ePowerSwitch, .wtiRPS10, .apcSmart: []
            case .megatec: [.dialect]
            case .modbusRelay: [.unit, .dialect, .contacts]
            case .lcus, .lcusSilent, .kmTronic2, .kmTronic8, .devantech, .numato: [.contacts]
            }
        }

        func make(_ options: DriverOptions) throws(DriverOptionRefused) -> any SwitchDriver {
            let credentials = options.credentials
            return switch self {
            case .bayTech: ConsoleDriver(BayTech(), credentials)
            case .apc: ConsoleDriver(APC(), credentials)
            case .cyclades: described(.cyclades, credentials)
            case .raritan: described(.raritan, credentials)
            case .eatonG3: described(.eatonG3, credentials)
            case .cyberPower: described(.cyberPower, credentials)
            case .synaccess: described(.synaccess, credentials)
            case .sentry: ConsoleDriver(Sentry(), credentials)
            case .wti: ConsoleDriver(WTI(), credentials)
            case .ePowerSwitch: EPowerSwitchDriver()
            case .wtiRPS10: RPS10Driver()
            case .modbusRelay: try ModbusRelayDriver(options)
            case .lcus: ByteRelayDriver(.lcus, options)
            case .lcusSilent: ByteRelayDriver(.lcusSilent, options)
            case .kmTronic2: ByteRelayDriver(.kmTronic2, options)
            case .kmTronic8: ByteRelayDriver(.kmTronic8, options)
            case .devantech: ByteRelayDriver(.devantech, options)
            case .numato: ConsoleDriver(Numato(options), credentials)
            case .ipmiTerminal: IPMIDriver(try TerminalMode(checking: credentials))
            case .ipmiBasic: IPMIDriver(try BasicMode(checking: credentials))
            case .apcSmart: UPSDriver(APCSmart())
            case .megatec: UPSDriver(try Megatec(options))
            }
        }
    }
}
