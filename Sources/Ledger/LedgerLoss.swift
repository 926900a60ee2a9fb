// What a ledger lacks, compared with its mark, in words: and the way out.

package import Fencing

package enum LedgerLoss: Hashable, Sendable {
    /// There is a mark, and no ledger.
    case missing(HighWaterMark)
    case behind(HighWaterMark, LedgerSequence)
    case otherLedger(HighWaterMark, LedgerSequence)
    /// The same ledger by its identity, with another entry where the mark stands.
    case otherHistory(HighWaterMark, LedgerSequence)
    case markMissing(LedgerSequence)
    case markUnreadable(String)

    /// What was seen, in a sentence without its end.
    package func finding(_ path: String, _ mark: String) -> String {
        switch self {
        case .missing(let last):
            "it is gone: \(mark) says that it had come to entry \(last.sequence)"
        case .behind(let last, let head):
            "it ends at entry \(head), but had come to entry \(last.sequence), says \(mark): it is "
                + "an older copy, or was put back"
        case .otherLedger(let last, let head):
            "it is another ledger (of \(head) entries) than the one that had come to entry "
                + "\(last.sequence), says \(mark)"
        case .otherHistory(let last, let head):
            "it ends at entry \(head), and its entry \(last.sequence) is not the one that \(mark) "
                + "knows: two copies of one ledger were written to"
        case .markMissing(let head):
            "it ends at entry \(head), and \(mark), which says how far it had come, is gone: it may "
                + "be an older copy"
        case .markUnreadable(let why): why
        }
    }

    func description(_ path: String, _ mark: String) -> String {
        "ledger \(path): \(finding(path, mark)). Nodes that it takes for members may have been shot "
            + "since, so picketd does not start with it. Put back the ledger and the mark that "
            + "belong together; or, where they are lost, run `picket ledger adopt`: it says what "
            + "follows, and changes nothing before you agree"
    }
}
