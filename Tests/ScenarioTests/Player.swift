// Plays a scenario: hands the acts to the simulated appliance at their times, and compares what
// was expected with what is to be seen. Everything that happens is written down on the way.

import Arbiter
import Commands
import Fencing
import Simulation
import TestSupport

struct Player {
    let scenario: Scenario
    private let start: Moment
    var room: PowerRoom
    var random: Seeded
    /// What happened, for whoever has to find out why.
    var story: [String] = []
    /// What no line has named yet.
    var heard: [Actor: [Hearing]] = [:]
    var pages: [[String]] = []
    var told: [Told: Int] = [:]
    var everOff: Set<Outlet> = []
    var everOn: Set<Outlet> = []
    var desk = Desk()
    /// The order whose command is in the wire, by switch.
    private var inWire: [SwitchName: OrderID] = [:]
    private var violations: [Violation] = []
    private var boot = "boot-1"

    struct Hearing {
        let what: Expectation.Heard
        let text: String
    }

    struct Told: Hashable {
        let outlet: Outlet
        let command: PowerCommand
    }

    /// Something is not as it should be.
    struct Mismatch: Error, CustomStringConvertible {
        let file: String
        let line: Int
        let expected: String
        let seen: String
        let story: [String]

        var description: String {
            "\(file):\(line)\n  expected: \(expected)\n  seen:     \(seen)\n"
                + story.map { "    \($0)" }.joined(separator: "\n")
        }
    }

    /// Gives back what happened.
    static func play(
        _ scenario: Scenario, seed: UInt64 = 0, from start: Moment = beginning,
        retention: Retention = .standard
    ) throws -> [String] {
        var player = Player(scenario, scenario.site.site, seed, start, retention)
        for line in player.drawn() { try player.play(line) }
        try player.end()
        return player.story
    }

    static let beginning = Moment(sinceStart: .seconds(1000))

    private init(
        _ scenario: Scenario, _ site: Site, _ seed: UInt64, _ start: Moment,
        _ retention: Retention
    ) {
        self.scenario = scenario
        self.start = start
        room = PowerRoom(site, at: start, retention: retention)
        random = Seeded(seed: seed)
        for outlet in site.nodes.values.flatMap(\.feeds) { everOn.insert(outlet) }
        take()
    }

    /// The lines in the order in which they are played.
    private mutating func drawn() -> [Timed] {
        let timed = scenario.timeline.enumerated().map { index, line in
            Timed(line: line, at: start + draw(line.at), index: index)
        }
        return timed.sorted { ($0.at, $0.index) < ($1.at, $1.index) }
    }

    /// A line, and when it is played; where its file names a range, this play's draw.
    private struct Timed {
        let line: Scenario.Line
        let at: Moment
        let index: Int
    }

    mutating func draw(_ range: ClosedRange<Duration>) -> Duration {
        let span = Int((range.upperBound - range.lowerBound) / .microseconds(1))
        return range.lowerBound + .microseconds(random.number(0...span))
    }

    private mutating func play(_ timed: Timed) throws {
        let line = timed.line
        pass(until: timed.at)
        try expectLawful(line)
        switch line.step {
        case .act(let act):
            note("* " + line.text)
            carryOut(act)
            take()
            try expectLawful(line)
        case .expect(let expectation):
            guard let seen = mismatch(expectation) else { return }
            throw mismatch(line, expected: line.text, seen: seen)
        }
    }

    /// Nothing may be left over that nobody has named.
    private mutating func end() throws {
        guard let last = scenario.timeline.last else { return }
        room.expectReplayable()
        try expectLawful(last)
        let unnamed =
            heard.flatMap { actor, all in all.map { "\(actor) hears \($0.text)" } }.sorted()
            + pages.map { "page \($0.joined(separator: " "))" }
        if let first = unnamed.first {
            throw mismatch(last, expected: "nothing that no line names", seen: first)
        }
    }

    /// What holds in every scenario: the laws of the simulation, and one command in a wire.
    private mutating func expectLawful(_ line: Scenario.Line) throws {
        defer { violations = [] }
        if let first = (room.takeViolations() + violations).first {
            throw mismatch(line, expected: "the laws hold", seen: "\(first)")
        }
    }

    private func mismatch(_ line: Scenario.Line, expected: String, seen: String) -> Mismatch {
        Mismatch(
            file: scenario.file, line: line.number, expected: expected, seen: seen, story: story)
    }

    // MARK: Time

    private mutating func pass(until end: Moment) {
        if room.now < end { closeOutlived() }
        while let next = room.nextMoment, next <= end {
            room.pass(to: next)
            take()
        }
        room.pass(until: end)
        take()
    }

    mutating func restart(on boot: String?) {
        self.boot = boot ?? self.boot
        room.start(on: BootID(self.boot))
    }

    // MARK: What happened

    mutating func note(_ text: String) {
        let time = (room.now - start).brief
        let padding = String(repeating: " ", count: max(0, 8 - time.utf8.count))
        story.append(padding + time + "  " + text)
    }

    mutating func take() {
        repeat {
            for happening in room.takeHappenings() { take(happening) }
        } while answerProbe()
    }

    private mutating func take(_ happening: Happening) {
        switch happening {
        case .deed(let deed): take(deed)
        case .sent(let order): send(order)
        case .moved(let outlet, let command, let cause):
            switch command {
            case .off: everOff.insert(outlet)
            case .on: everOn.insert(outlet)
            }
            note("\(outlet) is \(command) now: \(cause)")
        case .reported(let report):
            if inWire[report.outlet.powerSwitch] == report.order {
                inWire[report.outlet.powerSwitch] = nil
            }
            note("\(report.outlet) reads \(report.state)")
        }
    }

    private mutating func send(_ order: OrderSwitch.Order) {
        let name = order.outlet.powerSwitch
        if let other = inWire.updateValue(order.id, forKey: name) {
            violations.append(
                Violation(
                    .oneActionInTheWire, at: room.now,
                    "order \(order.id) was sent to \(name) while \(other) was in the wire"))
        }
        told[Told(outlet: order.outlet, command: order.command), default: 0] += 1
        note("\(order.outlet) is told: \(order.command)")
    }

    private mutating func take(_ deed: Deed) {
        switch deed {
        case .recorded(let receipt):
            note("entry \(receipt.sequence): \(plain(receipt.entry))")
        case .turn, .read: break
        case .reply(let token, let reply): deliver(reply, to: token)
        case .closeSession(let session): close(session)
        case .probe(let session): desk.probed.append(session)
        case .page(let page):
            pages.append(page.words)
            note("page \(page.words.joined(separator: " "))")
        case .died(let why):
            note("the appliance is down: \(why)")
            inWire = [:]
            loseSessions()
        }
    }
}

/// Without the module names, which say nothing here.
private func plain(_ value: some Any) -> String {
    "\(value)".replacing("Fencing.", with: "")
}

extension Page {
    /// As a scenario names it.
    fileprivate var words: [String] {
        switch self {
        case .inDoubt(_, let node, why: _): ["in-doubt", node.text]
        case .failed(_, let node, on: let feeds):
            ["failed", node.text] + feeds.map(\.description)
        case .onFailed(_, let node): ["on-failed", node.text]
        case .onUnknown(_, let node): ["on-unknown", node.text]
        case .leftOff(_, let node): ["left-off", node.text]
        case .rate(let node, why: _): ["rate", node.text]
        case .attestedReadsOn(_, let node, by: _, on: _): ["attested-reads-on", node.text]
        case .siteChanged(_, let node, why: _): ["site-changed", node.text]
        case .notCondensed: ["not-condensed"]
        case .entryTooLarge: ["entry-too-large"]
        case .halted: ["halted"]
        }
    }
}
