// A serial port in our hands: raw, ours alone, silent until somebody writes.

internal import Drivers
internal import Glibc
internal import LinuxSystem

final class OpenSerialPort: OpenLine {
    private let port: Descriptor
    private let lock: PortLock
    private let path: String
    private let byteTime: Duration

    /// While bytes wait, the driver is asked so often, at least and at most.
    private static let shortestPoll = Duration.milliseconds(1)
    private static let longestPoll = Duration.milliseconds(50)

    init(
        _ port: consuming Descriptor, _ lock: consuming PortLock, _ path: String,
        _ byteTime: Duration
    ) {
        self.port = port
        self.lock = lock
        self.path = path
        self.byteTime = byteTime
    }

    deinit {
        // Without this, close waits for unsent bytes to leave, up to 30 s, and they would leave.
        tcflush(port.number, TCIOFLUSH)
        // Exclusivity lasts until the last descriptor closes, which need not be ours.
        _ = ioctl(port.number, UInt(TIOCNXCL))
    }

    var descriptor: Int32 { port.number }

    func read(atMost limit: Int) throws(PortError) -> [UInt8]? {
        let bytes = try alive { () throws(SystemCallError) in try port.read(atMost: limit) }
        // With VMIN at 1 only a hang-up reads as an end.
        if let bytes, bytes.isEmpty { throw .hungUp(port: path) }
        return bytes
    }

    func write(_ bytes: ArraySlice<UInt8>) throws(PortError) -> Int {
        try alive { () throws(SystemCallError) in try port.write(bytes) }
    }

    /// tcdrain alone would wait without bound for a driver whose buffer does not empty. So the
    /// buffer is polled until it is empty, and tcdrain waits only for what is in the hardware:
    /// at most 256 bytes in any UART, and 16 in most.
    func timeToDrain() throws(PortError) -> Duration? {
        var waiting: Int32 = 0
        try call("TIOCOUTQ") { unsafe ioctl(port.number, UInt(TIOCOUTQ), &waiting) }
        if waiting > 0 {
            return min(max(byteTime * Int(waiting), Self.shortestPoll), Self.longestPoll)
        }
        try call("tcdrain") { tcdrain(port.number) }
        return nil
    }
}

// MARK: - Preparing

extension OpenSerialPort {
    func setUp(_ settings: LineSettings, _ modemLines: LeadLevel) throws(PortError) {
        // First of all: opening has raised both lines.
        try set(modemLines)
        try call("TIOCEXCL") { ioctl(port.number, UInt(TIOCEXCL)) }
        try apply(settings)
        // What came before us is nobody's answer to anything.
        try call("tcflush") { tcflush(port.number, TCIOFLUSH) }
    }

    private func set(_ modemLines: LeadLevel) throws(PortError) {
        var bits = TIOCM_DTR | TIOCM_RTS
        let request =
            switch modemLines {
            case .lowered: UInt(TIOCMBIC)
            case .raised: UInt(TIOCMBIS)
            }
        guard unsafe ioctl(port.number, request, &bits) != 0 else { return }
        // A pseudo-terminal, and some USB devices, have no such lines: nothing there to move.
        if errno == ENOTTY || errno == EINVAL { return }
        throw .call(SystemCallError("set DTR and RTS of \(path)", number: errno))
    }

    private func apply(_ settings: LineSettings) throws(PortError) {
        var terms = termios()
        try call("tcgetattr") { unsafe tcgetattr(port.number, &terms) }
        unsafe cfmakeraw(&terms)
        let flags = settings.controlFlags
        terms.c_cflag &= ~LineSettings.allControlFlags
        // CLOCAL: no carrier is needed. No HUPCL: closing must not move DTR. No flow control: a
        // switch that stops us would stop a shot.
        terms.c_cflag |= flags | tcflag_t(CLOCAL | CREAD)
        terms.c_iflag &= ~tcflag_t(IXON | IXOFF | IXANY)
        setMinimumRead(&terms)
        unsafe cfsetispeed(&terms, settings.speedCode)
        unsafe cfsetospeed(&terms, settings.speedCode)
        try call("tcsetattr") { unsafe tcsetattr(port.number, TCSANOW, &terms) }
        // tcsetattr is content when any one of the settings was taken.
        var taken = termios()
        try call("tcgetattr") { unsafe tcgetattr(port.number, &taken) }
        let speed = unsafe cfgetospeed(&taken)
        guard taken.c_cflag & LineSettings.allControlFlags == flags, speed == settings.speedCode
        else { throw .settingsRefused(port: path, wanted: settings) }
    }

    /// A read gives at least one byte, or nothing yet: then an empty one can only be a hang-up.
    private func setMinimumRead(_ terms: inout termios) {
        unsafe withUnsafeMutableBytes(of: &terms.c_cc) { characters in
            unsafe characters[Int(VMIN)] = 1
            unsafe characters[Int(VTIME)] = 0
        }
    }

    private func call(_ what: String, _ body: () -> Int32) throws(PortError) {
        try alive { () throws(SystemCallError) in _ = try checked("\(what) on \(path)", body) }
    }

    /// An adapter that was pulled out answers every call with one of these.
    private func alive<Result>(
        _ body: () throws(SystemCallError) -> Result
    ) throws(PortError) -> Result {
        do throws(SystemCallError) {
            return try body()
        } catch {
            throw [EIO, ENODEV, ENXIO].contains(error.number)
                ? .vanished(port: path, error) : .call(error)
        }
    }
}

extension LineSettings {
    /// Everything in `c_cflag` that is a matter of settings or of flow and hang-up.
    fileprivate static var allControlFlags: tcflag_t {
        // CRTSCTS is a macro that Swift does not see.
        tcflag_t(CSIZE | PARENB | PARODD | CSTOPB | HUPCL) | 0o20_000_000_000
    }

    fileprivate var controlFlags: tcflag_t {
        var flags: Int32 =
            switch dataBits {
            case .seven: CS7
            case .eight: CS8
            }
        switch parity {
        case .none: break
        case .even: flags |= PARENB
        case .odd: flags |= PARENB | PARODD
        }
        switch stopBits {
        case .one: break
        case .two: flags |= CSTOPB
        }
        return tcflag_t(flags)
    }

    fileprivate var speedCode: speed_t {
        let codes: [Int: Int32] = [
            300: B300, 600: B600, 1200: B1200, 2400: B2400, 4800: B4800, 9600: B9600,
            19200: B19200, 38400: B38400, 57600: B57600, 115_200: B115200, 230_400: B230400,
        ]
        guard let code = codes[speed] else {
            preconditionFailure("a speed that was parsed is in the list of speeds")
        }
        return speed_t(code)
    }
}
