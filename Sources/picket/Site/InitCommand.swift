// picket init: questions and probes, and at the end a site file that `picket check` takes.

internal import Appliance
internal import ArgumentParser
internal import Drivers
internal import Fencing
internal import Glibc
internal import Keys
internal import Lines
internal import LinuxSystem
internal import SiteConfiguration
internal import Workbench

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Ask, probe, and write a commented site file.",
        discussion: """
            Asks for lines, what hangs on them, nodes and operators; finds out by itself what answers \
            on a line, where it may (nothing is switched). Writes nothing before the end, and no file \
            over another. An empty answer takes what stands in brackets. Exit status 1 where it was \
            broken off.
            """)

    @Argument(help: "The site file to write.")
    var file = "/etc/picket/picket.yaml"

    @Option(help: "Where serial lines are locked.")
    var lockDirectory = "/run/lock"

    func run() throws {
        guard unsafe access(file, F_OK) != 0 else {
            StandardStream.error.say(
                "picket: \(file) is there already: name another, or move it away")
            throw Status.notOpened.failure
        }
        var draft = SiteDraft()
        do throws(Questions.BrokenOff) {
            try ask(&draft)
        } catch {
            StandardStream.error.say("picket: the answers ended, nothing was written")
            throw Status.notAsItShouldBe.failure
        }
        try write(draft.text)
        say("\n\(file) is written. What `picket check` says of it:")
        let plan = try SiteOption.read(file)
        for warning in plan.warnings { say("\(warning)") }
        say("\(file): no errors. Next: picket try SWITCH OUTLET, picket map, then start picketd")
    }

    private func ask(_ draft: inout SiteDraft) throws(Questions.BrokenOff) {
        say("A site file from nothing. Switches first, then nodes, then people.")
        draft.lockDirectory = lockDirectory
        draft.ownSource = try Questions.name(
            "what the appliance itself hangs on (a UPS, a circuit)")
        repeat {
            try askSwitch(&draft)
        } while try Questions.yes("another power switch?", usually: false)
        draft.cluster = try Questions.name("the cluster's name", usually: "cluster1")
        repeat {
            try askNode(&draft)
        } while try Questions.yes("another node?", usually: draft.nodes.count < 2)
        while try Questions.yes("an operator?", usually: draft.people.isEmpty) {
            let name = try Questions.name("the operator's name")
            let key = try askKey(of: name, draft)
            draft.people.append((name, key))
        }
    }

    // MARK: Switches

    private func askSwitch(_ draft: inout SiteDraft) throws(Questions.BrokenOff) {
        let lines = Self.serialPorts()
        if !lines.isEmpty { say("serial ports here: \(lines.joined(separator: " "))") }
        let name = try Questions.name("a name for the switch", usually: "pdu-\(draft.letter)") {
            name in
            draft.switches.contains { $0.name == name } ? "there is one of that name" : nil
        }
        let line = try Questions.ask(
            "its line (/dev/ttyS0, telnet:HOST:PORT, ...)", usually: lines.first
        ) { text in
            if draft.switches.contains(where: { $0.line == text }) { return "a switch is there" }
            switch LineReference.read(text) {
            case .success: return nil
            case .failure(let fault): return "write \(fault.wanted)"
            }
        }
        var found: Recognition?
        if try Questions.yes("ask the line what is there? (nothing is switched)", usually: true) {
            found = probe(line)
        }
        let driver = try Questions.ask(
            "its driver (docs/switches/README.md)", usually: found?.driver
        ) { text in Self.driverFault(text) }
        let latency =
            Self.needsLatency(driver)
            ? try Questions.ask("how late a command to it can still act", usually: "5s") { text in
                Duration(brief: text) == nil ? "write a duration, 5s" : nil
            } : nil
        let source = try Questions.name("what it hangs on", usually: "ups-\(draft.letter)")
        let settings = found.map { driver == $0.driver ? $0.settings : [] } ?? []
        draft.switches.append(
            SiteDraft.Switch(
                name: name, driver: driver, line: line, settings: settings, latency: latency,
                source: source))
    }

    private static func driverFault(_ text: String) -> String? {
        switch DriverReference(text) {
        case nil: return "write a driver's name, or powerman:/PATH.dev"
        case .powerman: return nil
        case .builtIn(let name):
            if DriverCatalog.names.contains(name) { return nil }
            return "there is none of that name: \(DriverCatalog.names.joined(separator: " "))"
        }
    }

    /// A device file of powerman's does not say it.
    private static func needsLatency(_ driver: String) -> Bool {
        if case .powerman = DriverReference(driver) { true } else { false }
    }

    private func probe(_ line: String) -> Recognition? {
        guard case .success(let reference) = LineReference.read(line) else { return nil }
        do {
            for (text, pace) in [("2400,8n1", Probe.Pace.slow), ("9600,8n1", .usual)] {
                let settings = try LineText.settings(text)
                let port = reference.port(settings, .raised, lockDirectory: lockDirectory)
                say("  asking \(port)")
                let outcome = try LineProbe.run(on: port, pace) { _ in }
                if case .recognised(let found) = outcome, let best = found.first {
                    say("  \(best.sureness.rawValue): \(best.driver), \(best.evidence)")
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
        let kinds = ["/dev/ttyS", "/dev/ttyUSB", "/dev/ttyACM", "/dev/ttyAMA"]
        return kinds.flatMap { kind in (0..<8).map { "\(kind)\($0)" } }.filter {
            unsafe access($0, R_OK | W_OK) == 0
        }
    }

    // MARK: Nodes and people

    private func askNode(_ draft: inout SiteDraft) throws(Questions.BrokenOff) {
        let name = try Questions.name("a node's name", usually: "node\(draft.nodes.count + 1)") {
            name in
            draft.nodes.contains { $0.name == name } || reservedNames.contains(name)
                ? "it is taken" : nil
        }
        let switches = draft.switches.map(\.name).joined(separator: ", ")
        let feeds = try Questions.ask(
            "all outlets that power \(name), with commas (switches: \(switches))", usually: nil
        ) { text in draft.feedFault(text) }
        let key = try askKey(of: name, draft)
        let outlets = feeds.split { $0 == "," || $0 == " " }.map(String.init)
        draft.nodes.append((name, outlets, key))
    }

    private func askKey(
        of name: String, _ draft: SiteDraft
    ) throws(Questions.BrokenOff) -> String {
        let text = try Questions.ask(
            "\(name)'s public key: a line, or a path of a .pub file", usually: nil
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

    private func write(_ text: String) throws {
        do throws(SystemCallError) {
            // With who may come in, and soon perhaps with passwords: for its owner and its group.
            let new = try Descriptor(opening: file, O_WRONLY | O_CREAT | O_EXCL, mode: 0o640)
            try new.writeAll(Array(text.utf8))
        } catch {
            StandardStream.error.say("picket: \(error)")
            throw Status.notOpened.failure
        }
    }

    private func say(_ text: String) { StandardStream.output.say(text) }
}
