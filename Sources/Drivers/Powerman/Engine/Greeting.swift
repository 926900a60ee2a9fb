// How a switch on a line that has no beginning is made to listen.
//
// A login that waits for a banner waits in vain on three wires: the banner was shown when the
// switch was plugged in, or nobody has logged out since. So the switch is woken first, and what it
// shows tells what to do: answer the login, or read an outlet as proof that a session lives, or find
// the way back to where a login begins. Nothing here commands anything.

internal import Fencing

struct Greeting: Sendable {
    private let scripts: Scripts
    private let landmarks: Landmarks
    private var stage = Stage.over
    private var measures: [Measure]
    private var effort = Effort()

    struct Scripts: Sendable {
        let login: [Statement]
        let logout: [Statement]?
        /// That reads `outlet`, where one can be read.
        let reading: [Statement]?
        let outlet: OutletName?
        let outlets: [OutletName]
        /// The file's own.
        let timeout: Duration
    }

    /// What is tried, one after the other, until the switch listens.
    private enum Measure: Hashable {
        case login
        /// A login of one line behind a banner, which was missed: what the switch says is not understood.
        case blindLogin
        case proof
        case wake
        case page
        case escape
        case descent
        case logout
    }

    private enum Stage {
        case looking(Look)
        case running(ScriptRun, Measure, until: Moment)
        case over
    }

    /// What the switch shows, until it is silent.
    private struct Look {
        var screen: [UInt8] = []
        var judgedAt: Moment?
        var pokes = 0
        var pokedAt: Moment
        let givesUpAt: Moment
    }

    private struct Effort {
        var beganAt = Moment(sinceStart: .zero)
        /// From the first thing that was sent to the first byte that came back.
        var slowness: Duration?
        /// The last that came.
        var heard: [UInt8] = []
        var presses = 0
        /// An outlet could not be read from the prompt that is there: it may be another menu's.
        var isAstray = false
        /// What was seen last is also what the login waits for.
        var isAsked = false
        var hasErased = false
        var erasureIsUnderWay = false
        var hasSentErasure = false
    }

    /// Whether what somebody has left half typed is erased first.
    enum Erasing { case yes, no }

    static let silence = Duration.milliseconds(300)
    static let pokeTime = Duration.milliseconds(1500)
    static let mostPokes = 2
    /// Pages.
    static let mostPresses = 20
    /// Menus are not deeper.
    static let mostEscapes = 6
    /// For words only.
    private static let mostHeard = 256
    /// Of a longer screen the beginning is forgotten.
    static let longestScreen = 2048
    /// A script that was answered in part, and then no more for so long, is not answered. It is
    /// longer for a switch that was slow to wake.
    static let shortestPatience = Duration.seconds(3)
    /// Longer than any line that somebody may have left without entering it.
    private static let erasure = [UInt8](repeating: 0x08, count: 48)

    /// `isKnown`: it listened before on this line, so a session may be alive.
    init(_ scripts: Scripts, _ landmarks: Landmarks, isKnown: Bool, erasing: Erasing = .yes) {
        self.scripts = scripts
        self.landmarks = landmarks
        effort.hasErased = erasing == .no
        let proof: [Measure] = scripts.reading == nil ? [] : [.proof]
        let logout: [Measure] = scripts.logout == nil ? [] : [.logout]
        guard landmarks.question == nil else {
            let escapes = [Measure](repeating: .escape, count: Self.mostEscapes) + [.descent]
            measures =
                [.wake, .wake] + (landmarks.answersBanner ? [.blindLogin] + proof : [])
                + (landmarks.pageKeys == nil ? [] : [.page])
                + (landmarks.usesEscape ? escapes : []) + logout
            return
        }
        let isCostly = isKnown && landmarks.hasCredentials && !proof.isEmpty
        measures =
            (isCostly ? proof + [.login] : [.login] + proof)
            + (logout.isEmpty ? [] : logout + [.login])
    }

    /// What the switch says may repeat a password.
    var mayHearSecret: Bool {
        guard landmarks.hasCredentials, case .running(_, let measure, _) = stage else {
            return false
        }
        return measure == .login || measure == .blindLogin
    }

    /// The erasure has left; a switch that takes it for a mistake may hang up on it.
    var hasSentErasure: Bool { effort.hasSentErasure }

    var wakesAt: Moment? {
        switch stage {
        case .over: nil
        case .running(let run, _, let until): min(run.wakesAt ?? until, until)
        case .looking(let look):
            // A line that never falls silent is given up by whoever has asked for the greeting.
            look.judgedAt ?? min(pokeAt(look) ?? look.givesUpAt, look.givesUpAt)
        }
    }

    private func pokeAt(_ look: Look) -> Moment? {
        look.pokes < Self.mostPokes ? look.pokedAt + Self.pokeTime : nil
    }

    private var patience: Duration {
        max(Self.shortestPatience, (effort.slowness ?? .zero) * 2 + .seconds(1))
    }

    private func patience(with measure: Measure) -> Duration {
        measure == .login ? scripts.timeout : patience
    }
}

// MARK: - What happens

extension Greeting {
    mutating func begin(at now: Moment) -> [ScriptStep] {
        effort.beganAt = now
        return next(at: now)
    }

    mutating func received(_ byte: UInt8, at now: Moment) -> [ScriptStep] {
        effort.slowness = effort.slowness ?? now - effort.beganAt
        effort.heard = (effort.heard + [byte]).suffix(Self.mostHeard)
        switch stage {
        case .over: return []
        case .looking(var look):
            // The C library takes a NUL for the end.
            look.screen = (look.screen + [byte == 0 ? 0xFF : byte]).suffix(Self.longestScreen)
            look.judgedAt = now + Self.silence
            stage = .looking(look)
            return []
        case .running(let run, let measure, _):
            stage = .running(run, measure, until: now + patience(with: measure))
            return play(at: now) { $0.received(byte, at: now) }
        }
    }

    mutating func sent(at now: Moment) -> [ScriptStep] {
        if effort.erasureIsUnderWay { effort.hasSentErasure = true }
        switch stage {
        case .over: return []
        case .looking(var look):
            look.pokedAt = now
            stage = .looking(look)
            return []
        case .running: return play(at: now) { $0.sent(at: now) }
        }
    }

    mutating func timePassed(at now: Moment) -> [ScriptStep] {
        switch stage {
        case .over: return []
        case .running(let run, let measure, let until):
            if let wake = run.wakesAt, wake <= now {
                return play(at: now) { $0.timePassed(at: now) }
            }
            return until <= now ? failed(measure, at: now) : []
        case .looking(let look):
            if let due = look.judgedAt { return due <= now ? judge(look, at: now) : [] }
            if look.givesUpAt <= now { return sawNothing(at: now) }
            return pokeAt(look).map { $0 <= now } ?? false ? poke(look, at: now) : []
        }
    }

    private mutating func poke(_ look: Look, at now: Moment) -> [ScriptStep] {
        var look = look
        look.pokes += 1
        look.pokedAt = now
        stage = .looking(look)
        return [.send(landmarks.lineEnd)]
    }

    private mutating func play(
        at now: Moment, _ event: (inout ScriptRun) -> [ScriptStep]
    ) -> [ScriptStep] {
        guard case .running(var run, let measure, let until) = stage else { return [] }
        let steps = event(&run)
        stage = .running(run, measure, until: until)
        return steps.flatMap { step -> [ScriptStep] in
            switch step {
            case .send: [step]
            case .finished: finished(measure, at: now)
            case .refused, .broken, .strange: failed(measure, at: now)
            }
        }
    }
}

// MARK: - Looking

extension Greeting {
    private mutating func look(sending bytes: [UInt8], for time: Duration, at now: Moment)
        -> [ScriptStep]
    {
        stage = .looking(Look(pokedAt: now, givesUpAt: now + time))
        return bytes.isEmpty ? [] : [.send(bytes)]
    }

    private mutating func judge(_ look: Look, at now: Moment) -> [ScriptStep] {
        if let sign = Intruder.sign(on: look.screen) { return over(.broken(sign)) }
        let places = landmarks.places(at: look.screen)
        effort.isAsked = places.contains(.question)
        if places == [.ownPrompt] { return over(.finished) }
        let hasPrompt = places.contains(.prompt) || places.contains(.ownPrompt)
        if hasPrompt, !effort.isAstray, scripts.reading != nil { return start(.proof, at: now) }
        if effort.isAsked { return start(.login, at: now) }
        if !places.isEmpty {
            measures.removeAll { $0 == .wake || $0 == .page }
        } else if case .more(let keys)? = Pause(common: Landmarks.lastLine(on: look.screen)),
            effort.presses < Self.mostPresses
        {
            effort.presses += 1
            return self.look(sending: keys, for: patience, at: now)
        }
        return next(at: now)
    }

    private mutating func sawNothing(at now: Moment) -> [ScriptStep] {
        if effort.slowness != nil { return next(at: now) }
        // Its banner was all that it would have said by itself; a login of one line harms nobody.
        if landmarks.question != nil, landmarks.answer.formats.count == 1, !effort.isAstray {
            effort.isAstray = true
            return start(.login, at: now)
        }
        return over(.broken(Unanswered.silence))
    }
}

// MARK: - One measure after the other

extension Greeting {
    private mutating func next(at now: Moment) -> [ScriptStep] {
        guard !measures.isEmpty else {
            return over(.strange(whatItSaid))
        }
        let measure = measures.removeFirst()
        switch measure {
        case .login, .blindLogin, .proof, .descent, .logout:
            return start(measure, at: now)
        case .wake:
            let isFirst = !effort.hasErased
            effort.hasErased = true
            effort.erasureIsUnderWay = effort.erasureIsUnderWay || isFirst
            return look(
                sending: (isFirst ? Self.erasure : []) + landmarks.lineEnd,
                for: isFirst ? scripts.timeout : patience, at: now)
        case .page:
            return look(sending: landmarks.pageKeys ?? [], for: patience, at: now)
        case .escape:
            return look(sending: [Landmarks.escape], for: patience, at: now)
        }
    }

    private mutating func start(_ measure: Measure, at now: Moment) -> [ScriptStep] {
        let run: ScriptRun
        switch measure {
        case .login where landmarks.question == nil:
            run = outletless(scripts.login)
        case .login, .blindLogin:
            run = outletless(landmarks.answer)
        case .descent:
            run = outletless(landmarks.descent)
        case .logout:
            run = outletless(scripts.logout ?? [])
        case .proof, .wake, .page, .escape:
            run = ScriptRun(
                scripts.reading ?? [], about: scripts.outlet, of: scripts.outlets,
                input: .forgottenAtSend)
        }
        stage = .running(run, measure, until: now + patience(with: measure))
        let steps = play(at: now) { $0.proceed(at: now) }
        return measure == .login && landmarks.beginsWithLineEnd ? erased(steps) : steps
    }

    private func outletless(_ statements: [Statement]) -> ScriptRun {
        ScriptRun(statements, about: nil, of: scripts.outlets, input: .kept)
    }

    /// A bare line end would carry out what somebody has left in the line.
    private mutating func erased(_ steps: [ScriptStep]) -> [ScriptStep] {
        guard !effort.hasErased, case .send(let bytes)? = steps.first else { return steps }
        effort.hasErased = true
        effort.erasureIsUnderWay = true
        return [.send(Self.erasure + bytes)] + steps.dropFirst()
    }

    private mutating func finished(_ measure: Measure, at now: Moment) -> [ScriptStep] {
        switch measure {
        case .descent where scripts.reading != nil: start(.proof, at: now)
        case .login, .blindLogin, .proof, .descent, .wake, .page, .escape: over(.finished)
        case .logout: afterLogout(at: now)
        }
    }

    private mutating func failed(_ measure: Measure, at now: Moment) -> [ScriptStep] {
        switch measure {
        case .login where landmarks.question != nil:
            return over(.broken("its login does not go on as the file says: \(whatItSaid)"))
        case .proof where effort.isAsked:
            effort.isAstray = true
            return start(.login, at: now)
        case .proof:
            effort.isAstray = true
            measures.removeAll { $0 == .wake || $0 == .page }
            // What it chose in another menu may have asked a question, which ENTER alone ends.
            if landmarks.usesEscape { measures.insert(.wake, at: 0) }
        case .logout:
            return afterLogout(at: now)
        case .login, .blindLogin, .descent, .wake, .page, .escape:
            break
        }
        return effort.slowness == nil ? over(.broken(Unanswered.silence)) : next(at: now)
    }

    private mutating func afterLogout(at now: Moment) -> [ScriptStep] {
        landmarks.question == nil
            ? next(at: now) : look(sending: [], for: patience, at: now)
    }

    /// What it shows is neither the file's login nor a prompt from which it can be read.
    private var whatItSaid: String {
        Unanswered.words(lastOf: effort.heard, hiding: landmarks.secrets)
    }

    private mutating func over(_ step: ScriptStep) -> [ScriptStep] {
        stage = .over
        return [step]
    }
}

extension ConsoleText {
    init(of screen: some Sequence<UInt8>) {
        self.init()
        for byte in screen { take(byte) }
    }
}

extension Intruder {
    /// What is to be said of it, if somebody else is using the switch.
    static func sign(on screen: [UInt8]) -> String? {
        let text = ConsoleText(of: screen)
        return sign(in: text.lines + [text.current]).map {
            "somebody else is logged in: it says `\($0.line)`"
        }
    }
}
