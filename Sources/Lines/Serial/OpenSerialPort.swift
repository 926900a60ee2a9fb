// A serial port in our hands: raw, ours alone, silent until somebody writes.

internal import Drivers
internal import Glibc
internal import LinuxSystem

final class OpenSerialPort: OpenLine {
    private let port: Descriptor
    private let lock: PortLock
    private let path: String
    private let byteTime: Duration
    private var inputs: Set<SenseInput>?

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

// MARK: - Leads

extension OpenSerialPort {
    func move(_ lead: Lead, _ level: LeadLevel) throws(PortError) {
        if try !set(lead.bit, level) { throw .noLeads }
    }

    func askInputs() throws(PortError) {
        var bits: Int32 = 0
        guard unsafe ioctl(port.number, UInt(TIOCMGET), &bits) == 0 else {
            throw leadError("read the inputs of")
        }
        inputs = Set(SenseInput.allCases.filter { bits & $0.bit != 0 })
    }

    func takeInputs() throws(PortError) -> Set<SenseInput>? {
        defer { inputs = nil }
        return inputs
    }

    /// False where the port has no such lines: a pseudo-terminal, and some USB devices.
    private func set(_ bits: Int32, _ level: LeadLevel) throws(PortError) -> Bool {
        var bits = bits
        let request =
            switch level {
            case .lowered: UInt(TIOCMBIC)
            case .raised: UInt(TIOCMBIS)
            }
        if unsafe ioctl(port.number, request, &bits) == 0 { return true }
        let error = leadError("move DTR or RTS of")
        if error == .noLeads { return false }
        throw error
    }

    private func leadError(_ what: String) -> PortError {
        let number = errno
        if number == ENOTTY || number == EINVAL { return .noLeads }
        let error = SystemCallError("\(what) \(path)", number: number)
        return Self.isGone(number) ? .vanished(port: path, error) : .call(error)
    }
}

extension Lead {
    fileprivate var bit: Int32 {
        switch self {
        case .dtr: TIOCM_DTR
        case .rts: TIOCM_RTS
        }
    }
}

extension SenseInput {
    fileprivate var bit: Int32 {
        switch self {
        case .cts: TIOCM_CTS
        case .dsr: TIOCM_DSR
        case .dcd: TIOCM_CAR
        case .ri: TIOCM_RNG
        }
    }
}

// MARK: - Preparing

extension OpenSerialPort {
    func setUp(_ settings: LineSettings, _ modemLines: LeadLevel) throws(PortError) {
        // First of all: opening has raised both lines. A port without them has nothing to move.
        _ = try set(TIOCM_DTR | TIOCM_RTS, modemLines)
        try call("TIOCEXCL") { ioctl(port.number, UInt(TIOCEXCL)) }
        try apply(settings, modemLines)
        // What came before us is nobody's answer to anything.
        try call("tcflush") { tcflush(port.number, TCIOFLUSH) }
    }

    private func apply(_ settings: LineSettings, _ modemLines: LeadLevel) throws(PortError) {
        var terms = termios()
        try call("tcgetattr") { unsafe tcgetattr(port.number, &terms) }
        unsafe cfmakeraw(&terms)
        // Leads that rest low are low after us too, also when we end in the middle of a press.
        // Otherwise closing must not move DTR.
        let hangUp: tcflag_t =
            switch modemLines {
            case .lowered: tcflag_t(HUPCL)
            case .raised: 0
            }
        let flags = settings.controlFlags | hangUp
        terms.c_cflag &= ~LineSettings.allControlFlags
        // CLOCAL: no carrier is needed. No flow control: a switch that stops us would stop a shot.
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
            throw Self.isGone(error.number) ? .vanished(port: path, error) : .call(error)
        }
    }

    private static func isGone(_ number: Int32) -> Bool { [EIO, ENODEV, ENXIO].contains(number) }
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
