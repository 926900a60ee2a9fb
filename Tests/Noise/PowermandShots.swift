// Shots by powermand, as Debian ships it, at a simulated switch on a bad line; and what became of
// them, seen from the switch.

internal import Fencing
internal import LinuxSystem
package import SimulatedSwitches
internal import SwitchBench
internal import TestSupport

package struct PowermandShots {
    /// Of a device file that Debian installs, with a shorter timeout: waiting is all that a longer
    /// one adds.
    private let file: String
    private let device: String
    private let make: @Sendable () -> any SimulatedSwitch
    /// The third outlet, as powerman's language has it, and as the switch has it.
    private let node = "n3"

    package static let perSeed = 20

    package struct Tally: Hashable, Sendable, CustomStringConvertible {
        package var shots = 0
        /// powermand said that it is done, and it was.
        package var done = 0
        /// It said that there were errors.
        package var inDoubt = 0
        /// It said that it is done, and it was not: what `pm -0 && take-over` goes by.
        package var lies = 0
        /// It was asked for the state afterwards, and said what was not so.
        package var falseReadings = 0
        /// After a lie, its own reading told the truth.
        package var caught = 0
        /// Outlets that nobody meant, and that moved.
        package var foreign = 0

        package init() {}

        package static func + (one: Tally, other: Tally) -> Tally {
            var sum = one
            sum.shots += other.shots
            sum.done += other.done
            sum.inDoubt += other.inDoubt
            sum.lies += other.lies
            sum.falseReadings += other.falseReadings
            sum.caught += other.caught
            sum.foreign += other.foreign
            return sum
        }

        package var description: String {
            "\(shots) shots, \(done) done, \(inDoubt) in doubt, \(lies) LIES (said done and were "
                + "not; \(caught) of them seen by asking afterwards), \(falseReadings) false "
                + "readings, \(foreign) other outlets moved"
        }
    }

    package init(
        _ device: String, timeout: Duration, _ make: @escaping @Sendable () -> any SimulatedSwitch
    ) throws {
        file = try Self.text(of: device, timeout: timeout)
        self.device = device
        self.make = make
    }

    /// A device file that Debian installs, with another timeout.
    package static func text(of device: String, timeout: Duration) throws -> String {
        let text = try FileContent.read("/etc/powerman/\(device).dev", atMost: 1 << 20)
        let seconds = Double(timeout.milliseconds) / 1000
        return String(decoding: text, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                line.split(whereSeparator: \.isWhitespace).first == "timeout"
                    ? "timeout \(seconds)" : String(line)
            }
            .joined(separator: "\n")
    }

    /// One daemon, one switch, off and on in turn.
    package func shoot(_ line: NoisyLine, shots: Int = perSeed) throws -> Tally {
        let bench = try BenchSwitch(NoisySwitch(make(), behind: line))
        defer { bench.stop() }
        let outlets = device == "wti-rps10" ? "[0-9]" : "[1-8]"
        let powermand = try Powermand(
            [file],
            [
                Powermand.Device(
                    device, line: bench.path, nodes: outlets == "[0-9]" ? "n[0-9]" : "n[1-8]",
                    outlets: outlets)
            ], skipsDelays: true)
        guard let outlet = OutletName("3") else { preconditionFailure("3 is a name") }
        var tally = Tally()
        for round in 1...shots {
            let command: PowerCommand = round % 2 == 1 ? .off : .on
            // The shot begins where it should, whatever came of the one before.
            bench.press(outlet, command == .off ? .on : .off)
            let said = try powermand.ask("\(command.rawValue) \(node)")
            let isSo = bench.outlets[outlet] == command.proof
            let status = try powermand.ask("status \(node)")
            tally.count(said, isSo, status, command, bench.outlets[outlet])
        }
        tally.foreign = Set(bench.changes.map(\.outlet)).subtracting([outlet]).count
        return tally
    }
}

extension PowermandShots.Tally {
    fileprivate mutating func count(
        _ said: String, _ isSo: Bool, _ status: String, _ command: PowerCommand, _ now: PowerState?
    ) {
        shots += 1
        let read = status.reading
        if let read, read != now { falseReadings += 1 }
        switch (said.contains("102 "), isSo) {
        case (false, _): inDoubt += 1
        case (true, true): done += 1
        case (true, false):
            lies += 1
            if let read, read != command.proof { caught += 1 }
        }
    }
}

extension String {
    /// `302 off:     n3`; nil for unknown.
    fileprivate var reading: PowerState? {
        for line in split(whereSeparator: \.isNewline) where line.hasSuffix("n3") {
            if line.hasPrefix("302 on:") { return .on }
            if line.hasPrefix("302 off:") { return .off }
        }
        return nil
    }
}
