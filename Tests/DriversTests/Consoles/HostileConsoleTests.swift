// A described switch as the worst one would behave: right, or unknown, and never a false off.

import Fencing
import Testing

@testable import Drivers

@Suite("A described switch that does not behave")
struct HostileConsoleTests {
    private static let named = ConsoleDescription(
        name: "acme", prompts: ["acme>"], off: "off {outlet}", on: "on {outlet}",
        status: "status {outlet}", outlets: "1-24", row: "{outlet} +.* +{state}",
        readsOff: ["Off"], readsOn: ["On"], refusals: ["error"], latency: .seconds(5))

    private static let headed = {
        var described = named
        described.heading = "Outlet {outlet}:"
        described.row = "Power state: {state}"
        return described
    }()

    /// Nothing in its answer names the outlet.
    private static let bare = {
        var described = named
        described.row = "{state}"
        described.state = "Off|On"
        return described
    }()

    private static let table = {
        var described = named
        described.status = "status"
        return described
    }()

    /// What it makes of an answer to a question that came back as it was typed.
    private func reading(
        _ description: ConsoleDescription, _ answer: String, of name: String = "3"
    ) throws -> [String] {
        var talk = ConsoleDialogue(try DriverCatalog.make(description, Credentials()))
        talk.greet("\r\nacme>")
        let line = description.status.replacing("{outlet}", with: name)
        return talk.ask(.read(name), "\r\nacme>", line, "\(answer)\r\nacme>")
    }

    @Test("is read where it behaves")
    func plain() throws {
        #expect(try reading(Self.named, "3 web Off") == ["= off"])
        #expect(try reading(Self.headed, "Outlet 3:\r\nPower state: Off") == ["= off"])
        #expect(try reading(Self.bare, "Off") == ["= off"])
        #expect(try reading(Self.table, "1 a On\r\n2 b On\r\n3 c Off") == ["= off"])
    }

    @Test(
        "is unknown where it answers for another outlet, or says two things of one",
        arguments: [
            (named, "13 web Off"), (named, "33 web Off"), (named, "5 web Off"),
            (named, "3 web Off\r\n3 web On"), (named, "3 web On\r\n3 web Off"),
            (named, "3 web On 4 db Off"), (named, "3 web Off (pending)"), (named, "3 web OFF"),
            (headed, "Outlet 13:\r\nPower state: Off"),
            (headed, "Outlet 3:\r\nPower state: Off\r\nPower state: On"),
            (headed, "Power state: Off\r\nOutlet 3:\r\nPower state: Off"),
            (headed, "Outlet 3:\r\nPower state: Off, On"),
            (bare, "Off\r\nOn"), (bare, "Off Off"), (bare, "outlet 5\r\nOff"),
            (bare, "Off\r\n5 is not there"), (bare, "event: outlet 5 switched\r\nOff"),
            (table, "1 a On\r\n2 b On\r\n3 c Off\r\n3 c On"), (table, "1 a On\r\n3 c Off"),
            (table, "1 a On\r\n2 b On"), (table, "3 c Off"),
        ])
    func lies(_ description: ConsoleDescription, _ answer: String) throws {
        let end = try reading(description, answer)
        #expect(end == ["= unknown"] || end == [], "\(end)")
    }

    @Test("is read by the number and not by its last digit, whatever stands before it")
    func lastDigit() throws {
        var described = Self.named
        described.row = "Port.*{outlet}: {state}"
        #expect(try reading(described, "Port 3: Off") == ["= off"])
        #expect(try reading(described, "Port 13: Off").contains("= off") == false)
        described.row = "{outlet} .*{state}"
        described.state = "Off|On"
        #expect(try reading(described, "3 cutOff").contains("= off") == false)
    }

    @Test("is read by the outlet's own place, whatever parentheses stand in the pattern")
    func groups() throws {
        var described = Self.named
        described.state = "[(]?Off|[[:alpha:](]On"
        described.row = "state {state} of {outlet} on unit ([0-9]+)"
        #expect(try reading(described, "state Off of 3 on unit 5") == ["= off"])
        #expect(try reading(described, "state Off of 3 on unit 5", of: "5") == ["= unknown"])
    }

    @Test("that echoes another question never gets it entered, and one without echo is asked twice")
    func echo() throws {
        var talk = ConsoleDialogue(try DriverCatalog.make(Self.bare, Credentials()))
        talk.greet("\r\nacme>")
        _ = talk.wait(.seconds(2))
        _ = talk.begin(.read("3"))
        #expect(talk.hear("\r\nacme>") == ["> status 3"])
        for _ in 1...4 {
            #expect(talk.hear("status 5").first?.hasSuffix("\\r") == true)
            let again = talk.hear("\r\nacme>")
            if again.first?.hasPrefix("= ") == true { break }
            #expect(again == ["> status 3"])
        }
        #expect(talk.hear("status 5").first?.contains("it echoed `status 5`") == true)
        for (second, meaning) in [("Off", "off"), ("On", "unknown")] {
            talk = ConsoleDialogue(try DriverCatalog.make(Self.bare, Credentials()))
            talk.greet("\r\nacme>")
            _ = talk.wait(.seconds(2))
            _ = talk.begin(.read("3"))
            #expect(talk.hear("\r\nacme>") == ["> status 3"])
            #expect(talk.wait(.milliseconds(400)) == ["> \\r"])
            #expect(talk.hear("\r\nOff\r\nacme>") == ["> status 3"])
            #expect(talk.wait(.milliseconds(400)) == ["> \\r"])
            #expect(talk.hear("\r\n\(second)\r\nacme>") == ["= \(meaning)"])
        }
    }

    @Test("is asked twice where one byte makes an off of an on")
    func oneByte() throws {
        var described = Self.named
        described.row = "outlet {outlet}: {state}"
        described.readsOff = ["0"]
        described.readsOn = ["1"]
        var talk = ConsoleDialogue(try DriverCatalog.make(described, Credentials()))
        talk.greet("\r\nacme>")
        let again = talk.ask(.read("3"), "\r\nacme>", "status 3", "outlet 3: 0\r\nacme>")
        #expect(again == ["> status 3"])
        #expect(talk.hear("status 3") == ["> \\r"])
        #expect(talk.hear("\r\noutlet 3: 1\r\nacme>") == ["= unknown"])
    }

    @Test("that asks for a password where it should answer gets none")
    func password() throws {
        var described = Self.named
        described.prompts = ["acme.*"]
        #expect(throws: DescriptionRefused.self) {
            var other = described
            other.prompts = [".*:"]
            _ = try DescribedConsole(other)
        }
        let secret = Credentials(user: "u", password: Secret("secret1"))
        var talk = ConsoleDialogue(try DriverCatalog.make(described, secret))
        talk.greet("\r\nacme>")
        _ = talk.wait(.seconds(2))
        _ = talk.begin(.read("3"))
        #expect(talk.hear("\r\nacme>") == ["> status 3"])
        #expect(talk.hear("status 3") == ["> \\r"])
        let end = talk.hear("\r\nacme password:")
        #expect(end == ["= broken: it wants to be logged in to in the midst of it"])
    }

    @Test("that asks whether to switch all of them is told no")
    func all() throws {
        var talk = ConsoleDialogue(try DriverCatalog.make(Self.named, Credentials()))
        talk.greet("\r\nacme>")
        let end = talk.ask(.off("3"), "\r\nacme>", "off 3", "Turn off all outlets (Y/N)?")
        #expect(end.first == "> N\\r", "\(end)")
        #expect(end.last?.contains("it asked about `Turn off all outlets (Y/N)?`") == true)
    }
}
