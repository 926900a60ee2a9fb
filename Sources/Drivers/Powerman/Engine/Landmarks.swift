// Where a switch may stand, as far as its file tells: what it shows before the login, on the way,
// and when it listens.

internal import Fencing

struct Landmarks: Sendable {
    /// What the login waits for before it sends anything; nil where it begins by sending.
    let question: RegularExpression?
    /// What the login does once it was asked.
    let answer: [Statement]
    /// The login waits for a whole line, a banner, and answers it with one line. A banner is shown once,
    /// and nothing that wakes the switch brings it back; a question would be asked again.
    let answersBanner: Bool
    /// What the login does from the topmost menu on: nothing, where it ends there.
    let descent: [Statement]
    /// What ends a line in this file.
    let lineEnd: [UInt8]
    /// ESC leads back in this file's menus.
    let usesEscape: Bool

    /// What turns the page, where the reading of an outlet comes in pages.
    let pageKeys: [UInt8]?
    /// The login types something that is no line end, and not where commands are typed.
    let hasCredentials: Bool
    /// What the login types, where that may be a password.
    let secrets: [String]
    /// The first thing that the login sends is a line end and nothing else.
    let beginsWithLineEnd: Bool

    /// What the switch shows when it listens.
    private let prompts: [RegularExpression]
    /// What the login waits for in between.
    private let onTheWay: [RegularExpression]

    enum Place: Hashable {
        case question
        case prompt
        /// One with letters in it: no other menu's.
        case ownPrompt
        case onTheWay
    }

    static let escape: UInt8 = 0x1B

    init(_ specification: PowermanSpecification) {
        let login = specification.scripts[.login]?.statements ?? []
        let begins = login.firstIndex { $0.format != nil } ?? login.endIndex
        question = login[..<begins].compactMap(\.expectation).last?.pattern
        let answer = Array(login[begins...])
        self.answer = answer
        answersBanner = answer.formats.count == 1 && question.map(Self.isBanner) ?? false
        let awaited = answer.compactMap(\.expectation?.pattern)
        let reading = specification.readingScript?.statements ?? []
        let listens = [awaited.last, reading.last?.expectation?.pattern].compactMap(\.self)
        prompts = listens
        onTheWay = awaited.filter { pattern in !listens.contains { $0.source == pattern.source } }
        let top = answer.firstIndex { $0.expectation?.pattern.source == awaited.last?.source }
        descent = top.map { Array(answer[($0 + 1)...]) } ?? []
        let sent = Self.walked(specification).flatMap(\.formats)
        let lineEnds = (answer.formats + sent).map(\.lineEnd)
        lineEnd = lineEnds.first { !$0.isEmpty } ?? Array("\r".utf8)
        pageKeys = Self.pageKeys(reading)
        hasCredentials = Self.typesCredentials(login, listens)
        secrets =
            hasCredentials
            ? login.formats.filter { !$0.isLineEnd }.compactMap { $0.filled(with: nil) }
                .map { String(decoding: $0.filter { $0 > 0x20 }, as: UTF8.self) } : []
        beginsWithLineEnd = begins == login.startIndex && login.first?.format?.isLineEnd == true
        usesEscape = sent.contains { $0.pieces.contains(.bytes([Self.escape])) }
    }

    /// The places whose sign stands last; of several signs, the longest counts. Blanks and noise
    /// may follow it, and the echo of the LF behind the CR that was obeyed.
    func places(at screen: [UInt8]) -> Set<Place> {
        let shown = Self.shown(screen)
        let signs: [(Place, RegularExpression)] =
            [question].compactMap(\.self).map { (.question, $0) }
            + prompts.map { ($0.source.contains(where: Self.isLetter) ? .ownPrompt : .prompt, $0) }
            + onTheWay.map { (.onTheWay, $0) }
        let found = signs.flatMap { place, sign in
            (shown...screen.count).compactMap { end in
                sign.lengthOfMatch(endingAt: end, in: screen).map { (place, $0) }
            }
        }
        let longest = found.map(\.1).max()
        return Set(found.filter { $0.1 == longest }.map(\.0))
    }

    static func lastLine(on screen: [UInt8]) -> String {
        ConsoleText(of: screen[..<shown(screen)]).current
    }

    private static func shown(_ screen: [UInt8]) -> Int {
        screen.count - screen.reversed().prefix(while: isNothing).count
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isNothing(_ byte: UInt8) -> Bool {
        !(0x21...0x7E).contains(byte)
    }

    /// What follows the prompt at which commands are typed only sets something.
    private static func typesCredentials(
        _ login: [Statement], _ listens: [RegularExpression]
    ) -> Bool {
        var isInside = false
        for statement in login.all {
            if let awaited = statement.expectation?.pattern.source {
                isInside = listens.contains { $0.source == awaited }
            }
            if let format = statement.format, !format.isLineEnd, !isInside { return true }
        }
        return false
    }

    private static func isBanner(_ awaited: RegularExpression) -> Bool {
        awaited.source.last == UInt8(ascii: "\n")
            || awaited.source.suffix(2).elementsEqual("\\n".utf8)
    }

    private static func pageKeys(_ reading: [Statement]) -> [UInt8]? {
        let steps = reading.all
        return zip(steps, steps.dropFirst()).lazy.compactMap { awaited, answer -> [UInt8]? in
            guard let source = awaited.expectation?.pattern.source, let format = answer.format,
                case .more? = Pause(
                    common: String(decoding: source.filter { $0 != 0x5C }, as: UTF8.self))
            else { return nil }
            return format.filled(with: nil)
        }.first
    }

    /// The scripts that are run.
    private static func walked(_ specification: PowermanSpecification) -> [[Statement]] {
        [
            specification.script(for: .off), specification.script(for: .on),
            specification.readingScript, specification.scripts[.logout],
        ].compactMap { $0?.statements }
    }
}
