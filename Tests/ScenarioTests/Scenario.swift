// A scenario as it is read from its file: a site, and lines that do something or expect something.

import Fencing

struct Scenario: Sendable, CustomStringConvertible {
    let file: String
    /// Its first line: what it shows.
    let shows: String
    var site = Draft()
    var repetitions = 1
    /// Two nodes that change places, at random, in every repetition.
    var swaps: [String] = []
    var timeline: [Line] = []

    /// `07-old-since` has the number 7.
    var number: Int { Int(file.prefix { $0.isNumber }) ?? 0 }
    var description: String { file }

    struct Line: Hashable, Sendable {
        let number: Int
        let text: String
        /// Since the beginning; where it is a range, each repetition draws its own.
        let at: ClosedRange<Duration>
        let step: Step
    }

    enum Step: Hashable, Sendable {
        case act(Act)
        case expect(Expectation)
    }
}

/// Who asks: `node1`, or `node1@old` for one particular session of it.
struct Actor: Hashable, Sendable, CustomStringConvertible {
    let name: String
    let session: String?

    var description: String { session.map { "\(name)@\($0)" } ?? name }
}

enum Act: Hashable, Sendable {
    case ask(Actor, String)
    case connect(Actor)
    /// All its sessions end.
    case leave(Actor)
    /// Its connection stays, and nobody is there.
    case freeze(Actor)
    case wake(Actor)
    case fault(SwitchName, Fault)
    /// Its relay no longer moves.
    case stick(Outlet)
    case loosen(Outlet)
    case press(Outlet, PowerCommand)
    case ledger(LedgerMood)
    case crash(CrashPoint)
    case start(boot: String?)
    case stop
    case wallClock(Duration)
}

/// How a switch is from now on.
enum Fault: Hashable, Sendable {
    case well
    /// It acts and answers this much after it was told.
    case takes(ClosedRange<Duration>)
    /// It says what was before, and acts this much later, however impatient one is.
    case actsLate(Duration)
    /// It acts, and nothing can be read.
    case mute
    /// Commands to it are lost, and nothing can be read.
    case dead
    /// Commands to it are lost; it says what is.
    case deaf
    /// The line is down: nothing can be sent, nothing can be read.
    case unplugged
}

enum LedgerMood: String, Hashable, Sendable, CaseIterable {
    case takes = "takes entries"
    /// Nothing is written, and it says so.
    case refuses = "refuses"
    /// Nobody can say whether the next entry is written: it is, or it is not.
    case failsKept = "fails, entry kept"
    case failsLost = "fails, entry lost"
}

enum CrashPoint: String, Hashable, Sendable, CaseIterable {
    case now = ""
    case beforeRecord = "before its next record"
    /// It is on the disk, and nothing that follows from it was done.
    case afterRecord = "after its next record"
}

enum Expectation: Hashable, Sendable {
    /// The next thing that it heard, and that no line has named yet.
    case hears(Actor, Heard)
    case hearsNothing(Actor)
    case outlet(Outlet, PowerCommand)
    /// At every moment so far.
    case stayed(Outlet, PowerCommand)
    case told(Outlet, PowerCommand, times: Int)
    case node(NodeName, [Field])
    /// The next page that no line has named yet.
    case page([String])
    case noPage

    enum Heard: Hashable, Sendable {
        /// One list of fields for each line of the reply, or one list that the first line has.
        case reply(UInt8, [[Field]])
        /// ssh lost its connection: status 255.
        case closed
    }

    /// `key=value`, or `key~part` for a value that contains it.
    struct Field: Hashable, Sendable, CustomStringConvertible {
        let key: String
        let value: String
        let isWhole: Match

        enum Match: Hashable, Sendable {
            case whole
            case part
        }

        var description: String { key + (isWhole == .whole ? "=" : "~") + value }

        func holds(of seen: String) -> Bool {
            switch isWhole {
            case .whole: seen == value
            case .part: seen.contains(value)
            }
        }
    }
}
