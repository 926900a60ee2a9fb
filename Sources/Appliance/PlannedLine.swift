// One switch of a checked site: everything that its line's worker needs, before it is opened.

package import Drivers
package import Fencing
package import Lines
internal import SiteConfiguration

package struct PlannedLine: Sendable {
    package let port: any LinePort
    package let dialogue: SwitchSession
    package let traits: DriverTraits
    /// How long a shot waits for the switch.
    package let patience: Duration
    package let leavesAfter: Duration?
    /// The nodes that hang on it, by outlet.
    package let nodes: [OutletName: NodeName]
}

extension SitePlan {
    /// Nil for a switch that is not in the file.
    package func line(of name: SwitchName) -> PlannedLine? {
        guard let line = file.lines[name], let driver = drivers[name],
            let terms = site.switches[name], let settings = settings[name]
        else { return nil }
        var nodes: [OutletName: NodeName] = [:]
        for (node, described) in file.nodes {
            for feed in described.feeds where feed.powerSwitch == name { nodes[feed.name] = node }
        }
        return PlannedLine(
            port: line.port(
                settings, driver.traits, lockDirectory: file.appliance.lockDirectory),
            dialogue: SwitchSession(
                driver, maximalLatency: terms.maximalLatency,
                identity: line.identity?.value),
            traits: driver.traits, patience: terms.patience, leavesAfter: line.leaveAfter,
            nodes: nodes)
    }

    /// In order.
    package var switches: [SwitchName] { file.lines.keys.sorted() }
}
