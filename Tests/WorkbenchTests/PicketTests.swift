// picket as a program, on real pseudo-terminals with simulated switches behind them.

import Fencing
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

struct PicketTests {
    @Test("probe tells the driver and the lines for the site file, and moves nothing")
    func probe() throws {
        let site = try Site(.baytech)
        let before = site.bench.outlets
        let result = try site.picket(["probe", site.link, "--lock-directory", site.directory.path])
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("certain: baytech, its prompt is `RPC3-NC>`"), "\(result)")
        #expect(result.output.contains("    driver: baytech\n    line: \(site.link)\n"))
        #expect(site.bench.outlets == before)
        #expect(site.bench.changes.isEmpty)
    }

    @Test("probe at one setting asks at no other")
    func setting() throws {
        let site = try Site(.apcSmart)
        let result = try site.picket([
            "probe", site.link, "--settings", "19200", "--lock-directory", site.directory.path,
        ])
        #expect(result.status == 0)
        #expect(result.output.contains("    driver: apc-smart\n"))
        #expect(result.output.contains("    settings: 19200,8n1\n"))
        #expect(!result.output.contains("at 2400") && !result.output.contains("at 9600"))
    }

    @Test("probe leaves a line alone that somebody uses")
    func busy() throws {
        let site = try Site(.baytech)
        site.bench.setFaults(try Faults(parsing: "mute"))
        let file = site.file(driver: "baytech", fed: "3")
        let other = try Program(
            "\(Program.products)/picket", ["try", "pdu-a", "3", "--site", file])
        eventually("the other one has the line") { !site.bench.wire.isEmpty }
        let busy = try site.picket(["probe", site.link, "--lock-directory", site.directory.path])
        #expect(busy.status == 71, "\(busy)")
        #expect(busy.errors.contains("is in use by process \(other.process)"), "\(busy)")
    }

    @Test("probe says at once that a line is not there, or is none")
    func noLine() throws {
        let site = try Site(.baytech)
        let missing = try site.picket(["probe", "\(site.link)-not"])
        #expect(missing.status == 71)
        #expect(missing.errors.contains("is its adapter plugged in"), "\(missing)")
        let text = try site.picket(["probe", "pdu"])
        #expect(text.status == 64)
        #expect(text.errors.contains("`pdu` is no line: write the path of a serial port"))
        let speed = try site.picket(["probe", site.link, "--settings", "9601"])
        #expect(speed.status == 64)
        #expect(speed.errors.contains("`9601` is no speed of a line"))
    }

    @Test("try reads, and shows every byte")
    func read() throws {
        let site = try Site(.baytech)
        let file = site.file(driver: "baytech", fed: "3")
        let result = try site.picket(["try", "pdu-a", "3", "--site", file])
        #expect(result.status == 0, "\(result)")
        #expect(
            result.output.contains("pdu-a/3, a baytech on \(site.link) at 9600,8n1: it feeds node1")
        )
        #expect(result.output.contains("> status"), "\(result)")
        #expect(result.output.contains("  it is on\n"))
        #expect(site.bench.changes.isEmpty)
    }

    @Test("try switches what is confirmed by the name of what hangs on it, and only then")
    func switching() throws {
        let site = try Site(.baytech)
        let file = site.file(driver: "baytech", fed: "3")
        let arguments = ["try", "pdu-a", "3", "--off", "--site", file]
        for answer in ["", "3\n", "yes\n", "node2\n"] {
            let refused = try site.picket(arguments, typing: answer)
            #expect(refused.status == 1)
            #expect(refused.output.contains("Type `node1` to go on"))
            #expect(refused.errors.contains("nothing was switched"))
        }
        #expect(site.bench.changes.isEmpty)
        let done = try site.picket(arguments, typing: "node1\n")
        #expect(done.status == 0, "\(done)")
        #expect(try site.state("3") == .off)
        let both = try site.picket(["try", "pdu-a", "4", "--off", "--on", "--yes", "--site", file])
        #expect(both.status == 0, "\(both)")
        #expect(site.bench.changes.map(\.state) == [.off, .off, .on])
    }

    @Test("try says what is not so: refused 1, unknown 2, and stops there")
    func notSo() throws {
        let site = try Site(.baytech)
        let file = site.file(driver: "baytech", fed: "3")
        site.bench.setFaults(try Faults(parsing: "stuck-on=3"))
        let stuck = try site.picket(["try", "pdu-a", "3", "--off", "--on", "--yes", "--site", file])
        #expect(stuck.status == 1, "\(stuck)")
        #expect(!stuck.output.contains("\non 3"), "what failed is not gone on with")
        site.bench.setFaults(try Faults(parsing: "mute"))
        let mute = try site.picket(["try", "pdu-a", "3", "--site", file])
        #expect(mute.status == 2)
        #expect(mute.output.contains("  it is unknown: pdu-a: "), "\(mute)")
    }

    @Test("try refuses names that are not there, with those that are")
    func names() throws {
        let site = try Site(.rps10)
        let file = site.file(driver: "wti-rps10", fed: "0")
        let noSwitch = try site.picket(["try", "pdu-b", "0", "--site", file])
        #expect(noSwitch.status == 64)
        #expect(noSwitch.errors.contains("has no switch `pdu-b`; it has pdu-a"))
        let noOutlet = try site.picket(["try", "pdu-a", "10", "--site", file])
        #expect(noOutlet.status == 64)
        #expect(noOutlet.errors.contains("wti-rps10 has no outlet `10`"))
    }

    @Test("check prints every finding, and its status says whether picketd would start")
    func check() throws {
        let site = try Site(.rps10)
        let file = site.file(driver: "wti-rps10", fed: "0")
        let fine = try site.picket(["check", file])
        #expect(fine.status == 0)
        #expect(fine.output.contains("node1 has no key"))
        #expect(fine.output.contains("picket.yaml: no errors, 4 warnings"), "\(fine)")
        let wrong = site.file(driver: "wti-rps11", fed: "0")
        let found = try site.picket(["check", wrong])
        #expect(found.status == 78)
        #expect(found.errors.contains("there is no driver wti-rps11"))
    }
}
