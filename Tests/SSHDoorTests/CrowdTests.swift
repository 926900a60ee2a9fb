// Many at once: strangers that fill the door, guests that do not read, sessions that are shared.

import Fencing
import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import SSHDoor

struct CrowdTests {
    @Test func `Three hundred idle connections keep nobody out`() throws {
        let house = try House()
        let idle = try (0..<300).map { _ in try Connection(to: house.port) }
        #expect(try house.ssh("say hello").output == "OK say hello\n")
        // The limit per address is the one that this crowd from loopback meets.
        eventually("most of them are told as a sum, or were told one by one") {
            !house.turnedAway.isEmpty
        }
        #expect(house.turnedAway.allSatisfy { $0.reason == .oldestOfItsAddress })
        #expect(house.turnedAway.count <= 10)
        #expect(idle.prefix(280).allSatisfy { $0.waitForClose(within: .seconds(5)) })
        withExtendedLifetime(idle) {}
    }

    @Test func `The oldest makes room when all places are taken`() throws {
        let house = try House {
            $0.strangers = 3
            $0.strangersPerAddress = 100
        }
        let idle = try (0..<4).map { _ in try Connection(to: house.port) }
        #expect(idle[0].waitForClose(within: .seconds(5)))
        #expect(try house.ssh("say hello").status == 0)
        #expect(Set(house.turnedAway.map(\.reason)) == [.oldest])
    }

    @Test func `Who comes from a known address has a lobby of his own`() throws {
        let key = try KeyFiles.authorized(KeyFiles.node, "from=\"127.0.0.2\" ")
        let house = try House(admissions: House.admissions(node: [key])) { $0.strangers = 1 }
        // With one lobby, its only place would have to be given up to the next.
        let expected = try Connection(to: house.port, from: 2)
        let strangers = try (0..<5).map { _ in try Connection(to: house.port) }
        #expect(strangers.prefix(4).allSatisfy { $0.waitForClose(within: .seconds(5)) })
        #expect(!expected.waitForClose(within: .milliseconds(200)))
        let second = try Connection(to: house.port, from: 2)
        #expect(expected.waitForClose(within: .seconds(5)), "its own limits hold there, too")
        withExtendedLifetime((strangers, second)) {}
        #expect(try house.ssh(options: ["-b", "127.0.0.2"], "say hello").status == 0)
        house.door.admit(try House.admissions())
        let later = try Connection(to: house.port, from: 2)
        let one = try Connection(to: house.port)
        #expect(later.waitForClose(within: .seconds(5)), "nobody is known any more")
        withExtendedLifetime(one) {}
    }

    @Test func `Of arrivals that are too many, those of the busiest address go`() throws {
        var arrivals = Arrivals(limit: 4)
        func arrive(_ host: UInt8, _ port: UInt16) throws {
            let socket = try Descriptor(opening: "/dev/null", O_RDONLY)
            arrivals.add(
                Arrival(socket, from: InternetAddress(.v4([192, 0, 2, host]), port: port)))
        }
        try arrive(1, 1)
        for port in 2...20 { try arrive(7, UInt16(port)) }
        try arrive(2, 21)
        let (waiting, evicted) = arrivals.takeAll()
        #expect(waiting.map(\.peer.port) == [1, 19, 20, 21])
        #expect(evicted.first.map(\.port) == Array(2...11))
        #expect(evicted.others == 7)
        #expect(arrivals.isEmpty)
        #expect(waiting.allSatisfy { $0.take() != nil })
    }

    @Test func `A flood of packets before the login ends the connection`() throws {
        let house = try House { $0.packetsBeforeLogin = 3 }
        #expect(try house.ssh("say hello").status == 255)
        eventually("it is told") { house.turnedAway.map(\.reason) == [.tooManyPackets] }
    }

    @Test func `Nonsense instead of a greeting ends the connection`() throws {
        let house = try House()
        let stranger = try Connection(to: house.port)
        stranger.send(Array("GET / HTTP/1.0\r\n\r\n".utf8))
        #expect(stranger.waitForClose(within: .seconds(5)))
        #expect(try house.ssh("say hello").status == 0)
    }

    @Test func `Eight requests share one session`() throws {
        let house = try House()
        let shared = ["-o", "ControlPath=\(house.directory.path)/mux"]
        let master = try Program("ssh", house.arguments(["-M", "-N"] + shared))
        eventually("the master is in") { house.calls.count == 1 }
        let clients = try (0..<8).map {
            try Program("ssh", house.arguments(shared) + ["say \($0)"])
        }
        for (number, client) in clients.enumerated() {
            #expect(try client.finish().output == "OK say \(number)\n")
        }
        let sessions = house.calls.filter { if case .opened = $0 { true } else { false } }
        #expect(sessions.count == 1)
        withExtendedLifetime(master) {}
    }

    @Test func `Channels and requests above their limits are refused, the others go on`() throws {
        let house = try House {
            $0.channels = 4
            $0.requestsInFlight = 2
        }
        let shared = ["-o", "ControlPath=\(house.directory.path)/mux"]
        let master = try Program("ssh", house.arguments(["-M", "-N"] + shared))
        eventually("the master is in") { house.calls.count == 1 }
        let holding = try (0..<2).map { _ in
            try Program("ssh", house.arguments(shared) + ["hold"])
        }
        eventually("both requests arrive") { house.calls.count == 3 }
        let third = try Program.run("ssh", house.arguments(shared) + ["say hello"])
        #expect(third.status == 64)
        #expect(
            third.output == "USAGE reason=\"more than 2 requests under way in one session\"\n")
        let shells = try (0..<2).map { _ in
            try Program("ssh", house.arguments(shared + ["-T"]))
        }
        shells.forEach { $0.send("say too much\n") }
        for shell in shells { _ = try shell.read { $0.hasSuffix("END exit=64\n") } }
        // Refused a channel, ssh would go on by itself with a connection of its own.
        let alone = shared + ["-o", "ProxyCommand=false"]
        let fifth = try Program.run("ssh", house.arguments(alone) + ["say hello"])
        #expect(fifth.status == 255)
        house.door.answer(RequestToken(1), text: "OK", exit: 0)
        house.door.answer(RequestToken(2), text: "OK", exit: 0)
        for client in holding { #expect(try client.finish().output == "OK\n") }
        withExtendedLifetime(master) {}
    }

    @Test func `A reader that does not read delays nobody`() throws {
        let house = try House()
        // The client's own standard output is a full pipe that nobody empties.
        let slow = try Program("ssh", house.arguments() + ["big 1000000"])
        eventually("the request arrives") { house.calls.count == 2 }
        let start = MonotonicClock.now()
        #expect(try house.ssh("say hello").output == "OK say hello\n")
        #expect(MonotonicClock.now() - start < .seconds(3))
        // And once it reads, it gets all.
        let result = try slow.finish()
        #expect(result.output.utf8.count == 1_000_001)
        #expect(result.status == 0)
    }

    @Test func `A reply above the limit closes its channel, not the session`() throws {
        let house = try House { $0.queuedOutput = 10_000 }
        let shared = ["-o", "ControlPath=\(house.directory.path)/mux"]
        let master = try Program("ssh", house.arguments(["-M", "-N"] + shared))
        eventually("the master is in") { house.calls.count == 1 }
        let cut = try Program.run("ssh", house.arguments(shared) + ["big 20000"])
        #expect(cut.output == "")
        #expect(cut.status == 255)
        #expect(house.seen.contains(.limitReached(SessionID(1), House.node, .queuedOutput)))
        #expect(try Program.run("ssh", house.arguments(shared) + ["say hello"]).status == 0)
        withExtendedLifetime(master) {}
    }

    @Test func `A reader that has stopped for good loses its channel`() throws {
        let house = try House {
            $0.keepaliveInterval = .milliseconds(200)
            $0.keepaliveMisses = 3
            $0.queuedOutput = 8 << 20
        }
        let stuck = try Program("ssh", house.arguments() + ["big 6000000"])
        eventually("the channel is cut off") {
            house.seen.contains(.limitReached(SessionID(1), House.node, .stalledReader))
        }
        // The client answered all the while: its session was not the trouble.
        #expect(!house.seen.contains(.left(SessionID(1), House.node, .silent)))
        withExtendedLifetime(stuck) {}
    }
}
