// How device files are made to work on a line without a beginning: nobody knows whether somebody is
// logged in, and where.

import Drivers
import Fencing
import Testing

@Suite("A greeting by a device file")
struct GreetingTests {
    private func dialogue(_ file: String) throws -> DriverDialogue {
        DriverDialogue(try installedDriver(file))
    }

    /// What it does to this once the line is silent.
    private func tell(_ talk: inout DriverDialogue, _ text: String) -> [String] {
        talk.hear(text) + talk.wait(.milliseconds(300))
    }

    @Test("wakes a switch whose banner is lost, and answers the login that it shows")
    func bannerLost() throws {
        var talk = try dialogue("cyclades-pm8")
        #expect(talk.begin(.greet) == ["> \(wiping)\\n"])
        #expect(talk.hear("\r\nAlterPath PM\r\n\r\nUsername: ") == [])
        #expect(talk.wait(.milliseconds(299)) == [])
        #expect(talk.wait(.milliseconds(1)) == ["> admin\\n"])
        #expect(talk.hear("\r\nPassword: ") == ["> pm8\\n"])
        #expect(talk.hear("\r\npm>") == ["= greeted"])
    }

    @Test("finds a session that is open by its prompt, and types nothing")
    func sessionOpen() throws {
        var talk = try dialogue("cyclades-pm8")
        _ = talk.begin(.greet)
        #expect(tell(&talk, "\r\npm>") == ["= greeted"])
    }

    @Test("believes a bare prompt only when an outlet can be read from it")
    func barePrompt() throws {
        var talk = try dialogue("baytech")
        _ = talk.begin(.greet)
        #expect(tell(&talk, "\r\n  RPC-3>") == [#"> status\r\n"#])
        let rows = (1...8).map { "      \($0)       Outlet \($0)    \($0)       On \r\n" }
        #expect(
            talk.hear("\r\n  Circuit Breaker: On \r\n\(rows.joined())\r\n  RPC-3>") == ["= greeted"]
        )
    }

    @Test(
        "answers a banner that was missed where nothing is understood",
        arguments: ["icebox", "icebox3"])
    func oneLineLogin(_ file: String) throws {
        var talk = try dialogue(file)
        #expect(talk.begin(.greet) == [#"> \#(wiping)\r\n"#])
        #expect(tell(&talk, "ERROR 4\r\n") == [#"> \r\n"#])
        #expect(tell(&talk, "ERROR 4\r\n") == [#"> auth icebox\r\n"#])
        #expect(talk.hear("OK\r\n") == ["= greeted"])
    }

    @Test("reads an outlet where that login is not taken: somebody may be logged in")
    func oneLineLoginInSession() throws {
        var talk = try dialogue("icebox3")
        _ = talk.begin(.greet)
        _ = tell(&talk, "ERROR 0\r\n")
        #expect(tell(&talk, "ERROR 0\r\n") == [#"> auth icebox\r\n"#])
        #expect(talk.hear("ERROR 0\r\n") == [])
        #expect(talk.wait(.seconds(3)) == [#"> ps *\r\n"#])
        let states = (1...10).map { "N\($0):1" }.joined(separator: " ")
        #expect(talk.hear("\(states)\r\nOK\r\n") == ["= greeted"])
    }

    @Test("types no password where nothing asks for one, however short the login is")
    func noBlindPassword() throws {
        var talk = try dialogue("wti")
        var said = talk.begin(.greet)
        for _ in 1...8 {
            said += tell(&talk, "Gizmo 4000 ready%\r\n")
            said += talk.wait(.seconds(3))
        }
        #expect(said.contains { $0.hasPrefix("= ") })
        #expect(!said.contains { $0.contains("wti") }, "\(said)")
    }

    @Test("leaves the erasure out after a line that was lost on it, and once only")
    func hangsUpOnErasure() throws {
        var driver = try installedDriver("swpdu")
        let start = Moment(sinceStart: .zero)
        let erasing = [UInt8](repeating: 8, count: 48) + Array("\r\n".utf8)
        #expect(driver.begin(.greet, at: start) == [.send(erasing)])
        _ = driver.sent(at: start)
        driver.abandon()
        #expect(driver.begin(.greet, at: start) == [.send(Array("\r\n".utf8))])
        _ = driver.sent(at: start)
        driver.abandon()
        #expect(driver.begin(.greet, at: start) == [.send(erasing)])
    }

    @Test("leaves it out for good where that worked, until a line of ours may be half typed")
    func learnsErasure() throws {
        var talk = try dialogue("swpdu")
        #expect(talk.begin(.greet) == [#"> \#(wiping)\r\n"#])
        talk.driver.abandon()
        #expect(talk.begin(.greet) == [#"> \r\n"#])
        _ = talk.hear("swpdu> ")
        #expect(talk.hear("swpdu> ") == ["= greeted"])
        #expect(talk.begin(.greet) == [#"> \r\n"#])
        _ = talk.hear("swpdu> ")
        #expect(talk.hear("swpdu> ") == ["= greeted"])
        _ = talk.begin(.on("3"))
        talk.driver.abandon()
        #expect(talk.begin(.greet) == [#"> \#(wiping)\r\n"#])
    }

    @Test("hides nothing of a login that only sets something at the prompt")
    func noSecret() throws {
        var talk = try dialogue("swpdu")
        _ = talk.begin(.greet)
        #expect(!talk.driver.mayHearSecret)
        #expect(talk.hear("swpdu> ") == [#"> exprange on\r\n"#])
        #expect(!talk.driver.mayHearSecret)
        var other = try dialogue("icebox")
        _ = other.begin(.greet)
        _ = tell(&other, "V2.1\r\n")
        #expect(other.driver.mayHearSecret)
    }

    @Test("logs out from where it cannot read, by the file's own script, and in again")
    func otherMenu() throws {
        var talk = try dialogue("baytech")
        _ = talk.begin(.greet)
        #expect(
            tell(&talk, "\r\n  Configuration:\r\n\r\n  Enter Selection>") == [#"> menu\r\n"#],
            "1 would be the first choice of whatever menu this is")
        #expect(talk.hear("\r\n  RPC-3 Menu:\r\n\r\n  Enter Selection>") == [#"> 6\r\n"#])
        #expect(tell(&talk, "\r\n    Enter password>") == [#"> baytech\r\n"#])
        #expect(talk.hear("\r\n  Enter Selection>") == [#"> 1\r\n"#])
        #expect(talk.hear("\r\n  RPC-3>") == ["= greeted"])
    }

    @Test("goes back with ESC where the file's menus do, down as the login does, and reads")
    func escapes() throws {
        var talk = try dialogue("apc7900v3")
        _ = talk.begin(.greet)
        #expect(tell(&talk, "\r\n> ") == [#"> \r\n"#], "a reading, as proof")
        #expect(talk.hear("\r\n     1- Outlet Control\r\n> ") == [])
        #expect(talk.wait(.seconds(3)) == [#"> \r\n"#], "a question may stand open")
        for _ in 1...6 { #expect(tell(&talk, "\r\n> ") == ["> <1b>"]) }
        #expect(tell(&talk, "\r\n> ") == [#"> 1\r\n"#])
        #expect(talk.hear("\r\n> ") == [#"> 2\r\n"#])
        #expect(talk.hear("\r\n> ") == [#"> 1\r\n"#])
        #expect(talk.hear("\r\n> ") == [#"> \r\n"#])
        let rows = (1...8).map { "     \($0)- Outlet \($0)         ON\r\n" }.joined()
        #expect(talk.hear("\r\n\(rows)\r\n> ") == ["= greeted"])
    }

    @Test("is content with the topmost menu where nothing can be read")
    func nothingToRead() throws {
        var talk = try dialogue("apc7920")
        _ = talk.begin(.greet)
        for _ in 1...6 { #expect(tell(&talk, "\r\n> ") == ["> <1b>"]) }
        #expect(tell(&talk, "\r\n> ") == ["= greeted"])
    }

    @Test("turns pages, and presses Enter where a question was left")
    func pages() throws {
        var talk = try dialogue("apc7900")
        _ = talk.begin(.greet)
        #expect(tell(&talk, "Enter 'YES' to continue or <ENTER> to cancel : ") == [#"> \r\n"#])
        #expect(
            tell(&talk, "\r\n        Press <ENTER> to continue...\n") == [#"> \r"#],
            "the echo of the LF behind the CR is no line of its own")
        #expect(tell(&talk, "\r\nUser Name : ") == ["> <1b>"], "not as the file has it")
        #expect(tell(&talk, "\r\n\rUser Name : ") == [#"> apc\r\n"#])
    }

    @Test("says that somebody else is logged in")
    func occupied() throws {
        var talk = try dialogue("wti")
        _ = talk.begin(.greet)
        #expect(
            tell(&talk, "\r\nAnother user is logged in.\r\n")
                == ["= broken: somebody else is logged in: it says `Another user is logged in.`"])
    }

    @Test("pokes a silent switch twice more, and gives up after the file's timeout")
    func silence() throws {
        var talk = try dialogue("cyclades-pm8")
        _ = talk.begin(.greet)
        #expect(talk.wait(.milliseconds(1499)) == [])
        #expect(talk.wait(.milliseconds(1)) == [#"> \n"#])
        #expect(talk.wait(.milliseconds(8499)) == [#"> \n"#])
        #expect(talk.wait(.milliseconds(1)) == ["= broken: no answer"])
    }

    @Test("waits longer for one that was slow to wake")
    func slow() throws {
        var talk = try dialogue("baytech")
        _ = talk.begin(.greet)
        _ = talk.wait(.seconds(9))
        #expect(tell(&talk, "\r\n  RPC-3>") == [#"> status\r\n"#])
        #expect(talk.hear("\r\n") == [])
        #expect(talk.wait(.milliseconds(18_900)) == [], "twice nine seconds and one more")
        #expect(talk.wait(.milliseconds(200)) == [#"> menu\r\n"#])
    }

    @Test("ends when the login is not taken, and does not try it again")
    func wrongPassword() throws {
        var talk = try dialogue("wti")
        _ = talk.begin(.greet)
        #expect(tell(&talk, "\r\nEnter Password: ") == [#"> wti\r\n"#])
        #expect(tell(&talk, "\r\nInvalid Password\r\n\r\nEnter Password: ") == [])
        #expect(
            talk.wait(.seconds(30)) == [
                "= broken: its login does not go on as the file says: it answered, its last line is "
                    + "no prompt that this driver knows: `Enter Password:`"
            ])
    }

    @Test("keeps what may repeat a password to itself")
    func secrets() throws {
        var talk = try dialogue("wti")
        _ = talk.begin(.greet)
        #expect(!talk.driver.mayHearSecret)
        _ = tell(&talk, "\r\nEnter Password: ")
        #expect(talk.driver.mayHearSecret)
        _ = talk.hear("wti\r\n\r\nNPS> ")
        #expect(!talk.driver.mayHearSecret)
    }

    @Test("reads before it types a password into a session that was open before")
    func knownSession() throws {
        var talk = try dialogue("ilom")
        #expect(talk.begin(.greet) == ["> \(wiping)\\n"])
        #expect(talk.hear("\r\nlogin: ") == [#"> root\n"#])
        #expect(talk.hear("\r\nPassword: ") == [#"> changeme\n"#])
        #expect(talk.hear("\r\n->") == ["= greeted"])
        #expect(talk.begin(.greet) == [#"> show -d properties /SYS\n"#])
        #expect(talk.hear("\r\n  power_state = On\r\n->") == ["= greeted"])
    }

    @Test("says a login of one line to a switch that had nothing but its banner to say")
    func oneLine() throws {
        var talk = try dialogue("icebox")
        _ = talk.begin(.greet)
        #expect(talk.wait(.seconds(20)) == [#"> \r\n"#, #"> \r\n"#, #"> auth icebox\r\n"#])
        #expect(talk.hear("OK\r\n") == ["= greeted"])
    }

    @Test("comes before a command that is a number in a menu, and not before one with words")
    func intoTheDark() throws {
        var talk = try dialogue("wti")
        #expect(talk.begin(.off("3")) == [#"> /off 3\r\n"#])
        talk = try dialogue("apc7900v3")
        #expect(talk.begin(.off("3")) == ["> \(wiping)\\r\\n"])
        _ = tell(&talk, "\r\n> ")
        let rows = (1...8).map { "     \($0)- Outlet \($0)         ON\r\n" }.joined()
        #expect(talk.hear("\r\n\(rows)\r\n> ") == [#"> 3\r\n"#])
    }

    @Test("quotes what is neither a login nor a prompt, and never the password's echo")
    func strange() throws {
        var talk = try dialogue("cyclades-pm8")
        let began = talk.now
        var end = talk.begin(.greet)
        while !end.contains(where: { $0.hasPrefix("=") }), talk.now < began + .seconds(60) {
            end = tell(&talk, "\r\nGizmo 4000 ready% ") + talk.wait(.milliseconds(700))
        }
        #expect(
            end.last
                == "= strange: it answered, its last line is no prompt that this driver knows: "
                + "`Gizmo 4000 ready%`")
        #expect(talk.now - began < .seconds(12))
        talk = try dialogue("wti")
        _ = talk.begin(.greet)
        _ = tell(&talk, "\r\nEnter Password: ")
        end = talk.hear("\r\nyou said wti, ") + talk.wait(.seconds(30))
        #expect(end.count == 1 && end[0].contains("it may repeat the password"), "\(end)")
        #expect(!end.joined().contains("wti"), "\(end)")
    }

    @Test("ends a script whose switch listens again, and says what it said")
    func otherAnswer() throws {
        var talk = try dialogue("cyclades-pm8")
        _ = talk.begin(.read("3"))
        _ = talk.hear("status 3\r\nfeature not licensed\r\npm>")
        #expect(talk.wait(.milliseconds(2900)) == [])
        #expect(
            talk.wait(.milliseconds(200)) == [
                "= strange: it answered, and not what the file awaits: `feature not licensed`"
            ])
    }

    @Test("notices in the midst of a script that it was logged out")
    func loggedOut() throws {
        var talk = try dialogue("wti")
        _ = talk.begin(.read("3"))
        _ = talk.hear("\r\nInvalid Password\r\n\r\nEnter Password: ")
        #expect(talk.wait(.seconds(1)) == ["= broken: it wants to be logged in to"])
    }
}
