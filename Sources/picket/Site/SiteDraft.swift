// A site file in the making, and how it is written: with a word about each part, for whoever opens
// it next.

internal import Fencing

struct SiteDraft {
    struct Switch {
        let name: String
        let driver: String
        let line: String
        let settings: [String]
        let latency: String?
        let source: String
    }

    var ownSource = ""
    var lockDirectory = "/run/lock"
    var switches: [Switch] = []
    var cluster = ""
    var nodes: [(name: String, feeds: [String], key: String)] = []
    var people: [(name: String, key: String)] = []
    /// Files beside the site file, and the password in each.
    var passwords: [(path: String, password: String)] = []

    var keys: [String] { nodes.map(\.key) + people.map(\.key) }

    /// For the next switch and its source.
    var letter: String {
        String(UnicodeScalar(UInt8(ascii: "a") + UInt8(min(25, switches.count))))
    }

    /// What is wrong with a list of outlets for a further node.
    func feedFault(_ text: String) -> String? {
        let words = text.split { $0 == "," || $0 == " " }.map(String.init)
        guard !words.isEmpty else { return "at least one: without it nothing can be proved off" }
        var seen = Set(nodes.flatMap(\.feeds))
        for word in words {
            guard let outlet = Outlet(word) else { return "`\(word)` is no outlet: write pdu-a/3" }
            guard switches.contains(where: { $0.name == outlet.powerSwitch.text }) else {
                return "there is no switch \(outlet.powerSwitch)"
            }
            guard seen.insert(word).inserted else {
                return "\(word) is taken: it would go off, too"
            }
        }
        return nil
    }

    var text: String {
        ([
            "# The site file of a fencing appliance, made by `picket init`. docs/site-file.md, or",
            "# picket.yaml(5), explains every key; `picket check` says what is wrong with it.",
            "",
            "appliance:",
            "  # What the appliance itself hangs on: no node should hang on it alone.",
            "  power_source: \(ownSource)",
            "  lock_directory: \(lockDirectory)",
            "  # listen: [\"*:22\"]",
            "  # metrics: 127.0.0.1:9469",
            "",
            "# Each power switch, the line to it, and what it hangs on. `picket try SWITCH OUTLET` reads",
            "# an outlet and shows every byte.",
            "switches:",
        ] + switches.flatMap(lines) + [
            "",
            "# Nodes may name nodes of their own cluster only. `feeds` are all outlets that power a node:",
            "# a missing one makes a verified off worth nothing.",
            "clusters:",
            "  \(cluster):",
            "    # From the verified off to telling it: what a power supply may hold the rails up.",
            "    hold_up: 2s",
            "    # From the verified off to the on of a reboot.",
            "    off_time: 5s",
            "    nodes:",
        ] + nodes.flatMap(lines)
            + people.isEmpty.lines(
                empty: ["", "# operators:", "#   alice:", "#     keys: [\"ssh-ed25519 AAAA...\"]"],
                full: [
                    "", "# People. `role`: viewer looks, operator acts, admin also ends sessions.",
                    "operators:",
                ]
                    + people.flatMap(lines))).joined(separator: "\n") + "\n"
    }

    private func lines(_ description: Switch) -> [String] {
        [
            "  \(description.name):", "    driver: \(description.driver)",
            "    line: \(description.line)",
        ] + description.settings.map { "    \($0)" }
            + (description.latency.map { ["    latency: \($0)"] } ?? [])
            + ["    power_source: \(description.source)"]
    }

    private func lines(_ node: (name: String, feeds: [String], key: String)) -> [String] {
        [
            "      \(node.name):", "        feeds: [\(node.feeds.joined(separator: ", "))]",
            "        keys: ['\(Self.quoted(node.key))']",
        ]
    }

    private func lines(_ person: (name: String, key: String)) -> [String] {
        [
            "  \(person.name):", "    role: operator",
            "    keys: ['\(Self.quoted(person.key))']",
        ]
    }

    /// In single quotes, YAML takes everything as it stands but a quote, which stands twice.
    private static func quoted(_ text: String) -> String { text.replacing("'", with: "''") }
}

extension Bool {
    fileprivate func lines(empty: [String], full: [String]) -> [String] { self ? empty : full }
}
