// What is told with the settings that a site has which says nothing of latency and patience.

import Fencing
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("A site that sets neither latency nor patience")
struct DefaultSettingsTests {
    private static let switches: [Plant.Switch] = [
        .init(name: "baytech", model: .baytech, driver: "baytech"),
        .init(name: "rps", model: .rps10, driver: "wti-rps10"),
        .init(name: "modbus", model: .modbus, driver: "modbus-relay"),
        .init(name: "apc", model: .apc, driver: "apc, user: apc, password: apc"),
        .init(name: "relays", model: .kmTronic8, driver: "kmtronic-8"),
        .init(
            name: "sentry", model: .sentry, driver: "sentry, user: admn, password: admn",
            outlets: [".AA3"]),
        .init(
            name: "file", model: .baytech,
            driver: "\"powerman:/etc/powerman/baytech-rpc3-nc.dev\""),
    ]

    @Test("A stuck relay is failed, and not in doubt, with every driver")
    func stuck() throws {
        let plant = try Plant(Self.switches)
        for one in Self.switches {
            let outlet = one.outlets[0]
            plant.benches[one.name]?.setFaults(try Faults(parsing: "stuck-on=\(outlet)"))
        }
        // At once: each has a line of its own.
        let shots = try Self.switches.map { one in
            (one.name, try plant.begin("off \(one.name)-\(one.outlets[0])"))
        }
        for (name, shot) in shots {
            let result = try shot.finish(within: .seconds(120))
            #expect(result.status == 1, "\(name): \(result)")
            let trace = result.status == 1 ? "" : try plant.ask("trace \(name)").output
            #expect(result.output.hasPrefix("FAILED"), "\(name): \(result)\n\(trace)")
        }
    }

    @Test("The status of 20 nodes on a slow line leaves nothing unknown, and holds up no shot")
    func status() throws {
        let outlets = (1...20).map(String.init)
        let plant = try Plant([
            .init(
                name: "wti", model: .wti48, driver: "wti, password: wti, latency: 1s",
                outlets: outlets, speed: 9600)
        ])
        eventually(within: .seconds(120), "the line is in step") {
            (try? plant.ask("status wti-1").status) == 0
        }
        let asked = plant.benches["wti"]?.wire.count ?? 0
        let all = try plant.ask("status")
        #expect(all.status == 0, "\(all)")
        #expect(all.output.split(separator: "\n").count == 20)
        let wire = plant.benches["wti"]?.wire.dropFirst(asked) ?? []
        let typed = String(
            decoding: wire.filter { $0.direction == .received }.flatMap(\.bytes), as: UTF8.self)
        // One table, or two where the first was under way when they asked.
        #expect(typed.split(separator: "/S", omittingEmptySubsequences: false).count <= 3)
        #expect(try plant.ask("off wti-7").status == 0)
    }
}
