// A line whose switch has to show a text of its own: an adapter may come back with another's name.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("A switch that is not the one of the site file")
struct IdentityTests {
    @Test("shows another name: nothing is switched, and both names are told")
    func another() throws {
        var terms = Town.Terms()
        terms.identityA = "RPC-3 rack 7"
        let town = try Town(terms)
        let off = try town.ask("node1", "off node2")
        #expect(off.status == 2, "\(off)")
        #expect(off.output.contains("did not show its identity `RPC-3 rack 7`"), "\(off)")
        #expect(town.power(2) == .on && town.count(2, .off) == 0)
    }

    @Test("shows its name: as without one")
    func same() throws {
        var terms = Town.Terms()
        terms.identityA = "RPC3-NC"
        let town = try Town(terms)
        let off = try town.ask("node1", "off node2")
        #expect(off.status == 0, "\(off)")
    }

    @Test("where no text is shown, `picket check` says that there is nothing to compare")
    func bytes() throws {
        let directory = TemporaryDirectory()
        let site = try Town.site(Town.Terms(), directory.path)
            .replacing("driver: wti-rps10", with: "driver: modbus-relay\n    identity: board-7")
        directory.write("picket.yaml", site)
        let check = try Program.run(
            "\(Program.products)/picket", ["check", "\(directory.path)/picket.yaml"])
        #expect(check.status == 78, "\(check)")
        #expect(check.errors.contains("modbus-relay takes no `identity`"), "\(check)")
    }
}
