// Frames of Modbus RTU: a unit, a function, data, and a CRC with its low byte first. After the
// Modbus over Serial Line Specification V1.02, 2.5.1 and 6.2.2.

enum ModbusFrame {
    /// Unit and function, and the CRC behind the data.
    static let leastLength = 4

    /// Of a frame without its CRC.
    static func closed(_ bytes: [UInt8]) -> [UInt8] {
        let check = checksum(bytes[...])
        return bytes + [UInt8(check & 0xFF), UInt8(check >> 8)]
    }

    static func isWhole(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count >= leastLength else { return false }
        let check = checksum(bytes.dropLast(2))
        return bytes.suffix(2).elementsEqual([UInt8(check & 0xFF), UInt8(check >> 8)])
    }

    /// CRC-16: begins with FFFF, reflected polynomial A001.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        bytes.reduce(0xFFFF as UInt16) { sum, byte in
            (0..<8).reduce(sum ^ UInt16(byte)) { rest, _ in
                rest & 1 == 1 ? rest >> 1 ^ 0xA001 : rest >> 1
            }
        }
    }
}

/// Why a unit did not do what it was asked. After the Modbus Application Protocol V1.1b3, 7.
struct ModbusException: Hashable, Sendable {
    let code: UInt8

    /// It has begun, and needs long.
    static let acknowledged = ModbusException(code: 5)
    /// It has taken nothing, because it is at something else.
    static let busy = ModbusException(code: 6)

    var text: String {
        let meaning =
            switch code {
            case 1: "it does not know the function"
            case 2: "it has no such address"
            case 3: "it does not take the value"
            case 4: "it failed"
            case 5: "it is still at it"
            case 6: "it is busy"
            default: "whose meaning is its maker's"
            }
        return "exception \(code), \(meaning)"
    }
}
