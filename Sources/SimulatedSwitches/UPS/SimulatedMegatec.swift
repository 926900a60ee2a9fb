// A UPS that speaks Megatec's protocol, or Voltronic's. Lines end with CR. Megatec's sends back what it
// does not know and says nothing to an order that it takes; Voltronic's says `(ACK` and `(NAK`. After
// NUT's blazer.c, nutdrv_qx_megatec.c and nutdrv_qx_voltronic.c; bit 1 of the status, "shutdown active",
// after the Megatec specification 2.06.

package import Fencing

package typealias SimulatedMegatec = Chassis<MegatecFirmware>

extension Chassis where Model == MegatecFirmware {
    /// Its output is outlet `1`.
    package init(_ dialect: MegatecFirmware.Dialect = .megatec) {
        let names = ["1"].compactMap { OutletName($0) }
        self.init(MegatecFirmware(dialect, names[0]), outlets: names)
    }
}

package struct MegatecFirmware: Firmware {
    private let dialect: Dialect
    private let outlet: OutletName
    private var line: [UInt8] = []
    /// An off that is still to come.
    private var isShuttingDown = false

    package enum Dialect: Hashable, Sendable { case megatec, voltronic }

    private static let longestLine = 32

    fileprivate init(_ dialect: Dialect, _ outlet: OutletName) {
        self.dialect = dialect
        self.outlet = outlet
    }

    package mutating func noteWaiting(_ commands: [PowerCommand]) {
        isShuttingDown = commands.contains(.off)
    }

    package mutating func take(
        _ byte: UInt8, outlets: [OutletName: PowerState], faults: Faults
    ) -> [Deed] {
        guard byte == UInt8(ascii: "\r") else {
            if line.count < Self.longestLine { line.append(byte) }
            return []
        }
        defer { line = [] }
        let text = String(decoding: line, as: UTF8.self)
        guard !text.isEmpty else { return [] }
        guard !faults.has(.refuse), let deeds = deeds(for: text, outlets[outlet] == .on) else {
            return [say(dialect == .megatec ? text : "(NAK")]
        }
        return deeds
    }

    private func say(_ text: String) -> Deed { .answer(Array("\(text)\r".utf8)) }

    private func deeds(for text: String, _ isOn: Bool) -> [Deed]? {
        switch (dialect, text) {
        case (.megatec, "Q1"):
            let (volts, shutdown) = (isOn ? "230.0" : "000.0", isShuttingDown ? "1" : "0")
            return [say("(230.0 195.0 \(volts) 014 50.0 27.5 30.0 000010\(shutdown)0")]
        case (.megatec, "I"): return [say("#NOT_A_LIVE_UPS  TESTING    TESTING   ")]
        case (.megatec, "F"): return [say("#230.0 000 024.0 50.0")]
        case (.megatec, "C"): return [.forgetLater, .turn([outlet], .on)]
        case (.megatec, _): return order(text)
        case (.voltronic, "QGS"):
            let out = isOn ? "229.8" : "000.0"
            return [
                say("(234.9 50.0 \(out) 50.0 000.0 000 369.1 ---.- 026.5 ---.- 018.8 100000000001")
            ]
        case (.voltronic, "QPI"): return [say("(PI09")]
        case (.voltronic, "QMD"):
            return [say("(#######OLHVT1K0 ###1000 80 2/2 230 230 02 12.0")]
        case (.voltronic, "QMF"): return [say("(#####SIMULATED")]
        case (.voltronic, "QMOD"): return [say(isOn ? "(L" : "(S")]
        case (.voltronic, "QRI"): return [say("(230.0 004 024.0 50.0")]
        case (.voltronic, "SOFF"): return [.turn([outlet], .off), say("(ACK")]
        case (.voltronic, "SON"): return [.turn([outlet], .on), say("(ACK")]
        case (.voltronic, _): return nil
        }
    }

    /// `S.2`, `S03`, `S.2R0003`: off after so many minutes, and on again after so many, or never.
    /// `S00` is off at once.
    private func order(_ text: String) -> [Deed]? {
        guard text.first == "S", let delay = Self.delay(text.dropFirst().prefix(2)) else {
            return nil
        }
        let off: [Deed] =
            delay == .zero ? [.turn([outlet], .off)] : [.turnLater(delay, [outlet], .off)]
        let rest = text.dropFirst(3)
        if rest.isEmpty {
            // While the mains are there it comes back.
            return off + [.turnLater(delay + .seconds(10), [outlet], .on)]
        }
        guard rest.first == "R", rest.count == 5, let minutes = Int(rest.dropFirst()) else {
            return nil
        }
        guard minutes > 0 else { return off }
        return off + [.turnLater(delay + .seconds(minutes * 60), [outlet], .on)]
    }

    /// `.2` to `.9` are tenths of a minute, two digits are minutes.
    private static func delay(_ text: Substring) -> Duration? {
        guard text.count == 2 else { return nil }
        if text.first == ".", let tenths = Int(text.dropFirst()), (2...9).contains(tenths) {
            return .seconds(tenths * 6)
        }
        return text.allSatisfy(\.isNumber) ? Int(text).map { .seconds($0 * 60) } : nil
    }
}
