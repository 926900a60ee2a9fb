// A serial concentrator in the test's own process: TCP on one side, a pseudo-terminal with a
// simulated switch on the other, one caller at a time.

import Fencing
import Glibc
import Lines
import LinuxSystem
import SimulatedSwitches
import Telnet

final class Concentrator: Sendable {
    let port: UInt16
    private let state: Lock<Floor>
    private let bell: Mailbox<Void>

    enum Manner: Sendable {
        case raw
        case telnet
        case comPort
        /// Takes connections, and never says anything.
        case silent
        /// Knows one caller, who is not us, and says so in these words.
        case held([UInt8])
    }

    /// What a caller asked of the port, and when.
    struct Request: Sendable {
        let moment: Moment
        let content: [UInt8]
    }

    init(_ manner: Manner, device: String? = nil) throws {
        let listener = try ListeningSocket(
            on: InternetAddress(.v4([127, 0, 0, 1]), port: 0))
        port = listener.address.port
        bell = try Mailbox()
        let watch = ConcentratorWatch(try Epoll())
        try watch.epoll.add(listener.number, .read, tag: 0)
        try watch.epoll.add(bell.descriptor, .read, tag: 1)
        let floor = Floor(manner, listener, watch)
        if let device { try floor.attach(device) }
        state = Lock(floor)
        try Thread.start("concentrator") { [state, bell] in
            while state.withLock({ !$0.isOver }) {
                let ready = watch.epoll.wait(until: nil)
                _ = bell.collect()
                state.withLock { $0.serve(ready.map(\.tag)) }
            }
            state.withLock { $0.closeAll() }
        }
    }

    deinit { stop() }

    func stop() { change { $0.isOver = true } }

    /// Callers that were let in.
    var callers: Int { change { $0.callers } }
    /// Those that were turned away.
    var refusals: Int { change { $0.refusals } }
    var requests: [Request] { change { $0.requests } }
    /// What the caller has sent, decoded.
    var heard: [UInt8] { change { $0.heard } }
    var isInUse: Bool { change { $0.hasCaller } }

    /// The machine whose buttons hang on the port of `comPort`.
    var machine: SimulatedMachine { change { $0.machine } }
    func set(_ machine: SimulatedMachine) { change { $0.machine = machine } }

    func behave(_ manner: Manner) { change { $0.manner = manner } }
    /// Answers to requests stay out from now on.
    func ignoreRequests() { change { $0.answers = .never } }
    /// Requests that begin so are obeyed without a word.
    func passOver(_ beginnings: [[UInt8]]) { change { $0.passedOver = beginnings } }
    /// Ends the connection; the next caller is welcome.
    func cut() { change { $0.cut() } }
    func say(_ bytes: [UInt8]) { change { $0.say(bytes) } }
    /// As bytes of the connection, whatever they mean to telnet.
    func sayRaw(_ bytes: [UInt8]) { change { $0.sayRaw(bytes) } }

    private func change<Result>(_ body: (Floor) -> Result) -> Result {
        defer { bell.post(()) }
        return state.withLock { body($0) }
    }
}

private final class ConcentratorWatch: Sendable {
    let epoll: Epoll
    init(_ epoll: consuming Epoll) { self.epoll = epoll }
}

/// What happens in the concentrator. Reached under its lock only.
private final class Floor: @unchecked Sendable {
    var manner: Concentrator.Manner
    var isOver = false
    var callers = 0
    var refusals = 0
    var requests: [Concentrator.Request] = []
    var heard: [UInt8] = []
    var answers = Answers.honest
    var passedOver: [[UInt8]] = []
    /// Its power button hangs on DTR, its reset button on RTS, its light on DCD.
    var machine = SimulatedMachine()
    private let listener: ListeningSocket
    private let watch: ConcentratorWatch
    private var connection: Int32 = -1
    private var device: Int32 = -1
    private var codec = TelnetCodec()

    enum Answers { case honest, never }

    init(
        _ manner: Concentrator.Manner, _ listener: ListeningSocket, _ watch: ConcentratorWatch
    ) {
        self.manner = manner
        self.listener = listener
        self.watch = watch
    }

    var hasCaller: Bool { connection >= 0 }

    func attach(_ path: String) throws {
        device = try Descriptor(opening: path, O_RDWR | O_NOCTTY | O_NONBLOCK).release()
        try watch.epoll.add(device, .read, tag: 3)
    }

    func serve(_ tags: [UInt64]) {
        for tag in tags {
            switch tag {
            case 0: welcome()
            case 2: hear()
            case 3: carry()
            default: break
            }
        }
    }

    private func welcome() {
        guard case .connection(let caller, from: _) = listener.accept() else { return }
        if case .held(let words) = manner {
            refusals += 1
            try? caller.writeAll(words)
            return
        }
        if hasCaller {
            refusals += 1
            try? caller.writeAll(Array("Port already in use\r\n".utf8))
            return
        }
        callers += 1
        connection = caller.release()
        try? watch.epoll.add(connection, .read, tag: 2)
        if case .comPort = manner {
            codec = TelnetCodec(serving: [.comPort])
        } else {
            codec = TelnetCodec()
        }
        if isTelnet { sayRaw(codec.takeOutput()) }
    }

    private var isTelnet: Bool {
        switch manner {
        case .telnet, .comPort: true
        case .raw, .silent, .held: false
        }
    }

    private func hear() {
        guard hasCaller else { return }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(connection, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count <= 0 {
            if count == 0 || errno != EAGAIN { cut() }
            return
        }
        let bytes = Array(buffer.prefix(count))
        switch manner {
        case .silent, .held: break
        case .raw: pass(bytes)
        case .telnet, .comPort:
            for event in codec.received(bytes) {
                switch event {
                case .data(let data): pass(data)
                case .subnegotiation(.comPort, let content): take(content)
                case .agreed, .refused, .subnegotiation, .tooManyOffers: break
                }
            }
            sayRaw(codec.takeOutput())
        }
    }

    private func take(_ content: [UInt8]) {
        requests.append(Concentrator.Request(moment: MonotonicClock.now(), content: content))
        guard answers == .honest, let command = content.first else { return }
        let now = MonotonicClock.now()
        switch content {
        case [5, 8]: machine.press(.power, at: now)
        case [5, 9]: machine.release(.power, at: now)
        case [5, 11]: machine.press(.reset, at: now)
        case [5, 12]: machine.release(.reset, at: now)
        default: break
        }
        if passedOver.contains(where: { content.starts(with: $0) }) { return }
        let light: UInt8 = machine.isLit(at: now) ? 0x80 : 0
        let value = command == 7 ? [light] : Array(content.dropFirst())
        codec.sendSubnegotiation(.comPort, [command + 100] + value)
    }

    private func pass(_ bytes: [UInt8]) {
        heard += bytes
        if device >= 0 { _ = write(device, bytes, bytes.count) }
    }

    private func carry() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(device, &buffer, buffer.count)
        if count > 0 { say(Array(buffer.prefix(count))) }
    }

    func say(_ bytes: [UInt8]) {
        guard isTelnet else { return sayRaw(bytes) }
        codec.send(bytes)
        sayRaw(codec.takeOutput())
    }

    func sayRaw(_ bytes: [UInt8]) {
        guard hasCaller, !bytes.isEmpty else { return }
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func cut() {
        if hasCaller { close(connection) }
        connection = -1
    }

    func closeAll() {
        cut()
        if device >= 0 { close(device) }
        device = -1
    }
}
