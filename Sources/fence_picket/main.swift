// fence_picket: Pacemaker's fence agent for the appliance (the FenceAgentAPI of fence-agents).
//
// Any mistake of whoever calls and any failure are exit status 1 with one line on stderr; only
// `status` knows a third: 2, off.

internal import ApplianceClient
internal import Fencing
internal import Glibc
internal import LinuxSystem

let started = MonotonicClock.now()
let arguments = CommandLine.arguments.dropFirst()

func run() -> Int32 {
    do throws(UsageError) {
        let input =
            arguments.isEmpty
            ? Input(lines: standardInput()) : try Input(arguments: Array(arguments))
        if input.isSet("help") {
            StandardStream.output.say(usage)
            return 0
        }
        if input.isSet("version") {
            StandardStream.output.say("fence_picket \(PicketVersion.text)")
            return 0
        }
        let action = try Order.action(of: input)
        switch action {
        case .metadata, .manpage:
            StandardStream.output.say(Metadata.text)
            return 0
        case .validateAll:
            if let why = try Order(input, action).settings.whyUnusable {
                throw UsageError(why.description)
            }
            return 0
        case .on, .off, .reboot, .status, .list, .listStatus, .monitor:
            let order = try Order(input, action)
            return Agent(order, started: started).run().rawValue
        }
    } catch {
        StandardStream.error.say("fence_picket: \(error)")
        return 1
    }
}

exit(run())
