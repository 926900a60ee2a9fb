// A simulated RPS-10 on a line whose DTR it watches: when a client lets it fall, by way of the speed
// zero, the switch resets its port and says that it is ready, as the real one does.

import Fencing
import Glibc
import LinuxSystem
import SimulatedSwitches

final class PluggedRPS10: Sendable {
    private let line: NearEnd
    private let simulated = Lock<any SimulatedSwitch>(SimulatedRPS10())
    private let isOver = Lock(false)

    /// How often DTR is looked at; nothing tells of it.
    private static let look = Duration.milliseconds(20)

    init() throws {
        line = try NearEnd()
        try Thread.start("rps10") { [self] in serve() }
    }

    var path: String { line.farEnd }
    var changes: [PowerChange] { simulated.withLock(\.changes) }

    /// Ends it; its thread holds it until then.
    func stop() { isOver.withLock { $0 = true } }

    private func serve() {
        var hadDTR = true
        while !isOver.withLock({ $0 }) {
            let hasDTR = line.hasDTR
            if hasDTR, !hadDTR { send(Array("\r\nRPS-10 Ready\r\n".utf8)) }
            hadDTR = hasDTR
            let now = MonotonicClock.now()
            if let bytes = try? line.read(atMost: 256) {
                simulated.withLock { $0.receive(bytes, at: now) }
            }
            send(simulated.withLock { $0.advance(to: now) })
            usleep(useconds_t(Self.look.milliseconds * 1000))
        }
    }

    private func send(_ bytes: [UInt8]) {
        // What does not fit is lost, as on any line.
        _ = try? line.write(bytes[...])
    }
}
