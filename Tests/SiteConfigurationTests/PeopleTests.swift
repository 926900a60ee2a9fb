// What the site file says of people: their roles, and where figures may be had.

import Fencing
import SiteConfiguration
import Testing

@Suite("Roles")
struct RoleTests {
    @Test("who has none is an operator, as in every file so far")
    func usual() throws {
        #expect(try read(good).roles == [named("alice"): .operator])
    }

    @Test("viewer, operator, admin", arguments: Role.allCases)
    func each(role: Role) throws {
        let text = changing(good, "  alice:\n", "  alice:\n    role: \(role.rawValue)\n")
        #expect(try read(text).roles == [named("alice"): role])
    }

    @Test("anything else is explained")
    func others() {
        let text = changing(good, "  alice:\n", "  alice:\n    role: root\n")
        let found = findings(text)
        #expect(found.count == 1)
        #expect(found[0].contains("viewer, operator, admin"), "\(found)")
    }
}

@Suite("Where figures may be had")
struct MetricsPlaceTests {
    private func found(_ place: String) -> [String] {
        findings(changing(good, "appliance:\n", "appliance:\n  metrics: \(place)\n"))
    }

    @Test(
        "on the loopback or in the file system",
        arguments: [
            "127.0.0.1:9469", "127.3.2.1:0", "\"[::1]:1\"", "unix:/run/picket/metrics.sock",
        ])
    func taken(place: String) { #expect(found(place).isEmpty) }

    @Test(
        "and nowhere else",
        arguments: [
            "0.0.0.0:9469", "192.0.2.1:9469", "\"*:9469\"", "\"[::]:9469\"", "127.0.0.1",
            "localhost:1", "127.0.0.1:70000", "unix:metrics.sock", "127.0.0.256:1", "127.0.0.1.1:1",
        ])
    func refused(place: String) {
        #expect(found(place).contains { $0.contains("an address of this machine's loopback") })
    }
}
