// Values that are not what the schema wants.

import Fencing
import SiteConfiguration
import Testing

private let nameRule = "1 to 64 characters of A-Z a-z 0-9 _ . -, not beginning with . or -"
private let durations = ", such as 20s, 500ms, 2m"
private func line(_ text: String, _ advice: String) -> Mistake {
    let shown = text.filter { $0 != "\"" }
    return Mistake(
        "/dev/ttyS0", text, "2:24: error: line of switch a is `\(shown)`; write \(advice)")
}

/// The text of a button's wiring begins in column 26.
private func button(_ text: String, _ finding: String, column: Int = 34) -> Mistake {
    Mistake("driver: x", "driver: x, button: \(text)", "2:\(column): error: \(finding)")
}

private let plainPath = "an absolute path without blanks, `//`, `.` and `..`"
private let anyLine =
    "the path of a serial port, /dev/ttyS0, or tcp:, telnet: or rfc2217: with HOST:PORT, such as "
    + "rfc2217:192.0.2.4:2001"
private let portNumber = "a port from 1 to 65535 after the host"

private func networkLine(_ language: String) -> String {
    "\(language):HOST:PORT, the host an IPv4 address, an IPv6 address in brackets, or a name of "
        + "letters, digits, . and -"
}

private let pathAdvice = "write an absolute path without blanks, `//`, `.` and `..`: /dev/ttyS0"

/// A change of the short file, and the one finding it brings.
struct Mistake: CustomTestStringConvertible {
    let old: String
    let new: String
    let finding: String

    init(_ old: String, _ new: String, _ finding: String) {
        self.old = old
        self.new = new
        self.finding = finding
    }

    var testDescription: String { "\(old) -> \(new)" }
}

/// In a section that only this mistake adds.
private func appliance(_ text: String, _ finding: String) -> Mistake {
    Mistake("switches:", "appliance: {\(text)}\nswitches:", finding)
}

private func inSwitch(_ text: String, _ finding: String) -> Mistake {
    Mistake("driver: x", "driver: x, \(text)", finding)
}

private let mistakes: [Mistake] = [
    // Shape.
    Mistake(
        "clusters:", "cluster:",
        "3:1: error: unknown key `cluster` of the site; did you mean `clusters`?"),
    inSwitch(
        "colour: red",
        "2:18: error: unknown key `colour` of switch a; known here: driver, line, settings, "
            + "modem_lines, leave_after, read_every, identity, unit, dialect, contacts, user, password, password_file, "
            + "patience, latency, power_source, button"),
    inSwitch(
        "unit: 0", "2:24: error: unit of switch a is `0`; write a whole number from 1 to 255"),
    inSwitch(
        "unit: 0x11", "2:24: error: unit of switch a is `0x11`; write a whole number from 1 to 255"),
    inSwitch(
        "contacts: nc",
        "2:28: error: contacts of switch a is `nc`; write normally-open or normally-closed"),
    inSwitch(
        "modem_lines: up",
        "2:31: error: modem_lines of switch a is `up`; write raised or lowered"),
    Mistake("driver: x, ", "", "2:3: error: switch a has no `driver`; add it"),
    Mistake(", line: /dev/ttyS0", "", "2:3: error: switch a has no `line`; add it"),
    Mistake("feeds: [a/2], ", "", "7:7: error: node n2 has no `feeds`; add it"),
    Mistake(
        "[a/2]", "[]",
        "7:19: error: node n2 has no feed; write the outlets that power it, such as [pdu-a/1]"),
    Mistake(
        "[a/2]", "[\((1...17).map { "a/\($0)" }.joined(separator: ", "))]",
        "7:19: error: node n2 has 17 feeds; write at most 16; one machine with more is several nodes"
    ),
    Mistake("[a/2]", "a/2", "7:19: error: feeds of node n2 is `a/2`; write a list: [one, two]"),
    Mistake("[a/2]", "", "7:19: error: feeds of node n2 has no value; write a list: [one, two]"),
    Mistake(
        "[a/2]", "[[a/2]]",
        "7:20: error: feeds of node n2 is a list; write SWITCH/OUTLET, such as pdu-a/1"),
    Mistake(
        "[a/2]", "{a: 2}",
        "7:19: error: feeds of node n2 is a map of keys and values; write a list: [one, two]"),
    appliance(
        "listen: []",
        "1:21: error: listen of the appliance: the list is empty; write at least "
            + "one"),
    // Names.
    Mistake(
        "a: {", "-a: {",
        "2:3: error: switch `-a` has a name that cannot be; write a name: \(nameRule)"),
    Mistake(
        "c:\n", "c c:\n",
        "4:3: error: cluster `c c` has a name that cannot be; write a name: \(nameRule)"),
    Mistake(
        "n2: {", "nœud: {",
        "7:7: error: node `n\\xC5\\x93ud` has a name that cannot be; write a name: \(nameRule)"),
    Mistake(
        "switches:", "operators: {a/b: {keys: []}}\nswitches:",
        "1:13: error: operator `a/b` has a name that cannot be; write a name: \(nameRule)"),
    inSwitch(
        "power_source: ups a",
        "2:32: error: power_source of switch a is `ups a`; write a name: \(nameRule)"),
    // Durations.
    inSwitch(
        "patience: 20",
        "2:28: error: patience of switch a is `20`; write a duration from 1s to 600s\(durations)"),
    inSwitch(
        "patience: 500ms",
        "2:28: error: patience of switch a is `500ms`; write a duration from 1s to 600s\(durations)"
    ),
    inSwitch(
        "latency: 301s",
        "2:27: error: latency of switch a is `301s`; write a duration from 0s to 300s\(durations)"),
    Mistake(
        "    nodes:", "    hold_up: 61s\n    nodes:",
        "5:14: error: hold_up of cluster c is `61s`; write a duration from 0s to 60s\(durations)"),
    Mistake(
        "n2: {", "n2: {off_time: 1h, ",
        "7:22: error: off_time of node n2 is `1h`; write a duration from 0s to 300s\(durations)"),
    // Secrets: never shown, however wrong they are.
    inSwitch(
        "password: \"s\\tcret\"",
        "2:28: error: password of switch a cannot be a password; write 1 to 64 printable ASCII "
            + "characters"),
    inSwitch(
        "password: [s3cret]",
        "2:28: error: password of switch a is a list; write 1 to 64 printable ASCII characters"),
    inSwitch(
        "password: s3cret, password_file: /etc/secret",
        "2:51: error: switch a has a `password` and a `password_file`; keep one of them"),
    inSwitch(
        "password_file: secret",
        "2:33: error: password_file of switch a is `secret`; \(pathAdvice)"),
    inSwitch(
        "user: ünal",
        "2:24: error: user of switch a is `\\xC3\\xBCnal`; write 1 to 64 printable ASCII "
            + "characters"),
    // Words.
    Mistake(
        "n2: {", "n2: {shoot: on, ", "7:19: error: shoot of node n2 is `on`; write reboot or off"),
    Mistake(
        "driver: x", "driver: powerman:etc/x.dev",
        "2:15: error: driver of switch a is `powerman:etc/x.dev`; write a driver's name, "
            + "powerman:/PATH.dev#SPECIFICATION, or console:/PATH.yaml"),
    Mistake(
        "[a/2]", "[a2]",
        "7:20: error: feeds of node n2 is `a2`; write SWITCH/OUTLET, such as pdu-a/1"),
    // Paths.
    line("/dev//ttyS0", plainPath), line("/dev/../ttyS0", plainPath),
    // Lines.
    line("ttyS0", anyLine), line("ftp:host:21", anyLine), line("TCP:host:21", anyLine),
    line("tcp:4001", networkLine("tcp")), line("tcp:a b:4001", networkLine("tcp")),
    line("telnet:2001:db8::4:23", networkLine("telnet")),
    line("\"telnet:[host]:23\"", networkLine("telnet")),
    line("rfc2217:-x:23", networkLine("rfc2217")),
    line("\"tcp:host:\"", portNumber), line("tcp:host:0", portNumber),
    line("tcp:host:65536", portNumber), line("tcp:host:4001x", portNumber),
    line("tcp:host:04001", portNumber),
    button(
        "{}",
        "button of switch a presses nothing; write the lead that presses: `power: dtr`, "
            + "or `reset: rts`", column: 26),
    button("{power: cts}", "power of button of switch a is `cts`; write dtr or rts"),
    button(
        "{power: dtr, reset: dtr}",
        "dtr of switch a presses both buttons; give each button a "
            + "lead of its own", column: 46),
    button(
        "{power: dtr, hold: 3s}",
        "hold of button of switch a is `3s`; write a duration from 4s "
            + "to 30s, such as 20s, 500ms, 2m", column: 45),
    button(
        "{power: dtr, sense: dcd}",
        "nobody knows what sense of button of switch a means when it "
            + "is raised; add `raised_means: on` or `raised_means: off`, as it is wired", column: 46
    ),
    button(
        "{power: dtr, raised_means: on}",
        "button of switch a has no `sense`; add the input that "
            + "is wired: cts, dsr, dcd or ri", column: 53),
    button(
        "{power: dtr, sense: dtr, raised_means: on}",
        "sense of button of switch a is `dtr`; "
            + "write cts, dsr, dcd or ri", column: 46),
    button(
        "{power: dtr, led: dcd}",
        "unknown key `led` of button of switch a; known here: power, reset, "
            + "hold, tap, press, sense, raised_means", column: 39),
    Mistake(
        "driver: x", "driver: x, leave_after: 0s",
        "2:31: error: leave_after of switch a is `0s`; write a duration from 1s to 86400s, such as "
            + "20s, 500ms, 2m"),
    appliance("ledger: here", "1:21: error: ledger of the appliance is `here`; \(pathAdvice)"),
    appliance(
        "host_keys: [key]", "1:25: error: host_keys of the appliance is `key`; \(pathAdvice)"),
    appliance(
        "lock_directory: /run/",
        "1:29: error: lock_directory of the appliance is `/run/`; \(pathAdvice)"),
    // Addresses.
    appliance(
        "listen: [\"22\"]",
        "1:22: error: listen of the appliance is `22`; write ADDRESS:PORT, such as 192.0.2.7:22, "
            + "\"[2001:db8::7]:22\" or *:22"),
]

@Suite("Findings about single values")
struct ValueFindingTests {
    @Test("each has its place and its explanation", arguments: mistakes)
    func explained(mistake: Mistake) {
        let found = findings(changing(short, mistake.old, mistake.new))
        #expect(found.contains("picket.yaml:" + mistake.finding), "\(found)")
        #expect(!found.joined().contains("cret]") && !found.joined().contains("s3cret"))
    }

    @Test("a whole section that is missing is named")
    func sections() {
        #expect(
            findings("appliance: {}\n") == [
                "picket.yaml:1:1: error: the site has no `switches`; add it",
                "picket.yaml:1:1: error: the site has no `clusters`; add it",
            ])
        #expect(
            findings("[a]") == [
                "picket.yaml:1:1: error: the site is a list; write keys and values",
                "picket.yaml:1:1: error: the site has no `switches`; add it",
                "picket.yaml:1:1: error: the site has no `clusters`; add it",
            ])
    }

    @Test(
        "drivers",
        arguments: [
            ("baytech", DriverReference.builtIn("baytech")),
            ("powerman:/a/b.dev", .powerman(path: "/a/b.dev", specification: nil)),
            ("powerman:/a/b.dev#c", .powerman(path: "/a/b.dev", specification: "c")),
        ])
    func drivers(text: String, driver: DriverReference) {
        #expect(DriverReference(text) == driver)
        #expect(driver.description == text)
    }

    @Test(
        "no drivers",
        arguments: [
            "", "a b", "powerman:", "powerman:b.dev", "powerman:/b.dev#", "powerman:/b#a#b", "/a/b",
        ])
    func noDrivers(text: String) {
        #expect(DriverReference(text) == nil)
    }
}
