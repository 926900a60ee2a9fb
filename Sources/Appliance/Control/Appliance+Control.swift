// What root sees without a key: the same tables as an operator, and nothing that changes anything.

internal import Commands
internal import Fencing
internal import Lines
internal import LinuxSystem

extension Appliance {
    /// Who asks at the control socket, in the log. The name is reserved: nobody comes in by it.
    static let local = PrincipalName("root").map(Principal.operator)
    /// Never one of the door's: those count from 1.
    static let localSession = SessionID(.max)

    /// Answers a line that came from this machine, soon or when the switches have been read.
    func control(_ line: String, _ answers: Mailbox<ControlAnswer>) {
        guard let principal = Self.local else { return }
        lastLocalToken -= 1
        let token = RequestToken(lastLocalToken)
        if line == Self.healthLine { return answers.post(health) }
        let request: Request
        do throws(UsageError) {
            request = try Request(line: line)
        } catch {
            let reply = Reply.usage(error)
            return answers.post(
                ControlAnswer(reply.printed(as: .text), exit: reply.code.rawValue))
        }
        localAnswers[token] = answers
        formats[token] = request.format
        switch request.command {
        case .see(let sight):
            look(token, principal) {
                $0.show(token, by: Self.localSession, sight, as: request.format, to: principal)
            }
        case .list:
            look(token, principal) {
                $0.list(token, by: Self.localSession, $0.visible(to: principal))
            }
        case .trace(let name):
            look(token, principal) {
                $0.trace(token, of: name, as: request.format, for: principal)
            }
        case .help: answer(token, page: help(as: request.format))
        case .order, .quorum, .result, .admit, .withdraw, .checkOff, .lock, .release,
            .confirmOff, .status, .disconnect:
            let why = "without a key there is only looking: nodes, switches, shots, why, history"
            answer(token, Reply(.notPermitted, [ReplyField("why", why)]))
        }
        rest()
    }

    /// The line for which `health` is the answer.
    package static let healthLine = "health"

    /// What calls for a hand, a line each, and exit 1; `all is well` and 0.
    private var health: ControlAnswer {
        let nodes = sights(of: site.nodes.values.sorted { $0.name < $1.name })
        var faults = site.switches.keys.sorted().compactMap(fault)
        for node in nodes {
            let on = node.onThoughOff.map(\.description).joined(separator: ", ")
            if !on.isEmpty {
                faults.append(
                    "\(node.name) is on record as off, and \(on) reads on: "
                        + "`picket status nodes`")
            }
            switch node.standing {
            case .member: break
            case .doomed: faults.append("\(node.name) is doomed: a shot at it is not over")
            case .probation:
                faults.append("\(node.name) is on probation: it may not shoot until it is admitted")
            }
        }
        faults += stories.doubts.keys.sorted().map {
            "shot \($0) is in doubt: `picket status why \($0)`"
        }
        guard faults.isEmpty else {
            return ControlAnswer(faults.joined(separator: "\n"), exit: 1)
        }
        return ControlAnswer("all is well: \(statusLine)", exit: 0)
    }

    private func fault(of name: SwitchName) -> String? {
        if switchboard?.health(of: name)?.condition.isDown == true {
            return "the line to switch \(name) is down: `picket status switches`"
        }
        return readings.unanswered[name].map { "\($0) (`picket status switches`)" }
    }
}
