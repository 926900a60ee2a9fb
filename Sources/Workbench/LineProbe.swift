// A probe on a real line. The line's worker plays it like any dialogue, and so opens, locks and
// leaves the line as it does for a shot.

package import Drivers
internal import Fencing
package import Lines
internal import LinuxSystem

package enum LineProbe {
    /// Opens the line and asks. `heard` is called for every question, in order, as it is answered.
    /// Longest: about two minutes, on a line that answers everything with something that nobody
    /// knows.
    package static func run(
        on port: any LinePort, _ pace: Probe.Pace, heard: (ProbeExchange) -> Void
    ) throws -> ProbeOutcome {
        let letters = try Mailbox<Letter>()
        guard let name = SwitchName("probed"), let outlet = OutletName("1") else {
            preconditionFailure("both are names")
        }
        let worker = try LineWorker<HandsOn>(
            switch: name, port: port, dialogue: ProbeDialogue(pace, tell: { letters.post($0) }),
            tell: { news in
                if case .down(let reason) = news { letters.post(.ended(reason)) }
            },
            report: { letters.post(.ended($0.trouble ?? "\(port) gave no reason")) })
        defer { worker.stop() }
        let deadline = MonotonicClock.now() + longest
        worker.enter(
            ReadOrder(id: OrderID(1), outlet: Outlet(name, outlet), deadline: deadline))
        try worker.start()
        while true {
            letters.wait(until: deadline + .seconds(10))
            for letter in letters.collect() {
                switch letter {
                case .exchange(let exchange): heard(exchange)
                case .outcome(let outcome): return outcome
                case .ended(let trouble): throw WorkbenchError(trouble)
                }
            }
        }
    }

    private static let longest = Duration.seconds(120)

    fileprivate enum Letter: Sendable {
        case exchange(ProbeExchange)
        case outcome(ProbeOutcome)
        /// Without an outcome.
        case ended(String)
    }
}

package struct WorkbenchError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
    init(_ what: String) { description = what }
}

/// The probe as a dialogue whose only job reads nothing, and ends when the probe does.
private struct ProbeDialogue: LineDialogue {
    private var probe: Probe
    private let tell: @Sendable (LineProbe.Letter) -> Void
    private(set) var isIdle = true
    private var told = 0

    init(_ pace: Probe.Pace, tell: @escaping @Sendable (LineProbe.Letter) -> Void) {
        probe = Probe(pace)
        self.tell = tell
    }

    mutating func lineOpened(at now: Moment) -> [LineStep] { [] }

    mutating func lineLost(_ reason: String, at now: Moment) -> [LineStep] {
        isIdle ? [] : finish("the line was lost while it was asked: \(reason)")
    }

    mutating func begin(_ job: LineJob, at now: Moment) -> [LineStep] {
        isIdle = false
        return play(probe.begin(at: now))
    }

    mutating func received(_ bytes: [UInt8], at now: Moment) -> [LineStep] {
        play(probe.received(bytes, at: now))
    }

    mutating func sent(at now: Moment) -> [LineStep] { play(probe.sent(at: now)) }
    mutating func timePassed(at now: Moment) -> [LineStep] { play(probe.timePassed(at: now)) }

    private mutating func play(_ steps: [Probe.Step]) -> [LineStep] {
        for exchange in probe.exchanges.dropFirst(told) { tell(.exchange(exchange)) }
        told = probe.exchanges.count
        return steps.flatMap { step -> [LineStep] in
            switch step {
            case .send(let bytes): return [.send(bytes)]
            case .wake(let moment): return [.wake(moment)]
            case .end(let outcome):
                tell(.outcome(outcome))
                return finish("probed")
            }
        }
    }

    private mutating func finish(_ trouble: String) -> [LineStep] {
        isIdle = true
        return [.sleep, .finish(Finding(.unknown, trouble: trouble))]
    }
}
