// Faults as a person types them: `late=8s mute stuck=3`. What is printed can be read back.

internal import Fencing

/// The faults that have a measure, under the words that people type.
private enum Measure: String, CaseIterable {
    case late
    case actsLate = "acts-late"
    case pace
    case stuck
    case stuckOn = "stuck-on"
    case stuckOff = "stuck-off"
    case answersFor = "answers-for"
    case loseReceived = "lose-received"
    case loseSent = "lose-sent"
    case noise
    case pending
    case drop

    var example: String {
        switch self {
        case .late, .actsLate: "\(rawValue)=8s"
        case .pace: "\(rawValue)=50ms"
        case .stuck, .stuckOn, .stuckOff, .answersFor: "\(rawValue)=3"
        case .loseReceived, .loseSent: "\(rawValue)=5"
        case .noise: "\(rawValue)=4"
        case .pending: "\(rawValue)=2"
        case .drop: "\(rawValue)=20"
        }
    }
}

package enum FaultTextError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownFault(String)
    case badValue(fault: String, value: String, wanted: String)

    package var description: String {
        switch self {
        case .unknownFault(let text): "no fault is written `\(text)`. Known: \(Faults.known)"
        case .badValue(let fault, let value, let wanted):
            "the fault `\(fault)` takes \(wanted), not `\(value)`"
        }
    }
}

extension Faults {
    /// Every fault, as an example of how it is written.
    package static var known: String {
        (Measure.allCases.map(\.example) + Habit.allCases.map(\.rawValue) + ["none"])
            .joined(separator: ", ")
    }

    /// Words between spaces or commas; `none`, and the empty text, are no fault. `stuck=3` is
    /// both `stuck-on=3` and `stuck-off=3`: the outlet stays as it is.
    package init(parsing text: some StringProtocol) throws(FaultTextError) {
        self.init()
        for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) where word != "none" {
            try add(String(word))
        }
    }

    private mutating func add(_ word: String) throws(FaultTextError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 1, let habit = Habit(rawValue: word) {
            habits.insert(habit)
        } else if parts.count == 2, let measure = Measure(rawValue: String(parts[0])) {
            try set(measure, String(parts[1]))
        } else {
            throw .unknownFault(word)
        }
    }

    private mutating func set(_ measure: Measure, _ value: String) throws(FaultTextError) {
        switch measure {
        case .late: late = try duration(measure, value)
        case .actsLate: actsLate = try duration(measure, value)
        case .pace: pace = try duration(measure, value)
        case .stuck:
            let outlet = try outlet(measure, value)
            stuckOn.insert(outlet)
            stuckOff.insert(outlet)
        case .stuckOn: stuckOn.insert(try outlet(measure, value))
        case .stuckOff: stuckOff.insert(try outlet(measure, value))
        case .answersFor: answersFor = try outlet(measure, value)
        case .loseReceived: losesReceived.insert(try count(measure, value, Self.largestCount))
        case .loseSent: losesSent.insert(try count(measure, value, Self.largestCount))
        case .noise: noise = try count(measure, value, Self.mostNoise)
        case .pending: pending = try count(measure, value, Self.largestCount)
        case .drop: dropsAfter = try count(measure, value, Self.largestCount)
        }
    }

    private func duration(
        _ measure: Measure, _ value: String
    ) throws(FaultTextError) -> Duration {
        let isShort = value.hasSuffix("ms")
        let digits = value.dropLast(isShort ? 2 : 1)
        guard value.hasSuffix("s"), let number = plainNumber(digits),
            case let duration = Duration.milliseconds(isShort ? number : number * 1000),
            duration <= Self.longestDelay
        else {
            throw .badValue(
                fault: measure.rawValue, value: value,
                wanted: "whole seconds or milliseconds up to an hour, such as 8s or 350ms")
        }
        return duration
    }

    private func outlet(_ measure: Measure, _ value: String) throws(FaultTextError) -> OutletName {
        guard let outlet = OutletName(value) else {
            throw .badValue(fault: measure.rawValue, value: value, wanted: "an outlet, such as 3")
        }
        return outlet
    }

    private func count(
        _ measure: Measure, _ value: String, _ largest: Int
    ) throws(FaultTextError) -> Int {
        guard let number = plainNumber(value[...]), (1...largest).contains(number) else {
            throw .badValue(
                fault: measure.rawValue, value: value, wanted: "a number from 1 to \(largest)")
        }
        return number
    }

    /// At most nine digits and nothing else: no sign, and no overflow further on.
    private func plainNumber(_ text: Substring) -> Int? {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let isPlain = (1...9).contains(text.utf8.count) && text.utf8.allSatisfy(digits.contains)
        return isPlain ? Int(text) : nil
    }
}

extension Faults: CustomStringConvertible {
    /// As `init(parsing:)` reads it; `none` without faults.
    package var description: String {
        let words =
            durations + outlets(stuckOn, .stuckOn) + outlets(stuckOff, .stuckOff)
            + outlets(Set(answersFor.map { [$0] } ?? []), .answersFor)
            + counts(losesReceived, .loseReceived) + counts(losesSent, .loseSent)
            + counts(noise > 0 ? [noise] : [], .noise)
            + counts(pending > 0 ? [pending] : [], .pending)
            + counts(Set(dropsAfter.map { [$0] } ?? []), .drop)
            + Habit.allCases.filter(has).map(\.rawValue)
        return words.isEmpty ? "none" : words.joined(separator: " ")
    }

    private var durations: [String] {
        let all: [(Measure, Duration)] = [(.late, late), (.actsLate, actsLate), (.pace, pace)]
        return all.filter { $0.1 > .zero }.map { measure, duration in
            let milliseconds = duration.milliseconds
            let text =
                milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
            return "\(measure.rawValue)=\(text)"
        }
    }

    private func outlets(_ names: Set<OutletName>, _ measure: Measure) -> [String] {
        names.sorted().map { "\(measure.rawValue)=\($0)" }
    }

    private func counts(_ numbers: Set<Int>, _ measure: Measure) -> [String] {
        numbers.sorted().map { "\(measure.rawValue)=\($0)" }
    }
}
