// What is particular about one family of UPSes: a machine on its own UPS is off when the UPS's output
// is. They are asked a word, and answer with a line; none of them has a session.

internal import Fencing

protocol UPSLanguage: Sendable {
    var traits: DriverTraits { get }
    /// Characters that the UPS puts into anything that it says, to tell of something else.
    var alerts: Set<UInt8> { get }
    /// What is asked or told, one after the other.
    func asks(for task: SwitchTask) -> [UPSAsk]
    /// What a line means as the answer.
    func verdict(on line: String, to ask: UPSAsk) -> UPSVerdict
    /// What the answers to a reading's asks say together.
    func reading(_ answers: [String]) -> Reading
    /// Whether the answers to a reading say that it is about to switch off.
    func isCountingDown(_ answers: [String]) -> Bool
}

extension UPSLanguage {
    func isCountingDown(_ answers: [String]) -> Bool { false }
}

struct UPSAsk: Hashable, Sendable {
    let text: String
    let wait: Wait

    enum Wait: Hashable, Sendable {
        /// For the line that answers.
        case answer
        /// So long; saying nothing is consent.
        case silence(Duration)
    }
}

enum UPSVerdict: Hashable, Sendable {
    case answer
    case refusal(String)
    /// It has understood something else than what was sent: for so long its output may move by
    /// itself, and being dead now proves nothing.
    case damage(String, for: Duration)
    /// Something else: noise, or an answer to what was asked before.
    case nothing
}
