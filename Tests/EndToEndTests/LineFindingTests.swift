// What `picketd --check` says about lines and the wiring of buttons.

import Fencing
import TestSupport
import Testing

@Suite("The check of a site's lines")
struct LineFindingTests {
    private let directory = TemporaryDirectory()

    /// The site of the tests, with another switch in the place of pdu-b.
    private func check(_ description: String, feed: String = "power") throws -> Program.Result {
        let site = try Town.site(Town.Terms(latency: "10s", patience: "30s"), directory.path)
            .replacing("driver: wti-rps10\n    line: \(directory.path)/pdu-b", with: description)
            .replacing("pdu-b/3", with: "pdu-b/\(feed)")
        let path = directory.write("site.yaml", site)
        return try Program.run("\(Program.products)/picketd", ["--site", path, "--check"])
    }

    @Test("A button that is seen safely: nothing to say")
    func goodButton() throws {
        let found = try check(
            """
            driver: button
                line: rfc2217:127.0.0.1:2001
                button: {power: dtr, sense: dsr, raised_means: off}
            """)
        #expect(found.status == 0 && !found.errors.contains("pdu-b"), "\(found)")
    }

    @Test(
        "A button that cannot work, or whose wiring can mislead",
        arguments: [
            ("/dev/ttyS9", "", 78, "nobody knows how the button of switch pdu-b is wired"),
            ("tcp:127.0.0.1:2001", "{power: dtr}", 78, "tcp carries no leads to press a button"),
            ("/dev/ttyS9", "{reset: dtr}", 78, "button has no outlet power; it has reset"),
            ("/dev/ttyS9", "{power: dtr}", 0, "nothing shows what the button of switch pdu-b has"),
            (
                "/dev/ttyS9", "{power: rts, sense: cts, raised_means: on}", 0,
                "a cut wire at cts of switch pdu-b would read as off"
            ),
        ])
    func button(line: String, wiring: String, status: Int32, finding: String) throws {
        let button = wiring.isEmpty ? "" : "\n    button: \(wiring)"
        let found = try check("driver: button\n    line: \(line)\(button)")
        #expect(found.status == status, "\(found)")
        #expect(found.errors.contains(finding), "\(found)")
        #expect(found.errors.contains(#/site\.yaml:[0-9]+:[0-9]+: (error|warning): /#), "\(found)")
    }

    @Test("A reset that nobody can see, a lead that presses when it falls, a button for nobody")
    func oddButtons() throws {
        let reset = try check(
            """
            driver: button
                line: /dev/ttyS9
                modem_lines: raised
                button: {reset: dtr, sense: cts, raised_means: off}
            """, feed: "reset")
        #expect(reset.status == 0)
        #expect(reset.errors.contains("a reset by switch pdu-b leaves no trace"), "\(reset)")
        #expect(reset.errors.contains("is pressed by a lowered lead"), "\(reset)")
        let other = try check(
            "driver: wti-rps10\n    line: /dev/ttyS9\n    button: {power: dtr}", feed: "3")
        #expect(other.status == 78)
        #expect(other.errors.contains("has a button, and a driver that presses none"), "\(other)")
    }

    @Test("A host that nobody knows, and settings that nobody sends")
    func network() throws {
        let found = try check(
            """
            driver: wti-rps10
                line: tcp:nowhere.invalid:2001
                settings: 9600,8n1
            """, feed: "3")
        #expect(found.status == 0)
        #expect(found.errors.contains("nobody on this machine knows the host nowhere.invalid"))
        #expect(found.errors.contains("settings of switch pdu-b are not sent over tcp"))
        let known = try check("driver: wti-rps10\n    line: tcp:localhost:2001", feed: "3")
        #expect(known.status == 0 && !known.errors.contains("pdu-b"), "\(known)")
    }
}
