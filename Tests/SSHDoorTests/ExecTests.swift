// One request per channel, with the real client.

import Fencing
import LinuxSystem
import SSHDoor
import TestSupport
import Testing

struct ExecTests {
    @Test func `A request brings its reply and its exit status`() throws {
        let house = try House()
        #expect(
            try house.ssh("status node2")
                == Program.Result(status: 0, output: "OK status node2\n", errors: ""))
        #expect(try house.ssh("fail 7").status == 7)
    }

    @Test func `The keeper hears of a session from its opening to its end`() throws {
        let house = try House()
        _ = try house.ssh("say hello")
        let session = SessionID(1)
        eventually("the session is closed") { house.calls.contains(.closed(session)) }
        #expect(
            house.calls == [
                .opened(session, House.node), .requested(RequestToken(1), session, "say hello"),
                .closed(session),
            ])
    }

    @Test func `An ecdsa key proves the principal as well`() throws {
        let house = try House()
        #expect(try house.ssh(key: KeyFiles.ecdsa, "say hello").status == 0)
    }

    @Test func `The door also answers on IPv6`() throws {
        let house = try House(on: "[::1]:0")
        #expect(try house.ssh("say hello").output == "OK say hello\n")
    }

    @Test func `Standard input of a request means nothing`() throws {
        let house = try House()
        #expect(try house.ssh("say hello", input: "say more\n").output == "OK say hello\n")
    }

    @Test func `A request of more than one line is refused`() throws {
        let house = try House()
        let refused = try house.ssh("off node1\noff node2")
        #expect(refused.status == 64)
        #expect(refused.output == "USAGE reason=\"a request is one line\"\n")
        #expect(try house.ssh("say hello\n").output == "OK say hello\n")
    }

    @Test func `A request that is too long is refused with a reason`() throws {
        let house = try House { $0.requestLength = 100 }
        let refused = try house.ssh(String(repeating: "x", count: 101))
        #expect(refused.status == 64)
        #expect(refused.output == "USAGE reason=\"a request is at most 100 bytes\"\n")
        #expect(house.seen.contains(.limitReached(SessionID(1), House.node, .requestLength)))
        #expect(try house.ssh(String(repeating: "x", count: 100)).status == 0)
    }

    @Test(arguments: [
        ["-o", "SetEnv=PATH=/nowhere"], ["-A"], ["-X"], ["-R", "0:127.0.0.1:1"], ["-C"],
    ])
    func `What is refused does no harm to the request`(options: [String]) throws {
        let house = try House()
        let result = try house.ssh(options: options, "say hello")
        #expect(result.status == 0)
        #expect(result.output == "OK say hello\n")
    }

    @Test func `A forwarding through the door leads nowhere`() throws {
        let house = try House()
        // -W asks for a forwarded channel instead of a session.
        let result = try house.ssh(options: ["-W", "127.0.0.1:\(house.port)"], nil)
        #expect(result.status != 0)
        #expect(result.output == "")
    }

    @Test func `Subsystems are refused`() throws {
        let house = try House()
        let result = try house.ssh(options: ["-s"], "sftp")
        #expect(result.status != 0)
        #expect(result.output == "")
    }

    @Test func `A killed client's request is abandoned`() throws {
        let house = try House()
        let client = try Program("ssh", house.arguments() + ["hold"])
        eventually("the request arrives") {
            house.calls.contains(.requested(RequestToken(1), SessionID(1), "hold"))
        }
        client.killNow()
        eventually("the session is closed") { house.calls.contains(.closed(SessionID(1))) }
        #expect(
            house.calls.suffix(2) == [.abandoned(RequestToken(1)), .closed(SessionID(1))])
        // An answer that comes too late reaches nobody and disturbs nobody.
        house.door.answer(RequestToken(1), text: "late", exit: 0)
        #expect(try house.ssh("say hello").status == 0)
    }
}
