// How a trace keeps what matters when more goes over a line than it has room for. A switch that does
// not obey is asked for as long as the shot lasts: what commanded, and what was answered to that, must
// not go for the hundredth answer to the same question.

internal import Fencing

extension LineTrace {
    /// Questions of one poll, at most: one that wakes, one that is typed, one that enters it.
    private static let mostQuestions = 4
    /// Of the latest job, so much of its beginning stays.
    private static let keptEntries = 24
    private static let keptBytes = 2048

    private typealias Wire = [Exchange]

    /// One direction's bytes, until the other's begin.
    private struct Exchange: Hashable {
        let isSent: Bool
        var bytes: [UInt8]
    }

    // MARK: Repetitions

    /// Called when something new begins: if the latest questions and their answers are those before
    /// once more, they are counted and not kept.
    mutating func condense() {
        let run = wireRun(before: entries.count)
        if run.lowerBound > 0,
            case .again(let times, let since, _) = entries[run.lowerBound - 1].what
        {
            let before = wireRun(before: run.lowerBound - 1)
            let count = questions(in: run).count
            let starts = questions(in: before)
            if (1...Self.mostQuestions).contains(count), count <= starts.count,
                isSame(starts[starts.count - count]..<before.upperBound, run)
            {
                return replace(run.lowerBound - 1, times + 1, since: since)
            }
        }
        let starts = questions(in: run)
        for count in 1...Self.mostQuestions where 2 * count <= starts.count {
            let (earlier, later) = (starts[starts.count - 2 * count], starts[starts.count - count])
            if isSame(earlier..<later, later..<run.upperBound) {
                return replace(later, 2, since: entries[earlier].moment)
            }
        }
    }

    private mutating func replace(_ place: Int, _ times: Int, since: Moment) {
        let gone = entries[place...]
        guard let first = gone.first, let last = gone.last else { return }
        byteCount -= gone.map(\.what.count).reduce(0, +)
        entries.removeSubrange(place...)
        entries.append(
            Entry(
                moment: first.moment, until: last.until,
                what: .again(times: times, since: since, last: last.moment)))
    }

    /// Nothing but bytes on the wire.
    private func wireRun(before end: Int) -> Range<Int> {
        let start = entries[..<end].lastIndex { entry in
            switch entry.what {
            case .sent, .received: false
            case .sentSecret, .receivedHidden, .note, .began, .again, .leftOut: true
            }
        }
        return (start.map { $0 + 1 } ?? 0)..<end
    }

    /// Where something is sent behind an answer.
    private func questions(in run: Range<Int>) -> [Int] {
        run.filter { place in
            guard case .sent = entries[place].what else { return false }
            guard place > run.lowerBound, case .sent = entries[place - 1].what else { return true }
            return false
        }
    }

    /// Bytes come in groups as chance has it. A password that ends in one answer and goes on in the next
    /// is found only where both are there.
    private func isSame(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
        let (first, second) = (wire(one), wire(other))
        guard first == second else { return false }
        let heard = first.filter { !$0.isSent }.flatMap(\.bytes)
        return !heard.isEmpty && !secretPlaces(in: heard + heard, .wholeStart).contains(true)
    }

    private func wire(_ range: Range<Int>) -> Wire {
        var wire: Wire = []
        for entry in entries[range] {
            let next: Exchange
            switch entry.what {
            case .sent(let bytes): next = Exchange(isSent: true, bytes: bytes)
            case .received(let bytes): next = Exchange(isSent: false, bytes: bytes)
            case .sentSecret, .receivedHidden, .note, .began, .again, .leftOut: continue
            }
            if wire.last?.isSent == next.isSent {
                wire[wire.count - 1].bytes += next.bytes
            } else {
                wire.append(next)
            }
        }
        return wire
    }

    // MARK: Limits

    /// The oldest goes first; of the latest job, what is behind its beginning.
    mutating func makeRoom() {
        while entries.count > Self.mostEntries || byteCount > Self.mostBytes {
            let kept = keptBeginning
            guard kept.lowerBound == 0, kept.upperBound + 1 < entries.count else {
                byteCount -= entries.removeFirst().what.count
                hasForgotten = true
                continue
            }
            let place = kept.upperBound
            if case .leftOut(let count) = entries[place].what {
                byteCount -= entries.remove(at: place + 1).what.count
                entries[place].what = .leftOut(count + 1)
            } else {
                byteCount -= entries[place].what.count
                entries[place].what = .leftOut(1)
            }
        }
    }

    private var keptBeginning: Range<Int> {
        guard let start = entries.lastIndex(where: { $0.what.isBeginning }) else { return 1..<1 }
        var (end, bytes) = (start, 0)
        while end < entries.count, end < start + Self.keptEntries {
            bytes += entries[end].what.count
            if bytes > Self.keptBytes { break }
            end += 1
        }
        return start..<end
    }
}
