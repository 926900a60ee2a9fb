// picket-alert: Pacemaker's alert agent. When a node is a member of the cluster again, this node
// vouches for it, and its probation ends. The same by hand: `picket-alert admit NODE`.
//
// Pacemaker says what has happened in CRM_alert_* (Pacemaker Administration, "Alerts"), and runs
// this as hacluster, for 30 s at most. CRM_alert_recipient may name the settings file.

internal import ApplianceClient
internal import Fencing
internal import Glibc
internal import LinuxSystem

let started = MonotonicClock.now()
let arguments = Array(CommandLine.arguments.dropFirst())

func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
}

/// Whom to vouch for; nil where nothing is to be done.
func newMember() throws(SettingError) -> NodeName? {
    let name: String?
    if arguments.isEmpty {
        guard environment("CRM_alert_kind") == "node", environment("CRM_alert_desc") == "member"
        else { return nil }
        name = environment("CRM_alert_node")
    } else {
        guard arguments.count == 2, arguments[0] == "admit" else {
            throw SettingError("usage: picket-alert admit NODE, or as an alert agent of Pacemaker")
        }
        name = arguments[1]
    }
    guard let name, let node = NodeName(name) else {
        throw SettingError("'\(name ?? "")' is no name of a node")
    }
    return node
}

func run() throws(SettingError) -> Int32 {
    guard let node = try newMember() else { return 0 }
    let settings = try ClientSettings(file: environment("CRM_alert_recipient"))
    if let why = settings.whyUnusable { throw why }
    let map = CorosyncMap(program: settings.corosyncMap)
    let membership = map.membership()
    let caller = Caller(settings, as: settings.user ?? membership?.ourselves ?? hostName())
    var voucher = Voucher(caller, map, membership, until: started + .seconds(25))
    switch voucher.vouch(for: node) {
    case .member(let line):
        StandardStream.output.say(line)
        return 0
    case .refused(let why):
        StandardStream.error.say("picket-alert: admit \(node): \(why)")
        return 1
    }
}

do throws(SettingError) {
    exit(try run())
} catch {
    StandardStream.error.say("picket-alert: \(error)")
    exit(64)
}
