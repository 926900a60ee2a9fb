// Bad input: each is a clear error that names the thing and what to do, and nothing is half done.

import Fencing
import Glibc
import SwitchBench
import TestSupport
import Testing

@Suite("Mistakes")
struct MistakeTests {
    @Test("At the prompt")
    func requests() throws {
        let town = try Town()
        let unknown = try town.ask("node1", "off node9")
        #expect(unknown.status == 77)
        #expect(unknown.output.contains("node1 may not name node9"))
        let two = try town.ask("node1", "off node2 node9")
        #expect(two.status == 77, "one that it may not name: nothing is done for the other")
        #expect(two.output.contains("node1 may not name node9"), "\(two)")
        let twice = try town.ask("node1", "off node2 node2")
        #expect(twice.status == 64)
        #expect(twice.output.contains("`node2` stands there twice"), "\(twice)")
        let verb = try town.ask("node1", "offf node2")
        #expect(verb.status == 64)
        #expect(verb.output.contains("off"))
        #expect(town.count(2, .off) == 0)
    }

    @Test("A key that nobody knows, and a user that nobody is: refused alike")
    func keys() throws {
        let town = try Town()
        let key = try town.ask("node1", "quorum", key: Keys.stranger)
        let user = try town.ask("nobody", "quorum", key: Keys.stranger)
        #expect(key.status == 255)
        #expect(user.status == 255)
        #expect(key.errors.contains("Permission denied (publickey)"))
        #expect(user.errors.contains("Permission denied (publickey)"))
    }

    @Test("A site file that cannot be read, is none, or contradicts itself")
    func siteFile() throws {
        let directory = TemporaryDirectory()
        let missing = try check("\(directory.path)/nowhere.yaml")
        #expect(missing.status == 71)
        #expect(missing.errors.contains("nowhere.yaml: No such file or directory"))

        let site = try Town.site(Town.Terms(), directory.path)
        let twice = directory.write(
            "twice.yaml", site.replacing("feeds: [pdu-a/2]", with: "feeds: [pdu-a/1]"))
        let found = try check(twice)
        #expect(found.status == 78)
        #expect(found.errors.contains("pdu-a/1"), "\(found)")
        #expect(found.errors.contains(#/twice\.yaml:[0-9]+:[0-9]+: error: /#), "\(found)")

        let device = directory.write(
            "device.yaml",
            site.replacing("/etc/powerman/baytech-rpc3-nc.dev", with: "/etc/powerman/none.dev"))
        #expect(try check(device).errors.contains("/etc/powerman/none.dev"))

        let driver = directory.write(
            "driver.yaml", site.replacing("wti-rps10", with: "wti-rps11"))
        #expect(try check(driver).errors.contains("built in are baytech, apc"))

        let unit = directory.write(
            "unit.yaml", site.replacing("driver: wti-rps10", with: "driver: wti-rps10\n    unit: 3")
        )
        #expect(try check(unit).errors.contains("wti-rps10 takes no `unit`; leave it out"))
        let dialect = directory.write(
            "dialect.yaml",
            site.replacing("driver: wti-rps10", with: "driver: modbus-relay\n    dialect: tongue"))
        #expect(
            try check(dialect).errors.contains("modbus-relay has no dialect `tongue`; write coil"))
        let relay = directory.write(
            "relay.yaml",
            site.replacing("driver: wti-rps10", with: "driver: modbus-relay")
                .replacing("pdu-b/3", with: "pdu-b/300"))
        #expect(try check(relay).errors.contains("modbus-relay has no outlet 300"))

        try passwords(site, directory)
        try impossibleOutlets(site, directory)

        let outlet = directory.write(
            "outlet.yaml", site.replacing("pdu-a/2", with: "pdu-a/9"))
        #expect(try check(outlet).errors.contains("has no outlet 9"))

        let address = directory.write(
            "address.yaml", site.replacing("127.0.0.1:0", with: "here:22"))
        #expect(try check(address).errors.contains("here:22"))

        let good = directory.write("good.yaml", site)
        #expect(try check(good).status == 0)
    }

    @Test("A port that somebody else holds: the shot is in doubt, and says who holds it")
    func busyPort() throws {
        let town = try Town(Town.Terms(patience: "2s"))
        // The lock of a living process: this one.
        _ = try town.ask("node1", "quorum")
        town.daemon.terminate()
        _ = try town.daemon.finish()
        town.directory.write("LCK..\(try town.device())", "\(padded(Int(getpid())))\n")
        try town.restart(kill: false)
        let shot = try town.ask("node1", "off node2")
        #expect(shot.status == 2, "\(shot)")
        #expect(shot.output.contains("in use by process \(getpid())"), "\(shot)")
    }

    /// Names that mean several outlets or none, a name of a port that moves, and a device file that
    /// takes anything for off.
    private func impossibleOutlets(_ site: String, _ directory: TemporaryDirectory) throws {
        for (driver, outlet) in [
            ("baytech", "0"), ("baytech", "all"), ("sentry", "3"), ("numato", "99"), ("wti", "0"),
        ] {
            let text = site.replacing("driver: wti-rps10", with: "driver: \(driver)")
                .replacing("pdu-b/3", with: "pdu-b/\(outlet)")
            let found = try check(directory.write("impossible.yaml", text))
            #expect(found.status == 78, "\(driver) \(found)")
            #expect(found.errors.contains("\(driver) has no outlet \(outlet)"), "\(found)")
        }
        let moving = try check(
            directory.write(
                "moving.yaml",
                site.replacing("line: \(directory.path)/pdu-b", with: "line: /dev/ttyUSB0")))
        #expect(moving.status == 0 && moving.errors.contains("/dev/serial/by-path"), "\(moving)")
        let loose = directory.write(
            "loose.dev",
            #"""
            specification "loose" {
                timeout 5
                script login { send "\n" expect "> " }
                script off { send "off %s\n" expect "> " }
                script on { send "on %s\n" expect "> " }
                script status { send "st %s\n" expect "([0-9]): (.*)\n" setplugstate $1 $2 on="^On" off=".*" }
            }

            """#)
        let text = site.replacing("driver: wti-rps10", with: "driver: \"powerman:\(loose)\"")
        let found = try check(directory.write("loose.yaml", text))
        #expect(found.status == 78, "\(found)")
        #expect(found.errors.contains("matches whatever the switch says"), "\(found)")
    }

    /// Where a password is wrong, and that it is not told.
    private func passwords(_ site: String, _ directory: TemporaryDirectory) throws {
        func found(_ keys: String) throws -> Program.Result {
            let text = site.replacing("driver: wti-rps10", with: "driver: wti\n    \(keys)")
            return try check(directory.write("password.yaml", text))
        }
        let secret = directory.write("secret", "s3cret\n")
        let open = try found("password_file: \(secret)")
        #expect(open.status == 78 && open.errors.contains("chmod 600 \(secret)"), "\(open)")
        chmod(secret, 0o600)
        #expect(try found("password_file: \(secret)").status == 0)
        #expect(try found("password_file: \(secret).none").errors.contains("there is no password"))
        let inline = try found("password: s3cret")
        #expect(inline.status == 0 && inline.errors.contains("warning: a password is in this file"))
        let other = try check(
            directory.write(
                "other.yaml",
                site.replacing(
                    "driver: wti-rps10", with: "driver: wti-rps10\n    password: s3cret")))
        #expect(other.errors.contains("wti-rps10 takes no `password`"), "\(other)")
        #expect(!"\(open)\(inline)\(other)".contains("s3cret"))
    }

    private func check(_ path: String) throws -> Program.Result {
        try Program.run("\(Program.products)/picketd", ["--site", path, "--check"])
    }

    private func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: " ", count: 10 - digits.count) + digits
    }
}

extension Town {
    /// The name under which lock files know the port: `pts_7`.
    fileprivate func device() throws -> String {
        let path = try Program.run("realpath", [pduA.path]).output
        return path.dropFirst("/dev/".count).dropLast().map { $0 == "/" ? "_" : "\($0)" }.joined()
    }
}
