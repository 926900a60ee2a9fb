// BayTech RPC, both generations. The newer one (RPC-4, RPC-18, RPC-22, RPC-28, RPC3-NC, and
// Raritan's PCR) has a prompt such as `RPC3-NC>`; the older one (RPC-2, RPC-3, RPC-5) has menus
// before it. What it shows tells them apart: where there is a menu, the driver goes through it. After
// powerman's baytech*.dev and its simulator, cluster-glue's baytech.c and BayTech's manuals (RPC-3,
// July 1998; DS-RPC, p. 63).

internal import Fencing

struct BayTech: PromptDialect {
    /// How many rows the longest table had.
    private var rowCount = 0
    private(set) var allRead: [OutletName: PowerState] = [:]

    let traits = DriverTraits(
        name: "baytech", readsBack: .yes, patience: .seconds(300), maximalLatency: .seconds(10),
        leavesAfter: .seconds(30))
    let farewell = Array("logout\r".utf8)
    let answersNameOutlets = true
    /// `status` is not like `on 3`.
    let questionsAreHarmless = true

    /// `0`, and no number at all, mean every outlet: they are never sent.
    func objection(to outlet: OutletName) -> String? {
        OutletTalk.isNumber(outlet, upTo: OutletTable.mostOutlets)
            ? nil : "a BayTech's outlets are numbers from 1, not \(outlet)"
    }

    func pause(_ line: String) -> Pause? {
        if Self.isPrompt(line) { return .prompt }
        return line.lowercased().hasSuffix("enter selection>") ? .menu : nil
    }

    /// `RPC3-NC>`, `RPC-28A>`, `PCR8>`, `DS-RPC>`, `RPC >`, `MMP-14>`, and nothing else on the line.
    private static func isPrompt(_ line: String) -> Bool {
        guard line.hasSuffix(">"), line.utf8.count <= 24,
            ["RPC", "PCR", "PCS", "MMP", "DS-RPC", "DS RPC"].contains(where: line.hasPrefix)
        else { return false }
        return line.dropLast().utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: " "):
                true
            default: false
            }
        }
    }

    /// `1)...Outlet Control`, if this is the menu that has it; else a CR, which goes one menu up.
    func wayOut(ofMenu lines: [String]) -> Move {
        for line in lines {
            guard let dots = line.firstRange(of: ")..."), let number = Int(line[..<dots.lowerBound])
            else { continue }
            if line[dots.upperBound...].lowercased() == "outlet control" {
                return .press(Array("\(number)\r".utf8))
            }
        }
        return .press(enter)
    }

    func line(for task: SwitchTask) -> String {
        switch task {
        case .greet: ""
        case .command(let command, let outlet): "\(command.rawValue) \(outlet)"
        case .read: "status"
        }
    }

    func refusal(in lines: [String]) -> String? {
        OutletTalk.line(in: lines, with: ["input error"])
    }

    mutating func reading(of outlet: OutletName, in lines: [String]) -> Reading? {
        var table = OutletTable()
        for line in lines { BayTechRow.all(in: line).forEach { table.add($0) } }
        guard !table.isEmpty else { return nil }
        allRead = table.states(formerCount: rowCount)
        let reading = table.reading(of: outlet.text, formerCount: rowCount)
        if reading.state != .unknown { rowCount = table.count }
        return reading
    }
}

/// The rows of a BayTech's table. With a prompt only: ` 3)...Outlet  3       : On`, in one or two
/// columns. With menus: `      3       Outlet 3    3       On`, the selection's number, a name, the
/// outlet's number, the state. The first number is the one that commands take.
enum BayTechRow {
    private static let mark = Array(")...".utf8)
    private static let on = Array("On".utf8)
    private static let off = Array("Off".utf8)
    private static let outlet = Array("Outlet".utf8)

    static func all(in line: String) -> [OutletTable.Row] {
        let text = Array(line.utf8)[...]
        let cells = text.pieces(around: mark)
        if cells.count > 1 {
            // The number of each cell stands at the end of the piece before it.
            return zip(cells, cells.dropFirst()).compactMap { before, cell in
                number(endOf: before).map { row($0, cell.trimmingBlanks) }
            }
        }
        return columns(text).map { [$0] } ?? []
    }

    private static func row(_ number: Int, _ cell: ArraySlice<UInt8>) -> OutletTable.Row {
        let word =
            cell.lastIndex(of: UInt8(ascii: ":")).flatMap {
                cell[($0 + 1)...].blankSeparated.first
            } ?? []
        return OutletTable.Row(
            key: "\(number)", state: state(word), text: String(decoding: cell, as: UTF8.self),
            alsoKnownAs: ownNumber(cell.blankSeparated[...]))
    }

    private static func columns(_ line: ArraySlice<UInt8>) -> OutletTable.Row? {
        let words = line.blankSeparated
        guard words.count >= 3, let word = words.last, state(word) != .unknown,
            let selection = number(words[0]), number(words[words.count - 2]) != nil
        else { return nil }
        return OutletTable.Row(
            key: "\(selection)", state: state(word), text: String(decoding: line, as: UTF8.self),
            alsoKnownAs: ownNumber(words.dropFirst().dropLast(2)))
    }

    /// Of an outlet that nobody has named: `Outlet  3`.
    private static func ownNumber(_ words: ArraySlice<ArraySlice<UInt8>>) -> String? {
        guard words.count > 1, words[words.startIndex].elementsEqual(outlet) else { return nil }
        return number(words[words.startIndex + 1]).map { "\($0)" }
    }

    private static func number(endOf text: ArraySlice<UInt8>) -> Int? {
        number(text.suffix(while: { (0x30...0x39).contains($0) }))
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        Int(String(decoding: digits, as: UTF8.self))
    }

    private static func state(_ word: ArraySlice<UInt8>) -> PowerState {
        if word.elementsEqual(on) { return .on }
        return word.elementsEqual(off) ? .off : .unknown
    }
}
