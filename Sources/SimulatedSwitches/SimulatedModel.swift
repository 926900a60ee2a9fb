// The simulated switches by the names under which people ask for them.

internal import Fencing

package enum SimulatedModel: String, Hashable, Sendable, CaseIterable {
    /// BayTech RPC3-NC, 8 outlets `1` to `8`.
    case baytech
    /// BayTech RPC-3 with menus, 8 outlets `1` to `8`, password `baytech`.
    case baytechMenu = "baytech-menu"
    /// APC AP8941 with its command line, 8 outlets, user `apc`, password `apc`.
    case apc
    /// APC AP7900 with the menus of firmware 3, 8 outlets, user `apc`, password `apc`.
    case apcMenu = "apc-menu"
    /// The same with firmware 2.
    case apcMenu2 = "apc-menu2"
    /// APC MasterSwitch plus, APP 2.0.0.
    case apcPlus = "apc-plus"
    /// APC MasterSwitch plus, APP 2.2.0.
    case apcPlus22 = "apc-plus22"
    /// APC MasterSwitch AP9210, firmware 1.
    case apcOld = "apc-old"
    /// Cyclades AlterPath PM8, 8 outlets, user `admin`, password `pm8`.
    case cyclades
    /// PM10, PM20 and PM42.
    case cyclades10 = "cyclades-10"
    case cyclades20 = "cyclades-20"
    case cyclades42 = "cyclades-42"
    /// Server Technology Sentry Switched CDU, outlets `.AA1` to `.AA8`, `.AB1` ..., `.AC8`, user
    /// `admn`, password `admn`.
    case sentry
    /// Server Technology Switched PRO2, firmware 8, outlets `AA1` to `AA8`, `AB1` ..., `AC8`, user
    /// `admn`, password `admn`.
    case sentryPRO2 = "sentry-pro2"
    /// Raritan PX3, 8 outlets, user `admin`, password `raritan`.
    case raritan
    /// Eaton ePDU G3, 8 outlets, user `admin`, password `admin`.
    case eatonG3 = "eaton-g3"
    /// CyberPower PDU41002, 8 outlets, user `cyber`, password `cyber`.
    case cyberPower = "cyberpower"
    /// Synaccess netBooter NP-08, 8 outlets.
    case synaccess
    /// Two ePowerSwitch 8XS, 16 outlets `11` to `18` and `21` to `28`.
    case ePowerSwitch = "epowerswitch"
    /// WTI NPS-115, 8 plugs `1` to `8`, password `wti`.
    case wti
    /// The same with 48 plugs; and a BayTech with as many.
    case wti48 = "wti-48"
    case baytech48 = "baytech-48"
    /// WTI RPS-10, 10 outlets `0` to `9`.
    case rps10
    /// A Modbus relay board as Waveshare's, unit 1, 8 outlets `1` to `8`.
    case modbus
    /// The same as eletechsup's, written by registers.
    case modbusHolding = "modbus-holding"
    /// The same with SkyDrive's firmware.
    case modbusSkyDrive = "modbus-skydrive"
    /// Boards that answer a question about one relay with all of them, that read nothing but all
    /// eight, and that leave the neighbours' bits in the answer.
    case modbusWhole = "modbus-whole"
    case modbusOnlyEight = "modbus-only-eight"
    case modbusPadded = "modbus-padded"
    /// 32 relays.
    case modbus32 = "modbus-32"
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
    /// A UPS, whose output is outlet `1`: APC's smart signalling, Megatec's protocol, Voltronic's.
    case apcSmart = "apc-smart"
    case megatec
    case voltronic

    package static func make(named name: String) throws(UnknownModel) -> any SimulatedSwitch {
        guard let model = SimulatedModel(rawValue: name) else { throw UnknownModel(name: name) }
        return model.make()
    }

    /// `password` instead of the model's own, where it asks for one.
    package func make(password: String? = nil) -> any SimulatedSwitch {
        switch self {
        case .baytech: SimulatedBayTech()
        case .baytechMenu: Self.console(BayTechMenus(), BayTechMenus.outlets, password)
        case .apc: Self.console(APCCommandLine(), APCCommandLine.outlets, password)
        case .apcMenu: Self.console(APCMenus(.firmware3), APCMenus.outlets, password)
        case .apcMenu2: Self.console(APCMenus(.firmware2), APCMenus.outlets, password)
        case .apcPlus: Self.console(APCMenus(.plus), APCMenus.outlets, password)
        case .apcPlus22: Self.console(APCMenus(.plus22), APCMenus.outlets, password)
        case .apcOld: Self.console(APCMenus(.firmware1), APCMenus.outlets, password)
        case .cyclades: Self.cyclades(8, password)
        case .cyclades10: Self.cyclades(10, password)
        case .cyclades20: Self.cyclades(20, password)
        case .cyclades42: Self.cyclades(42, password)
        case .sentry: Self.console(SentryCDU(), SentryCDU.outlets(.cdu), password)
        case .sentryPRO2: Self.console(SentryCDU(.pro2), SentryCDU.outlets(.pro2), password)
        case .raritan: Self.console(RaritanPX(), RaritanPX.outlets, password)
        case .eatonG3: Self.console(EatonG3(), EatonG3.outlets, password)
        case .cyberPower: Self.console(CyberPowerPDU(), CyberPowerPDU.outlets, password)
        case .synaccess: Self.console(SynaccessNP(), SynaccessNP.outlets, password)
        case .ePowerSwitch: SimulatedEPowerSwitch()
        case .wti: Self.console(WTISwitch(), WTISwitch.outlets, password)
        case .wti48: Self.console(WTISwitch(numbered(48)), numbered(48), password)
        case .baytech48: SimulatedBayTech(model: "RPC-28", outlets: 48)
        case .rps10: SimulatedRPS10()
        case .modbus: SimulatedModbus()
        case .modbusHolding: SimulatedModbus(.holding)
        case .modbusSkyDrive: SimulatedModbus(.skydrive)
        case .modbusWhole: SimulatedModbus(reads: .whole)
        case .modbusOnlyEight: SimulatedModbus(reads: .onlyEight)
        case .modbusPadded: SimulatedModbus(reads: .padded)
        case .modbus32: SimulatedModbus(outlets: 32)
        case .lcus: SimulatedByteRelay(.lcus)
        case .lcusSilent: SimulatedByteRelay(.lcusSilent)
        case .kmTronic2: SimulatedByteRelay(.kmTronic2, outlets: 2)
        case .kmTronic8: SimulatedByteRelay(.kmTronic8)
        case .devantech: SimulatedByteRelay(.devantech)
        case .numato: SimulatedNumato()
        case .ipmiTerminal: SimulatedTerminalMode()
        case .ipmiTerminalLogin: SimulatedTerminalMode(login: .fence(password))
        case .ipmiBasic: SimulatedBasicMode()
        case .ipmiBasicLogin: SimulatedBasicMode(login: .fence(password))
        case .apcSmart: SimulatedAPCSmart()
        case .megatec: SimulatedMegatec()
        case .voltronic: SimulatedMegatec(.voltronic)
        }
    }

    private static func cyclades(_ count: Int, _ password: String?) -> any SimulatedSwitch {
        console(CycladesPM(numbered(count)), numbered(count), password)
    }

    private static func console(
        _ model: some ConsoleModel, _ outlets: [OutletName], _ password: String?
    ) -> any SimulatedSwitch {
        Chassis(ConsoleFirmware(model, password: password), outlets: outlets)
    }
}

package struct UnknownModel: Error, Hashable, Sendable, CustomStringConvertible {
    package let name: String

    package var description: String {
        let known = SimulatedModel.allCases.map(\.rawValue).joined(separator: ", ")
        return "no simulated switch is called `\(name)`. Known: \(known)"
    }
}
