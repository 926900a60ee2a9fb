// Runs the scripts of a device specification: `on` and `off` for one outlet, `status` or else
// `status_all` to read one, and what is needed to be listened to. Never a script for all outlets at
// once, and never the file's own cycle: the off inside it could not be observed.

package import Fencing

package struct PowermanDriver: BytewiseDriver {
    package let traits: DriverTraits
    private let specification: PowermanSpecification
    private let landmarks: Landmarks
    /// What `foreachplug` goes through.
    private let outlets: [OutletName]
    /// What a greeting reads as proof that the switch listens.
    private let provingOutlet: OutletName?
    /// powerman gives a script so much time in all; here it is the silence after which a script is
    /// not answered any more.
    private let timeout: Duration
    private var activity = Activity.idle
    private var standing = Standing.unknown
    private var erasing = Greeting.Erasing.yes
    /// It was lost on an erasure, and listened without one.
    private var hangsUpOnErasure = false
    package private(set) var hasCommanded = false
    package private(set) var alsoRead: [OutletName: PowerState] = [:]

    private enum Activity {
        case idle
        /// A command that cannot be sent into the dark may wait for it.
        case greeting(Greeting, before: SwitchTask?)
        case running(ScriptRun, SwitchTask, Silence)
        case leaving(ScriptRun)
    }

    /// The times at which it has been silent for too long.
    private struct Silence {
        /// Perhaps it is not the script that it answers.
        var suspiciousAt: Moment?
        /// A prompt that stands there by then is the end of its answer.
        var answeredAt: Moment?
        let overAt: Moment

        var next: Moment { [suspiciousAt, answeredAt, overAt].compactMap(\.self).min() ?? overAt }
    }

    private enum Standing {
        /// It never listened.
        case unknown
        /// It listens.
        case ready
        /// It did, and then something was given up in the midst of it.
        case lost
        /// It said that somebody else is logged in: what is typed now, nobody reads.
        case taken
    }

    /// For all that one task takes, however slowly the bytes come.
    private static let patience = Duration.seconds(300)
    private static let briefSilence = Duration.seconds(1)
    /// Longer than any switch takes between a prompt that it still owed and its answer.
    private static let answeredSilence = Duration.seconds(3)
    /// For a file that does not say.
    static let defaultTimeout = Duration.seconds(10)

    /// `outlets` are those that the site uses. Throws for a specification that is written for a
    /// program and not for a line.
    package init(
        _ specification: PowermanSpecification, outlets: [OutletName] = []
    ) throws(PowermanError) {
        if let program = specification.coprocess {
            throw PowermanError(
                specification.position,
                "`\(specification.name)` is written for the program \(program.rawValue), which "
                    + "\(program.purpose): Picket talks to switches on lines, and starts no programs"
            )
        }
        self.specification = specification
        self.outlets = specification.outlets ?? outlets
        provingOutlet = outlets.first ?? specification.outlets?.first
        landmarks = Landmarks(specification)
        timeout = specification.timeout ?? Self.defaultTimeout
        traits = DriverTraits(
            name: specification.name, readsBack: specification.readsBack,
            patience: Self.patience, maximalLatency: timeout, outlets: specification.outlets)
    }

    package var greets: GreetsWith { .text }

    package var wakesAt: Moment? {
        switch activity {
        case .idle: nil
        case .greeting(let greeting, _): greeting.wakesAt
        case .running(let run, _, let silence): min(run.wakesAt ?? silence.next, silence.next)
        case .leaving(let run): run.wakesAt
        }
    }

    package var mayHearSecret: Bool {
        switch activity {
        case .greeting(let greeting, _): greeting.mayHearSecret
        case .idle, .running, .leaving: false
        }
    }

    package mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        switch task {
        case .greet:
            return greet(before: nil, at: now)
        case .command(let command, let outlet):
            guard let script = specification.script(for: command) else {
                return end(.refused(noScript(command)))
            }
            hasCommanded = false
            if mustGreet(before: script) { return greet(before: task, at: now) }
            return run(script, task, about: outlet, at: now)
        case .read(let outlet):
            guard let script = specification.readingScript else {
                return end(.refused("\(specification.position) has no script that reads"))
            }
            return run(script, task, about: outlet, at: now)
        }
    }

    package mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep] {
        played(at: now, { $0.received(byte, at: now) }, { $0.received(byte, at: now) })
    }

    package mutating func sent(at now: Moment) -> [DriverStep] {
        played(at: now, { $0.sent(at: now) }, { $0.sent(at: now) })
    }

    package mutating func timePassed(at now: Moment) -> [DriverStep] {
        if case .running(let run, let task, let silence) = activity,
            run.wakesAt.map({ $0 > now }) ?? true
        {
            return grewSuspicious(run, task, silence, at: now)
        }
        return played(at: now, { $0.timePassed(at: now) }, { $0.timePassed(at: now) })
    }

    private mutating func grewSuspicious(
        _ run: ScriptRun, _ task: SwitchTask, _ silence: Silence, at now: Moment
    ) -> [DriverStep] {
        if silence.overAt <= now {
            return end(.unanswered)
        }
        var silence = silence
        if let due = silence.suspiciousAt, due <= now {
            silence.suspiciousAt = nil
            if let reason = suspicion(run.unread) { return broken(reason) }
        }
        if let due = silence.answeredAt, due <= now {
            silence.answeredAt = nil
            // It listens again: what the file awaits will not come any more.
            if landmarks.places(at: run.unread) == [.ownPrompt] {
                return end(.strange(Unanswered.words(beforePrompt: run.unread)))
            }
        }
        activity = .running(run, task, silence)
        return []
    }

    /// By the file's `logout`, which powerman never runs.
    package mutating func sayGoodbye(at now: Moment) -> [DriverStep] {
        guard let script = specification.scripts[.logout] else { return end(.acknowledged) }
        activity = .leaving(
            ScriptRun(script.statements, about: nil, of: outlets, input: .kept))
        return played(at: now, { _ in [] }, { $0.proceed(at: now) })
    }

    package mutating func abandon() {
        erasing = .yes
        switch activity {
        // Some switches hang up on a line that they do not know, and backspaces are one to them.
        // Nothing is left half typed behind an erasure and a line end.
        case .greeting(let greeting, _): if greeting.hasSentErasure { erasing = .no }
        // A line of ours may be half typed, which a bare line end would carry out, however late.
        case .running, .leaving: hangsUpOnErasure = false
        case .idle: break
        }
        activity = .idle
        if standing == .ready { standing = .lost }
    }
}

extension PowermanDriver {
    private mutating func greet(before task: SwitchTask?, at now: Moment) -> [DriverStep] {
        guard let login = specification.scripts[.login] else {
            return greeted(before: task, at: now)
        }
        let scripts = Greeting.Scripts(
            login: login.statements,
            logout: specification.scripts[.logout]?.statements,
            reading: specification.readingScript?.statements, outlet: provingOutlet,
            outlets: outlets, timeout: timeout)
        activity = .greeting(
            Greeting(
                scripts, landmarks, isKnown: standing != .unknown,
                erasing: hangsUpOnErasure ? .no : erasing),
            before: task)
        return played(at: now, { $0.begin(at: now) }, { _ in [] })
    }

    private mutating func run(
        _ script: Script, _ task: SwitchTask, about outlet: OutletName, at now: Moment
    ) -> [DriverStep] {
        let run = ScriptRun(
            script.statements, about: outlet, of: script.isForGroup ? [outlet] : outlets,
            input: .forgottenAtSend)
        activity = .running(run, task, Silence(overAt: now + timeout))
        return played(at: now, { _ in [] }, { $0.proceed(at: now) })
    }

    private mutating func played(
        at now: Moment, _ greet: (inout Greeting) -> [ScriptStep],
        _ goOn: (inout ScriptRun) -> [ScriptStep]
    ) -> [DriverStep] {
        switch activity {
        case .idle:
            return []
        case .greeting(var greeting, let task):
            let steps = greet(&greeting)
            activity = .greeting(greeting, before: task)
            return played(steps) { $0.greeted(before: task, at: now) }
        case .running(var run, let task, _):
            let steps = goOn(&run)
            // A delay that the script wants is no silence.
            let goesOn = max(now, run.wakesAt ?? now)
            activity = .running(
                run, task,
                Silence(
                    suspiciousAt: goesOn + Self.briefSilence,
                    answeredAt: goesOn + Self.answeredSilence, overAt: goesOn + timeout))
            return played(steps) { $0.end($0.meaning(of: run, for: task)) }
        case .leaving(var run):
            let steps = goOn(&run)
            activity = .leaving(run)
            return played(steps) { $0.end(.acknowledged) }
        }
    }

    private mutating func played(
        _ steps: [ScriptStep], _ finished: (inout PowermanDriver) -> [DriverStep]
    ) -> [DriverStep] {
        steps.flatMap { step -> [DriverStep] in
            switch step {
            case .send(let bytes): sent(bytes)
            case .finished: finished(&self)
            case .refused(let reason): end(.refused(reason))
            case .broken(let reason): broken(reason)
            case .strange(let reason): end(.strange(reason))
            }
        }
    }

    /// What it says instead of an answer, if it does: that it has logged us out, or somebody else in.
    private func suspicion(_ unread: [UInt8]) -> String? {
        if let sign = Intruder.sign(on: unread) { return sign }
        return landmarks.places(at: unread) == [.question] ? "it wants to be logged in to" : nil
    }

    private mutating func greeted(before task: SwitchTask?, at now: Moment) -> [DriverStep] {
        standing = .ready
        if erasing == .no { hangsUpOnErasure = true }
        erasing = .yes
        guard let task else { return end(.greeted) }
        return begin(task, at: now)
    }

    /// A command with words in it may be sent into the dark; a number would choose something else
    /// in another menu.
    private func mustGreet(before script: Script) -> Bool {
        switch standing {
        case .ready: false
        case .taken: true
        case .unknown, .lost: script.statements.choosesFromMenus
        }
    }

    private mutating func meaning(of finished: ScriptRun, for task: SwitchTask) -> TaskEnd {
        alsoRead = [:]
        for (plug, state) in finished.states where state != .unknown {
            let name = OutletName(String(decoding: plug, as: UTF8.self))
            if let name { alsoRead[name] = state }
        }
        switch task {
        case .greet: return .greeted
        case .command: return .acknowledged
        case .read(let outlet):
            switch finished.states[Array(outlet.text.utf8)] {
            case .on: return .reading(.on, remark: nil)
            case .off: return .reading(.off, remark: nil)
            case .unknown:
                return .reading(.unknown, remark: "its answer is neither the file's on nor its off")
            case nil: return .reading(.unknown, remark: "its answer does not name the outlet")
            }
        }
    }

    private mutating func sent(_ bytes: [UInt8]) -> [DriverStep] {
        if case .running(_, .command, _) = activity { hasCommanded = true }
        return [.send(bytes)]
    }

    private mutating func broken(_ reason: String) -> [DriverStep] {
        if Intruder.sign(in: [reason]) != nil { standing = .taken }
        return end(.broken(reason))
    }

    private mutating func end(_ end: TaskEnd) -> [DriverStep] {
        activity = .idle
        return [.end(end)]
    }

    private func noScript(_ command: PowerCommand) -> String {
        "\(specification.position) has no script `\(command.rawValue)` for one outlet; those for "
            + "all are never run"
    }
}

extension PowermanSpecification {
    /// One for a group is run for a group of one.
    func script(for command: PowerCommand) -> Script? {
        switch command {
        case .on: scripts[.on] ?? scripts[.onRanged]
        case .off: scripts[.off] ?? scripts[.offRanged]
        }
    }

    var readingScript: Script? { scripts[.status] ?? scripts[.statusAll] }
}

extension [Statement] {
    /// An outlet's name alone is a line: in another menu it would choose something else.
    fileprivate var choosesFromMenus: Bool { formats.contains { $0.isOutletAlone } }
}
