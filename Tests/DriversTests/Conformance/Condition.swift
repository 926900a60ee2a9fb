// The conditions under which every driver must still do its work, and the table of those that a
// model cannot be in.

import Testing

enum Condition: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case echo
    case noEcho
    case linesEndInLF
    case linesEndInCR
    case linesEndInLFCR
    case bannerSeen
    case bannerLost
    case sessionOpen
    case secondUser
    case idleLogOff
    case pager
    case confirmation
    case stillPending
    case promptSplit
    case slowBytes
    case noiseBefore
    case answersForAnother

    var testDescription: String { rawValue }

    /// The fault that makes it, if it is one.
    var fault: String {
        switch self {
        case .echo: "echo"
        case .linesEndInLF: "lf"
        case .linesEndInCR: "cr"
        case .linesEndInLFCR: "lfcr"
        case .secondUser: "occupied"
        case .idleLogOff: "logoff"
        case .pager: "pager"
        case .confirmation: "confirm"
        case .stillPending: "pending=3"
        case .slowBytes: "pace=50ms"
        case .noiseBefore: "noise=8"
        case .answersForAnother: "answers-for=2"
        case .noEcho, .bannerSeen, .bannerLost, .sessionOpen, .promptSplit: "none"
        }
    }
}

/// Why a model cannot be in a condition, or is not helped by its driver there.
struct Exemption {
    let conditions: Set<Condition>
    let models: Set<Model>
    let reason: String

    static func reason(_ model: Model, _ condition: Condition) -> String? {
        all.first { $0.models.contains(model) && $0.conditions.contains(condition) }?.reason
    }

    private static let binary: Set<Model> = [
        .rps10, .ePowerSwitch, .powermanRPS10, .modbus, .modbusHolding, .modbusSkyDrive,
        .modbusClosed, .modbusWhole, .modbusOnlyEight, .modbusPadded, .modbus32, .lcus, .kmTronic2,
        .kmTronic8,
        .devantech, .ipmiBasic, .ipmiBasicLogin,
    ]
    private static let terminalMode: Set<Model> = [.ipmiTerminal, .ipmiTerminalLogin]
    private static let basicMode: Set<Model> = [.ipmiBasic, .ipmiBasicLogin]
    private static let menus: Set<Model> = [
        .apcMenu, .apcMenu2, .apcPlus, .apcPlus22, .apcOld, .powermanAPC, .powermanAPCNew,
        .powermanAPCOld, .powermanAP7900, .powermanAP7900v3,
    ]
    private static let rpc: Set<Model> = [
        .powermanBayTech, .powermanRPC18, .powermanRPC22, .powermanRPC28,
    ]
    private static let pm: Set<Model> = [
        .powermanPM8, .powermanPM10, .powermanPM20, .powermanPM42,
    ]
    private static let ups: Set<Model> = [.apcSmart, .megatec, .megatecAtOnce, .voltronic]
    private static let noLogin = binary.union(ups).union(rpc).union([.bayTech, .numato, .synaccess])
    private static let plain: Set<Model> = [.eatonG3, .cyberPower, .synaccess]
    private static let files = Set(DeviceFiles.driven.keys)

    static let all = [
        Exemption(
            conditions: [
                .echo, .linesEndInLF, .linesEndInCR, .linesEndInLFCR, .bannerSeen, .pager,
                .confirmation, .stillPending,
            ],
            models: binary, reason: "it speaks in frames, or has no words for this"),
        Exemption(
            conditions: [.secondUser, .idleLogOff, .bannerSeen], models: noLogin,
            reason: "it has no login: whoever has the line is heard"),
        Exemption(
            conditions: [.pager, .confirmation, .stillPending], models: ups,
            reason: "a UPS answers a word with a line, and asks nothing"),
        Exemption(
            conditions: [.echo], models: [.megatec, .megatecAtOnce, .voltronic],
            reason: "what comes back is what it does not take"),
        Exemption(
            conditions: [.echo], models: [.apcSmart],
            reason: "it never repeats the character that it answers"),
        Exemption(
            conditions: [.secondUser, .idleLogOff], models: [.ipmiTerminal],
            reason: "it has no login: whoever has the line is heard"),
        Exemption(
            conditions: [.secondUser], models: [.ipmiTerminalLogin],
            reason: "its login is the line's, and nobody else has the line"),
        Exemption(
            conditions: [.pager, .confirmation, .stillPending], models: terminalMode,
            reason: "its messages are one line each, and none asks or knows of waiting"),
        Exemption(
            conditions: [.pager], models: rpc.union([.bayTech, .numato]),
            reason: "its answers have no pages"),
        Exemption(
            conditions: [.pager],
            models: files.subtracting(binary).subtracting(rpc),
            reason: "in a device file's script nothing is typed that it does not say"),
        Exemption(
            conditions: [.confirmation],
            models: rpc.union([.powermanBayTechMenu, .powermanWTI]),
            reason: "the device file has no answer to the question, and stays unanswered"),
        Exemption(
            conditions: [.confirmation],
            models: pm.union(plain).union([
                .apcCommands, .sentry, .sentryPRO2, .powermanSentry, .cyclades, .numato,
            ]),
            reason: "its command line never asks"),
        Exemption(
            conditions: [.stillPending],
            models: rpc.union(pm).union(plain).union([
                .raritan, .bayTech, .bayTechMenu, .powermanBayTechMenu, .cyclades, .numato,
            ]),
            reason: "its status knows on and off only"),
        Exemption(
            conditions: [.stillPending], models: menus,
            reason: "nothing is pending behind an immediate action; a star is in APCDriverTests"),
        Exemption(
            conditions: [.promptSplit], models: [.lcus, .kmTronic2, .kmTronic8, .devantech],
            reason: "a silence is the end of its answer"),
        Exemption(
            conditions: [.noiseBefore], models: [.kmTronic2, .kmTronic8, .devantech],
            reason: "an answer is whatever bytes come until the line is silent"),
        Exemption(
            conditions: [.linesEndInLF, .linesEndInCR, .linesEndInLFCR],
            models: files.subtracting(binary).subtracting(rpc).subtracting(pm),
            reason: "the expressions of the device file want CR LF"),
        Exemption(
            conditions: [.answersForAnother], models: ups.union(terminalMode).union(basicMode),
            reason: "it has one outlet: the machine that it is in, or behind"),
        Exemption(
            conditions: [.answersForAnother], models: [.modbusWhole, .modbusOnlyEight, .devantech],
            reason: "it is never asked about one relay: its answer holds all of them"),
        Exemption(
            conditions: [.noiseBefore], models: [.powermanSentry],
            reason: "its file wants the echo of a key and the page behind it without a byte between"
        ),
    ]
}
