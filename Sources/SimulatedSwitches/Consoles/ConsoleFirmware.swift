// What all switches that talk as to a person at a terminal have in common: a line that is edited
// and entered, a login before anything is obeyed, long answers in pages, and one person at a time.

package import Fencing

/// What one model says and does, once somebody is logged in.
package protocol ConsoleModel: Sendable {
    var login: LoginScreen { get }
    /// Keys that count at once and are no part of a line: ESC.
    var keys: Set<UInt8> { get }
    /// The first screen after the login.
    mutating func welcome(_ view: ConsoleView) -> [Reply]
    mutating func obey(_ line: String, _ view: ConsoleView) -> [Reply]
    mutating func press(_ key: UInt8, _ view: ConsoleView) -> [Reply]
}

extension ConsoleModel {
    package var keys: Set<UInt8> { [] }
    package mutating func press(_ key: UInt8, _ view: ConsoleView) -> [Reply] { [] }
}

/// What a model may look at while it answers.
package struct ConsoleView {
    let states: [OutletName: PowerState]
    let faults: Faults

    func isOn(_ outlet: OutletName) -> Bool { states[outlet] == .on }
}

package enum Reply: Hashable, Sendable {
    /// A screen, or the end of one: with the fault `pager` it comes in pages.
    case text(String)
    case turn([OutletName], PowerCommand)
    case pause(Duration)
    /// The end of a page, whatever the faults.
    case pageBreak
    case logOut
}

/// What is said before anybody is logged in, and between two pages.
package struct LoginScreen: Hashable, Sendable {
    var banner = ""
    /// Nil where no user name is asked for.
    var userPrompt: String?
    /// Nil where there is no login at all.
    var passwordPrompt: String?
    var user = ""
    var password = ""
    var failure = ""
    /// What somebody hears while somebody else is in.
    var occupied = "\r\nAnother user is logged in.\r\n"
    var pager = Pager()

    package struct Pager: Hashable, Sendable {
        var text = "--More--"
        var key = UInt8(ascii: " ")
    }
}

package struct ConsoleFirmware<Model: ConsoleModel>: Firmware {
    private var model: Model
    private let password: String
    private var place: Place
    private var line: [UInt8] = []
    private var lastByte: UInt8 = 0
    /// Before the byte that is taken.
    private var silence = Duration.zero
    /// Pages of the answer that were not shown yet.
    private var pages: [String] = []

    private enum Place {
        case user
        case password(user: String)
        case inside
    }

    /// Longer lines are cut.
    private static var longestLine: Int { 80 }
    private static var idleTime: Duration { .seconds(5) }
    /// Lines on a page.
    private static var pageLength: Int { 6 }

    package mutating func noteSilence(_ silence: Duration) { self.silence = silence }

    package init(_ model: Model, password: String? = nil) {
        self.model = model
        self.password = password ?? model.login.password
        place = Self.outside(model.login)
    }

    private static func outside(_ login: LoginScreen) -> Place {
        if login.userPrompt != nil { return .user }
        return login.passwordPrompt == nil ? .inside : .password(user: "")
    }

    package mutating func take(
        _ byte: UInt8, outlets: [OutletName: PowerState], faults: Faults
    ) -> [Deed] {
        defer { lastByte = byte }
        let view = ConsoleView(states: outlets, faults: faults)
        if faults.has(.logoff), silence > Self.idleTime {
            (place, pages, line) = (Self.outside(model.login), [], [])
        }
        if !pages.isEmpty { return turnPage(byte) }
        switch byte {
        case UInt8(ascii: "\n") where lastByte == UInt8(ascii: "\r"):
            return []
        case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
            defer { line = [] }
            return entered(String(decoding: line, as: UTF8.self), view)
        case 0x08, 0x7F:
            _ = line.popLast()
            return []
        case _ where model.keys.contains(byte):
            line = []
            guard case .inside = place else { return [] }
            return deeds(model.press(byte, view), faults)
        default:
            if line.count < Self.longestLine { line.append(byte) }
            return []
        }
    }

    private mutating func entered(_ text: String, _ view: ConsoleView) -> [Deed] {
        if view.faults.has(.occupied) {
            place = Self.outside(model.login)
            return [.answer(Array(model.login.occupied.utf8))]
        }
        switch place {
        case .inside:
            return deeds(model.obey(text, view), view.faults)
        case .user where text.isEmpty:
            return [asking(model.login.banner)]
        case .user:
            place = .password(user: text)
            return [.answer(Array("\r\n\(model.login.passwordPrompt ?? "")".utf8))]
        case .password(let user):
            return identify(user, text, view)
        }
    }

    private mutating func identify(
        _ user: String, _ password: String, _ view: ConsoleView
    ) -> [Deed] {
        guard user == model.login.user, password == self.password else {
            place = Self.outside(model.login)
            return [asking(model.login.failure)]
        }
        place = .inside
        return deeds(model.welcome(view), view.faults)
    }

    private func asking(_ before: String) -> Deed {
        .answer(Array("\(before)\r\n\(asked)".utf8))
    }

    private var asked: String { model.login.userPrompt ?? model.login.passwordPrompt ?? "" }
}

// MARK: - Answering

extension ConsoleFirmware {
    /// Texts that follow each other are one answer.
    private mutating func deeds(_ replies: [Reply], _ faults: Faults) -> [Deed] {
        var deeds: [Deed] = []
        var text: [String] = [""]
        for reply in replies {
            switch reply {
            case .text(let more): text[text.count - 1] += more
            case .pageBreak: text.append("")
            case .turn(let outlets, let command):
                deeds += said(&text) + [.turn(outlets, command)]
            case .pause(let time): deeds += said(&text) + [.pause(time)]
            case .logOut:
                place = Self.outside(model.login)
                if model.login.passwordPrompt != nil { text[text.count - 1] += "\r\n\(asked)" }
            }
        }
        pages = faults.has(.pager) ? text.flatMap(Self.pages) : text
        return deeds + showPage()
    }

    private func said(_ text: inout [String]) -> [Deed] {
        defer { text = [""] }
        let whole = text.joined()
        return whole.isEmpty ? [] : [.answer(Array(whole.utf8))]
    }

    private static func pages(_ text: String) -> [String] {
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        return stride(from: 0, to: lines.count, by: pageLength).map { start in
            let end = min(start + pageLength, lines.count)
            return lines[start..<end].joined(separator: "\r\n") + (end < lines.count ? "\r\n" : "")
        }
    }

    private mutating func showPage() -> [Deed] {
        let page = pages.removeFirst() + (pages.count > 0 ? model.login.pager.text : "")
        return page.isEmpty ? [] : [.answer(Array(page.utf8))]
    }

    private mutating func turnPage(_ key: UInt8) -> [Deed] {
        switch key {
        case model.login.pager.key:
            return [.answer(Array("\r\n\r\n".utf8))] + showPage()
        case UInt8(ascii: "n"), UInt8(ascii: "q"):
            pages = [pages[pages.count - 1]]
            return showPage()
        default:
            return []
        }
    }
}
