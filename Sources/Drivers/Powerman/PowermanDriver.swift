// Runs the scripts of a device specification: `login` to greet, `on` and `off` for one outlet,
// `status` or else `status_all` to read one, `logout` where the line is to be left. Never a script
// for several outlets at once, and never the file's own cycle: the off inside it could not be
// observed.

package import Fencing

package struct PowermanDriver: SwitchDriver {
    package let traits: DriverTraits
    private let specification: PowermanSpecification
    /// What `foreachplug` goes through.
    private let outlets: [OutletName]
    private var task: SwitchTask?
    private var run: ScriptRun?
    private var greetsBy = GreetingScript.login

    /// A switch on a line that was never logged out does not ask for a login again, but it answers
    /// `status`. So a greeting that fails one way goes the other way the next time.
    private enum GreetingScript { case login, status }

    /// For a file that does not say.
    static let defaultTimeout = Duration.seconds(10)

    /// `outlets` are those that the site uses, for a specification that lists none.
    package init(_ specification: PowermanSpecification, outlets: [OutletName] = []) {
        self.specification = specification
        self.outlets = specification.outlets ?? outlets
        let timeout = specification.timeout ?? Self.defaultTimeout
        traits = DriverTraits(
            name: specification.name, readsBack: specification.readsBack, patience: timeout,
            maximalLatency: timeout, outlets: specification.outlets)
    }

    package var wakesAt: Moment? { run?.wakesAt }

    package mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        self.task = task
        switch task {
        case .greet:
            guard let run = greeting else { return end(.greeted) }
            self.run = run
        case .command(let command, let outlet):
            guard let script = specification.script(for: command) else {
                return end(.refused(noScript(command)))
            }
            run = ScriptRun(script, about: outlet, of: outlets, input: .forgottenAtSend)
        case .read(let outlet):
            guard let script = specification.readingScript else {
                return end(.refused("\(specification.position) has no script that reads"))
            }
            run = ScriptRun(script, about: outlet, of: outlets, input: .forgottenAtSend)
        }
        return played { $0.proceed(at: now) }
    }

    package mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep] {
        played { $0.received(byte, at: now) }
    }

    package mutating func sent(at now: Moment) -> [DriverStep] {
        played { $0.sent(at: now) }
    }

    package mutating func timePassed(at now: Moment) -> [DriverStep] {
        played { $0.timePassed(at: now) }
    }

    package mutating func sayGoodbye(at now: Moment) -> [DriverStep] {
        task = nil
        guard let script = specification.scripts[.logout] else { return end(.acknowledged) }
        run = ScriptRun(script, about: nil, of: outlets, input: .kept)
        return played { $0.proceed(at: now) }
    }

    package mutating func abandon() {
        if task == .greet {
            switch greetsBy {
            case .login: greetsBy = .status
            case .status: greetsBy = .login
            }
        }
        (task, run) = (nil, nil)
    }
}

extension PowermanDriver {
    private var greeting: ScriptRun? {
        let first = outlets.first
        switch (greetsBy, specification.readingScript) {
        case (.status, let script?) where first != nil:
            return ScriptRun(script, about: first, of: outlets, input: .forgottenAtSend)
        case (.login, _), (.status, _):
            return specification.scripts[.login].map {
                ScriptRun($0, about: nil, of: outlets, input: .kept)
            }
        }
    }

    private mutating func played(_ event: (inout ScriptRun) -> [ScriptStep]) -> [DriverStep] {
        guard var current = run else { return [] }
        let steps = event(&current)
        run = current
        return steps.flatMap { step -> [DriverStep] in
            switch step {
            case .send(let bytes): [.send(bytes)]
            case .finished: end(meaning(of: current))
            case .refused(let reason): end(.refused(reason))
            case .broken(let reason): end(.broken(reason))
            }
        }
    }

    private func meaning(of finished: ScriptRun) -> TaskEnd {
        switch task {
        case .greet, nil: .greeted
        case .command: .acknowledged
        case .read(let outlet):
            switch finished.states[Array(outlet.text.utf8)] {
            case .on: .reading(.on, remark: nil)
            case .off: .reading(.off, remark: nil)
            case .unknown:
                .reading(.unknown, remark: "its answer is neither the file's on nor its off")
            case nil: .reading(.unknown, remark: "its answer does not name the outlet")
            }
        }
    }

    private mutating func end(_ end: TaskEnd) -> [DriverStep] {
        run = nil
        return [.end(end)]
    }

    private func noScript(_ command: PowerCommand) -> String {
        "\(specification.position) has no script `\(command.rawValue)` for one outlet; those for "
            + "several are never run"
    }
}

extension PowermanSpecification {
    func script(for command: PowerCommand) -> Script? {
        switch command {
        case .on: scripts[.on]
        case .off: scripts[.off]
        }
    }

    var readingScript: Script? { scripts[.status] ?? scripts[.statusAll] }
}
