// Who talks as to a person tells who it is, by its banner, by its prompt, or by how it asks for a
// name. After the sources that each driver names.

enum ConsoleSignature {
    static func recognise(_ answer: [UInt8]) -> [Recognition] {
        let text = String(decoding: answer.map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
        let lines = text.split { $0 == "\r" || $0 == "\n" || $0 == "\r\n" }
            .map { String($0.filter { $0 != "\u{08}" && $0 != "\u{07}" }).trimmingBlanks }
            .filter { !$0.isEmpty }
        guard let last = lines.last else { return [] }
        let named = brands.filter { brand in
            brand.signs.contains { sign in lines.contains { $0.lowercased().contains(sign) } }
        }
        if let brand = named.first, named.count == 1 {
            return [Recognition(brand.driver, .certain, "it said `\(brand.shown(in: lines))`")]
        }
        return prompt(last, among: lines) ?? login(last) ?? []
    }

    private struct Brand {
        let driver: String
        /// In lower case.
        let signs: [String]

        func shown(in lines: [String]) -> String {
            lines.first { line in signs.contains { line.lowercased().contains($0) } } ?? ""
        }
    }

    private static let brands = [
        Brand(driver: "baytech", signs: ["bay technical", "baytech", "rpc-3 telnet host"]),
        Brand(
            driver: "apc",
            signs: ["american power conversion", "schneider electric", "user name :", "apc>"]),
        Brand(driver: "cyclades-pm", signs: ["alterpath pm", "cyclades"]),
        Brand(
            driver: "sentry",
            signs: [
                "server technology", "sentry switched", "switched cdu", "switched pdu",
                "switched pro2",
            ]),
        Brand(driver: "raritan", signs: ["raritan", "[my pdu]", "pro3x", "pro4x"]),
        Brand(driver: "eaton-g3", signs: ["epdu"]),
        Brand(driver: "cyberpower", signs: ["cyberpower", "cyber power"]),
        Brand(driver: "synaccess", signs: ["synaccess", "netbooter"]),
        Brand(
            driver: "wti",
            signs: [
                "western telematic", "network power switch", "internet power switch",
                "telnet power switch",
            ]),
        Brand(driver: "wti-rps10", signs: ["rps-10 ready"]),
        Brand(driver: "ipmi-terminal", signs: ["[sys]", "[tmode ok]", "[ok tmode]"]),
    ]

    /// The prompts that a dialect waits for, and the bare one.
    private static func prompt(_ last: String, among lines: [String]) -> [Recognition]? {
        let seen = "its prompt is `\(last)`"
        if BayTech().pause(last) != nil { return [Recognition("baytech", .certain, seen)] }
        for described in [ConsoleDescription.cyclades, .eatonG3]
        where DescribedConsole(builtIn: described).pause(last) != nil {
            return [Recognition(described.name, .certain, seen)]
        }
        if Sentry().pause(last) != nil { return [Recognition("sentry", .certain, seen)] }
        if WTI().pause(last) != nil { return [Recognition("wti", .likely, seen)] }
        // A shell's prompt ends in the same way.
        if last.hasPrefix("["), DescribedConsole(builtIn: .raritan).pause(last) != nil {
            return [Recognition("raritan", .likely, seen)]
        }
        guard last == ">" else { return nil }
        return lines.count == 1
            ? ["numato", "synaccess", "cyberpower"].map { Recognition($0, .likely, seen) }
            : [Recognition("apc", .likely, "it shows a menu above the prompt `>`")]
    }

    private static func login(_ last: String) -> [Recognition]? {
        let seen = "it asks `\(last)` and does not say who it is"
        let drivers: [String]
        switch Pause(common: last) {
        case .user: drivers = ["cyclades-pm", "sentry", "wti", "raritan", "eaton-g3", "cyberpower"]
        case .password: drivers = ["wti", "baytech"]
        case .prompt, .menu, .question, .more, nil: return nil
        }
        return drivers.map { Recognition($0, .likely, seen, settings: ["user: USER"]) }
    }
}
