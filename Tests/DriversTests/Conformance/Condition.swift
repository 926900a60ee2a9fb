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
        .rps10, .powermanRPS10, .modbus, .modbusHolding, .modbusSkyDrive, .modbusClosed, .lcus,
        .kmTronic2, .kmTronic8, .devantech,
    ]
    private static let menus: Set<Model> = [.apcMenu, .apcMenu2, .apcPlus, .apcPlus22, .apcOld]
    private static let noLogin = binary.union([.bayTech, .powermanBayTech, .numato])

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
            conditions: [.pager], models: [.bayTech, .powermanBayTech, .numato],
            reason: "its answers have no pages"),
        Exemption(
            conditions: [.confirmation], models: [.powermanBayTech],
            reason: "the device file has no answer to the question, and stays unanswered"),
        Exemption(
            conditions: [.confirmation], models: [.apcCommands, .sentry, .cyclades, .numato],
            reason: "its command line never asks"),
        Exemption(
            conditions: [.stillPending],
            models: [.bayTech, .bayTechMenu, .powermanBayTech, .cyclades, .numato],
            reason: "its status knows on and off only"),
        Exemption(
            conditions: [.stillPending], models: menus,
            reason: "nothing is pending behind an immediate action; a star is in APCDriverTests"),
        Exemption(
            conditions: [.promptSplit], models: [.lcus, .kmTronic2, .kmTronic8, .devantech],
            reason: "a silence is the end of its answer"),
        Exemption(
            conditions: [.slowBytes], models: [.powermanBayTech],
            reason: "the device file gives the whole of an answer 10 s"),
        Exemption(
            conditions: [.noiseBefore], models: [.kmTronic2, .kmTronic8, .devantech],
            reason: "an answer is whatever bytes come until the line is silent"),
        Exemption(
            conditions: [.linesEndInLF, .linesEndInCR, .linesEndInLFCR], models: [.powermanBayTech],
            reason: "the expressions of the device file want CR LF"),
    ]
}
