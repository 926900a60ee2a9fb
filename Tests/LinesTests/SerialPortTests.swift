// Real ports (pseudo-terminals): settings, exclusivity, lock files.

import Drivers
import Fencing
import Glibc
import Lines
import LinuxSystem
import Testing

@Suite struct SerialPortTests {
    private let place: Place
    private let port: SerialPort
    private let lockName: String
    private let far: Far

    /// The other side of the port.
    private final class Far {
        let terminal: PseudoTerminal
        init() throws { terminal = try PseudoTerminal() }
    }

    init() throws {
        place = try Place()
        far = try Far()
        port = try place.port(far.terminal.path)
        lockName = "LCK..pts_" + far.terminal.path.dropFirst("/dev/pts/".count)
    }

    private func bytes(from line: any OpenLine) -> [UInt8] {
        var all: [UInt8] = []
        _ = eventually {
            do { all += try line.read(atMost: 64) ?? [] } catch { return true }
            return !all.isEmpty
        }
        return all
    }

    @Test func `every byte passes as it is, both ways`() throws {
        let line = try port.open()
        let all = [UInt8](0...255)
        #expect(try line.write(all[...]) == 256)
        var there: [UInt8] = []
        #expect(
            eventually {
                do { there += try far.terminal.master.read(atMost: 512) ?? [] } catch {}
                return there.count >= 256
            })
        #expect(there == all)
        for byte: UInt8 in [0x00, 0x03, 0x04, 0x0A, 0x0D, 0x11, 0x13, 0x1A, 0x7F, 0xFF] {
            _ = try far.terminal.master.write([byte])
            #expect(bytes(from: line) == [byte])
        }
    }

    @Test func `what came before us is not read`() throws {
        // Held open, so that the terminal keeps what is written to it.
        let other = try Descriptor(opening: far.terminal.path, O_RDWR | O_NOCTTY | O_NONBLOCK)
        _ = try far.terminal.master.write(Array("old\n".utf8)[...])
        let line = try port.open()
        _ = try far.terminal.master.write(Array("new".utf8)[...])
        #expect(bytes(from: line) == Array("new".utf8))
        _ = other.number
    }

    @Test func `a port whose lines are raised is closed without moving them`() throws {
        var raised = port
        raised.modemLines = .raised
        let line = try raised.open()
        var terms = termios()
        #expect(tcgetattr(line.descriptor, &terms) == 0)
        #expect(terms.c_cflag & tcflag_t(HUPCL) == 0)
    }

    @Test func `a port without leads says so when they are to be used`() throws {
        let line = try port.open()
        #expect(throws: PortError.noLeads) { try line.move(.dtr, .raised) }
        #expect(throws: PortError.noLeads) { try line.askInputs() }
        #expect(try line.takeInputs() == nil)
    }

    @Test
    func `speed and framing are the port's, closing moves only leads, nothing stops the flow`()
        throws
    {
        let line = try port.open()
        var terms = termios()
        #expect(tcgetattr(line.descriptor, &terms) == 0)
        #expect(cfgetospeed(&terms) == speed_t(B9600) && cfgetispeed(&terms) == speed_t(B9600))
        // It rests low, so closing may lower what is low, or what a press has left high.
        #expect(terms.c_cflag & tcflag_t(HUPCL) != 0)
        #expect(terms.c_cflag & tcflag_t(CLOCAL | CREAD) == tcflag_t(CLOCAL | CREAD))
        #expect(terms.c_cflag & tcflag_t(CSIZE | PARENB | CSTOPB) == tcflag_t(CS8))
        #expect(terms.c_iflag & tcflag_t(IXON | IXOFF | ICRNL) == 0)
        #expect(terms.c_lflag & tcflag_t(ECHO | ICANON | ISIG) == 0)
        #expect(terms.c_oflag & tcflag_t(OPOST) == 0)
    }

    @Test func `settings that the hardware does not take are an error`() throws {
        // A pseudo-terminal knows eight bits only.
        var odd = port
        odd.settings = try LineSettings(parsing: "9600,7e1")
        #expect(
            throws: PortError.settingsRefused(port: port.path, wanted: odd.settings)
        ) { try odd.open() }
        #expect(place.files == [])
    }

    @Test func `a file is no serial port, and a missing one is missing`() throws {
        try place.write("file", "")
        let error = #expect(throws: PortError.self) { try place.port("\(place.path)/file").open() }
        #expect(error?.description.contains("Inappropriate ioctl") == true)
        let missing = #expect(throws: PortError.self) { try place.port("/dev/ttyNONE").open() }
        #expect(
            missing?.description.contains("not there (open /dev/ttyNONE: No such file or dir")
                == true)
    }

    @Test func `the lock file is there while the port is open, and has our number`() throws {
        var line: (any OpenLine)? = try port.open()
        #expect(line != nil)
        #expect(place.files == [lockName])
        let padded = try place.read(lockName)
        #expect(padded.utf8.count == 11 && padded.hasSuffix(" \(getpid())\n"))
        line = nil
        #expect(place.files == [])
    }

    @Test func `a symbolic link has the lock of the device that it leads to`() throws {
        #expect(symlink(far.terminal.path, "\(place.path)/link") == 0)
        let line = try place.port("\(place.path)/link").open()
        #expect(place.files == [lockName, "link"])
        _ = line.descriptor
    }

    @Test func `a port that a living process has locked is busy, and the error names it`() throws {
        try place.write(lockName, "         1\n")
        let error = #expect(throws: PortError.self) { try port.open() }
        #expect(
            error
                == .busy(port: port.path, holder: 1, evidence: "\(place.path)/\(lockName)"))
        #expect(error?.description.contains("in use by process 1 ") == true)
        #expect(try place.read(lockName) == "         1\n")
        #expect(place.files == [lockName])
    }

    @Test func `the lock of a process that is gone is taken over`() throws {
        try place.write(lockName, "\(try deadProcess())\n")
        let line = try port.open()
        #expect(try place.read(lockName).hasSuffix(" \(getpid())\n"))
        #expect(place.files == [lockName])
        _ = line.descriptor
    }

    @Test func `a lock left under our own number by an earlier run is taken over`() throws {
        try place.write(lockName, "\(getpid())\n")
        var line: (any OpenLine)? = try port.open()
        #expect(line != nil)
        line = nil
        #expect(place.files == [])
    }

    @Test func `another line of this process is refused, and the first keeps its lock`() throws {
        let first = try port.open()
        let error = #expect(throws: PortError.self) { try port.open() }
        #expect(error?.description.contains("flock") == true)
        #expect(place.files == [lockName])
        _ = try far.terminal.master.write(Array("still".utf8)[...])
        #expect(bytes(from: first) == Array("still".utf8))
    }

    @Test(arguments: ["", "minicom\n", "-5\n", "0\n"])
    func `a lock without a process number is not ours to judge`(_ text: String) throws {
        try place.write(lockName, text)
        let error = #expect(throws: PortError.self) { try port.open() }
        #expect(
            error
                == .unreadableLock(port: port.path, lock: "\(place.path)/\(lockName)"))
    }

    @Test func `no directory for locks is an error that names it`() throws {
        var lockless = port
        lockless.lockDirectory = "\(place.path)/none"
        let error = #expect(throws: PortError.self) { try lockless.open() }
        #expect(error?.description.contains("\(place.path)/none") == true)
    }

    @Test func `a hang-up is an error, not an end`() throws {
        let line: any OpenLine
        do {
            let brief = try PseudoTerminal()
            line = try place.port(brief.path).open()
            #expect(try line.read(atMost: 64) == nil)
        }
        #expect(throws: PortError.self) { try line.read(atMost: 64) }
    }

    /// The number of a process that has ended and been waited for.
    private func deadProcess() throws -> pid_t {
        var process: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        defer { free(arguments[0]) }
        try #require(posix_spawn(&process, "/bin/true", nil, nil, &arguments, nil) == 0)
        var status: Int32 = 0
        try #require(waitpid(process, &status, 0) == process)
        return process
    }
}
