// Western Telematic's switches without menus: NPS, IPS, TPS, NBB, VMR, MPC, RSM, and Black Box's
// copies. A prompt such as `NPS>`, commands that begin with a slash, and a table whose columns are
// found by their heads. After WTI's NPS, IPS-400, NPS-2HD and MPC manuals, powerman's wti.dev,
// cluster-glue's wti_nps.c and fence-agents' fence_wti.

internal import Fencing

struct WTI: PromptDialect {
    /// How many rows the longest table had.
    private var rowCount = 0
    private(set) var allRead: [OutletName: PowerState] = [:]

    let traits = DriverTraits(
        name: "wti", readsBack: .yes, patience: .seconds(300), maximalLatency: .seconds(30),
        leavesAfter: .seconds(30))
    /// The prompt comes back when the command is carried out, and not before.
    let silence = Duration.seconds(30)
    let farewell = Array("/X,Y\r".utf8)

    /// `*`, `1+3` and `1:3` mean several of them.
    func objection(to outlet: OutletName) -> String? {
        let letters = outlet.text.prefix { $0.isASCII && $0.isLetter }
        let isPlain =
            letters.utf8.count <= 1
            && OutletName(String(outlet.text.dropFirst(letters.count))).map {
                OutletTalk.isNumber($0, upTo: OutletTable.mostOutlets)
            } == true
        return isPlain ? nil : "a WTI's plugs are numbers such as 3, or A3, not \(outlet)"
    }

    /// `NPS>`, `RPB+>`, `VMR-8HD20-1>`, and nothing else on the line.
    func pause(_ line: String) -> Pause? {
        guard line.hasSuffix(">"), (3...24).contains(line.utf8.count),
            line.utf8.first.map({ (0x41...0x5A).contains($0) }) == true
        else { return nil }
        let isPrompt = line.dropLast().utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
        return isPrompt ? .prompt : nil
    }

    func line(for task: SwitchTask) -> String {
        switch task {
        case .greet: ""
        case .command(.on, let outlet): "/ON \(outlet)"
        case .command(.off, let outlet): "/OFF \(outlet)"
        case .read: "/S"
        }
    }

    func refusal(in lines: [String]) -> String? {
        OutletTalk.line(
            in: lines.filter { !$0.contains("|") }, with: ["invalid", "denied", "not allowed"])
    }

    mutating func reading(of outlet: OutletName, in lines: [String]) -> Reading? {
        guard let table = WTITable.read(lines) else { return nil }
        allRead = table.states(formerCount: rowCount)
        let reading = table.reading(of: outlet.text, formerCount: rowCount)
        if reading.state != .unknown { rowCount = table.count }
        return reading
    }
}

/// ` 3   | web1 | (undefined) |   ON   |  0.5 Secs  |   ON    |`, below a head that says which
/// column is the status. A row with another number of columns is damaged.
enum WTITable {
    /// Nil where there is no row.
    static func read(_ lines: [String]) -> OutletTable? {
        var table = OutletTable()
        var head: [String]?
        for line in lines where line.contains("|") {
            let cells = cells(line)
            if cells.first?.lowercased() == "plug" {
                head = cells.map { $0.lowercased() }
            } else if let status = head?.firstIndex(of: "status"), cells.count == head?.count {
                table.add(
                    OutletTable.Row(key: cells[0], state: state(cells[status]), text: line))
            } else {
                table.noteDamage("a line says `\(line)`")
            }
        }
        return table.isEmpty ? nil : table
    }

    private static func cells(_ line: String) -> [String] {
        var cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
            String($0).trimmingBlanks
        }
        if cells.last == "" { cells.removeLast() }
        return cells
    }

    /// A star is a plug that is still busy, and takes what it is told only later.
    private static func state(_ cell: String) -> PowerState {
        switch cell {
        case "ON": .on
        case "OFF": .off
        default: .unknown
        }
    }
}
