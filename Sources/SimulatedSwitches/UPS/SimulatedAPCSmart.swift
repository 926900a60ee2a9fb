// An APC Smart-UPS with smart signalling: deaf to everything but `Y` until it is in smart mode, then
// a character, an answer. Two characters with the right time between them switch the load. After the
// apcupsd manual, NUT's apcsmart.c, and what cluster-glue's apcsmart.c expects.

package import Fencing

package typealias SimulatedAPCSmart = Chassis<APCSmartFirmware>

extension Chassis where Model == APCSmartFirmware {
    /// Its output is outlet `1`.
    package init() {
        let names = ["1"].compactMap { OutletName($0) }
        self.init(APCSmartFirmware(names[0]), outlets: names)
    }
}

package struct APCSmartFirmware: Firmware {
    private let outlet: OutletName
    private var isSmart = false
    private var clock = Duration.zero
    /// `Z`, ^N, `K` or `@`, and when it came.
    private var begun: (character: UInt8, at: Duration)?
    private var digits: [UInt8] = []
    /// When it wakes up by itself.
    private var wakesAt: Duration?
    private var graceDelay = 0
    private var wakeDelay = 0
    private var asked: UInt8 = 0

    private static let graceDelays = [20, 180, 300, 600]
    private static let wakeDelays = [0, 60, 180, 300]
    /// Between the two.
    private static let window = Duration.milliseconds(1300)...Duration.seconds(12)
    private static let on: UInt8 = 0x0E

    fileprivate init(_ outlet: OutletName) { self.outlet = outlet }

    package mutating func noteSilence(_ silence: Duration) { clock += silence }

    package mutating func take(
        _ byte: UInt8, outlets: [OutletName: PowerState], faults: Faults
    ) -> [Deed] {
        if byte == UInt8(ascii: "Y") {
            isSmart = true
            begun = nil
            return [say("SM", faults)]
        }
        guard isSmart else { return [] }
        if faults.has(.refuse) { return [say("NA", faults)] }
        if let sleep = sleepDigit(byte) { return sleep ? hibernate(faults) : [] }
        switch byte {
        case UInt8(ascii: "Z"), Self.on, UInt8(ascii: "K"): return twice(byte, faults)
        case UInt8(ascii: "@"):
            begun = (byte, clock)
            digits = []
            return []
        default:
            begun = nil
            return answer(byte, outlets[outlet] == .on, faults)
        }
    }

    private func say(_ text: String, _ faults: Faults) -> Deed {
        // `!` and `$`: the mains went and came back, in the middle of it.
        let told = faults.has(.alerts) ? "!\(text.prefix(1))$\(text.dropFirst())|" : text
        return .answer(Array("\(told)\r\n".utf8))
    }
}

// MARK: - The load

extension APCSmartFirmware {
    private mutating func twice(_ byte: UInt8, _ faults: Faults) -> [Deed] {
        guard let first = begun, first.character == byte,
            Self.window.contains(clock - first.at)
        else {
            begun = (byte, clock)
            return []
        }
        begun = nil
        wakesAt = nil
        switch byte {
        case UInt8(ascii: "Z"): return [.forgetLater, .turn([outlet], .off)]
        case Self.on: return [.forgetLater, .turn([outlet], .on)]
        default:
            let grace = Duration.seconds(Self.graceDelays[graceDelay])
            return [say("OK", faults), .turnLater(grace, [outlet], .off)]
        }
    }

    /// Whether the third digit behind `@` has come; nil where it is no digit of it.
    private mutating func sleepDigit(_ byte: UInt8) -> Bool? {
        guard begun?.character == UInt8(ascii: "@") else { return nil }
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
            begun = nil
            return nil
        }
        digits.append(byte)
        return digits.count == 3
    }

    /// Off after the grace delay, on again after so many tenths of an hour.
    private mutating func hibernate(_ faults: Faults) -> [Deed] {
        begun = nil
        let tenths = Int(String(decoding: digits, as: UTF8.self)) ?? 0
        let grace = Duration.seconds(Self.graceDelays[graceDelay])
        let rest = Duration.seconds(max(10, tenths * 360 + Self.wakeDelays[wakeDelay]))
        wakesAt = clock + grace + rest
        return [
            say("OK", faults), .turnLater(grace, [outlet], .off),
            .turnLater(grace + rest, [outlet], .on),
        ]
    }
}

// MARK: - Answers

extension APCSmartFirmware {
    private mutating func answer(_ byte: UInt8, _ isOn: Bool, _ faults: Faults) -> [Deed] {
        let isAsleep = !isOn && wakesAt.map { clock < $0 } ?? false
        switch byte {
        case UInt8(ascii: "R"):
            isSmart = false
            return [say("BYE", faults)]
        case UInt8(ascii: "Q"): return [say("08", faults)]
        case UInt8(ascii: "O"): return [say(isOn ? "230.0" : "000.0", faults)]
        case UInt8(ascii: "~"): return [say(isOn ? "00" : isAsleep ? "80" : "40", faults)]
        case UInt8(ascii: "8"): return [say(isAsleep ? "08" : "00", faults)]
        // Only when it is on battery; this one never is.
        case UInt8(ascii: "S"): return [say("NA", faults)]
        case UInt8(ascii: "p"), UInt8(ascii: "r"):
            asked = byte
            return [say(setting(byte), faults)]
        case UInt8(ascii: "-"): return [step(faults)]
        case UInt8(ascii: "\r"), UInt8(ascii: "\n"), 0x1B: return []
        default: return [say("NA", faults)]
        }
    }

    private func setting(_ byte: UInt8) -> String {
        let seconds =
            byte == UInt8(ascii: "p") ? Self.graceDelays[graceDelay] : Self.wakeDelays[wakeDelay]
        return String(String(1000 + seconds).dropFirst())
    }

    /// To the next of the values that it knows.
    private mutating func step(_ faults: Faults) -> Deed {
        switch asked {
        case UInt8(ascii: "p"): graceDelay = (graceDelay + 1) % Self.graceDelays.count
        case UInt8(ascii: "r"): wakeDelay = (wakeDelay + 1) % Self.wakeDelays.count
        default: return say("NO", faults)
        }
        return say("OK", faults)
    }
}
