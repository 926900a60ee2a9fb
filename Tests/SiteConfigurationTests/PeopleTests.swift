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

@Suite("People who cannot come in")
struct RevokedPeopleTests {
    private func found(_ revoked: String, operators: String = good) -> [String] {
        findings(changing(operators, "appliance:\n", "appliance:\n  revoked_keys: \(revoked)\n"))
    }

    @Test("somebody all of whose keys are revoked, and a key that is one of several")
    func revoked() {
        let all = found("[ecdsa-sha2-nistp384 \(nistp384)]")
        #expect(all.count == 1 && all[0].contains("every key of operator alice is among"), "\(all)")
        let two = changing(
            good, "keys: [ecdsa-sha2-nistp384", "keys: [ssh-ed25519 \(other), ecdsa-sha2-nistp384")
        let one = found("[ecdsa-sha2-nistp384 \(nistp384)]", operators: two)
        #expect(one.count == 1 && one[0].contains("this key of operator alice"), "\(one)")
        #expect(found("[ssh-ed25519 \(other)]") == [])
    }
}

@Suite("Byte order marks")
struct ByteOrderMarkTests {
    @Test("one of UTF-8 is passed over, and moves no column")
    func passedOver() {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        #expect(findings(mark + Array(good.utf8)) == findings(good))
        let wrong = changing(good, "appliance:", "aplliance:")
        #expect(findings(mark + Array(wrong.utf8)) == findings(wrong))
    }

    @Test("UTF-16 is said to be it")
    func sixteen() {
        for mark: [UInt8] in [[0xFE, 0xFF], [0xFF, 0xFE]] {
            #expect(findings(mark + [0, 0x61]).first?.contains("UTF-16; save it as UTF-8") == true)
        }
    }
}
