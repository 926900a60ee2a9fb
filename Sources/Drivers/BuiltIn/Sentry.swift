// Server Technology's Sentry Switched CDU, firmware 5 to 7, and what is sold with it inside: Rittal,
// MGE. A prompt such as `Switched CDU:`, outlets such as `.AA3`, and two states for each: what the
// outlet says of itself, and what the controller makes of it. After powerman's sentry_cdu.dev,
// fence-agents' fence_cdu and Server Technology's PT22 and PT40 manuals (pp. 25, 26).

internal import Fencing

struct Sentry: PromptDialect {
    let traits = DriverTraits(
        name: "sentry", readsBack: .yes, patience: .seconds(300), maximalLatency: .seconds(10),
        leavesAfter: .seconds(30))
    let farewell = Array("logout\r".utf8)

    /// A name could be a group's, or `all`.
    func objection(to outlet: OutletName) -> String? {
        let name = outlet.text.drop { $0 == "." }
        let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }
        let letters = name.dropLast(digits.count)
        let isPlain =
            (1...2).contains(digits.count) && (1...2).contains(letters.count)
            && letters.allSatisfy { $0.isASCII && $0.isLetter }
            && outlet.text.utf8.count - name.utf8.count <= 1
        return isPlain ? nil : "a Sentry's outlets are written .A3 or .AA3, not \(outlet)"
    }

    /// `Switched CDU:`, `Switched PDU:`, `Sentry:`, and nothing else on the line.
    func pause(_ line: String) -> Pause? {
        let isPrompt = ["Switched CDU:", "Switched PDU:", "Smart CDU:", "Sentry:"].contains(line)
        return isPrompt ? .prompt : nil
    }

    func line(for task: SwitchTask) -> String {
        switch task {
        case .greet: ""
        case .command(let command, let outlet): "\(command.rawValue) \(outlet)"
        case .read(let outlet): "status \(outlet)"
        }
    }

    func refusal(in lines: [String]) -> String? {
        OutletTalk.line(
            in: lines,
            with: ["invalid", "not found", "insufficient", "denied", "command error", "locked"])
    }

    func reading(of outlet: OutletName, in lines: [String]) -> Reading? {
        let rows = lines.compactMap(Row.init)
        guard !rows.isEmpty else { return nil }
        let asked = Row.bare(outlet.text)
        let own = Set(rows.filter { Row.bare($0.outlet) == asked })
        guard let row = own.first, own.count == 1 else {
            let named = rows.map(\.outlet).joined(separator: " ")
            return .unknown("asked about \(outlet), it told of \(named)")
        }
        return row.reading
    }

    /// `.AA3  web1  On  Idle On`: the outlet's own state, and the controller's. PRO2 units (firmware 8)
    /// write `AA3` without the dot, and in the last column whether all is normal.
    private struct Row: Hashable {
        let outlet: String
        let own: String
        let control: String
        let text: String

        init?(_ line: String) {
            let words = line.split(separator: " ").map(String.init)
            guard let name = words.first, Self.isOutlet(name), words.count >= 3 else { return nil }
            let isTwoWords = ["Idle", "Wake", "Pend"].contains(words[words.count - 2])
            let ownIndex = words.count - (isTwoWords ? 3 : 2)
            guard ownIndex >= 1 else { return nil }
            (outlet, text) = (name, line)
            own = words[ownIndex]
            control = words[(ownIndex + 1)...].joined(separator: " ")
        }

        /// `AA3`, in upper case and without the dot.
        static func bare(_ name: String) -> String {
            (name.hasPrefix(".") ? String(name.dropFirst()) : name).uppercased()
        }

        private static func isOutlet(_ name: String) -> Bool {
            if name.hasPrefix(".") { return true }
            let digits = name.utf8.drop { (0x41...0x5A).contains($0 & ~0x20) }
            let letters = name.utf8.count - digits.count
            return (1...2).contains(letters) && (1...2).contains(digits.count)
                && digits.allSatisfy { (0x30...0x39).contains($0) }
        }

        /// Only where both say off, it is. `Pend Off` and `Reboot` are on their way somewhere;
        /// `Wake Off` is what it had when the mains came back.
        var reading: Reading {
            switch (own, control) {
            case ("Off", "Off"), ("Off", "Normal"): Reading(state: .off)
            case ("On", "On"), ("On", "Normal"), ("On", "Idle On"), ("On", "Wake On"):
                Reading(state: .on)
            default: .unknown("its row says `\(text)`")
            }
        }
    }
}
