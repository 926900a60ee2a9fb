// picket try: one outlet, step by step, with every byte shown.

internal import Appliance
internal import ArgumentParser
internal import Drivers
internal import Fencing
internal import Glibc
internal import Lines
internal import LinuxSystem
internal import Workbench

struct TryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "Read one outlet, or switch it, and show every byte.",
        discussion: """
            Reads the outlet, then switches it off and on as far as it is told to, and reads it back \
            after each step. The line is ours meanwhile: picketd must be stopped, or not have this \
            line open. Nothing is recorded and no arbiter is asked: it is as a hand at the switch's \
            front panel. Exit status: 0 it was read as it was ordered; 1 it was not; 2 unknown.
            """)

    @Argument(help: "The switch, as the site file calls it.")
    var powerSwitch: String

    @Argument(help: "The outlet, as the switch calls it.")
    var outlet: String

    @Flag(help: "Switch it off.")
    var off = false

    @Flag(help: "Switch it on; with --off, afterwards.")
    var on = false

    @Flag(help: "Do not ask before it is switched.")
    var yes = false

    @Option(help: "The site file.", completion: .file(extensions: ["yaml"]))
    var site = "/etc/picket/picket.yaml"

    func run() throws {
        let plan = try SiteOption.read(site)
        let (name, outlet, line) = try resolve(plan)
        introduce(name, outlet, line)
        try confirm(name, outlet, line)
        let trial = try Trial(name, line)
        var status = show("read \(outlet)", try trial.read(outlet), wanted: nil)
        for command in [off ? PowerCommand.off : nil, on ? .on : nil].compactMap(\.self) {
            let result = try trial.turn(command, outlet)
            status = show("\(command.rawValue) \(outlet)", result, wanted: command)
            if status != .fine { break }
        }
        if status != .fine { throw status.failure }
    }

    private func resolve(_ plan: SitePlan) throws -> (SwitchName, OutletName, PlannedLine) {
        guard let name = SwitchName(powerSwitch), let line = plan.line(of: name) else {
            let known = plan.switches.map(\.text).joined(separator: ", ")
            throw ValidationError("\(site) has no switch `\(powerSwitch)`; it has \(known)")
        }
        guard let outlet = OutletName(outlet) else {
            throw ValidationError("`\(outlet)` cannot be the name of an outlet")
        }
        if let known = line.traits.outlets, !known.contains(outlet) {
            let names = known.map(\.text).joined(separator: ", ")
            throw ValidationError("\(line.traits.name) has no outlet `\(outlet)`; it has \(names)")
        }
        return (name, outlet, line)
    }

    private func introduce(_ name: SwitchName, _ outlet: OutletName, _ line: PlannedLine) {
        let fed = line.nodes[outlet].map { "it feeds \($0)" } ?? "it feeds no node of the site"
        say("\(name)/\(outlet), a \(line.traits.name) on \(line.port): \(fed)")
        say("each step is waited for up to \(line.patience.brief)")
        switch line.traits.readsBack {
        case .yes: break
        case .no: say("\(line.traits.name) cannot be read: the best that can come is `unknown`")
        }
    }

    /// Whoever switches says which outlet, again.
    private func confirm(_ name: SwitchName, _ outlet: OutletName, _ line: PlannedLine) throws {
        guard off || on, !yes else { return }
        let word = line.nodes[outlet]?.text ?? outlet.text
        let deed = [off ? "off" : nil, on ? "on" : nil].compactMap(\.self).joined(
            separator: ", then ")
        say("about to switch \(name)/\(outlet) \(deed). Type `\(word)` to go on:")
        guard readLine() == word else {
            StandardStream.error.say("picket: not confirmed, nothing was switched")
            throw Status.notAsItShouldBe.failure
        }
    }

    private func show(
        _ step: String, _ result: Trial.Result, wanted: PowerCommand?
    ) -> Status {
        say("\n\(step)")
        for (after, line) in result.wire {
            let time = "+\(after.milliseconds)ms"
            let padding = String(repeating: " ", count: max(0, 10 - time.utf8.count))
            say("\(padding)\(time)  \(line.kind.sign) \(line.text)")
        }
        say("  it is \(result.state)\(result.trouble.map { ": \($0)" } ?? "")")
        if result.state == .unknown { return .unknown }
        return wanted == nil || result.state == wanted?.proof ? .fine : .notAsItShouldBe
    }

    private func say(_ text: String) { StandardStream.output.say(text) }
}
