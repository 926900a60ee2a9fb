// What a description may say, and what it may not.

import Fencing
import Testing

@testable import Drivers

struct DescriptionTests {
    private static let good = ConsoleDescription(
        name: "acme", prompts: ["acme>"], off: "off {outlet}", on: "on {outlet}",
        status: "status {outlet}", outlets: "1-8", row: "{outlet} +.* +{state}",
        readsOff: ["Off"], readsOn: ["On"], refusals: ["error"], latency: .seconds(5))

    private func faults(_ change: (inout ConsoleDescription) -> Void) -> [DescriptionFault] {
        var description = Self.good
        change(&description)
        do throws(DescriptionRefused) {
            _ = try DescribedConsole(description)
            return []
        } catch {
            return error.faults
        }
    }

    @Test("those of this program are taken", arguments: ConsoleDescription.builtIn)
    func builtIn(_ description: ConsoleDescription) throws {
        _ = try DescribedConsole(description)
        #expect(DriverCatalog.names.contains(description.name))
    }

    @Test("a plain one is taken")
    func plain() { #expect(faults { _ in } == []) }

    @Test(
        "a prompt that matches anything, nothing, or a question is refused",
        arguments: [".*", "a*", "[^x]+", ".*>", ".*:", "acme>$", "(acme>", "{outlet}>"])
    func prompts(_ prompt: String) {
        let found = faults { $0.prompts = [prompt] }
        #expect(found.map(\.key).contains(.prompts), "\(found)")
    }

    @Test("a back reference is refused")
    func backReference() {
        let found = faults { $0.row = #"{outlet} (a*)\1 {state}"# }
        #expect(found.first?.what.contains("refers back") == true)
    }

    @Test("what cannot be read back is refused")
    func readBack() {
        #expect(faults { $0.readsOff = [] }.map(\.key) == [.readsOff])
        #expect(faults { $0.row = "{outlet} is off" }.map(\.key) == [.row])
        #expect(
            faults {
                $0.row = ".*{state}.*"
                $0.state = "Off|On"
            }.map(\.key) == [.row])
        #expect(
            faults {
                $0.status = "status"
                $0.row = "it is {state}"
            }.map(\.key) == [.row])
        #expect(faults { $0.readsOn = ["Off"] }.map(\.key) == [.readsOn])
    }

    @Test("a command without an outlet, and a name that means several, are refused")
    func several() {
        #expect(faults { $0.off = "off" }.map(\.key) == [.off])
        #expect(faults { $0.on = "off {outlet}" }.map(\.key) == [.on])
        #expect(faults { $0.outlets = "[a-z]+" }.map(\.key) == [.outlets])
        #expect(faults { $0.outlets = "9-1" }.map(\.key) == [.outlets])
        #expect(faults { $0.outlets = "[A-D][1-8]" } == [])
    }

    @Test(
        "a row that other talk can be taken for is refused",
        arguments: [".* {state}", "{state}.*", "[^ ]+ {state}", "outlet.* {state}"])
    func unnamedTalk(_ row: String) {
        #expect(faults { $0.row = row }.map(\.key).contains(.row))
    }

    @Test(
        "and so is one where the outlet may stand anywhere, several times, or not at all",
        arguments: [
            "[^ ]+ {outlet} {state}", ".* {outlet}.* {state}", ".*{outlet}: {state}",
            "({outlet})? .* {state}", "{outlet}+ .* {state}", "({outlet} )+{state}",
            "{outlet} .* {state}{0,1}",
        ])
    func loosePlace(_ row: String) {
        #expect(faults { $0.row = row }.map(\.key) == [.row])
    }

    @Test("a heading that other talk can be taken for is refused", arguments: [".*{outlet}.*"])
    func heading(_ heading: String) {
        let found = faults {
            $0.row = "Power state: {state}"
            $0.heading = heading
        }
        #expect(found.map(\.key).contains(.heading))
    }

    @Test("a command whose echo looks like an answer or a prompt is refused")
    func echoes() {
        #expect(faults { $0.off = "{outlet} set Off" }.map(\.key) == [.off])
        #expect(faults { $0.prompts = ["[a-z]+ [0-9]+"] }.map(\.key) == [.off, .on, .status])
    }

    @Test("a table that does not count from one is refused")
    func table() {
        let found = faults {
            $0.status = "status"
            $0.outlets = "0-7"
        }
        #expect(found.map(\.key) == [.outlets])
        #expect(faults { $0.outlets = "0-7" } == [])
    }

    @Test("everything in it has a limit")
    func limits() {
        #expect(
            faults { $0.prompts = (1...17).map { "acme\($0)>" } }.map(\.key) == [.prompts])
        #expect(faults { $0.refusals = (1...65).map { "no \($0)" } }.map(\.key) == [.refusals])
        let long = String(repeating: "x", count: 300)
        #expect(faults { $0.off = "off {outlet} \(long)" }.map(\.key) == [.off])
        #expect(faults { $0.refusals = [long] }.map(\.key) == [.refusals])
        #expect(faults { $0.prompts = [long] }.map(\.key) == [.prompts])
        let slow = faults { $0.row = "{outlet} (a{1,40}){1,40} {state}" }
        #expect(slow.first?.what.contains("it would take too long") == true, "\(slow)")
        #expect(faults { $0.no = "Y" }.map(\.key) == [.no])
        #expect(faults { $0.yes = "Y\r" }.map(\.key) == [.yes])
    }

    @Test("a word that is empty, and a pattern that would take for ever, are refused")
    func words() {
        #expect(faults { $0.refusals = [" "] }.map(\.key) == [.refusals])
        let endless = "{outlet}((a{1,250}){1,250}){1,250} {state}"
        #expect(faults { $0.row = endless }.map(\.key) == [.row])
        #expect(faults { $0.menuItem = "Outlet Control" }.map(\.key) == [.menuItem])
    }

    @Test("the message names what is wrong and what to do")
    func message() {
        let found = faults { $0.prompts = [".*>"] }
        let what = "`.*>` also matches `username>`, which asks for something else"
        #expect(found.first?.what == what)
    }
}
