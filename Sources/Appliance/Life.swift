// Whether the daemon serves, is stopping, or is over. It goes only forward.

internal import Fencing

struct Life {
    private(set) var phase = Phase.serving

    enum Phase: Hashable {
        /// On to `stopping`, or to `over` when the ledger is lost.
        case serving
        /// On to `over`: when what was granted is finished, or at this moment.
        case stopping(by: Moment)
        case over
    }

    /// False where it was asked before: the first deadline stands.
    mutating func stop(by deadline: Moment) -> Bool {
        guard phase == .serving else { return false }
        phase = .stopping(by: deadline)
        return true
    }

    mutating func end() { phase = .over }
}
