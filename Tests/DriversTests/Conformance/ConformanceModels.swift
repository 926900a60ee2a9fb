// Every driver that the conformance suite runs, and the simulated switch that it must be able to
// drive. The device files are those that Debian's package installs; they are read, not copied.

import Drivers
import Fencing
import SimulatedSwitches
import Testing

enum Model: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case bayTech
    case bayTechMenu
    case wti
    case rps10
    case apcCommands
    case apcMenu
    case apcMenu2
    case apcPlus
    case apcPlus22
    case apcOld
    case sentry
    case sentryPRO2
    case cyclades
    case raritan
    case eatonG3
    case cyberPower
    case synaccess
    case ePowerSwitch
    case powermanBayTech
    case powermanBayTechMenu
    case powermanRPC18
    case powermanRPC22
    case powermanRPC28
    case powermanRPS10
    case powermanWTI
    case powermanPM8
    case powermanPM10
    case powermanPM20
    case powermanPM42
    case powermanSentry
    case powermanAPC
    case powermanAPCNew
    case powermanAPCOld
    case powermanAP7900
    case powermanAP7900v3
    case modbus
    case modbusHolding
    case modbusSkyDrive
    case modbusClosed
    case modbusWhole
    case modbusOnlyEight
    case modbusPadded
    case modbus32
    case lcus
    case kmTronic2
    case kmTronic8
    case devantech
    case numato
    case ipmiTerminal
    case ipmiTerminalLogin
    case ipmiBasic
    case ipmiBasicLogin
    case apcSmart
    case megatec
    case megatecAtOnce
    case voltronic

    var testDescription: String { rawValue }

    func driver() throws -> any SwitchDriver {
        switch self {
        case .bayTech: try builtIn("baytech")
        case .bayTechMenu: try builtIn("baytech", password: "baytech")
        case .wti: try builtIn("wti", password: "wti")
        case .rps10: try builtIn("wti-rps10")
        case .apcCommands, .apcMenu, .apcMenu2, .apcPlus, .apcPlus22, .apcOld:
            try builtIn("apc", user: "apc", password: "apc")
        case .sentry, .sentryPRO2: try builtIn("sentry", user: "admn", password: "admn")
        case .raritan: try builtIn("raritan", user: "admin", password: "raritan")
        case .eatonG3: try builtIn("eaton-g3", user: "admin", password: "admin")
        case .cyberPower: try builtIn("cyberpower", user: "cyber", password: "cyber")
        case .synaccess: try builtIn("synaccess")
        case .ePowerSwitch: try builtIn("epowerswitch")
        case .cyclades: try builtIn("cyclades-pm", user: "admin", password: "pm8")
        case .powermanBayTech, .powermanBayTechMenu, .powermanRPC18, .powermanRPC22,
            .powermanRPC28, .powermanRPS10, .powermanWTI, .powermanPM8, .powermanPM10,
            .powermanPM20, .powermanPM42, .powermanSentry, .powermanAPC, .powermanAPCNew,
            .powermanAPCOld, .powermanAP7900, .powermanAP7900v3:
            try installedDriver(deviceFile ?? "")
        case .modbus: try builtIn("modbus-relay")
        case .modbusHolding: try builtIn("modbus-relay", dialect: "holding", unit: 17)
        case .modbusSkyDrive: try builtIn("modbus-relay", dialect: "skydrive")
        case .modbusClosed: try builtIn("modbus-relay", contacts: .normallyClosed)
        case .modbusWhole: try builtIn("modbus-relay", contacts: .normallyClosed)
        case .modbusOnlyEight, .modbusPadded, .modbus32: try builtIn("modbus-relay")
        case .lcus: try builtIn("lcus")
        case .kmTronic2: try builtIn("kmtronic-2")
        case .kmTronic8: try builtIn("kmtronic-8", contacts: .normallyClosed)
        case .devantech: try builtIn("devantech")
        case .numato: try builtIn("numato")
        case .ipmiTerminal: try builtIn("ipmi-terminal")
        case .ipmiTerminalLogin: try builtIn("ipmi-terminal", user: "fence", password: "secret")
        case .ipmiBasic: try builtIn("ipmi-basic")
        case .ipmiBasicLogin: try builtIn("ipmi-basic", user: "fence", password: "secret")
        case .apcSmart: try builtIn("apc-smart")
        case .megatec: try builtIn("megatec")
        case .megatecAtOnce: try builtIn("megatec", dialect: "at-once")
        case .voltronic: try builtIn("megatec", dialect: "voltronic")
        }
    }

    func simulated() -> any SimulatedSwitch {
        switch self {
        case .bayTech, .powermanBayTech: SimulatedModel.baytech.make()
        case .powermanRPC18: SimulatedBayTech(model: "RPC-18")
        case .powermanRPC22: SimulatedBayTech(model: "RPC-22", outlets: 12)
        case .powermanRPC28: SimulatedBayTech(model: "RPC-28", outlets: 20)
        case .bayTechMenu, .powermanBayTechMenu: SimulatedModel.baytechMenu.make()
        case .wti, .powermanWTI: SimulatedModel.wti.make()
        case .rps10, .powermanRPS10: SimulatedModel.rps10.make()
        case .apcCommands: SimulatedModel.apc.make()
        case .apcMenu, .powermanAP7900v3: SimulatedModel.apcMenu.make()
        case .apcMenu2, .powermanAP7900: SimulatedModel.apcMenu2.make()
        case .apcPlus, .powermanAPC: SimulatedModel.apcPlus.make()
        case .apcPlus22, .powermanAPCNew: SimulatedModel.apcPlus22.make()
        case .apcOld, .powermanAPCOld: SimulatedModel.apcOld.make()
        case .sentry, .powermanSentry: SimulatedModel.sentry.make()
        case .sentryPRO2: SimulatedModel.sentryPRO2.make()
        case .raritan: SimulatedModel.raritan.make()
        case .eatonG3: SimulatedModel.eatonG3.make()
        case .cyberPower: SimulatedModel.cyberPower.make()
        case .synaccess: SimulatedModel.synaccess.make()
        case .ePowerSwitch: SimulatedModel.ePowerSwitch.make()
        case .cyclades, .powermanPM8: SimulatedModel.cyclades.make()
        case .powermanPM10: SimulatedModel.cyclades10.make()
        case .powermanPM20: SimulatedModel.cyclades20.make()
        case .powermanPM42: SimulatedModel.cyclades42.make()
        case .modbus: SimulatedModbus()
        case .modbusHolding: SimulatedModbus(.holding, unit: 17)
        case .modbusSkyDrive: SimulatedModbus(.skydrive)
        case .modbusClosed: SimulatedModbus(contacts: .normallyClosed)
        case .modbusWhole: SimulatedModbus(contacts: .normallyClosed, reads: .whole)
        case .modbusOnlyEight: SimulatedModel.modbusOnlyEight.make()
        case .modbusPadded: SimulatedModel.modbusPadded.make()
        case .modbus32: SimulatedModel.modbus32.make()
        case .lcus: SimulatedModel.lcus.make()
        case .kmTronic2: SimulatedModel.kmTronic2.make()
        case .kmTronic8: SimulatedByteRelay(.kmTronic8, contacts: .normallyClosed)
        case .devantech: SimulatedModel.devantech.make()
        case .numato: SimulatedModel.numato.make()
        case .ipmiTerminal: SimulatedModel.ipmiTerminal.make()
        case .ipmiTerminalLogin: SimulatedModel.ipmiTerminalLogin.make()
        case .ipmiBasic: SimulatedModel.ipmiBasic.make()
        case .ipmiBasicLogin: SimulatedModel.ipmiBasicLogin.make()
        case .apcSmart: SimulatedModel.apcSmart.make()
        case .megatec, .megatecAtOnce: SimulatedModel.megatec.make()
        case .voltronic: SimulatedModel.voltronic.make()
        }
    }

    /// What an outlet of this model is called, that the tests call by a number.
    func outlet(_ number: String) -> String {
        if hasOneOutlet, "12345".contains(number) { return "1" }
        if self == .kmTronic2, "12345".contains(number) {
            return number == "3" || number == "5" ? "2" : "1"
        }
        if self == .sentryPRO2 { return "AA\(number)" }
        if self == .ePowerSwitch, "12345".contains(number) { return "1\(number)" }
        return [.sentry, .powermanSentry].contains(self) ? ".AA\(number)" : number
    }

    /// An outlet that its simulated switch does not have, though another one of the family may.
    var missingOutlet: String {
        let others: [Model: String] = [
            .ePowerSwitch: "19", .rps10: "11", .powermanRPS10: "11", .kmTronic2: "0",
            .powermanPM42: "43",
        ]
        return others[self] ?? "33"
    }

    /// What is said of it: by the switch, or by the driver that knows better than to ask.
    var missingSigns: [String] {
        [
            "no outlet", "no relay", "nothing of relay", "Invalid", "Input error", "E102",
            "outlets", "relays", "exception", "Index number",
        ]
    }

    /// Whether its driver sees what the switch has understood before anything is done: by the echo
    /// of the line, by a checksum, or on the screen that asks for confirmation.
    var checksCommands: Bool {
        hasMenusOnly && deviceFile == nil || isConsole
            || Self.modbusBoards.contains(self)
    }

    /// A single byte is a command: one that noise adds behind the last question acts after it, and no
    /// reading can know. Such lies are counted, and stand in docs/noise.md.
    var obeysAnyByte: Bool { self == .devantech }

    static let modbusBoards: Set<Model> = [
        .modbus, .modbusHolding, .modbusSkyDrive, .modbusClosed, .modbusWhole, .modbusOnlyEight,
        .modbusPadded, .modbus32,
    ]

    /// Whose driver is a description.
    static let described: Set<Model> = [.cyclades, .raritan, .eatonG3, .cyberPower, .synaccess]

    /// Talks as to a person at a terminal, through our own driver.
    var isConsole: Bool {
        Self.described.contains(self)
            || [.bayTech, .bayTechMenu, .wti, .apcCommands, .sentry, .sentryPRO2, .numato]
                .contains(self)
    }

    /// Walks through menus, and sends nothing into the dark.
    var hasMenusOnly: Bool {
        [
            .apcMenu, .apcMenu2, .apcPlus, .apcPlus22, .apcOld, .powermanAPC, .powermanAPCNew,
            .powermanAPCOld, .powermanAP7900, .powermanAP7900v3,
        ].contains(self)
    }

    /// Sends nothing before it has seen a prompt.
    var waitsForPrompt: Bool {
        hasMenusOnly || [.powermanRPC18, .powermanRPC22, .powermanRPC28].contains(self)
    }

    /// What its device file takes for granted.
    var habits: Set<Faults.Habit> { self == .powermanSentry ? [.echo] : [] }

    /// It switches the machine that it is in, or behind.
    var hasOneOutlet: Bool {
        [.ipmiTerminal, .ipmiTerminalLogin, .ipmiBasic, .ipmiBasicLogin].contains(self)
            || isUPS
    }

    var isUPS: Bool { [.apcSmart, .megatec, .megatecAtOnce, .voltronic].contains(self) }

    /// How long after the command the model switches off, when nothing is wrong.
    var delay: Duration { self == .megatec ? .seconds(12) : .zero }

    /// Why a switch that is not heard cannot be commanded either; nil where it can.
    var isLostUnheard: String? {
        if hasMenusOnly { return "it walks through menus, and sends nothing into the dark" }
        if waitsForPrompt { return "its file awaits a prompt before the command" }
        return self == .ipmiBasicLogin
            ? "the password is proved with a challenge, and the challenge has to be heard" : nil
    }

    /// Why noise before an answer cannot be told from the answer; nil where it can.
    var isBlindToNoise: String? {
        if [.kmTronic2, .kmTronic8, .devantech].contains(self) {
            return "an answer is whatever bytes come until the line is silent"
        }
        return self == .powermanSentry
            ? "its file wants the echo of a key and the page behind it without a byte between" : nil
    }

    /// What the device says when it refuses, as it must be told; nil where it is silent.
    var refusal: String? {
        switch self {
        case .bayTech, .bayTechMenu, .cyclades, .powermanBayTech, .powermanBayTechMenu,
            .powermanPM8, .powermanPM10, .powermanPM20, .powermanPM42:
            "Input error"
        case .wti, .powermanWTI: "Invalid Command"
        case .apcCommands: "E104: User Level Denial"
        case .apcMenu, .apcMenu2, .apcPlus, .apcPlus22, .apcOld: "access denied"
        case .sentry, .sentryPRO2, .powermanSentry: "Insufficient access"
        case .raritan: "Operation not permitted"
        case .eatonG3: "Access denied"
        case .cyberPower: "Permission denied"
        case .synaccess: "Invalid command"
        case .powermanRPC18, .powermanRPC22, .powermanRPC28, .powermanAPC, .powermanAPCNew,
            .powermanAPCOld, .powermanAP7900, .powermanAP7900v3:
            // The file's script goes on to the prompt, and the refusal is not the last it said.
            "it last said"
        case .rps10, .powermanRPS10, .ePowerSwitch: nil
        case .modbus, .modbusHolding, .modbusSkyDrive, .modbusClosed, .modbusWhole,
            .modbusOnlyEight, .modbusPadded, .modbus32:
            "exception 1"
        case .lcus, .kmTronic2, .kmTronic8, .devantech: nil
        case .numato: "it says nothing of relay 3"
        case .ipmiTerminal, .ipmiTerminalLogin, .ipmiBasic, .ipmiBasicLogin: "completion code C1"
        case .apcSmart: "it said `NA`"
        case .megatec, .megatecAtOnce: "back, which means that it does not take it"
        case .voltronic: "it said `(NAK`"
        }
    }

    /// What somebody may have typed before us, and left the switch where it took him.
    var strays: [String] {
        switch self {
        case .bayTech, .powermanBayTech, .powermanRPC18, .powermanRPC22, .powermanRPC28:
            ["off 3", "of", "help\r"]
        case .bayTechMenu, .powermanBayTechMenu:
            [
                "b", "baytech\r", "baytech\r3\r", "baytech\r1\r", "baytech\r1\roff 3",
                "baytech\r1\rmenu\r2\r", "wrong\r",
            ]
        case .rps10, .powermanRPS10: ["\u{2}\u{18}"]
        case .wti, .powermanWTI: ["w", "wti\r", "wti\r/off 3", "wrong\r", "wti\r/h\r"]
        case .apcCommands: ["a", "apc\r", "apc\rapc\r", "apc\rapc\rolOff 3", "apc\rno\r"]
        case .apcMenu, .apcMenu2, .apcPlus, .apcPlus22, .apcOld, .powermanAPC, .powermanAPCNew,
            .powermanAPCOld, .powermanAP7900, .powermanAP7900v3:
            ["a", "apc\r", "apc\rno\r", "apc\rapc\r"]
                + ["1", "1\r", "2\r", "1\r1\r", "1\r2\r1\r", "1\r3\r", "1\r1\r1\r", "1\r1\r1\r1\r"]
                .map { "apc\rapc\r" + $0 }
                + ["1\r2\r1\r5\r1\r2\r", "1\r3\r5\r1\r2\r", "1\r2\r1\r5\r1\r2\rYES"]
                .map { "apc\rapc\r" + $0 }
        case .sentry, .powermanSentry:
            ["a", "admn\r", "admn\radmn\r", "admn\radmn\roff .AA3", "admn\rno\r"]
        case .sentryPRO2: ["a", "admn\r", "admn\radmn\roff AA3", "admn\rno\r"]
        case .raritan:
            ["a", "admin\r", "admin\rraritan\rpower outlets 3 off", "admin\rno\r"]
                + ["admin\rraritan\rpower outlets 3 off\r"]
        case .eatonG3: ["a", "admin\radmin\r", "admin\radmin\rset PDU.", "admin\rno\r"]
        case .cyberPower: ["a", "cyber\r", "cyber\rcyber\roltctrl index 3", "cyber\rno\r"]
        case .synaccess: ["pset 3 0", "ps", "help\r"]
        case .ePowerSwitch: ["P1", "R", "P13\r"]
        case .cyclades, .powermanPM8, .powermanPM10, .powermanPM20, .powermanPM42:
            ["a", "admin\r", "admin\rpm8\r", "admin\rpm8\roff 3", "admin\rno\r"]
        case .modbus, .modbusHolding, .modbusSkyDrive, .modbusClosed, .modbusWhole,
            .modbusOnlyEight, .modbusPadded, .modbus32:
            ["\u{1}\u{5}\u{0}", "\u{1}\u{5}\u{0}\u{2}\u{0}\u{0}"]
        case .lcus, .kmTronic2, .kmTronic8: ["\u{1}", "off"]
        case .devantech: ["\r", "?"]
        case .numato: ["relay off 3", "relay on", "ver\r"]
        case .ipmiTerminal, .ipmiTerminalLogin:
            ["[SYS POWER OFF]", "[00 08 02 00]", "[00", "[SYS TMODE]\r"]
        case .ipmiBasic, .ipmiBasicLogin: [" ", "login:"]
        case .apcSmart: ["Y", "YZ", "YR", "Yp-"]
        case .megatec, .megatecAtOnce, .voltronic: ["Q1", "S.2R00", "I\r", "QGS", "SOF"]
        }
    }

    /// On an open line, in step, with these faults from then on.
    func bench(_ faults: String = "none", latency: Duration? = nil) throws -> Bench {
        var bench = try closedBench(latency: latency)
        bench.open()
        try bench.set(faults)
        return bench
    }

    func closedBench(latency: Duration? = nil) throws -> Bench {
        var bench = Bench(self, SwitchSession(try driver(), maximalLatency: latency), simulated())
        try bench.set("none")
        return bench
    }

    var latency: Duration {
        get throws { try driver().traits.maximalLatency }
    }
}

func builtIn(
    _ name: String, user: String? = nil, password: String? = nil, dialect: String? = nil,
    unit: Int? = nil, contacts: DriverOptions.Contacts? = nil
) throws -> any SwitchDriver {
    var options = DriverOptions()
    options.credentials = Credentials(user: user, password: password.flatMap { Secret($0) })
    options.dialect = dialect
    options.unit = unit
    options.contacts = contacts
    return try #require(try DriverCatalog.make(named: name, options))
}

/// Of a file with one specification.
func installedDriver(_ name: String) throws -> PowermanDriver {
    let specifications = try installedFile(name).specifications
    try #require(specifications.count == 1)
    return try PowermanDriver(specifications[0])
}

func installedFile(_ name: String) throws -> PowermanFile {
    let path = "/etc/powerman/\(name).dev"
    return try PowermanFile.parse(text: try bytes(ofFile: path), path: path) { _ in nil }
}
