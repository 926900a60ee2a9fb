// What may be asked of a switch that nobody knows yet. Each question only reads, and is harmless to
// everything that could get it by mistake: no letter beyond Z is sent (on a Devantech board `e` to
// `l` close a relay, and `o` to `v` open one), no `S`, `K`, `@` and no second `Z` (they switch off a
// UPS), nothing that a byte relay takes for an order, and a line end only behind backspaces, which
// erase whatever somebody has left half typed.

enum ProbeQuestion: Hashable, Sendable {
    /// Nothing is sent: it may be talking by itself.
    case listen
    case lineEnd
    case apcSmart
    case voltronic
    case megatec
    case devantech
    /// Only where it gave a single byte to the question before.
    case devantechIdentity
    case terminalMode
    case basicMode
    case modbusCoils
    /// These two only where it answered the one before, if only that it has no such thing.
    case modbusCoilsFromOne
    case modbusRegisters
    case lcus
    case kmTronic8
    case kmTronic2
    case rps10(plug: Int)
    case ePowerSwitch

    /// What talks as to a person comes first: where a line end is answered, nothing else is sent.
    static let first: [ProbeQuestion] = [.listen, .lineEnd]

    /// Single bytes and frames, each such that those before it cannot have left its device in the
    /// middle of something. UPSes come first, because `Y` alone brings them to where they answer.
    static let further: [ProbeQuestion] =
        [
            .apcSmart, .voltronic, .megatec, .devantech, .devantechIdentity, .terminalMode,
            .basicMode, .modbusCoils, .modbusCoilsFromOne, .modbusRegisters, .lcus, .kmTronic8,
            .kmTronic2,
        ] + (0...9).map { .rps10(plug: $0) } + [.ePowerSwitch]

    /// Of a line on which only a UPS, or an RPS-10 with its switch set so, can be.
    static let furtherWhenSlow: [ProbeQuestion] =
        [.apcSmart, .voltronic, .megatec] + (0...9).map { .rps10(plug: $0) }

    var bytes: [UInt8] {
        switch self {
        case .listen: []
        case .lineEnd: [UInt8](repeating: 0x08, count: 48) + Array("\r".utf8)
        case .apcSmart: Array("Y".utf8)
        // Behind a line end, which ends the `Y`.
        case .voltronic: Array("\rQPI\r".utf8)
        case .megatec: Array("Q1\r".utf8)
        case .devantech: Array("[".utf8)
        case .devantechIdentity: Array("Z".utf8)
        case .terminalMode: Array("[18 00 01]\r".utf8)
        case .basicMode: Self.getDeviceID
        case .modbusCoils: ModbusFrame.closed([1, 0x01, 0, 0, 0, 8])
        case .modbusCoilsFromOne: ModbusFrame.closed([1, 0x01, 0, 1, 0, 1])
        case .modbusRegisters: ModbusFrame.closed([1, 0x03, 0, 1, 0, 1])
        case .lcus: ByteRelayProfile.lcus.clearing + [0xFF]
        case .kmTronic8: ByteRelayProfile.kmTronic8.clearing + [0xFF, 0x09, 0x00]
        case .kmTronic2: ByteRelayProfile.kmTronic2.clearing + [0xFF, 0x01, 0x03]
        case .rps10(let plug): [0x02, 0x18, 0x18, 0x02, 0x18, 0x18] + Array("\(plug)?\r".utf8)
        // Behind a line end, which ends what stands in its line from the questions before.
        case .ePowerSwitch: Array("\rR11\r".utf8)
        }
    }

    /// Of a BMC at 20h, for a requester at 81h (IPMI 2.0, 14.4 and 20.1). It needs no session.
    private static var getDeviceID: [UInt8] {
        let head: [UInt8] = [0x20, 0x06 << 2]
        let body: [UInt8] = [0x81, 0x00, 0x01]
        return BasicPacket.framed(
            head + [BasicPacket.checksum(head)] + body + [BasicPacket.checksum(body)])
    }

    /// From the last byte of the question to the first one of an answer.
    var patience: Duration {
        switch self {
        case .listen, .lineEnd: .seconds(2)
        case .rps10: .milliseconds(700)
        case .apcSmart, .voltronic, .megatec, .devantech, .devantechIdentity, .terminalMode,
            .basicMode, .modbusCoils, .modbusCoilsFromOne, .modbusRegisters, .lcus, .kmTronic8,
            .kmTronic2, .ePowerSwitch:
            .seconds(1)
        }
    }

    /// For a person.
    var name: String {
        switch self {
        case .listen: "whether it talks by itself"
        case .lineEnd: "a line end"
        case .apcSmart: "APC smart signalling"
        case .voltronic: "Voltronic's protocol"
        case .megatec: "Megatec's protocol"
        case .devantech: "the relays of a Devantech board"
        case .devantechIdentity: "the model of a Devantech board"
        case .terminalMode: "IPMI Terminal Mode"
        case .basicMode: "IPMI Basic Mode"
        case .modbusCoils: "coils of Modbus unit 1"
        case .modbusCoilsFromOne: "coil 1 of Modbus unit 1"
        case .modbusRegisters: "registers of Modbus unit 1"
        case .lcus: "an LCUS board"
        case .kmTronic8: "a KMTronic board with four or eight relays"
        case .kmTronic2: "a KMTronic board with one or two relays"
        case .rps10(let plug): "plug \(plug) of an RPS-10"
        case .ePowerSwitch: "outlet 1 of an ePowerSwitch"
        }
    }
}
