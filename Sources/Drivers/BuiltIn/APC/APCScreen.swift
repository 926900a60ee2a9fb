// One of APC's menus, as it stands on the screen: `3- Outlet 3      ON` is a row, `1- Control Outlet`
// an item, `State : ON` a field.

internal import Fencing

struct APCScreen {
    private(set) var items: [Item] = []
    /// Rows that can be chosen by their number.
    private(set) var rows: [OutletTable.Row] = []
    /// `3:ON`, as a MasterSwitch of firmware 1 has them: nothing can be chosen by these.
    private(set) var states: [OutletTable.Row] = []
    private var fields: [String: String] = [:]

    struct Item: Hashable {
        let number: Int
        /// In lower case.
        let label: String

        var words: [Substring] { label.split { !$0.isLetter } }
        var keys: [UInt8] { Array("\(number)\r".utf8) }
    }

    init(_ lines: [String]) {
        for line in lines { add(line) }
    }

    /// The number of the outlet that the screen is about.
    var outlet: String? { fields["outlet"] }
    var isAboutOneOutlet: Bool { fields["state"] != nil || fields["outlet"] != nil }

    func item(_ isWanted: (Item) -> Bool) -> Item? {
        let found = Set(items.filter(isWanted))
        return found.count == 1 ? found.first : nil
    }

    /// What leads to all outlets at once.
    var master: Item? {
        items.first { $0.words.contains("master") && !$0.label.hasPrefix("configure") }
    }

    /// `Immediate Off`, or whatever else switches this outlet and no other, at once and once.
    func action(_ command: PowerCommand) -> Item? {
        item { $0.label == "immediate \(command.rawValue)" }
            ?? item { item in
                item.words.contains(Substring(command.rawValue))
                    && !item.words.contains { Self.otherActions.contains(String($0)) }
            }
    }

    private static let otherActions = [
        "delayed", "reboot", "graceful", "sequenced", "all", "master", "configure", "cancel",
    ]

    private mutating func add(_ line: String) {
        if let dash = line.firstRange(of: "- "), let number = Int(line[..<dash.lowerBound]) {
            addChoice(number, String(line[dash.upperBound...]).trimmingBlanks, line)
            return
        }
        let words = line.split(separator: " ")
        let found = words.compactMap { Self.state(String($0), line) }
        if !found.isEmpty {
            states += found
        } else if let colon = line.firstIndex(of: ":") {
            let name = String(line[..<colon]).trimmingBlanks.lowercased()
            fields[name] = String(line[line.index(after: colon)...]).trimmingBlanks
        }
    }

    private mutating func addChoice(_ number: Int, _ label: String, _ line: String) {
        guard let state = Self.state(of: label) else {
            items.append(Item(number: number, label: label.lowercased()))
            return
        }
        rows.append(OutletTable.Row(key: "\(number)", state: state, text: line))
    }

    /// At the end of a row, or in a column of its own with another one behind it.
    private static func state(of label: String) -> PowerState? {
        let words = label.split(separator: " ", omittingEmptySubsequences: false)
        if let last = words.last, let state = rowStates[String(last)] { return state }
        let columns = words.indices.dropFirst(2).filter { place in
            rowStates[String(words[place])] != nil && words[place - 1].isEmpty
                && words.indices.contains(place + 1) && words[place + 1].isEmpty
        }
        // Two of them, and nobody knows which column is the state's.
        guard let place = columns.first else { return nil }
        return columns.count == 1 ? rowStates[String(words[place])] : .unknown
    }

    /// With a star, something is still to happen.
    private static let rowStates: [String: PowerState] = [
        "ON": .on, "OFF": .off, "ON*": .unknown, "OFF*": .unknown,
    ]

    private static func state(_ word: String, _ line: String) -> OutletTable.Row? {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, Int(parts[0]) != nil, let state = rowStates[parts[1]] else {
            return nil
        }
        return OutletTable.Row(key: parts[0], state: state, text: line)
    }
}
