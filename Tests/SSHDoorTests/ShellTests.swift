// Many requests on one channel, with the real client.

import Fencing
import LinuxSystem
import SSHDoor
import TestSupport
import Testing

struct ShellTests {
    @Test func `Each line brings its reply and a line that ends it`() throws {
        let house = try House()
        let client = try Program("ssh", house.arguments(["-T"]))
        client.send("say one\n")
        _ = try client.read { $0.hasSuffix("OK say one\nEND exit=0\n") }
        client.send("fail 3\r\n")
        _ = try client.read { $0.hasSuffix("FAILED\nEND exit=3\n") }
        client.send("say two\r")
        let all = try client.read { $0.hasSuffix("OK say two\nEND exit=0\n") }
        #expect(all == "OK say one\nEND exit=0\nFAILED\nEND exit=3\nOK say two\nEND exit=0\n")
        client.endInput()
        #expect(try client.finish().status == 0)
    }

    @Test func `Lines sent ahead are answered in order, and the last gives the exit status`() throws
    {
        let house = try House()
        let numbers = 1...200
        let input = numbers.map { "say \($0)\n" }.joined() + "fail 5\n"
        let result = try house.ssh(options: ["-T"], nil, input: input)
        #expect(result.status == 5)
        #expect(
            result.output
                == numbers.map { "OK say \($0)\nEND exit=0\n" }.joined() + "FAILED\nEND exit=5\n")
    }

    @Test func `The next line waits for the answer to the one before`() throws {
        let house = try House()
        let client = try Program("ssh", house.arguments(["-T"]))
        client.send("hold\nsay next\n")
        eventually("the first line arrives") { house.calls.count == 2 }
        house.door.answer(RequestToken(1), text: "OK first\n", exit: 0)
        let output = try client.read { $0.contains("next\nEND exit=0\n") }
        #expect(output == "OK first\nEND exit=0\nOK say next\nEND exit=0\n")
        let lines = house.calls.compactMap {
            if case .requested(_, _, let line) = $0 { line } else { nil }
        }
        #expect(lines == ["hold", "say next"])
        client.endInput()
        #expect(try client.finish().status == 0)
    }

    @Test func `Half a line at the end of the input is not carried out`() throws {
        let house = try House()
        let result = try house.ssh(options: ["-T"], nil, input: "say one\noff node1")
        #expect(result.status == 64)
        #expect(
            result.output == """
                OK say one
                END exit=0
                USAGE reason="the last line has no end, so it was not carried out"

                """)
        #expect(!house.calls.contains(.requested(RequestToken(2), SessionID(1), "off node1")))
    }

    @Test func `More sent ahead than may wait ends the channel after what was whole`() throws {
        let house = try House { $0.pipelinedInput = 1000 }
        let client = try Program("ssh", house.arguments(["-T"]))
        client.send("hold\n")
        eventually("the first line arrives") { house.calls.count == 2 }
        client.send(String(repeating: "say hello\n", count: 500))
        eventually("the door complains, or the input waits in ssh") { house.calls.count == 2 }
        house.door.answer(RequestToken(1), text: "OK first\n", exit: 0)
        let result = try client.finish()
        #expect(result.output.hasSuffix("USAGE reason=\"more than 1000 bytes sent ahead\"\n"))
        #expect(result.status == 64)
    }
}
