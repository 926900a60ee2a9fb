// The CRC of Modbus RTU, by its table-free definition: the remainder by the polynomial 8005, all
// bits reflected, begun with ones.

func modbusChecksum(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var sum: UInt16 = 0xFFFF
    for byte in bytes {
        sum ^= UInt16(byte)
        for _ in 0..<8 {
            let isOdd = sum % 2 == 1
            sum /= 2
            if isOdd { sum ^= 0xA001 }
        }
    }
    return [UInt8(sum % 256), UInt8(sum / 256)]
}
