// ePowerSwitch 8XS: a line for each command, answered by a line that begins with it, and silence for
// what it does not know. After the maker's user guide (version 02/2011, section 6.3).

package import Fencing

package typealias SimulatedEPowerSwitch = Chassis<EPowerSwitchFirmware>

extension Chassis where Model == EPowerSwitchFirmware {
    /// Two units with eight outlets each: `11` to `18`, `21` to `28`.
    package init() {
        let names = numbered(8, "1") + numbered(8, "2")
        self.init(EPowerSwitchFirmware(names), outlets: names)
    }
}

package struct EPowerSwitchFirmware: Firmware {
    private let outlets: [OutletName]
    private var line: [UInt8] = []

    private static let longestLine = 32
    /// What `r` waits between off and on.
    private static let restartTime = Duration.seconds(10)

    fileprivate init(_ outlets: [OutletName]) { self.outlets = outlets }

    package mutating func take(
        _ byte: UInt8, outlets states: [OutletName: PowerState], faults: Faults
    ) -> [Deed] {
        guard byte == UInt8(ascii: "\r") else {
            if line.count < Self.longestLine { line.append(byte) }
            return []
        }
        defer { line = [] }
        let text = String(decoding: line, as: UTF8.self).uppercased()
        if faults.has(.refuse) { return [] }
        return text.hasPrefix("R") ? read(text, states, faults) : turn(text)
    }

    private func read(
        _ text: String, _ states: [OutletName: PowerState], _ faults: Faults
    ) -> [Deed] {
        guard let outlet = outlets.first(where: { "R\($0)" == text }) else { return [] }
        let told = faults.told(outlet)
        return [.answer(Array("R\(told)=\(states[told] == .on ? 1 : 0)\r".utf8))]
    }

    /// `P13=0`; outlet 0 of a unit is all of it.
    private func turn(_ text: String) -> [Deed] {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("P") else { return [] }
        let name = parts[0].dropFirst()
        let addressed = outlets.filter {
            $0.text == name || name.hasSuffix("0") && $0.text.dropLast() == name.dropLast()
        }
        guard !addressed.isEmpty else { return [] }
        let answer = Deed.answer(Array("\(text)\r".utf8))
        switch parts[1] {
        case "0": return [.turn(addressed, .off), answer]
        case "1": return [.turn(addressed, .on), answer]
        case "R":
            return [
                .turn(addressed, .off), answer, .pause(Self.restartTime), .turn(addressed, .on),
            ]
        default: return []
        }
    }
}
