// switch-simulator as a program: what a script sees that starts it, steers it and ends it.

import Fencing
import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite struct ProgramTests {
    private let place: Place
    private let program: String

    init() throws {
        place = try Place()
        program = "\(Program.products)/switch-simulator"
    }

    private func start(_ extra: [String] = []) throws -> Peer {
        let peer = try Peer(
            program,
            [
                "--model", "baytech", "--link", "\(place.path)/pdu", "--outlets",
                "\(place.path)/outlets", "--wire-log", "\(place.path)/wire",
            ] + extra)
        let ready = peer.heard(until: "\n")
        try #require(ready.hasPrefix("ready model=baytech link=\(place.path)/pdu outlets=8"))
        return peer
    }

    private func ask(_ peer: Peer, _ line: String) throws -> String {
        try peer.say(line)
        return peer.heard(until: "\n")
    }

    @Test func `it takes commands while it runs, and quits`() throws {
        let peer = try start(["--fault", "refuse", "--fault", "echo"])
        let client = try Client("\(place.path)/pdu")
        #expect(try client.say("off 3\r", until: "\r\nRPC3-NC>").contains("Input error"))
        #expect(try ask(peer, "fault none") == "faults=none\n")
        _ = try client.say("off 3\r", until: "\r\nRPC3-NC>")
        #expect(try ask(peer, "outlets") == "1=on 2=on 3=off 4=on 5=on 6=on 7=on 8=on\n")
        #expect(try ask(peer, "press 3 on") == "outlet 3=on\n")
        #expect(try place.read("outlets/3") == "on\n")
        #expect(try ask(peer, "fault slow").hasPrefix("error: no fault is written `slow`"))
        #expect(try ask(peer, "what").hasPrefix("error: `what` is no command. Known: fault"))
        #expect(try ask(peer, "drop") == "drops=1\n")
        #expect(client.isHungUp(within: .seconds(5)))
        try peer.say("quit")
        #expect(peer.status == 0)
    }

    @Test func `it outlives its standard input, and a signal ends it and takes the link away`()
        throws
    {
        let peer = try start()
        try peer.closeInput()
        let client = try Client("\(place.path)/pdu")
        #expect(try client.say("\r", until: "\r\nRPC3-NC>") == "\r\nRPC3-NC>")
        peer.terminate()
        #expect(peer.status == 0)
        #expect(!place.hasLink)
    }

    @Test(arguments: [
        ["--model", "apd", "--link", "/tmp/none"],
        ["--model", "rps10", "--link", "/tmp/none", "--fault", "slow"],
        ["--model", "rps10", "--link", "/tmp/none", "--baud", "1"],
        ["--model", "rps10", "--link", "/proc/none"],
        ["--model", "rps10"],
    ])
    func `it does not start with what it does not understand`(_ arguments: [String]) throws {
        let peer = try Peer(program, arguments)
        let status = try #require(peer.status)
        #expect(status != 0)
    }
}
