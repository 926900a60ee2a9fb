// A switch with a prompt: one line is typed, and the prompt comes back behind the answer.

internal import Fencing

protocol PromptDialect: ConsoleDialect {
    /// What the switch said against it, if it did.
    func refusal(in lines: [String]) -> String?
    /// What it says of the outlet; nil if it says nothing of any outlet yet.
    mutating func reading(of outlet: OutletName, in lines: [String]) -> Reading?
    /// The way from a menu to the prompt, where a model has menus.
    func wayOut(ofMenu lines: [String]) -> Move
    /// What to say to a question with yes and no.
    func answer(to question: String, _ turn: Turn) -> Move
}

/// What an answer says of one outlet; the remark tells why that is unknown.
struct Reading: Hashable, Sendable {
    var state: PowerState
    var remark: String?

    static func unknown(_ remark: String) -> Reading { Reading(state: .unknown, remark: remark) }
}

extension PromptDialect {
    func wayOut(ofMenu lines: [String]) -> Move { .end(.broken("it shows a menu")) }

    mutating func move(at pause: Pause, _ turn: Turn) -> Move {
        switch pause {
        case .question(let question): return answer(to: question, turn)
        case .menu:
            return turn.hasEntered ? .end(.broken("it went to a menu")) : wayOut(ofMenu: turn.lines)
        case .user, .password, .more: return .wait
        case .prompt: return atPrompt(turn)
        }
    }

    /// One answer for every question: yes, if it is about our outlet.
    func answer(to question: String, _ turn: Turn) -> Move {
        answer(
            to: question, turn, yes: Array("Y".utf8) + enter, no: Array("N".utf8) + enter)
    }

    func answer(to question: String, _ turn: Turn, yes: [UInt8], no: [UInt8]) -> Move {
        guard case .command(_, let outlet) = turn.task, turn.hasEntered else { return .press(no) }
        let said = turn.lines + [question]
        if let other = OutletTalk.other(than: outlet, in: said) ?? OutletTalk.all(in: said) {
            let reason = "told to switch outlet \(outlet), it asked about `\(other)`"
            return .pressAndEnd(no, .broken(reason))
        }
        return .press(yes)
    }

    private mutating func atPrompt(_ turn: Turn) -> Move {
        switch turn.task {
        case .greet: return .end(.greeted)
        case .command where !turn.hasEntered, .read where !turn.hasEntered:
            return .type(line(for: turn.task))
        case .command:
            let refusal = refusal(in: turn.lines)
            return .end(refusal.map { .refused("it said `\($0)`") } ?? .acknowledged)
        case .read(let outlet):
            if let refusal = refusal(in: turn.lines) {
                return .end(.refused("it said `\(refusal)`"))
            }
            guard let reading = reading(of: outlet, in: turn.lines) else { return .wait }
            return .end(.reading(reading.state, remark: reading.remark))
        }
    }
}

/// What switches say about outlets, whatever the model.
enum OutletTalk {
    /// Words that name an outlet's number: `Turn Off Outlet 3 (Y/N)?`, `Plug 3: web`.
    private static let nouns = ["outlet", "plug"]

    /// A line whose first outlet has a number that is not that of `outlet`. Names are not compared:
    /// an outlet may be called like another one's number.
    static func other(than outlet: OutletName, in lines: [String]) -> String? {
        lines.first { line in
            let words = line.lowercased().split { !($0.isLetter || $0.isNumber) }
            let pair = zip(words, words.dropFirst()).first { noun, number in
                nouns.contains(String(noun)) && Int(number) != nil
            }
            return pair.map { $0.1 != outlet.text } ?? false
        }
    }

    /// A line about all of them: `Turn off all outlets (Y/N)?`.
    static func all(in lines: [String]) -> String? {
        lines.first { line in
            let words = line.lowercased().split { !($0.isLetter || $0.isNumber) }
            return zip(words, words.dropFirst()).contains { first, second in
                first == "all" && ["outlets", "plugs", "ports", "outlet", "plug"].contains(second)
            }
        }
    }

    /// The first line with one of these words in it, in whatever case.
    static func line(in lines: [String], with words: [String]) -> String? {
        let any = AnyWord(words)
        return lines.first(where: any.stands)
    }

    /// `least` to `most`, and written the plain way.
    static func isNumber(_ outlet: OutletName, from least: Int = 1, upTo most: Int) -> Bool {
        guard let number = Int(outlet.text), String(number) == outlet.text else { return false }
        return (least...most).contains(number)
    }
}
