// How relay boards use Modbus. All of them switch one relay with one write and tell its state when
// it is read; which function, which address and which value differ by maker.

internal import Fencing

enum ModbusDialect: String, Hashable, Sendable, CaseIterable {
    /// Waveshare and most others: coils from 0, FF00 is on. (Waveshare's wiki, "Modbus RTU Relay",
    /// protocol V3.)
    case coil
    /// eletechsup (R421A08 and the like) and LaskaKit: registers from 1, written with 0100 to
    /// energise and 0200 to release, read as 1 and 0. What their manuals call open is energised.
    /// (8-CH RS485 Relay Modbus commands; github.com/microrobotics/R413D08.)
    case holding
    /// Boards with SkyDrive's firmware ("Relay Board-4"): coils from 1, and 0100 is on. (MODBUS
    /// RTU 4CH Relay Command; gist.github.com/TG9541.)
    case skydrive

    /// Outlet 1 is the first relay. No board has more than 32, and beyond them lie addresses that
    /// mean every relay (00FF), or the board's own settings.
    static let mostOutlets = 32

    /// The function, the address and the value that set the coil of the relay.
    func write(_ relay: Int, _ coil: Coil) -> [UInt8] {
        switch (self, coil) {
        case (.coil, .energised): [0x05, 0, UInt8(relay - 1), 0xFF, 0]
        case (.coil, .atRest): [0x05, 0, UInt8(relay - 1), 0, 0]
        case (.holding, .energised): [0x06, 0, UInt8(relay), 0x01, 0]
        case (.holding, .atRest): [0x06, 0, UInt8(relay), 0x02, 0]
        case (.skydrive, .energised): [0x05, 0, UInt8(relay), 0x01, 0]
        case (.skydrive, .atRest): [0x05, 0, UInt8(relay), 0, 0]
        }
    }

    /// The function, the address and the count that read `count` relays, from this one on.
    func read(from relay: Int, count: Int) -> [UInt8] {
        switch self {
        case .coil: [0x01, 0, UInt8(relay - 1), 0, UInt8(count)]
        case .holding: [0x03, 0, UInt8(relay), 0, UInt8(count)]
        case .skydrive: [0x01, 0, UInt8(relay), 0, UInt8(count)]
        }
    }

    /// A question of another function, that reads too: its answer, even if it is an exception, cannot
    /// be taken for one about relays.
    var otherQuestion: [UInt8] {
        switch self {
        case .coil, .skydrive: [0x03, 0, 0, 0, 1]
        case .holding: [0x01, 0, 0, 0, 1]
        }
    }

    /// How many data bytes the answer about so many relays has.
    func dataLength(_ count: Int) -> Int {
        switch self {
        case .coil, .skydrive: (count + 7) / 8
        case .holding: count * 2
        }
    }

    /// Whether an answer packs eight relays into a byte.
    var packsBits: Bool {
        switch self {
        case .coil, .skydrive: true
        case .holding: false
        }
    }

    /// The state of the relay at this place of an answer, counted from 0; nil for data that no relay
    /// has.
    func coil(_ place: Int, of data: [UInt8]) -> Coil? {
        switch self {
        case .coil, .skydrive:
            guard data.indices.contains(place / 8) else { return nil }
            return data[place / 8] >> UInt8(place % 8) & 1 == 1 ? .energised : .atRest
        case .holding:
            guard data.indices.contains(place * 2 + 1), data[place * 2] == 0 else { return nil }
            switch data[place * 2 + 1] {
            case 1: return .energised
            case 0: return .atRest
            default: return nil
            }
        }
    }
}
