// Taking up a changed site file without a restart: who may come in, at once and all of it; nothing
// that a shot stands on. What else has changed is told, and waits for a restart. A file that has an
// error changes nothing.

internal import Fencing
internal import SiteConfiguration

extension SitePlan {
    /// The parts in which `new` differs and that only a restart takes up, as the file calls them;
    /// empty if there are none.
    func changesNeedingRestart(_ new: SitePlan) -> [String] {
        var parts: [String] = []
        if file.appliance.withoutAdmissions != new.file.appliance.withoutAdmissions {
            parts.append("appliance")
        }
        parts += Self.changed(file.lines, new.file.lines).map { "switch \($0)" }
        parts += Self.changed(file.clusters, new.file.clusters).map { "cluster \($0)" }
        parts += Self.changed(file.nodes, new.file.nodes).map { "node \($0)" }
        // What a driver's own file says of its latency is part of the site, too.
        if parts.isEmpty, site.switches != new.site.switches { parts.append("a driver's file") }
        return parts
    }

    private static func changed<Kind, Value: Equatable>(
        _ old: [Name<Kind>: Value], _ new: [Name<Kind>: Value]
    ) -> [Name<Kind>] {
        Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    }
}

extension ApplianceSettings {
    /// What stays as it is until a restart.
    fileprivate var withoutAdmissions: ApplianceSettings {
        var rest = self
        rest.authorities = []
        rest.revokedKeys = []
        rest.door.knownAddresses = nil
        return rest
    }
}

/// What came of reading the site file anew.
package enum Reloaded: Hashable, Sendable {
    /// From now on so many of the file's principals, and its authorities, are admitted. These parts
    /// have changed, too, and need a restart.
    case admissions(principals: Int, needingRestart: [String])
    /// Nothing has changed: the file cannot be used.
    case refused(String)

    /// For `picket reload`: 0 all of it was taken up, 1 a part of it, 78 nothing.
    var answer: ControlAnswer {
        switch self {
        case .admissions(let count, let parts) where parts.isEmpty:
            ControlAnswer("site file read again: \(count) may come in", exit: 0)
        case .admissions(let count, let parts):
            ControlAnswer(
                "site file taken up in part: \(count) may come in. Changed, and not taken up "
                    + "before a restart: \(parts.joined(separator: ", "))", exit: 1)
        case .refused(let why): ControlAnswer("site file not taken up:\n\(why)", exit: 78)
        }
    }
}
