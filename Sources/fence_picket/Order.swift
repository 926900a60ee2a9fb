// The input, checked: what is to be done, to whom, and how the appliance is reached.

internal import ApplianceClient
internal import Fencing

struct Order {
    let action: Action
    /// As the appliance calls it.
    let target: NodeName?
    /// As the cluster calls it.
    let member: String?
    let settings: ClientSettings
    let delay: Duration
    let separator: String
    let isQuiet: Bool
    let isVerbose: Bool
    let debugFile: String?

    init(_ input: Input, _ action: Action) throws(UsageError) {
        self.action = action
        target = try Self.target(input, action)
        if action.needsTarget, target == nil {
            throw UsageError("\(action.rawValue) needs plug: which node?")
        }
        member = input["nodename"] ?? target?.text
        settings = try Self.settings(input)
        delay = try Self.delay(input)
        guard delay < settings.deadline || !action.isDelayed else {
            throw UsageError(
                "delay=\(delay.brief) leaves nothing of deadline=\(settings.deadline.brief)")
        }
        separator = input["separator"] ?? ","
        isQuiet = input.isSet("quiet")
        isVerbose = input.isSet("verbose")
        debugFile = input["debug_file"]
    }

    static func action(of input: Input) throws(UsageError) -> Action {
        let name = input["action"] ?? Action.reboot.rawValue
        guard let action = Action(named: name) else {
            // Pacemaker looks for these words.
            throw UsageError("unrecognised action '\(name)'")
        }
        return action
    }

    /// Pacemaker sends its own `port` beside a `plug` of the administrator's, in any order: one of
    /// them would be shot by chance.
    private static func target(
        _ input: Input, _ action: Action
    ) throws(UsageError) -> NodeName? {
        // To validate a device with a plug of its own Pacemaker adds the port `node1`, a dummy.
        guard action.needsTarget else { return nil }
        let named = Set(input.values["plug", default: []].filter { !$0.isEmpty }).sorted()
        guard named.count < 2 else {
            throw UsageError(
                "conflicting plug and port: \(named.joined(separator: ", ")); name the node once")
        }
        guard let name = named.first else { return nil }
        guard let node = NodeName(name) else {
            throw UsageError(
                "plug '\(name)' is no node: the appliance switches all supplies of a node itself")
        }
        return node
    }

    private static func settings(_ input: Input) throws(UsageError) -> ClientSettings {
        do throws(SettingError) {
            var settings = try ClientSettings(file: input["config"])
            for key in SettingKey.allCases {
                if let value = input[key.rawValue] { try settings.set(key, to: value) }
            }
            return settings
        } catch {
            throw UsageError(error.description)
        }
    }

    private static func delay(_ input: Input) throws(UsageError) -> Duration {
        let text = input["delay"] ?? "0"
        let digits = text.hasSuffix("s") ? text.dropLast() : text[...]
        guard let seconds = Int(digits), (0...600).contains(seconds) else {
            throw UsageError("delay takes 0 to 600 seconds, not '\(text)'")
        }
        return .seconds(seconds)
    }
}
