// Sessions as a whole: their number, their signs of life, their end.

import Fencing
import Glibc
import LinuxSystem
import SSHDoor
import TestSupport
import Testing

struct SessionTests {
    @Test func `A principal's oldest idle session makes room for its newest`() throws {
        let house = try House { $0.sessionsPerPrincipal = 2 }
        let clients = try (1...3).map { count in
            let client = try Program("ssh", house.arguments(["-T"]))
            eventually("it is in") {
                house.calls.contains(.opened(SessionID(UInt64(count)), House.node))
            }
            return client
        }
        #expect(try clients[0].finish().status == 255)
        #expect(house.seen.contains(.left(SessionID(1), House.node, .madeRoom)))
        withExtendedLifetime(clients) {}
    }

    @Test func `Busy sessions keep their places, and the newcomer hears why`() throws {
        let house = try House { $0.sessionsPerPrincipal = 1 }
        let busy = try Program("ssh", house.arguments() + ["hold"])
        eventually("it is busy") { house.calls.count == 2 }
        let refused = try house.ssh("say hello")
        #expect(refused.status == 255)
        #expect(refused.errors.contains("Too many sessions"))
        house.door.answer(RequestToken(1), text: "OK", exit: 0)
        #expect(try busy.finish().status == 0)
    }

    @Test func `A stopped client is found silent, a living one is not`() throws {
        let house = try House {
            $0.keepaliveInterval = .milliseconds(200)
            $0.keepaliveMisses = 3
        }
        let living = try Program(
            "ssh", house.arguments(user: "alice", key: KeyFiles.other, ["-T"]))
        let stopped = try Program("ssh", house.arguments(["-T"]))
        let alice = Principal.operator(name("alice"))
        eventually("both are in") { house.calls.count == 2 }
        let session = house.calls.compactMap { call -> SessionID? in
            if case .opened(let id, House.node) = call { id } else { nil }
        }[0]
        kill(stopped.process, SIGSTOP)
        eventually("the stopped one is sent away") {
            house.seen.contains(.left(session, House.node, .silent))
        }
        #expect(!house.seen.contains { if case .left(_, alice, _) = $0 { true } else { false } })
        living.endInput()
        #expect(try living.finish().status == 0)
    }

    @Test func `A probe tells the living from the silent and the gone`() throws {
        let house = try House { $0.probePatience = .milliseconds(500) }
        let client = try Program("ssh", house.arguments(["-T"]))
        let session = SessionID(1)
        eventually("it is in") { house.calls.count == 1 }
        // One after the other on one session: libssh keeps the reply to the one before.
        for count in 1...4 {
            house.door.probe(session)
            eventually("it is alive, \(count)") {
                house.calls.filter { $0 == .probed(session, .alive) }.count == count
            }
        }
        kill(client.process, SIGSTOP)
        house.door.probe(session)
        eventually("it is silent") { house.calls.last == .probed(session, .silent) }
        client.killNow()
        eventually("it is closed") { house.calls.last == .closed(session) }
        house.door.probe(session)
        eventually("it is gone") { house.calls.last == .probed(session, .gone) }
    }

    @Test func `A probe has all of its patience, also soon after another one`() throws {
        let patience = Duration.milliseconds(600)
        let house = try House { $0.probePatience = patience }
        let client = try Program("ssh", house.arguments(["-T"]))
        let session = SessionID(1)
        eventually("it is in") { house.calls.count == 1 }
        house.door.probe(session)
        eventually("it is alive") { house.calls.last == .probed(session, .alive) }
        kill(client.process, SIGSTOP)
        // So that the first one's reminder comes in the middle of the second one's patience.
        usleep(300_000)
        let asked = MonotonicClock.now()
        house.door.probe(session)
        eventually("it is silent") { house.calls.last == .probed(session, .silent) }
        #expect(MonotonicClock.now() - asked >= patience)
        client.killNow()
    }

    @Test func `A keeper that is behind is handed nothing more, and the asker hears it`() throws {
        let house = try House()
        house.keeper.isFull.withLock { $0 = true }
        let refused = try house.ssh("say hello")
        #expect(refused.status == 64, "\(refused)")
        #expect(refused.output.contains("wait to be taken in"), "\(refused)")
        #expect(
            !house.calls.contains { if case .requested = $0 { true } else { false } })
        house.keeper.isFull.withLock { $0 = false }
        #expect(try house.ssh("say hello").status == 0)
    }

    @Test func `The keeper can close a session`() throws {
        let house = try House()
        let client = try Program("ssh", house.arguments() + ["hold"])
        eventually("the request arrives") { house.calls.count == 2 }
        house.door.closeSession(SessionID(1))
        #expect(try client.finish().status == 255)
        eventually("the session is closed") { house.calls.last == .closed(SessionID(1)) }
        #expect(
            house.calls.suffix(2) == [.abandoned(RequestToken(1)), .closed(SessionID(1))])
    }

    @Test func `Whoever is in may stay when the door stops listening`() throws {
        let house = try House()
        let client = try Program("ssh", house.arguments(["-T"]))
        eventually("it is in") { house.calls.count == 1 }
        house.door.stopListening()
        eventually("nobody else comes in") {
            do { _ = try Connection(to: house.port) } catch { return true }
            return false
        }
        client.send("say hello\n")
        #expect(try client.read { $0.hasSuffix("exit=0\n") } == "OK say hello\nEND exit=0\n")
    }

    @Test func `Leaving sends what was answered, abandons the rest, and ends the threads`() throws {
        let house = try House()
        let stranger = try Connection(to: house.port)
        let holding = try Program("ssh", house.arguments() + ["hold"])
        eventually("the request arrives") { house.calls.count == 2 }
        house.door.answer(RequestToken(1), text: "OK at the last moment", exit: 0)
        let idle = try Program("ssh", house.arguments() + ["hold"])
        eventually("another arrives") {
            house.calls.contains(.requested(RequestToken(2), SessionID(2), "hold"))
        }
        #expect(house.door.leave(by: MonotonicClock.now() + .seconds(5)) == .complete)
        #expect(try holding.finish().output == "OK at the last moment\n")
        #expect(try idle.finish().status == 255)
        #expect(house.calls.contains(.abandoned(RequestToken(2))))
        #expect(house.calls.contains(.closed(SessionID(2))))
        #expect(stranger.waitForClose(within: .seconds(5)))
    }
}
