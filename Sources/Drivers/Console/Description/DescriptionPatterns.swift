// The patterns of a description, compiled, and everything that is wrong with them. A pattern that
// matches whatever the switch says would make a lie of an error; so would a prompt that is also a
// question for a password.

internal import Fencing

struct DescriptionPatterns: Sendable {
    let prompts: [LinePattern]
    let menu: LinePattern?
    let menuItem: LinePattern?
    let heading: LinePattern?
    let row: LinePattern
    let outlets: OutletRule
    /// The question is about all outlets.
    let isTable: Bool

    /// A row says which outlet it is about, or the line before it does.
    var namesOutlets: Bool { row.has(.outlet) || heading != nil }

    /// Several only where each names its outlet.
    func rows(in line: String) -> [LinePattern.Found] { row.rows(in: line) }

    static let outletPlace = "{outlet}"

    /// Throws every fault.
    init(_ description: ConsoleDescription) throws(DescriptionRefused) {
        var gathered = Faults()
        gathered.checkWords(of: description)
        let outlets = gathered.outlets(description.outlets)
        let name = outlets?.pattern ?? "[0-9]+"
        prompts = description.prompts.compactMap { gathered.prompt($0) }
        menu = description.menu.flatMap { gathered.prompt($0, .menu) }
        menuItem = description.menuItem.flatMap {
            gathered.pattern($0, .menuItem, [.key: "[A-Za-z0-9]+"], wants: [.key])
        }
        heading = description.heading.flatMap {
            gathered.pattern($0, .heading, [.outlet: name], wants: [.outlet])
        }
        let row = gathered.pattern(
            description.row, .row, [.outlet: name, .state: description.state], wants: [.state])
        isTable = !description.status.contains(Self.outletPlace)
        if let row {
            let names = DescriptionNames(
                description, row, heading, prompts + [menu].compactMap(\.self), outlets)
            gathered.checkRow(names, isTable: isTable)
            gathered.checkEchoes(names)
        }
        gathered.checkTable(outlets, isTable: isTable)
        guard let row, let outlets, gathered.all.isEmpty else {
            throw DescriptionRefused(faults: gathered.all)
        }
        (self.row, self.outlets) = (row, outlets)
    }
}

/// Which names are one outlet's.
enum OutletRule: Sendable, CustomStringConvertible {
    case numbers(ClosedRange<Int>)
    case names(LinePattern, written: String)

    static let mostOutlets = 999

    /// `{outlet}` in a row stands for any number, also for one that the model has not.
    var pattern: String {
        switch self {
        case .numbers: "[0-9]+"
        case .names(_, let written): written
        }
    }

    func has(_ outlet: OutletName) -> Bool {
        switch self {
        case .numbers(let range):
            OutletTalk.isNumber(outlet, from: range.lowerBound, upTo: range.upperBound)
        case .names(let pattern, _): pattern.match(outlet.text) != nil
        }
    }

    /// A word that may be the name of an outlet, perhaps of one that the model has not.
    func mayName(_ word: String) -> Bool {
        switch self {
        case .numbers: !word.isEmpty && word.utf8.allSatisfy { (0x30...0x39).contains($0) }
        case .names(let pattern, _): pattern.match(word) != nil
        }
    }

    var description: String {
        switch self {
        case .numbers(let range): "numbers from \(range.lowerBound) to \(range.upperBound)"
        case .names(_, let written): "such as the pattern `\(written)`"
        }
    }
}
