// Taking up a changed site file without a restart: who may come in, at once and all of it; nothing
// that a shot stands on. A file that changes more than that, or has an error, changes nothing.

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

/// What came of SIGHUP.
package enum Reloaded: Hashable, Sendable {
    /// From now on the file's principals, keys and authorities are admitted.
    case admissions(principals: Int)
    /// Nothing has changed: these parts need a restart.
    case needsRestart([String])
    /// Nothing has changed: the file cannot be used.
    case refused(String)
}
