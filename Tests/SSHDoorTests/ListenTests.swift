// Where the door listens.

import Glibc
import LinuxSystem
import SSHDoor
import TestSupport
import Testing

struct ListenTests {
    @Test(arguments: ["127.0.0.1:0", "[::1]:2222", "*:22", "[::]:22", "192.0.2.1:65535"])
    func `An address is read and printed as it was written`(text: String) throws {
        #expect(try ListenAddress(text).description == text)
    }

    @Test(arguments: [
        "", "22", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+1", "localhost:22",
        "::1:22", "[127.0.0.1]:22", "[::1]", "[fe80::1%eth0]:22", ":22", "[*]:22",
    ])
    func `An error names the text and what is wrong with it`(text: String) {
        #expect {
            _ = try ListenAddress(text)
        } throws: {
            "\($0)".hasPrefix("cannot listen on “\(text)”: ")
        }
    }

    @Test func `An address in use is named`() throws {
        let first = try Listeners.bound(to: [ListenAddress("127.0.0.1:0")])
        let again = "127.0.0.1:\(first[0].address.port)"
        #expect {
            _ = try Listeners.bound(to: [ListenAddress(again)])
        } throws: {
            "\($0)" == "cannot listen on \(again): bind \(again): Address already in use"
        }
    }

    @Test func `One socket everywhere serves both protocols`() throws {
        let everywhere = try House(on: "*:0")
        #expect(everywhere.port != 0)
        let stranger = try Connection(to: everywhere.port)
        stranger.send(Array("nonsense\r\n".utf8))
        #expect(stranger.waitForClose(within: .seconds(5)))
        // The peer is told as what it is, not as a mapped address.
        eventually("it is told") {
            everywhere.turnedAway.first?.from.hasPrefix("127.0.0.1:") == true
        }
    }

    @Test func `The unspecified IPv6 address leaves IPv4 to others`() throws {
        let six = try Listeners.bound(to: [ListenAddress("[::]:0")])
        let port = six[0].address.port
        let four = try Listeners.bound(to: [ListenAddress("0.0.0.0:\(port)")])
        #expect(four[0].address.description == "0.0.0.0:\(port)")
    }

    @Test func `Passed sockets are taken over, once`() throws {
        // Two bound sockets at neighbouring descriptors, as systemd leaves them.
        let bound = try Listeners.bound(to: [
            ListenAddress("127.0.0.1:0"), ListenAddress("[::1]:0"),
        ])
        let first = fcntl(bound[0].number, F_DUPFD, 500)
        let second = dup2(bound[1].number, first + 1)
        #expect(second == first + 1)
        let activation = SocketActivation(process: String(getpid()), count: "2")
        let passed = try Listeners.passed(activation, first: first)
        #expect(passed.map(\.address) == bound.map(\.address))
        #expect(fcntl(first, F_GETFD) == FD_CLOEXEC)
        let house = try House(sockets: passed)
        #expect(try house.ssh("say hello").output == "OK say hello\n")
    }

    @Test func `Sockets meant for another process are left alone`() throws {
        #expect(try Listeners.passed(SocketActivation(process: "1", count: "1")).isEmpty)
        #expect(try Listeners.passed(SocketActivation(process: nil, count: nil)).isEmpty)
    }

    @Test func `A passed descriptor that does not listen is an error`() throws {
        let activation = SocketActivation(process: String(getpid()), count: "1")
        let lone = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #expect {
            _ = try Listeners.passed(activation, first: lone)
        } throws: {
            "\($0)".contains("descriptor \(lone) as a listening TCP socket")
        }
    }
}
