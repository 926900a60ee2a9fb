// The questions of `picket init`: switches, nodes, people; and what answers on a line.

internal import Appliance
internal import Drivers
internal import Fencing
internal import Glibc
internal import Keys
internal import Lines
internal import LinuxSystem
internal import SiteConfiguration
internal import Workbench

final class SiteInterview {
    private let file: String
    private let lockDirectory: String
    private let questions = Questions()
    /// What answered on a line, so that going back asks no switch a second time.
    private var probed: [String: Recognition?] = [:]

    init(file: String, lockDirectory: String) {
        self.file = file
        self.lockDirectory = lockDirectory
    }

    /// Asks until all is answered. `back` takes the last answer away: the others are given again.
    func draft() throws(Questions.BrokenOff) -> SiteDraft {
        say("A site file from nothing. Switches first, then nodes, then people.")
        say("`?` explains a question, `back` returns to the one before, Ctrl-D ends.")
        while true {
            var draft = SiteDraft()
            do throws(Questions.Interrupted) {
                try ask(&draft)
                return draft
            } catch {
                switch error {
                case .ended: throw Questions.BrokenOff()
                case .back: questions.takeBack()
                }
            }
        }
    }

    private func ask(_ draft: inout SiteDraft) throws(Questions.Interrupted) {
        draft.lockDirectory = lockDirectory
        draft.ownSource = try questions.name(
            "the power source of this appliance (a UPS, a circuit)",
            help: "Any name, such as ups-a. `picket check` and `picket map` warn of what fails "
                + "together with it.")
        repeat {
            try askSwitch(&draft)
        } while try questions.yes(
            "another power switch?", usually: false,
            help: "yes: the same questions for one more. no: the nodes are next.")
        draft.cluster = try questions.name(
            "the cluster's name", usually: "cluster1",
            help: "A cluster is the nodes that may fence each other, and no others.")
        repeat {
            try askNode(&draft)
        } while try questions.yes(
            "another node?", usually: draft.nodes.count < 2,
            help: "A cluster has two nodes or more: each is fenced at the request of another.")
        while try questions.yes(
            "an operator?", usually: draft.people.isEmpty,
            help:
                "A person who logs in to look, to admit nodes and to confirm. There should be one.")
        {
            let name = try questions.name(
                "the operator's name", help: "The user name in `ssh NAME@appliance`.")
            let key = try askKey(of: name, draft)
            draft.people.append((name, key))
        }
    }

    // MARK: Switches

    private func askSwitch(_ draft: inout SiteDraft) throws(Questions.Interrupted) {
        let lines = Self.serialPorts()
        if !lines.isEmpty { say("serial ports here: \(lines.joined(separator: " "))") }
        let name = try questions.name(
            "a name for the switch", usually: "pdu-\(draft.letter)",
            help: "Any name. Its outlets are then written NAME/OUTLET, such as pdu-a/3."
        ) { name in
            draft.switches.contains { $0.name == name } ? "there is one of that name" : nil
        }
        let line = try questions.ask(
            "its line (/dev/ttyS0, telnet:HOST:PORT, ...)", usually: lines.first,
            help: "The path of the serial port that the switch is on; or tcp:HOST:PORT, "
                + "telnet:HOST:PORT, rfc2217:HOST:PORT where it is reached over the network."
        ) { text in
            if draft.switches.contains(where: { $0.line == text }) { return "a switch is there" }
            switch LineReference.read(text) {
            case .success: return nil
            case .failure(let fault): return "write \(fault.wanted)"
            }
        }
        var found: Recognition?
        if try questions.yes(
            "ask the line what is there? (nothing is switched)", usually: true,
            help: "Sends a line end and the questions of the known drivers, and reads the answers.")
        {
            found = probe(line)
        }
        let driver = try questions.ask(
            "its driver (docs/switches/README.md)", usually: found?.driver,
            help:
                "What speaks the switch's language: \(DriverCatalog.names.joined(separator: " ")); "
                + "or powerman:/PATH.dev for a device file of powerman's; or console:/PATH.yaml."
        ) { text in Self.driverFault(text) }
        let latency = try askLatency(of: driver)
        var settings = found.map { driver == $0.driver ? $0.settings : [] } ?? []
        if settings.contains("user: USER") {
            settings = settings.filter { $0 != "user: USER" }
            settings += try askLogin(of: name, &draft)
        }
        let source = try questions.name(
            "its power source", usually: "ups-\(draft.letter)",
            help: "The UPS or the circuit that powers the switch. The same name is the same source."
        )
        draft.switches.append(
            SiteDraft.Switch(
                name: name, driver: driver, line: line, settings: settings, latency: latency,
                source: source))
    }

    private static func driverFault(_ text: String) -> String? {
        switch DriverReference(text) {
        case nil: return "write a driver's name, powerman:/PATH.dev, or console:/PATH.yaml"
        case .powerman, .console: return nil
        case .builtIn(let name):
            if DriverCatalog.names.contains(name) { return nil }
            return "there is none of that name: \(DriverCatalog.names.joined(separator: " "))"
        }
    }

    /// Asked of device files only: the built-in drivers know it. Nil: as the driver has it.
    private func askLatency(of driver: String) throws(Questions.Interrupted) -> String? {
        guard case .powerman = DriverReference(driver),
            let known = DriverKnowledge.latency(of: driver)
        else { return nil }
        let written = try questions.ask(
            "how late a command to it can still act", usually: known.brief,
            help: "After this time a reading of `on` means that an off has failed. The device file "
                + "says \(known.brief); longer is safe, and slower where a command is lost."
        ) { text in
            guard let latency = Duration(brief: text) else { return "write a duration, 10s" }
            return latency < known ? "the device file says \(known.brief): not less" : nil
        }
        return written == known.brief ? nil : written
    }

    /// For a switch that shows a login.
    private func askLogin(
        of name: String, _ draft: inout SiteDraft
    ) throws(Questions.Interrupted) -> [String] {
        let fault: (String) -> String? = { text in
            text == "-" || Secret(text) != nil ? nil : "1 to \(Secret.longest) printable characters"
        }
        let path = Self.folder(of: file) + "/\(name).password"
        let user = try questions.ask(
            "it asks for a login: the user name (- where it asks for none)", usually: "-",
            help: "As the switch's own login has it. It is written into the site file.", fault)
        let password = try questions.ask(
            "the password (- to write its file later)", usually: "-",
            help:
                "It goes into a file of its own, which root owns and picketd may read, and is shown "
                + "nowhere.", echoes: .no
        ) { text in
            text != "-" && FileContent.exists(path) ? "\(path) is there already: -" : fault(text)
        }
        if password != "-" { draft.passwords.append((path, password)) }
        return (user == "-" ? [] : ["user: '\(user.replacing("'", with: "''"))'"])
            + (password == "-" ? ["# password_file: \(path)"] : ["password_file: \(path)"])
    }

    private static func folder(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "." }
        return String(file[..<slash])
    }

    private func probe(_ line: String) -> Recognition? {
        if let before = probed[line] { return before }
        let found = probeNow(line)
        probed[line] = found
        return found
    }

    private func probeNow(_ line: String) -> Recognition? {
        guard case .success(let reference) = LineReference.read(line) else { return nil }
        do {
            for (text, pace) in [("2400,8n1", Probe.Pace.slow), ("9600,8n1", .usual)] {
                let settings = try LineText.settings(text)
                let port = reference.port(settings, .raised, lockDirectory: lockDirectory)
                say("  asking \(port)")
                let outcome = try LineProbe.run(on: port, pace) { _ in }
                if case .recognised(let found) = outcome, let best = found.first {
                    say("  \(best.sureness.rawValue): \(best.driver), \(best.evidence)")
                    let others = found.dropFirst().map(\.driver)
                    if !others.isEmpty { say("  or: \(others.joined(separator: ", "))") }
                    return best
                }
            }
            say("  nothing that is known answers")
        } catch {
            say("  \(error)")
        }
        return nil
    }

    private static func serialPorts() -> [String] {
        let onBoard = ["/dev/ttyS", "/dev/ttyAMA"].flatMap { kind in
            (0..<8).map { "\(kind)\($0)" }
        }
        // The number of a ttyUSB is whatever was free: by its place an adapter is the same one again.
        let adapters = ["/dev/picket/at", "/dev/serial/by-path"].lazy.map(FolderContent.paths)
            .first { !$0.isEmpty }
        let numbered = ["/dev/ttyUSB", "/dev/ttyACM"].flatMap { kind in
            (0..<8).map { "\(kind)\($0)" }
        }
        return (onBoard + (adapters ?? numbered)).filter {
            unsafe access($0, R_OK | W_OK) == 0
        }
    }

    // MARK: Nodes and people

    private func askNode(_ draft: inout SiteDraft) throws(Questions.Interrupted) {
        let name = try questions.name(
            "a node's name", usually: "node\(draft.nodes.count + 1)",
            help: "As Pacemaker calls it: `crm_node -n` on that node."
        ) { name in
            draft.nodes.contains { $0.name == name } || reservedNames.contains(name)
                ? "it is taken" : nil
        }
        let switches = draft.switches.map(\.name).joined(separator: ", ")
        let feeds = try questions.ask(
            "all outlets that power \(name), with commas (switches: \(switches))", usually: nil,
            help:
                "Every outlet, such as pdu-a/3,pdu-b/3: the node is off when all of them are. One "
                + "that is missing makes a verified off worth nothing."
        ) { text in draft.feedFault(text) }
        let key = try askKey(of: name, draft)
        let outlets = feeds.split { $0 == "," || $0 == " " }.map(String.init)
        draft.nodes.append((name, outlets, key))
    }

    private func askKey(
        of name: String, _ draft: SiteDraft
    ) throws(Questions.Interrupted) -> String {
        let text = try questions.ask(
            "\(name)'s public key: a line, or a path of a .pub file", usually: nil,
            help: "The public half of the key with which it logs in: `ssh-ed25519 AAAA...`. On a "
                + "node with the agents' package, `picket keygen` makes the pair."
        ) { text in
            guard let line = Self.keyLine(text) else { return "no such file" }
            do throws(KeyLineFault) {
                let key = try AuthorizedKey(line: line)
                return draft.keys.contains { $0.contains(key.key.base64) }
                    ? "somebody else has it" : nil
            } catch {
                return error.what
            }
        }
        return Self.keyLine(text) ?? text
    }

    private static func keyLine(_ text: String) -> String? {
        guard text.hasPrefix("/") || text.hasPrefix(".") else { return text }
        do throws(SystemCallError) {
            let bytes = try FileContent.read(text, atMost: 64 * 1024)
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(
                String.init)
        } catch {
            return nil
        }
    }

    private func say(_ text: String) {
        if !questions.isReplaying { StandardStream.output.say(text) }
    }
}
