// How a session leaves its line to others: it logs out, and hangs up.

package import Fencing

extension SwitchSession {
    static let leftText = "left, because nothing was to do"

    package mutating func leave(at now: Moment) -> [LineStep] {
        precondition(isIdle, "only a session without a job leaves")
        breakOff(at: now)
        switch (phase, greeting) {
        case (.closed, _): break
        case (_, .due), (_, .failed):
            hangUp(Self.leftText)
        case (_, .done):
            phase = .leaving(Farewell(until: now + Self.longestFarewell))
            sayGoodbye(driver.sayGoodbye(at: now))
        }
        return takeSteps()
    }

    /// Bytes that leave after the hang-up never would: it waits for the last one.
    mutating func sayGoodbye(_ driverSteps: [DriverStep]) {
        guard case .leaving(var farewell) = phase else { return }
        for step in driverSteps {
            switch step {
            case .send(let bytes):
                steps.append(.send(bytes))
                wire.sending = .underWay
            case .move(let lead, let level):
                steps.append(.move(lead, level))
                wire.sending = .underWay
            case .sense: steps.append(.sense)
            case .end: farewell.isSaid = true
            }
        }
        phase = .leaving(farewell)
        if farewell.isSaid, wire.sending == .nothing { hangUp(Self.leftText) }
    }
}
