// Lines over TCP against a concentrator in this process: what it agrees to, who is in, who is not.

import Drivers
import Fencing
import Glibc
import Lines
import LinuxSystem
import SimulatedSwitches
import SwitchBench
import Telnet
import Testing

@Suite struct NetworkLineTests {
    private let place: Place
    private let reports: Reports
    private let diary = Diary()

    init() throws {
        place = try Place()
        reports = try Reports()
    }

    private func port(
        _ language: NetworkPort.Language, _ number: UInt16, host: String = "127.0.0.1",
        settings: String = "115200,8n1"
    ) throws -> NetworkPort {
        NetworkPort(
            language, host: host, port: number, settings: try LineSettings(parsing: settings),
            hostsFile: "\(place.path)/hosts")
    }

    /// Opened by hand, and prepared until it is ready or fails; 10 s at most.
    private func opened(_ port: NetworkPort) throws -> any OpenLine {
        let line = try port.open()
        let epoll = try Epoll()
        try epoll.add(line.descriptor, [.read, .write], tag: 0)
        let deadline = MonotonicClock.now() + .seconds(10)
        while MonotonicClock.now() < deadline {
            switch try line.prepare(at: MonotonicClock.now()) {
            case .ready: return line
            case .notYet(let lookAt): _ = epoll.wait(until: min(lookAt, deadline))
            }
        }
        throw PortError.hungUp(port: "not ready after 10 s")
    }

    private func bytes(from line: any OpenLine, _ count: Int) throws -> [UInt8] {
        let epoll = try Epoll()
        try epoll.add(line.descriptor, .read, tag: 0)
        let deadline = MonotonicClock.now() + .seconds(10)
        var all: [UInt8] = []
        while all.count < count, MonotonicClock.now() < deadline {
            _ = epoll.wait(until: deadline)
            all += try line.read(atMost: 4096) ?? []
        }
        return all
    }

    @Test(arguments: [[[12]], [[5, 1]], [[12], [5, 1]]] as [[[UInt8]]])
    func `needs no word about a purge or flow control`(_ passedOver: [[UInt8]]) throws {
        let concentrator = try Concentrator(.comPort)
        defer { concentrator.stop() }
        concentrator.passOver(passedOver)
        _ = try opened(try port(.rfc2217, concentrator.port))
        // But one about the speed.
        let other = try Concentrator(.comPort)
        defer { other.stop() }
        other.passOver(passedOver + [[1]])
        #expect(throws: PortError.self) { _ = try opened(try port(.rfc2217, other.port)) }
    }

    // MARK: Bytes

    @Test(arguments: NetworkPort.Language.allCases)
    func `every byte passes as it is, both ways`(_ language: NetworkPort.Language) throws {
        let concentrator = try Concentrator(language.manner)
        defer { concentrator.stop() }
        let line = try opened(port(language, concentrator.port))
        let all = [UInt8](0...255) + [13, 0, 13, 10, 255, 255, 13]
        #expect(try line.write(all[...]) == all.count)
        #expect(eventually { concentrator.heard.count >= all.count })
        #expect(concentrator.heard == all)
        concentrator.say(all)
        #expect(try bytes(from: line, all.count) == all)
    }

    @Test func `what was sent is out when the other side has it and its wire had the time`() throws
    {
        let concentrator = try Concentrator(.raw)
        defer { concentrator.stop() }
        let line = try opened(port(.raw, concentrator.port, settings: "300,8n1"))
        let before = MonotonicClock.now()
        #expect(try line.write([1, 2, 3][...]) == 3)
        var waits = 0
        while try line.timeToDrain() != nil, waits < 10_000 {
            waits += 1
            usleep(1000)
        }
        // Three bytes at 300 baud are 100 ms.
        #expect(MonotonicClock.now() - before >= .milliseconds(100))
        #expect(concentrator.heard == [1, 2, 3])
    }

    @Test func `a port that knows no telnet is used as it is, after a moment`() throws {
        let concentrator = try Concentrator(.raw)
        defer { concentrator.stop() }
        let line = try opened(port(.telnet, concentrator.port))
        concentrator.say(Array("login:".utf8))
        #expect(try bytes(from: line, 6) == Array("login:".utf8))
    }

    // MARK: Settings

    @Test func `settings and leads are asked for, and a concentrator that has them is ready`()
        throws
    {
        let concentrator = try Concentrator(.comPort)
        defer { concentrator.stop() }
        _ = try opened(port(.rfc2217, concentrator.port, settings: "9600,7e2"))
        #expect(
            concentrator.requests.map(\.content) == [
                [5, 9], [5, 12], [11, 240], [5, 1], [1, 0, 0, 0x25, 0x80], [2, 7], [3, 3], [4, 2],
                [12, 3],
            ])
    }

    @Test func `a concentrator that does not answer is given up after its time`() throws {
        let concentrator = try Concentrator(.comPort)
        defer { concentrator.stop() }
        concentrator.ignoreRequests()
        let begun = MonotonicClock.now()
        let error = #expect(throws: PortError.self) {
            try opened(port(.rfc2217, concentrator.port))
        }
        #expect(error?.description.contains("did not answer to speed") == true)
        #expect(MonotonicClock.now() - begun < .seconds(8))
    }

    @Test func `a port without RFC 2217 says so, and what to write`() throws {
        let concentrator = try Concentrator(.telnet)
        defer { concentrator.stop() }
        let error = #expect(throws: PortError.self) {
            try opened(port(.rfc2217, concentrator.port))
        }
        #expect(error?.description.contains("write telnet: or tcp:") == true)
    }

    // MARK: Who is in

    @Test func `nobody at home, no such host: said as such`() throws {
        let concentrator = try Concentrator(.raw)
        let free = concentrator.port
        concentrator.stop()
        try place.write("hosts", "127.0.0.1 localhost\n127.0.0.2\tdesk  Concentrator-A # x y\n")
        let error = #expect(throws: PortError.self) {
            try opened(port(.raw, free, host: "concentrator-a"))
        }
        #expect(error?.description.contains("127.0.0.2:\(free): Connection refused") == true)
        let unknown = #expect(throws: PortError.self) { try opened(port(.raw, free, host: "x")) }
        #expect(
            unknown?.description == "tcp:x:\(free): x has no address in /etc/hosts; add it there, "
                + "or write its address: name servers are not asked")
    }

    @Test(arguments: [
        "Port already in use\r\n", "\r\n*** Console port busy ***\r\n",
        "Someone else is already logged in.\r\n", "",
    ])
    func `a port that another caller holds is told from one that is broken`(_ words: String)
        throws
    {
        let concentrator = try Concentrator(.held(Array(words.utf8)))
        defer { concentrator.stop() }
        let error = #expect(throws: PortError.self) {
            try opened(port(.raw, concentrator.port))
        }
        let told = words.isEmpty ? "mostly another caller holds it" : "is held by another caller"
        #expect(error?.description.contains(told) == true)
    }

    @Test func `the second caller of telnet is told so, although telnet greets it first`() throws {
        let concentrator = try Concentrator(.telnet)
        defer { concentrator.stop() }
        let first = try opened(port(.telnet, concentrator.port))
        concentrator.behave(
            .held([255, 251, 3, 255, 253, 0] + Array("Port already in use\r\n".utf8)))
        let error = #expect(throws: PortError.self) {
            try opened(port(.telnet, concentrator.port))
        }
        #expect(error?.description.contains("`Port already in use`") == true)
        #expect(first.descriptor >= 0)
    }

    @Test func `a connection that ends later has hung up`() throws {
        let concentrator = try Concentrator(.raw)
        defer { concentrator.stop() }
        let line = try opened(port(.raw, concentrator.port))
        #expect(eventually { concentrator.isInUse })
        concentrator.say(Array("RPC3-NC>".utf8))
        #expect(try bytes(from: line, 8).count == 8)
        concentrator.cut()
        #expect(throws: PortError.hungUp(port: "tcp:127.0.0.1:\(concentrator.port)")) {
            try bytes(from: line, 1)
        }
    }

    @Test func `options without end are an error and no loop`() throws {
        let concentrator = try Concentrator(.telnet)
        defer { concentrator.stop() }
        let line = try opened(port(.telnet, concentrator.port))
        for _ in 1...300 { concentrator.sayRaw([255, 251, 1, 255, 252, 1]) }
        let error = #expect(throws: PortError.self) { try bytes(from: line, 1) }
        #expect(error?.description.contains("negotiates telnet options without end") == true)
    }
}

extension NetworkPort.Language {
    fileprivate var manner: Concentrator.Manner {
        switch self {
        case .raw: .raw
        case .telnet: .telnet
        case .rfc2217: .comPort
        }
    }
}
