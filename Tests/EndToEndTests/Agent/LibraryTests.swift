// libpicket, used by a program in C that gcc compiles and pkg-config tells how to.

import Fencing
import Glibc
import SimulatedSwitches
import SwitchBench
import TestSupport
import Testing

@Suite("libpicket")
struct LibraryTests {
    @Test("A C program asks, looks, shoots from two threads, and is told what became of it")
    func program() throws {
        let town = try Town(Town.Terms(patience: "15s"))
        let client = try CClient(town)
        let said = try client.run()
        #expect(said.status == 0, "\(said)")
        let lines = said.output.split(separator: "\n").map(String.init)
        let expected = [
            ("quorum", "code=0/0 power=0 line=OK you=node1 standing=member"),
            ("status", "code=0/0 power=1 line=OK target=node2 power=on"),
            ("node2", "code=0/0 power=0 line=OK id=fence-"),
            ("node3", "code=0/0 power=0 line=OK id=fence-"),
            ("result", "code=0/0 power=0 line=OK id=fence-"),
            ("nobody", "code=77/77 power=0 line=NOT-PERMITTED"),
            ("no-name", "code=64/64 power=0 line='node 2' is no name"),
            ("null", "code=64/64 power=0 line='' is no name"),
        ]
        for (what, begins) in expected {
            #expect(lines.contains { $0.hasPrefix("\(what) \(begins)") }, "\(what): \(lines)")
        }
        #expect(lines.filter { $0.contains("off=verified") }.count == 4, "\(lines)")
        #expect(town.count(2, .off) == 1)
        #expect(town.count(3, .off) == 1)
    }

    @Test("A switch that acts and says nothing: the power is unknown, whatever was read before")
    func mute() throws {
        let town = try Town()
        town.until("the lines are up") { (try? town.ask("node1", "status").status) == 0 }
        #expect(try town.ask("node1", "off node2").status == 0)
        let client = try CClient(town)
        #expect(try client.run("status", "node2").output.hasPrefix("status code=0/0 power=2"))
        town.pduA.setFaults(try Faults(parsing: "mute"))
        #expect(try town.ask("node1", "on node2").status == 2)
        #expect(town.power(2) == .on)
        let said = try client.run("status", "node2")
        #expect(said.status == 2, "\(said)")
        #expect(said.output.hasPrefix("status code=2/2 power=0 line=IN-DOUBT"), "\(said)")
    }

    @Test("picket_shoot's return code is the exit code; nobody's answer is 255")
    func codes() throws {
        let town = try Town()
        let client = try CClient(town)
        #expect(try client.run("node2").status == 0)
        #expect(town.count(2, .off) == 1)
        // Who was shot hears it, and goes on hearing it until its time is over.
        let victim = try CClient(town, as: "node2", ["deadline": "3"])
        #expect(try victim.run("node1").status == 4)
        let nobody = try CClient(town, ["ipport": "1", "deadline": "2"])
        #expect(try nobody.run("node2").status == 255)
        let unset = try CClient(town, ["known_hosts": "/nonexistent"])
        #expect(try unset.run("node2").status == 64)
        #expect(town.count(1, .off) == 0)
    }
}

extension LibraryTests {
    @Test(
        "In a program with more rights than its caller, the caller does not choose the settings",
        .enabled(if: geteuid() == 0))
    func setuid() throws {
        let town = try Town()
        let client = try CClient(town)
        #expect(try client.run("status", "node2").status == 0)
        let said = try client.runWithOtherRights("status", "node2")
        #expect(said.status == 64, "\(said)")
        #expect(said.output.contains("/etc/picket/client.conf"), "\(said)")
    }
}

private struct CClient {
    let town: Town
    let settings: String

    init(_ town: Town, as who: String = "node1", _ more: [String: String] = [:]) throws {
        self.town = town
        let all = try FencePicket(town, as: who).settings.merging(more) { _, new in new }
        settings = town.directory.write("\(who).conf", all.map { "\($0) = \($1)\n" }.joined())
        try build()
    }

    /// As an installed library is found.
    private func build() throws {
        let root = #filePath.replacing("/Tests/EndToEndTests/Agent/LibraryTests.swift", with: "")
        let place = town.directory.path
        let made = try Program.run(
            "sh",
            [
                "-ec",
                """
                mkdir -p \(place)/lib/pkgconfig \(place)/include
                ln -sf \(Program.products)/libpicketclient.so \(place)/lib/libpicket.so
                cp \(root)/Sources/CPicket/include/picket.h \(place)/include/
                sed 's|@PREFIX@|\(place)|; s|@VERSION@|1|' \(root)/deploy/libpicket/picket.pc.in \
                    > \(place)/lib/pkgconfig/picket.pc
                export PKG_CONFIG_PATH=\(place)/lib/pkgconfig
                gcc -std=c99 -Wall -Wextra -Werror -pedantic \
                    \(root)/Tests/EndToEndTests/Agent/use-libpicket.c -o \(place)/use-libpicket \
                    $(pkg-config --cflags --libs picket) -pthread
                """,
            ])
        try #require(made.status == 0, "\(made.errors)")
    }

    func run(_ words: String...) throws -> Program.Result {
        try Program.run(
            "env",
            [
                "LD_LIBRARY_PATH=\(town.directory.path)/lib:\(Program.products)",
                "PICKET_CLIENT_CONF=\(settings)",
                "\(town.directory.path)/use-libpicket",
            ] + words, within: .seconds(30))
    }

    /// The same program as a set-user-ID one: the loader then takes no library by LD_LIBRARY_PATH.
    func runWithOtherRights(_ words: String...) throws -> Program.Result {
        let place = town.directory.path
        let made = try Program.run(
            "sh",
            [
                "-ec",
                """
                export PKG_CONFIG_PATH=\(place)/lib/pkgconfig
                gcc -std=c99 \(#filePath.replacing("LibraryTests.swift", with: "use-libpicket.c")) \
                    -o \(place)/with-rights $(pkg-config --cflags --libs picket) -pthread \
                    -Wl,-rpath,\(place)/lib
                chmod 755 \(place)
                chown 64124 \(place)/with-rights
                chmod u+s \(place)/with-rights
                """,
            ])
        try #require(made.status == 0, "\(made.errors)")
        return try Program.run(
            "env", ["PICKET_CLIENT_CONF=\(settings)", "\(place)/with-rights"] + words,
            within: .seconds(30))
    }
}
