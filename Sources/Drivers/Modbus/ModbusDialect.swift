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

    /// The function, the address and the count that read one relay.
    func read(_ relay: Int) -> [UInt8] {
        switch self {
        case .coil: [0x01, 0, UInt8(relay - 1), 0, 1]
        case .holding: [0x03, 0, UInt8(relay), 0, 1]
        case .skydrive: [0x01, 0, UInt8(relay), 0, 1]
        }
    }

    /// How many data bytes the answer to a read has.
    var dataLength: Int {
        switch self {
        case .coil, .skydrive: 1
        case .holding: 2
        }
    }

    /// Nil for data that no relay has.
    func coil(_ data: ArraySlice<UInt8>) -> Coil? {
        switch Array(data) {
        case energised: .energised
        case atRest: .atRest
        default: nil
        }
    }

    private var energised: [UInt8] {
        switch self {
        case .coil, .skydrive: [1]
        case .holding: [0, 1]
        }
    }

    private var atRest: [UInt8] {
        switch self {
        case .coil, .skydrive: [0]
        case .holding: [0, 0]
        }
    }
}
