// The words of powerman's language.

/// Where something stands in a file.
package struct FilePosition: Hashable, Sendable, CustomStringConvertible {
    package let path: String
    /// From 1.
    package let line: Int

    package init(path: String, line: Int) {
        self.path = path
        self.line = line
    }

    package var description: String { "\(path):\(line)" }
}

/// Why a device file cannot be used.
package struct PowermanError: Error, Hashable, Sendable, CustomStringConvertible {
    package let position: FilePosition
    /// What is wrong, and what was expected there.
    package let reason: String

    package init(_ position: FilePosition, _ reason: String) {
        self.position = position
        self.reason = reason
    }

    package var description: String { "\(position): \(reason)" }
}

struct Token: Hashable, Sendable {
    let kind: Kind
    let position: FilePosition

    enum Kind: Hashable, Sendable {
        case keyword(Keyword)
        case string(StringLiteral)
        /// As it is written: times are read as decimals, captures as integers.
        case number(String)
        case openBrace
        case closeBrace
        case equals
        case dollar
    }
}

/// A string with its escapes undone.
struct StringLiteral: Hashable, Sendable {
    var bytes: [UInt8] = []
    /// The characters that lost a backslash which meant nothing: `\.` is a plain dot here.
    var bared: [UInt8] = []

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

enum Keyword: String, Hashable, Sendable, CaseIterable {
    case listen
    case tcpWrappers = "tcpwrappers"
    case plugLogLevel = "plug_log_level"
    case device, node, alias
    case yes, no
    case specification
    case timeout
    case pingPeriod = "pingperiod"
    case plugName = "plug name"
    case script
    case send, expect, delay
    case setPlugState = "setplugstate"
    case setResult = "setresult"
    case forEachNode = "foreachnode"
    case forEachPlug = "foreachplug"
    case ifOff = "ifoff"
    case ifOn = "ifon"
    case success
    case include
    case login, logout, ping
    case status
    case statusAll = "status_all"
    case on
    case onRanged = "on_ranged"
    case onAll = "on_all"
    case off
    case offRanged = "off_ranged"
    case offAll = "off_all"
    case cycle
    case cycleRanged = "cycle_ranged"
    case cycleAll = "cycle_all"
    case reset
    case resetRanged = "reset_ranged"
    case resetAll = "reset_all"
    case statusTemp = "status_temp"
    case statusTempAll = "status_temp_all"
    case statusBeacon = "status_beacon"
    case statusBeaconAll = "status_beacon_all"
    case beaconOn = "beacon_on"
    case beaconOnRanged = "beacon_on_ranged"
    case beaconOff = "beacon_off"
    case beaconOffRanged = "beacon_off_ranged"

    var isScriptName: Bool {
        switch self {
        case .login, .logout, .ping, .status, .statusAll, .on, .onRanged, .onAll, .off, .offRanged,
            .offAll, .cycle, .cycleRanged, .cycleAll, .reset, .resetRanged, .resetAll,
            .statusTemp, .statusTempAll, .statusBeacon, .statusBeaconAll, .beaconOn,
            .beaconOnRanged, .beaconOff, .beaconOffRanged:
            true
        case .listen, .tcpWrappers, .plugLogLevel, .device, .node, .alias, .yes, .no,
            .specification, .timeout, .pingPeriod, .plugName, .script, .send, .expect, .delay,
            .setPlugState, .setResult, .forEachNode, .forEachPlug, .ifOff, .ifOn, .success,
            .include:
            false
        }
    }

    /// Longest first: a word ends where no longer keyword goes on, not at a blank.
    static let longestFirst: [(word: [UInt8], keyword: Keyword)] =
        allCases.map { (Array($0.rawValue.utf8), $0) }.sorted { $0.word.count > $1.word.count }
}
