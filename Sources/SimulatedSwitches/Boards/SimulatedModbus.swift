// A relay board that speaks Modbus RTU: silence ends a frame, a bad CRC or another unit's frame
// meets silence, and what the board cannot do is an exception. The addresses that switch all relays
// at once are there too, because real boards have them, and so are pulses. After the protocol pages
// of Waveshare, eletechsup/LaskaKit and SkyDrive.

package import Fencing

package typealias SimulatedModbus = Chassis<ModbusFirmware>

extension Chassis where Model == ModbusFirmware {
    /// Relays 1 to `outlets`, as unit `unit` of the line.
    package init(
        _ dialect: ModbusFirmware.Dialect = .coil, unit: UInt8 = 1, outlets: Int = 8,
        contacts: Contacts = .normallyOpen, reads manner: ModbusFirmware.Manner = .asAsked
    ) {
        precondition((1...32).contains(outlets), "a relay board has 1 to 32 relays")
        let names = (1...outlets).compactMap { OutletName(String($0)) }
        self.init(ModbusFirmware(dialect, unit, names, contacts, manner), outlets: names)
    }
}

package struct ModbusFirmware: Firmware {
    private let dialect: Dialect
    private let unit: UInt8
    private let outlets: [OutletName]
    private let contacts: Contacts
    private let manner: Manner
    private var frame: [UInt8] = []
    /// How often it was busy since it last was not.
    private var busyCount = 0

    package enum Dialect: Hashable, Sendable {
        /// Coils from 0; FF00 is on; 00FF is every relay; 0200 and 0400 are pulses.
        case coil
        /// Registers from 1; 0100 energises, 0200 releases; register 0 is every relay.
        case holding
        /// Coils from 1; 0100 is on; 00FF is every relay.
        case skydrive
    }

    /// How a board with coils answers when they are read. (Those that are not as the standard has it
    /// are described in the issues of several libraries.)
    package enum Manner: Hashable, Sendable, CaseIterable {
        case asAsked
        /// All of its relays, each at its own place, whatever was asked for.
        case whole
        /// Eight from the first on, and nothing else.
        case onlyEight
        /// The one that was asked for lowest, and what stands above it left there.
        case padded
        /// The last byte first where there are several.
        case reversed
        /// The first byte of all, the last relays in it, whatever eight were asked for.
        case reversedWhole
    }

    /// The standard says 3.5 characters, 4 ms at 9600 baud. Behind a pseudo-terminal, where bytes
    /// come when the machine has time, more is needed.
    private static let endOfFrame = Duration.milliseconds(20)
    private static let longestFrame = 64

    fileprivate init(
        _ dialect: Dialect, _ unit: UInt8, _ outlets: [OutletName], _ contacts: Contacts,
        _ manner: Manner
    ) {
        self.manner = manner
        self.dialect = dialect
        self.unit = unit
        self.outlets = outlets
        self.contacts = contacts
    }

    package mutating func noteSilence(_ silence: Duration) {
        if silence >= Self.endOfFrame { frame = [] }
    }

    package mutating func take(
        _ byte: UInt8, outlets states: [OutletName: PowerState], faults: Faults
    ) -> [Deed] {
        if frame.count < Self.longestFrame { frame.append(byte) }
        guard frame.count >= 8, frame.count == expectedLength else { return [] }
        defer { frame = [] }
        let body = frame.dropLast(2)
        guard modbusChecksum(body) == Array(frame.suffix(2)) else { return [] }
        // To everybody: obeyed, and not answered.
        if body[0] == 0 { return obey(Array(body), states, faults).filter { !$0.isAnswer } }
        guard body[0] == unit else { return [] }
        if faults.has(.refuse) { return [answer(exception(1), faults)] }
        if faults.has(.notYet), busyCount < 2 {
            busyCount += 1
            return [answer(exception(6), faults)]
        }
        busyCount = 0
        return obey(Array(body), states, faults).map { deed in
            if case .answer(let bytes) = deed { answer(bytes, faults) } else { deed }
        }
    }

    private var expectedLength: Int {
        switch frame[1] {
        case 0x0F, 0x10: 9 + Int(frame[6])
        default: 8
        }
    }
}

extension Deed {
    fileprivate var isAnswer: Bool {
        switch self {
        case .answer: true
        case .echo, .turn, .turnLater, .forgetLater, .pause: false
        }
    }
}

// MARK: - Obeying

extension ModbusFirmware {
    /// Answers without unit and CRC.
    private func obey(
        _ body: [UInt8], _ states: [OutletName: PowerState], _ faults: Faults
    ) -> [Deed] {
        let address = Int(body[2]) * 256 + Int(body[3])
        let value = Int(body[4]) * 256 + Int(body[5])
        let echo = Deed.answer(Array(body.dropFirst()))
        switch (dialect, body[1]) {
        case (.coil, 1): return [.answer(coils(relays(address, value, faults), value, states))]
        case (.skydrive, 1):
            return [.answer(coils(relays(address - 1, value, faults), value, states))]
        case (.holding, 3): return [.answer(registers(relays(address - 1, value, faults), states))]
        case (.coil, 5): return writeCoil(address, value, echo)
        case (.skydrive, 5): return writeSkyDrive(address, value, echo)
        case (.holding, 6): return writeRegister(address, value, echo)
        case (.coil, 0x0F) where body.count == 8:
            return writeAll(from: address, count: value, bits: body[7])
        default: return [.answer(exception(1, of: body[1]))]
        }
    }

    /// Their places, counted from 0.
    private func relays(_ first: Int, _ count: Int, _ faults: Faults) -> Range<Int> {
        if count == 1, let other = faults.answersFor.flatMap({ outlets.firstIndex(of: $0) }) {
            return other..<other + 1
        }
        return first..<first + count
    }

    private func coils(
        _ asked: Range<Int>, _ count: Int, _ states: [OutletName: PowerState]
    ) -> [UInt8] {
        if manner == .whole { return answer(outlets.indices, states) }
        if manner == .onlyEight, asked != 0..<8 { return exception(3, of: 1) }
        guard !asked.isEmpty, asked.lowerBound >= 0, asked.upperBound <= outlets.count else {
            return exception(2, of: 1)
        }
        switch manner {
        case .asAsked, .whole, .onlyEight: return answer(asked, states)
        case .padded:
            let most = (count + 7) / 8 * 8
            return answer(asked.lowerBound..<min(outlets.count, asked.lowerBound + most), states)
        case .reversed:
            return Array(answer(asked, states).prefix(2) + answer(asked, states)[2...].reversed())
        case .reversedWhole:
            let all = answer(outlets.indices, states)[2...].reversed().prefix((count + 7) / 8)
            return [1, UInt8(all.count)] + all
        }
    }

    private func answer(_ asked: Range<Int>, _ states: [OutletName: PowerState]) -> [UInt8] {
        let count = asked.count
        var data = [UInt8](repeating: 0, count: (count + 7) / 8)
        for (position, index) in asked.enumerated()
        where contacts.isEnergised(states[outlets[index]]) {
            data[position / 8] |= 1 << UInt8(position % 8)
        }
        return [1, UInt8(data.count)] + data
    }

    private func registers(
        _ asked: Range<Int>, _ states: [OutletName: PowerState]
    ) -> [UInt8] {
        guard !asked.isEmpty, asked.lowerBound >= 0, asked.upperBound <= outlets.count else {
            return exception(2, of: 3)
        }
        let data = asked.flatMap {
            [0, contacts.isEnergised(states[outlets[$0]]) ? 1 : 0] as [UInt8]
        }
        return [3, UInt8(data.count)] + data
    }

    private func writeCoil(_ address: Int, _ value: Int, _ echo: Deed) -> [Deed] {
        switch (address, value) {
        case (0x00FF, 0xFF00), (0x00FF, 0): [turn(outlets, value != 0), echo]
        case (0..<outlets.count, 0xFF00), (0..<outlets.count, 0):
            [turn([outlets[address]], value != 0), echo]
        case (0x0200..<0x0200 + outlets.count, _):
            pulse(outlets[address - 0x0200], energised: true, value) + [echo]
        case (0x0400..<0x0400 + outlets.count, _):
            pulse(outlets[address - 0x0400], energised: false, value) + [echo]
        case (0..<outlets.count, _): [.answer(exception(3, of: 5))]
        default: [.answer(exception(2, of: 5))]
        }
    }

    private func writeSkyDrive(_ address: Int, _ value: Int, _ echo: Deed) -> [Deed] {
        switch (address, value) {
        case (0x00FF, 0xFFFF), (0x00FF, 0): [turn(outlets, value != 0), echo]
        case (1...outlets.count, 0x0100), (1...outlets.count, 0):
            [turn([outlets[address - 1]], value != 0), echo]
        case (1...outlets.count, _): [.answer(exception(3, of: 5))]
        default: [.answer(exception(2, of: 5))]
        }
    }

    private func writeRegister(_ address: Int, _ value: Int, _ echo: Deed) -> [Deed] {
        switch (address, value) {
        case (0, 0x0700), (0, 0x0800): [turn(outlets, value == 0x0700), echo]
        case (1...outlets.count, 0x0100), (1...outlets.count, 0x0200):
            [turn([outlets[address - 1]], value == 0x0100), echo]
        case (1...outlets.count, 0x0500):
            pulse(outlets[address - 1], energised: true, 10) + [echo]
        case (1...outlets.count, _): [.answer(exception(3, of: 6))]
        default: [.answer(exception(2, of: 6))]
        }
    }

    private func writeAll(from address: Int, count: Int, bits: UInt8) -> [Deed] {
        guard address == 0, (1...min(8, outlets.count)).contains(count) else {
            return [.answer(exception(2, of: 0x0F))]
        }
        let turns = (0..<count).map { turn([outlets[$0]], bits >> UInt8($0) & 1 == 1) }
        return turns + [.answer([0x0F, 0, 0, 0, UInt8(count)])]
    }

    private func turn(_ outlets: [OutletName], _ energised: Bool) -> Deed {
        .turn(outlets, contacts.command(energised: energised))
    }

    /// For so many tenths of a second.
    private func pulse(_ outlet: OutletName, energised: Bool, _ tenths: Int) -> [Deed] {
        let end = contacts.command(energised: !energised)
        return [turn([outlet], energised), .turnLater(.milliseconds(tenths * 100), [outlet], end)]
    }

    private func exception(_ code: UInt8, of function: UInt8? = nil) -> [UInt8] {
        [(function ?? frame[1]) | 0x80, code]
    }

    private func answer(_ bytes: [UInt8], _ faults: Faults) -> Deed {
        let body = [faults.has(.foreign) ? unit + 1 : unit] + bytes
        let checksum = modbusChecksum(body)
        return .answer(body + (faults.has(.badChecksum) ? checksum.reversed() : checksum))
    }
}
