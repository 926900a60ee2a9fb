// The actions, each with the exit statuses that its callers know.

internal import ApplianceClient
internal import Commands
internal import Fencing
internal import LinuxSystem

struct Agent {
    let order: Order
    private let started: Moment
    private let map: CorosyncMap
    private let membership: Membership?
    private let caller: Caller

    enum Status: Int32 { case good = 0, failed = 1, off = 2 }

    /// `started`: deadlines and delays count from there.
    init(_ order: Order, started: Moment) {
        self.order = order
        self.started = started
        map = CorosyncMap(program: order.settings.corosyncMap)
        // Before the appliance is asked anything: see `Watch`.
        membership = map.membership()
        let user = order.settings.user ?? membership?.ourselves ?? hostName()
        caller = Caller(order.settings, as: user)
    }

    func run() -> Status {
        if let why = order.settings.whyUnusable { return fail("\(why)") }
        switch order.action {
        case .on: return power(.on)
        case .off: return power(.off)
        case .reboot: return power(.reboot)
        case .status: return status()
        case .list: return list { "\($0)\(order.separator)\($0)" }
        case .listStatus: return listStatus()
        case .monitor: return monitor()
        case .validateAll, .metadata, .manpage: return .good
        }
    }

    // MARK: Power

    private func power(_ verb: PowerVerb) -> Status {
        guard let target = order.target else { return fail("which node?") }
        for text in warnings(about: order.member ?? target.text) { warn(text) }
        if order.action.isDelayed { sleep(order.delay) }
        var marksman = Marksman(
            caller, map, verb, target, called: order.member ?? target.text, membership,
            until: started + order.settings.deadline)
        let verdict = marksman.shoot()
        remark("\(verb.rawValue) \(target): \(verdict.description)")
        guard case .done = verdict else {
            return fail("\(verb.rawValue) \(target): \(verdict.description)")
        }
        if !order.isQuiet { StandardStream.output.say("Success: \(verdict.description)") }
        return .good
    }

    /// What makes a repeated request for this node worth less.
    private func warnings(about member: String) -> [String] {
        guard let membership, membership.members[member] == nil else { return [] }
        return membership.warnings + [
            "corosync knows no node \(member): its lives are not noted, and a repeated reboot may "
                + "cut it twice"
        ]
    }

    // MARK: Questions

    private func ask(_ request: Request) throws(Trouble) -> Reply {
        let reply = try caller.ask(request, until: started + order.settings.questionDeadline)
        for line in reply.lines { remark("\(request.line): \(line.brief)") }
        return reply
    }

    private func status() -> Status {
        guard let target = order.target else { return fail("which node?") }
        do throws(Trouble) {
            let reply = try ask(Request(.status(target)))
            let line = reply.lines.first { $0["target"] == target.text }
            switch line?["power"] {
            case "on":
                StandardStream.output.say("Status: ON")
                return .good
            case "off":
                StandardStream.output.say("Status: OFF")
                return .off
            default:
                return fail("status \(target): \((line ?? reply.lines.first)?.brief ?? "nothing")")
            }
        } catch {
            return fail("status \(target): \(error)")
        }
    }

    /// Names of nodes are made of characters that every reader of this list takes.
    private func list(_ row: (String) -> String) -> Status {
        do throws(Trouble) {
            let reply = try ask(Request(.list))
            guard reply.code == .ok else {
                return fail("list: \(reply.lines.first?.brief ?? reply.code.word)")
            }
            for target in reply.lines.compactMap({ $0["target"] }) {
                StandardStream.output.say(row(target))
            }
            return .good
        } catch {
            return fail("list: \(error)")
        }
    }

    private func listStatus() -> Status {
        do throws(Trouble) {
            let reply = try ask(Request(.status(nil)))
            // In doubt is one line's affair: the others are told.
            guard reply.code == .ok || reply.code == .inDoubt else {
                return fail("list-status: \(reply.lines.first?.brief ?? reply.code.word)")
            }
            for line in reply.lines {
                guard let target = line["target"], let power = line["power"] else { continue }
                let columns = [target, target, power.uppercased()]
                StandardStream.output.say(columns.joined(separator: order.separator))
            }
            return .good
        } catch {
            return fail("list-status: \(error)")
        }
    }

    /// Good while the appliance can be asked and decides. That this node is on probation makes the
    /// device no worse: to fail for it would stop the resource here for good.
    private func monitor() -> Status {
        let deadline = started + order.settings.questionDeadline
        do throws(Trouble) {
            while true {
                let outlook = try Watch(caller, map).look(membership, until: deadline)
                let seen = outlook.line?.brief ?? outlook.code.word
                remark("monitor: \(seen)")
                switch outlook.code {
                case .ok:
                    for node in outlook.unvouched { warn("\(node) \(unvouched(node))") }
                    for text in membership?.warnings ?? [] { warn(text) }
                    return .good
                case .probation:
                    warn("this node is on probation at the appliance, and may not shoot: \(seen)")
                    return .good
                case .failed, .inDoubt, .lost, .noConsent, .locked, .rate, .stale, .withdrawn,
                    .noQuorum, .usage, .notPermitted:
                    let rest = Duration.seconds(1)
                    guard MonotonicClock.now() + rest < deadline else {
                        return fail("monitor: \(seen)")
                    }
                    sleep(rest)
                }
            }
        } catch {
            return fail("monitor: \(error)")
        }
    }

    private func unvouched(_ node: String) -> String {
        "is a member of this cluster again, and still on probation at the appliance, so it may not "
            + "shoot: is the alert agent picket-alert configured? To vouch for it now: "
            + "picket-alert admit \(node)"
    }

    // MARK: Saying

    private func fail(_ text: String) -> Status {
        StandardStream.error.say("fence_picket: \(text)")
        return .failed
    }

    private func warn(_ text: String) { StandardStream.error.say("fence_picket: \(text)") }

    private func remark(_ text: String) {
        if order.isVerbose { warn(text) }
        if let path = order.debugFile { append("\(WallClock.now()) \(text)\n", to: path) }
    }

    private func append(_ line: String, to path: String) {
        do throws(SystemCallError) {
            let file = try Descriptor(opening: path, appending, mode: 0o600)
            try file.writeAll(Array(line.utf8))
        } catch {
            warn("debug_file: \(error)")
        }
    }
}
