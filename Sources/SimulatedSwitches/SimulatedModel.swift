// The simulated switches by the names under which people ask for them.

package enum SimulatedModel: String, Hashable, Sendable, CaseIterable {
    /// BayTech RPC3-NC, 8 outlets `1` to `8`.
    case baytech
    /// BayTech RPC-3 with menus, 8 outlets `1` to `8`, password `baytech`.
    case baytechMenu = "baytech-menu"
    /// WTI RPS-10, 10 outlets `0` to `9`.
    case rps10
    /// A Modbus relay board as Waveshare's, unit 1, 8 outlets `1` to `8`.
    case modbus
    /// The same as eletechsup's, written by registers.
    case modbusHolding = "modbus-holding"
    /// The same with SkyDrive's firmware.
    case modbusSkyDrive = "modbus-skydrive"
    /// LCUS-8, with text for a state, and without any.
    case lcus
    case lcusSilent = "lcus-silent"
    /// KMTronic with two relays, and with eight.
    case kmTronic2 = "kmtronic-2"
    case kmTronic8 = "kmtronic-8"
    /// Devantech USB-RLY16, 8 relays.
    case devantech
    /// Numato with 8 relays, `0` to `7`.
    case numato
    /// A BMC in Terminal Mode, the machine is outlet `1`; the second asks for `fence`, `secret`.
    case ipmiTerminal = "ipmi-terminal"
    case ipmiTerminalLogin = "ipmi-terminal-login"
    /// The same in Basic Mode; the second wants a session.
    case ipmiBasic = "ipmi-basic"
    case ipmiBasicLogin = "ipmi-basic-login"

    package static func make(named name: String) throws(UnknownModel) -> any SimulatedSwitch {
        guard let model = SimulatedModel(rawValue: name) else { throw UnknownModel(name: name) }
        return model.make()
    }

    package func make() -> any SimulatedSwitch {
        switch self {
        case .baytech: SimulatedBayTech()
        case .baytechMenu: Chassis(ConsoleFirmware(BayTechMenus()), outlets: BayTechMenus.outlets)
        case .rps10: SimulatedRPS10()
        case .modbus: SimulatedModbus()
        case .modbusHolding: SimulatedModbus(.holding)
        case .modbusSkyDrive: SimulatedModbus(.skydrive)
        case .lcus: SimulatedByteRelay(.lcus)
        case .lcusSilent: SimulatedByteRelay(.lcusSilent)
        case .kmTronic2: SimulatedByteRelay(.kmTronic2, outlets: 2)
        case .kmTronic8: SimulatedByteRelay(.kmTronic8)
        case .devantech: SimulatedByteRelay(.devantech)
        case .numato: SimulatedNumato()
        case .ipmiTerminal: SimulatedTerminalMode()
        case .ipmiTerminalLogin: SimulatedTerminalMode(login: .fence)
        case .ipmiBasic: SimulatedBasicMode()
        case .ipmiBasicLogin: SimulatedBasicMode(login: .fence)
        }
    }
}

package struct UnknownModel: Error, Hashable, Sendable, CustomStringConvertible {
    package let name: String

    package var description: String {
        let known = SimulatedModel.allCases.map(\.rawValue).joined(separator: ", ")
        return "no simulated switch is called `\(name)`. Known: \(known)"
    }
}
