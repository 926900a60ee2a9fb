// What a client may ask of a concentrator's serial port, and how RFC 2217 writes it.

package enum ComPortRequest: Hashable, Sendable {
    /// Bits a second.
    case speed(UInt32)
    /// 5 to 8.
    case dataBits(UInt8)
    case parity(Parity)
    case stopBits(StopBits)
    case noFlowControl
    case dtr(Level)
    case rts(Level)
    case breakSignal(Level)
    case purge(Buffers)
    /// Which changes of the modem lines the concentrator is to tell of.
    case modemStateMask(ModemState)
    /// Tell the modem lines now. RFC 2217 has this message from the server only; pyserial's server
    /// answers it when a client sends it, and others pass it over.
    case modemState

    package enum Level: Hashable, Sendable { case on, off }
    package enum Parity: UInt8, Hashable, Sendable { case none = 1, odd, even }
    package enum StopBits: UInt8, Hashable, Sendable { case one = 1, two }
    package enum Buffers: UInt8, Hashable, Sendable { case received = 1, unsent, both }

    /// The numbers of the commands, RFC 2217 section 3. The server's are greater by 100.
    enum Code {
        static let speed: UInt8 = 1
        static let dataBits: UInt8 = 2
        static let parity: UInt8 = 3
        static let stopBits: UInt8 = 4
        static let control: UInt8 = 5
        static let modemState: UInt8 = 7
        static let modemStateMask: UInt8 = 11
        static let purge: UInt8 = 12
        static let fromServer: UInt8 = 100
    }

    /// Command and value.
    var content: [UInt8] { [command] + value }

    var command: UInt8 {
        switch self {
        case .speed: Code.speed
        case .dataBits: Code.dataBits
        case .parity: Code.parity
        case .stopBits: Code.stopBits
        case .noFlowControl, .dtr, .rts, .breakSignal: Code.control
        case .purge: Code.purge
        case .modemStateMask: Code.modemStateMask
        case .modemState: Code.modemState
        }
    }

    /// What an answer has to say for the request to count as done.
    var value: [UInt8] {
        switch self {
        case .speed(let speed): (0..<4).map { UInt8(truncatingIfNeeded: speed >> (24 - 8 * $0)) }
        case .dataBits(let count): [count]
        case .parity(let parity): [parity.rawValue]
        case .stopBits(let count): [count.rawValue]
        case .noFlowControl: [1]
        case .breakSignal(let level): [level == .on ? 5 : 6]
        case .dtr(let level): [level == .on ? 8 : 9]
        case .rts(let level): [level == .on ? 11 : 12]
        case .purge(let buffers): [buffers.rawValue]
        case .modemStateMask(let mask): [mask.rawValue]
        case .modemState: []
        }
    }

    /// The values that an answer to this request may have: SET-CONTROL has one number for every
    /// thing that it controls, and each thing its own range of values.
    var answerRange: ClosedRange<UInt8> {
        switch self {
        case .noFlowControl: 1...3
        case .breakSignal: 5...6
        case .dtr: 8...9
        case .rts: 11...12
        case .speed, .dataBits, .parity, .stopBits, .purge, .modemStateMask, .modemState: 0...255
        }
    }
}

extension ComPortRequest: CustomStringConvertible {
    package var description: String {
        switch self {
        case .speed(let speed): "speed \(speed)"
        case .dataBits(let count): "\(count) data bits"
        case .parity(let parity): "parity \(parity)"
        case .stopBits(let count): "\(count.rawValue) stop bits"
        case .noFlowControl: "no flow control"
        case .breakSignal(let level): "break \(level)"
        case .dtr(let level): "DTR \(level)"
        case .rts(let level): "RTS \(level)"
        case .purge: "empty buffers"
        case .modemStateMask: "news of the modem lines"
        case .modemState: "the state of the modem lines"
        }
    }
}

/// The input lines of the port, as RFC 2217 packs them. The low four bits say what has changed.
package struct ModemState: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let cts = ModemState(rawValue: 16)
    package static let dsr = ModemState(rawValue: 32)
    package static let ri = ModemState(rawValue: 64)
    package static let dcd = ModemState(rawValue: 128)
    package static let all: ModemState = [.cts, .dsr, .ri, .dcd]
}
