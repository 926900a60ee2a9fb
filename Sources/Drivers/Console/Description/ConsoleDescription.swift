// A switch with a prompt, described: what it shows, what is typed, how its answer is read. A new model
// of this kind is some twenty lines of data and no code, and a site may write them itself.

internal import Fencing

/// The words of one model. What they mean is checked by `DescribedConsole`.
package struct ConsoleDescription: Hashable, Sendable {
    /// For a person.
    package var name: String
    /// Patterns of the lines at which commands are typed, each for a whole line without the blanks
    /// around it.
    package var prompts: [String]
    /// What ends a line that is typed.
    package var enter = LineEnd.cr
    /// What is typed; `{outlet}` stands for the outlet.
    package var off: String
    package var on: String
    /// The question. Without `{outlet}` it is answered with a table of all outlets, which counts as
    /// a whole.
    package var status: String
    /// What is typed before the line is left; nil where nobody is logged in.
    package var logout: String?
    /// `1-24`, or a pattern of the names of single outlets.
    package var outlets: String
    /// The line of an answer that comes before the row and names the outlet, where the row does not.
    package var heading: String?
    /// The line of an answer that tells the state: a pattern with `{state}`, and with `{outlet}`
    /// where it names the outlet. Several rows may stand in one line.
    package var row: String
    /// What `{state}` stands for, as a pattern.
    package var state = "[^ ]+"
    /// The words for `{state}` that mean off, and on. Every other word is unknown.
    package var readsOff: [String]
    package var readsOn: [String]
    /// Parts of lines by which it refuses, in whatever case.
    package var refusals: [String]
    /// The line under a menu, as a pattern; and the item that leads to the prompt, with `{key}` for
    /// what is to be typed. Where no item fits, a line end goes up.
    package var menu: String?
    package var menuItem: String?
    /// What is typed at a question about our outlet, and at any other.
    package var yes = "Y"
    package var no = "N"
    /// The longest time after which a command can still act.
    package var latency: Duration
    /// So long it may say nothing with a command in hand.
    package var silence = Duration.seconds(10)
    /// How a serial port is set.
    package var settings = "9600,8n1"

    package enum LineEnd: String, Hashable, Sendable, CaseIterable {
        case cr
        case lf
        case crlf

        var bytes: [UInt8] {
            switch self {
            case .cr: [0x0D]
            case .lf: [0x0A]
            case .crlf: [0x0D, 0x0A]
            }
        }
    }

    /// As a file calls them.
    package enum Key: String, Hashable, Sendable, CaseIterable {
        case name
        case prompts
        case enter
        case off
        case on
        case status
        case logout
        case outlets
        case heading
        case row
        case state
        case readsOff = "reads_off"
        case readsOn = "reads_on"
        case refusals
        case menu
        case menuItem = "menu_item"
        case yes
        case no
        case latency
        case silence
        case settings
    }

    package init(
        name: String, prompts: [String], off: String, on: String, status: String, outlets: String,
        row: String, readsOff: [String], readsOn: [String], refusals: [String], latency: Duration
    ) {
        self.name = name
        self.prompts = prompts
        self.off = off
        self.on = on
        self.status = status
        self.outlets = outlets
        self.row = row
        self.readsOff = readsOff
        self.readsOn = readsOn
        self.refusals = refusals
        self.latency = latency
    }
}

/// Something in a description that could make a false reading, or nothing at all.
package struct DescriptionFault: Hashable, Sendable {
    package let key: ConsoleDescription.Key
    /// What is wrong.
    package let what: String
    /// What to do.
    package let advice: String
}

/// A description that is not used. Holds every fault.
package struct DescriptionRefused: Error, Hashable, Sendable, CustomStringConvertible {
    package let faults: [DescriptionFault]

    package var description: String {
        faults.map { "\($0.key.rawValue): \($0.what); \($0.advice)" }.joined(separator: "\n")
    }
}
