// What the engine makes of scripts, and above all what it must not: the ways in which powerman
// itself was seen to go wrong.

import Drivers
import Fencing
import Testing

/// Forty-eight backspaces, as dialogues write them down.
let wiping = String(repeating: "<8>", count: 48)

@Suite("powerman's scripts")
struct PowermanDriverTests {
    private func dialogue(_ items: String, outlets: [String] = []) throws -> DriverDialogue {
        DriverDialogue(
            try PowermanDriver(try specification(items), outlets: outlets.map(outlet)))
    }

    /// A switch that says states without naming outlets.
    private static let plain = #"""
        timeout 5
        plug name { "1" "2" "3" }
        script login { send "\n" expect "> " }
        script status { send "st %s\n" expect "state (on|off)\n" setplugstate $1 on="^on" off="^off" }
        script off { send "off %s\n" expect "> " }
        """#

    private static let table = #"""
        plug name { "1" "2" "3" }
        script login { send "\n" expect "> " }
        script status_all {
            send "st\n"
            foreachplug { expect "([0-9]+):(on|off)\n" setplugstate $1 $2 on="on" off="off" }
            expect "> "
        }
        """#

    @Test("greet by the login, command and read by the scripts for one outlet")
    func oneOutlet() throws {
        var talk = try dialogue(Self.plain)
        #expect(talk.begin(.greet) == ["> \(wiping)\\n"])
        #expect(talk.hear("> ") == ["= greeted"])
        #expect(talk.begin(.off("2")) == [#"> off 2\n"#])
        #expect(talk.hear("> ") == ["= acknowledged"])
        #expect(talk.begin(.read("2")) == [#"> st 2\n"#])
        #expect(talk.hear("state off\n") == ["= off"])
    }

    @Test(
        "are told nothing by what matches whatever is said",
        arguments: [#"off=".*""#, #"on="On" off=".""#, #"on="On" off="[^1]+""#])
    func matchesAnything(_ rules: String) throws {
        var talk = try dialogue(
            #"script status { send "st %s\n" expect "port ([0-9]): (.*)\n" setplugstate $1 $2 "#
                + rules + " }")
        for said in ["sensor fault", "Off", "busy"] {
            _ = talk.begin(.read("1"))
            let end = talk.hear("port 1: \(said)\n") + talk.wait(.seconds(1))
            #expect(end == ["= unknown"], "\(said)")
        }
    }

    @Test("read one outlet out of a table and ignore the others")
    func outOfTable() throws {
        var talk = try dialogue(Self.table)
        _ = talk.begin(.read("2"))
        #expect(talk.hear("1:on\n2:off\n3:on\n") == [])
        #expect(talk.hear("> ") == ["= off"])
    }

    @Test("do not end while a row of the table is missing")
    func missingRow() throws {
        var talk = try dialogue(Self.table)
        _ = talk.begin(.read("2"))
        #expect(talk.hear("1:on\n2:off\n> ") == [])
    }

    @Test("make two different rows for one outlet unknown, and a missing one too")
    func contradiction() throws {
        var talk = try dialogue(Self.table)
        _ = talk.begin(.read("2"))
        #expect(talk.hear("1:on\n2:off\n2:on\n> ") == ["= unknown"])
        _ = talk.begin(.read("2"))
        #expect(talk.hear("1:on\n12:off\n3:on\n> ") == ["= unknown"])
    }

    @Test("go through the site's outlets where the file lists none")
    func siteOutlets() throws {
        let items = Self.table.replacing(#"plug name { "1" "2" "3" }"#, with: "")
        var talk = try dialogue(items, outlets: ["1", "2"])
        _ = talk.begin(.read("2"))
        #expect(talk.hear("1:on\n2:off\n> ") == ["= off"])
    }

    @Test("log out by the logout script, where the file has one")
    func logout() throws {
        var talk = try dialogue(Self.plain + #" script logout { send "bye\n" expect "closed" }"#)
        #expect(talk.leave() == [#"> bye\n"#])
        #expect(talk.hear("connection closed") == ["= acknowledged"])
        var without = try dialogue(Self.plain)
        #expect(without.leave() == ["= acknowledged"])
    }

    @Test("never run a script for all outlets, nor the file's cycle")
    func severalOutlets() throws {
        var talk = try dialogue(#"script off_all { send "off 0" } script cycle { send "c" }"#)
        let end = talk.begin(.off("1"))
        #expect(end.count == 1 && end[0].hasPrefix("= refused"))
    }

    @Test("run a script for a group for one outlet, its loops too")
    func groupOfOne() throws {
        var talk = try dialogue(
            #"""
            plug name { "1" "2" "3" }
            script off_ranged { send "off %s;" foreachplug { expect "([0-9]) ok" } }
            """#)
        #expect(talk.begin(.off("2")) == ["> off 2;"])
        #expect(talk.hear("2 ok") == ["= acknowledged"])
    }

    @Test("take no row for an outlet's because it is the second")
    func countedRows() throws {
        var talk = try dialogue(
            #"""
            plug name { "1" "2" "3" }
            script status_all {
                send "st" foreachplug { expect "(on|off);" setplugstate $1 on="on" off="off" }
            }
            """#)
        _ = talk.begin(.read("2"))
        #expect(talk.hear("on;off;on;") == ["= unknown"])
    }

    @Test("believe a row behind a question about its outlet")
    func askedRows() throws {
        var talk = try dialogue(
            #"""
            plug name { "1" "2" }
            script status_all {
                foreachplug { send "st %s;" expect "(on|off);" setplugstate $1 on="on" off="off" }
            }
            """#)
        #expect(talk.begin(.read("2")) == ["> st 1;"])
        #expect(talk.hear("on;") == ["> st 2;"])
        #expect(talk.hear("off;") == ["= off"])
    }

    @Test("do not care how the bytes come in groups", arguments: [1, 2, 3, 7, 100])
    func groups(_ size: Int) throws {
        var talk = try dialogue(Self.table)
        _ = talk.begin(.read("3"))
        let answer = Array("noise 1:on\n2:off\n3:on\n> ".utf8)
        var ends: [String] = []
        for start in stride(from: 0, to: answer.count, by: size) {
            ends += talk.hear(Array(answer[start..<min(start + size, answer.count)]))
        }
        #expect(ends == ["= on"])
    }

    @Test("do not care how many bytes are there when they begin to search")
    func backlog() throws {
        var talk = try dialogue(
            #"script off { delay 1 expect ".*>" expect "y>" send "found" expect "never" }"#)
        _ = talk.begin(.off("1"))
        #expect(talk.hear("x>y>") == [])
        #expect(talk.wait(.seconds(1)) == ["> found"])
    }

    @Test("read the first row first in the file whose pattern runs over lines")
    func runsOverLines() throws {
        var talk = DriverDialogue(try installedDriver("baytech-rpc18d-nc"))
        for (name, state) in [("1", "= on"), ("8", "= off")] {
            _ = talk.begin(.read(name))
            #expect(talk.hear("\r\nRPC-18>") == [#"> status\r\n"#])
            let rows = (1...8).map { "\($0))...Outlet \($0) : \($0 == 8 ? "Off" : "On")\r\n" }
            #expect(talk.hear("\r\n\(rows.joined())\r\nRPC-18>") == [state])
        }
    }

    @Test("wait for the byte after a number, or for silence")
    func halfNumber() throws {
        let items =
            #"script status { expect "at ([0-9]+)" setplugstate "1" $1 on="^123" off="^1" }"#
        var talk = try dialogue(items)
        _ = talk.begin(.read("1"))
        #expect(talk.hear("at 1") == [])
        #expect(talk.wait(.milliseconds(249)) == [])
        #expect(talk.hear("23") == [])
        #expect(talk.wait(.milliseconds(249)) == [])
        #expect(talk.wait(.milliseconds(1)) == ["= on"])
        _ = talk.begin(.read("1"))
        #expect(talk.hear("at 123;") == ["= on"])
    }

    @Test("take an empty capture for an absent one")
    func emptyCapture() throws {
        var talk = try dialogue(
            #"script status { expect "<([a-z]*)>" setplugstate "1" $1 on="" off="off" }"#)
        _ = talk.begin(.read("1"))
        #expect(talk.hear("<>") == ["= unknown"])
    }

    @Test("survive a login that is missing, or sets states")
    func oddLogins() throws {
        var talk = try dialogue("timeout 5")
        #expect(talk.begin(.greet) == ["= greeted"])
        talk = try dialogue(#"script login { send "a" expect "(x)" setplugstate $1 on="x" }"#)
        _ = talk.begin(.greet)
        #expect(talk.hear("x") == ["= greeted"])
    }

    @Test("send again from the first statement after they were given up")
    func noSkippedSend() throws {
        var talk = try dialogue(
            #"script off { send "a" delay 2 send "b" expect ">" }"#)
        #expect(talk.begin(.off("1")) == ["> a"])
        talk.driver.abandon()
        #expect(talk.begin(.off("1")) == ["> a"])
        #expect(talk.wait(.seconds(2)) == ["> b"])
    }

    @Test("forget what came before a send, except in a login")
    func forgets() throws {
        let block = #"{ send "o" expect "x" delay 1 send "p" expect "y" }"#
        var talk = try dialogue("script login \(block) script off \(block)")
        _ = talk.begin(.greet)
        #expect(talk.hear("xy") == [])
        #expect(talk.wait(.seconds(1)) == ["> p", "= greeted"])
        _ = talk.begin(.off("1"))
        #expect(talk.hear("xy") == [])
        #expect(talk.wait(.seconds(1)) == ["> p"])
        #expect(talk.hear("y") == ["= acknowledged"])
    }

    @Test("ask for the state first where the file says so, and stop when they do not know it")
    func conditions() throws {
        let items = #"""
            script off {
                send "?" expect "(.);" setplugstate "1" $1 on="1" off="0"
                ifon { send "press" expect "ok" }
            }
            """#
        var talk = try dialogue(items)
        _ = talk.begin(.off("1"))
        #expect(talk.hear("1;") == ["> press"])
        #expect(talk.hear("ok") == ["= acknowledged"])
        _ = talk.begin(.off("1"))
        #expect(talk.hear("0;") == ["= acknowledged"])
        _ = talk.begin(.off("1"))
        #expect(talk.hear("x;").first?.hasPrefix("= broken") == true)
    }

    @Test("report a result that is no success")
    func results() throws {
        let items = #"script off { expect "([0-9]+): ([a-z ]+)\n" setresult $1 $2 success="^ok" }"#
        var talk = try dialogue(items)
        _ = talk.begin(.off("1"))
        #expect(talk.hear("1: ok\n") == ["= acknowledged"])
        _ = talk.begin(.off("1"))
        #expect(talk.hear("1: no such node\n") == ["= refused: it said `no such node`"])
    }

    @Test(
        "match as the C library does: leftmost, longest, bytes, and `$` nowhere",
        arguments: [
            (#"expect "(a|ab)(c|bcd)?;""#, "abcd;", "> done"), (#"expect "x$""#, "x\n", nil),
            (#"expect "^b""#, "ab", nil), (#"expect "a.b""#, "a\nb", "> done"),
            (#"expect "a\\nb""#, "a\nb", "> done"), (#"expect "1)""#, "1)", "> done"),
            (#"expect "[[:space:]]{2}z""#, " \tz", "> done"),
        ])
    func dialect(_ statement: String, _ answer: String, _ end: String?) throws {
        var talk = try dialogue("script off { \(statement) send \"done\" expect \"never\" }")
        _ = talk.begin(.off("1"))
        #expect(talk.hear(answer) == [end].compactMap(\.self))
    }

    @Test("take any byte for a character, and NUL for 0xFF")
    func bytesAreBytes() throws {
        var talk = try dialogue(#"script off { expect "a.\377b" }"#)
        _ = talk.begin(.off("1"))
        #expect(
            talk.hear([UInt8(ascii: "a"), 0x80, 0x00, UInt8(ascii: "b")]) == ["= acknowledged"])
    }

    @Test("give up on a flood", arguments: ["> ", ".*RPC-28[A]*>"])
    func flood(_ pattern: String) throws {
        var talk = try dialogue("script off { expect \"\(pattern)\" }")
        _ = talk.begin(.off("1"))
        let end = talk.hear([UInt8](repeating: UInt8(ascii: "x"), count: 3000))
        #expect(end.count == 1 && end[0].hasPrefix("= broken: more than 2048 bytes"))
    }

    @Test("have the traits of their file")
    func traits() throws {
        let traits = try PowermanDriver(try specification(Self.plain)).traits
        #expect(traits.name == "test")
        #expect(traits.maximalLatency == .seconds(5))
        #expect(traits.readsBack == .yes)
        #expect(traits.outlets?.count == 3)
        let bare = try PowermanDriver(try specification(#"script off { send "x" }"#)).traits
        #expect(bare.readsBack == .no)
        #expect(bare.maximalLatency == .seconds(10))
    }
}
