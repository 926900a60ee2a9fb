// picket-alert: Pacemaker's alert agent. When a node is a member of the cluster again, this node
// vouches for it, and its probation ends. The same by hand: `picket-alert admit NODE`.
//
// Pacemaker says what has happened in CRM_alert_* (Pacemaker Administration, "Alerts"), and runs
// this as hacluster, for as long as the alert's meta attribute `timeout` says. CRM_alert_recipient
// may name the settings file.

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

enum Event {
    case member(NodeName)
    case lost(NodeName)
    case other
}

func event() throws(SettingError) -> Event {
    if arguments.isEmpty {
        guard environment("CRM_alert_kind") == "node" else { return .other }
        switch environment("CRM_alert_desc") {
        case "member": return .member(try node(environment("CRM_alert_node")))
        case "lost": return .lost(try node(environment("CRM_alert_node")))
        default: return .other
        }
    }
    guard arguments.count == 2, arguments[0] == "admit" else {
        throw SettingError("usage: picket-alert admit NODE, or as an alert agent of Pacemaker")
    }
    return .member(try node(arguments[1]))
}

func node(_ name: String?) throws(SettingError) -> NodeName {
    guard let node = NodeName(name ?? "") else {
        throw SettingError("'\(name ?? "")' is no name of a node")
    }
    return node
}

func run() throws(SettingError) -> Int32 {
    let event = try event()
    if case .other = event { return 0 }
    let settings = try ClientSettings(file: environment("CRM_alert_recipient"))
    if let why = settings.whyUnusable { throw why }
    let map = CorosyncMap(program: settings.corosyncMap)
    let membership = map.membership()
    let caller = Caller(settings, as: settings.user ?? membership?.ourselves ?? hostName())
    do throws(Trouble) {
        // Notes which lives these are; without the note a shot may cost a power cycle too many.
        let lost: String? = if case .lost(let node) = event { node.text } else { nil }
        _ = try Watch(caller, map).look(membership, lost: lost, until: started + .seconds(10))
    } catch {
        StandardStream.error.say("picket-alert: \(error)")
    }
    guard case .member(let node) = event else { return 0 }
    switch Voucher(caller, map, for: node, membership).vouch() {
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
