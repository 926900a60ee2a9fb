// The wall clock jumps under the real daemon: it is printed, and nothing is decided by it (R28).

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("Clock")
struct ClockTests {
    @Test(
        "A day ahead during a hold-up, a day back during a doubt: the same replies in the same time"
    )
    func jumps() throws {
        let town = try Town(Town.Terms(holdUp: "2s", patience: "3s"))
        try town.restart(wallClock: 0)
        let shot = try town.begin("node1", "reboot node2 id=A")
        town.until("it is off") { town.power(2) == .off }
        town.setWallClock(86_400)
        let heard = try shot.finish()
        #expect(heard.status == 0, "\(heard)")
        town.until("and on again") { town.power(2) == .on }
        #expect(try town.ask("node1", "admit node2").status == 0)

        var mute = Faults()
        mute.habits = [.mute]
        town.pduA.setFaults(mute)
        let doubtful = try town.begin("node1", "off node2 id=B")
        town.until("the record is there") {
            (try? town.ask("node2", "quorum").status) == 3
        }
        town.setWallClock(-86_400)
        let doubt = try doubtful.finish()
        #expect(doubt.status == 2, "\(doubt)")
        #expect(try town.ask("node2", "quorum").status == 3)

        town.daemon.killNow()
        _ = try town.daemon.finish()
        let days = try Program.run(
            "sqlite3",
            [
                "\(town.directory.path)/ledger.sqlite",
                "SELECT count(DISTINCT substr(written_at, 1, 10)) FROM entry",
            ])
        #expect(days.output == "2\n" || days.output == "3\n", "the clock did jump: \(days)")
    }
}
