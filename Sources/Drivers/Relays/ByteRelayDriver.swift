// Relay boards that understand single bytes: LCUS, KMTronic, Devantech. They say nothing to a
// command, and no answer of theirs has a checksum or an end: it is what came until the line was
// silent. What cannot be told apart from noise is unknown. After jarwyg/USB_RELAY and six others
// (LCUS), info.kmtronic.com, Devantech's USB-RLY08 and USB-RLY16 pages, pdudaemon.

package import Fencing

package struct ByteRelayDriver: BytewiseDriver {
    private let profile: ByteRelayProfile
    private let contacts: DriverOptions.Contacts
    private var stage = Stage.idle
    private var heard: [UInt8] = []
    package private(set) var alsoRead: [OutletName: PowerState] = [:]
    /// What the board said of itself, and how many relays it had at the most.
    private var identity: [UInt8]?
    private var relayCount = 0

    private enum Stage {
        case idle
        case commanding
        case asking(Poll, until: Moment?)
    }

    /// A greeting or a reading, question by question.
    private struct Poll {
        /// Nil for a greeting.
        let relay: Int?
        let current: ByteRelayProfile.Question
        var next: ArraySlice<ByteRelayProfile.Question>
        /// What all answers so far agreed on.
        var states: [Bool]?
    }

    /// An answer is over after so much silence.
    static let endOfAnswer = Duration.milliseconds(100)
    static let answerTime = Duration.seconds(1)
    private static let mostHeard = 256

    package let traits: DriverTraits

    /// Takes `contacts`.
    init(_ profile: ByteRelayProfile, _ options: DriverOptions) {
        self.profile = profile
        contacts = options.contacts ?? .normallyOpen
        traits = DriverTraits(
            name: profile.rawValue, readsBack: profile.readsBack, patience: .seconds(8),
            maximalLatency: .seconds(5),
            outlets: (1...profile.mostRelays).compactMap { OutletName(String($0)) })
    }

    package var wakesAt: Moment? {
        switch stage {
        case .idle, .commanding: nil
        case .asking(_, let until): until
        }
    }

    package mutating func begin(_ task: SwitchTask, at now: Moment) -> [DriverStep] {
        switch task {
        case .greet:
            return profile.readsBack == .no ? end(.greeted) : ask(greetingQuestions, of: nil)
        case .command(let command, let outlet):
            guard let relay = relay(outlet) else { return end(.refused(noRelay(outlet))) }
            stage = .commanding
            return [.send(profile.command(relay, contacts.coil(for: command)))]
        case .read(let outlet):
            guard let relay = relay(outlet) else { return end(.refused(noRelay(outlet))) }
            return ask(profile.questions(relay)[...], of: relay)
        }
    }

    package mutating func sent(at now: Moment) -> [DriverStep] {
        switch stage {
        case .idle: return []
        // There is no more to it than that it has left.
        case .commanding: return end(.acknowledged)
        case .asking(let poll, let until):
            stage = .asking(poll, until: until ?? now + Self.answerTime)
            return []
        }
    }

    package mutating func received(_ byte: UInt8, at now: Moment) -> [DriverStep] {
        guard case .asking(let poll, _) = stage else { return [] }
        guard heard.count < Self.mostHeard else {
            return end(.broken("it says more than any answer is long"))
        }
        heard.append(byte)
        stage = .asking(poll, until: now + Self.endOfAnswer)
        return []
    }

    package mutating func timePassed(at now: Moment) -> [DriverStep] {
        guard case .asking(let poll, let until?) = stage, until <= now else { return [] }
        if heard.isEmpty { return end(.broken(silence)) }
        return take(heard, poll)
    }

    package mutating func abandon() { stage = .idle }
}

// MARK: - Asking and being answered

extension ByteRelayDriver {
    private var greetingQuestions: ArraySlice<ByteRelayProfile.Question> {
        profile == .devantech ? [.identity] : profile.questions(1).prefix(1)
    }

    private mutating func ask(
        _ questions: ArraySlice<ByteRelayProfile.Question>, of relay: Int?, agreed: [Bool]? = nil
    ) -> [DriverStep] {
        guard let first = questions.first else {
            return end(.broken("there is nothing to ask it"))
        }
        heard = []
        let poll = Poll(
            relay: relay, current: first, next: questions.dropFirst(), states: agreed)
        stage = .asking(poll, until: nil)
        return [.send((relay == nil ? profile.clearing : []) + first.bytes)]
    }

    private mutating func take(_ answer: [UInt8], _ poll: Poll) -> [DriverStep] {
        var agreed = poll.states
        switch poll.current {
        case .identity:
            guard let said = ByteRelayProfile.identity(answer),
                poll.relay == nil || said == identity
            else { return end(.broken("it does not say what board it is")) }
            identity = said
        case .status:
            guard let states = profile.states(answer, asked: poll.relay ?? 1),
                states.count >= relayCount || profile == .kmTronic2
            else { return end(.broken("what it says is no whole answer")) }
            guard states == agreed ?? states else {
                return end(.broken("asked twice, it gave two different answers"))
            }
            relayCount = max(relayCount, states.count)
            agreed = states
        }
        if !poll.next.isEmpty { return ask(poll.next, of: poll.relay, agreed: agreed) }
        guard let relay = poll.relay else { return end(.greeted) }
        return reading(relay, agreed ?? [])
    }

    private mutating func reading(_ relay: Int, _ states: [Bool]) -> [DriverStep] {
        guard relay <= states.count else {
            return end(.reading(.unknown, remark: "the board tells of \(states.count) relays"))
        }
        alsoRead = profile.tellsOfAll ? outlets(states) : [:]
        let coil: Coil = states[relay - 1] ? .energised : .atRest
        return end(.reading(contacts.state(of: coil), remark: nil))
    }

    private mutating func end(_ end: TaskEnd) -> [DriverStep] {
        stage = .idle
        return [.end(end)]
    }

    private func outlets(_ states: [Bool]) -> [OutletName: PowerState] {
        let names = (traits.outlets ?? []).prefix(states.count)
        let found = zip(names, states).map { name, isEnergised in
            (name, contacts.state(of: isEnergised ? .energised : .atRest))
        }
        return Dictionary(found) { first, _ in first }
    }

    private func relay(_ outlet: OutletName) -> Int? {
        traits.outlets?.firstIndex(of: outlet).map { $0 + 1 }
    }

    private func noRelay(_ outlet: OutletName) -> String {
        "relays are numbered from 1 to \(profile.mostRelays), not \(outlet)"
    }

    private var silence: String {
        profile == .lcus
            ? "no answer; many LCUS boards have none: then the driver is "
                + ByteRelayProfile.lcusSilent.rawValue
            : "no answer"
    }
}
