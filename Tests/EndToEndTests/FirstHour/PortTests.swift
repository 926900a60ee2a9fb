// `picket port`: who is on the port that Picket is to have.

import Fencing
import Glibc
import TestSupport
import Testing

@Suite("The port")
struct PortTests {
    @Test("somebody else's is said to be so, with who it is and what to move; a free one is free")
    func taken() throws {
        let script =
            "import socket,sys\ns=socket.create_server((sys.argv[1],0))\n"
            + "print(s.getsockname()[1],flush=True)\nsys.stdin.read()"
        for address in ["127.0.0.1", "0.0.0.0"] {
            let other = try Program("/usr/bin/python3", ["-c", script, address])
            let port = try other.read { $0.hasSuffix("\n") }.filter { $0 != "\n" }
            let taken = try Program.run("\(Program.products)/picket", ["port", port])
            #expect(taken.status == 1, "\(taken)")
            #expect(
                taken.output.contains(
                    "port \(port) is taken by python3 (process \(other.process))"),
                "\(taken)")
            #expect(taken.output.contains("systemctl edit picketd.socket"), "\(taken)")
            other.endInput()
            _ = try other.finish()
            let free = try Program.run("\(Program.products)/picket", ["port", port])
            #expect(free.status == 0, "\(free)")
        }
    }

    @Test("picketd's own is no conflict")
    func own() throws {
        let town = try Town()
        let own = try Program.run("\(Program.products)/picket", ["port", town.port])
        #expect(own.status == 0, "\(own)")
    }
}
