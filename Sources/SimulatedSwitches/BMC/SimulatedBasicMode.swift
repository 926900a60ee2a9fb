// A BMC whose serial port is in Basic Mode. What is no whole packet for it meets silence. Its
// handshake byte comes behind the answer, as ipmi_sim's does; with the fault `handshake` before it as
// well, as the specification allows.

package import Fencing

package typealias SimulatedBasicMode = Chassis<BasicModeFirmware>

extension Chassis where Model == BasicModeFirmware {
    /// The machine is outlet `1`. Without a login anybody may command it.
    package init(login: BMCLogin? = nil) {
        let names = ["1"].compactMap { OutletName($0) }
        self.init(BasicModeFirmware(BMC(names[0], login)), outlets: names)
    }
}

package struct BasicModeFirmware: Firmware {
    private var bmc: BMC
    private var packet: [UInt8]?

    private static let handshake: UInt8 = 0xA6
    private static let longest = 80
    private static let standIns: [(plain: UInt8, standIn: UInt8)] = [
        (0xA0, 0xB0), (0xA5, 0xB5), (0xA6, 0xB6), (0xAA, 0xBA), (0x1B, 0x3B),
    ]

    fileprivate init(_ bmc: BMC) { self.bmc = bmc }

    package mutating func noteSilence(_ silence: Duration) { bmc.noteSilence(silence) }

    package mutating func take(
        _ byte: UInt8, outlets: [OutletName: PowerState], faults: Faults
    ) -> [Deed] {
        switch byte {
        case 0xA0: packet = []
        case 0xA5:
            defer { packet = nil }
            guard let message = packet.flatMap(Self.restored) else { return [] }
            return obey(message, outlets.values.first ?? .unknown, faults)
        case Self.handshake: break
        default:
            packet?.append(byte)
            if let length = packet?.count, length > Self.longest { packet = nil }
        }
        return []
    }

    private mutating func obey(
        _ message: [UInt8], _ state: PowerState, _ faults: Faults
    ) -> [Deed] {
        guard message.count >= 7, message[0] == 0x20, Self.sum(message[..<3]) == 0,
            Self.sum(message[3...]) == 0
        else { return [] }
        let data = Array(message[6..<message.count - 1])
        let answer = bmc.obey(message[1] >> 2, message[5], data, state, faults)
        let sequence = faults.has(.foreign) ? message[4] &+ 4 : message[4]
        let head = [message[3], (message[1] >> 2 | 1) << 2 | message[4] & 3]
        let body = [0x20, sequence & 0xFC | message[1] & 3, message[5], answer.code] + answer.data
        let wrong: UInt8 = faults.has(.badChecksum) ? 1 : 0
        let reply = head + [0 &- Self.sum(head)] + body + [0 &- Self.sum(body) &+ wrong]
        let early: [UInt8] = faults.has(.handshake) ? [Self.handshake] : []
        return answer.deeds + [.answer(early + Self.framed(reply) + [Self.handshake])]
    }

    private static func sum(_ bytes: some Sequence<UInt8>) -> UInt8 { bytes.reduce(0, &+) }

    private static func framed(_ message: [UInt8]) -> [UInt8] {
        let inside = message.flatMap { byte -> [UInt8] in
            standIns.first { $0.plain == byte }.map { [0xAA, $0.standIn] } ?? [byte]
        }
        return [0xA0] + inside + [0xA5]
    }

    /// Nil where an escape stands before something else than a stand-in.
    private static func restored(_ packet: [UInt8]) -> [UInt8]? {
        var message: [UInt8] = []
        var rest = packet[...]
        while let byte = rest.popFirst() {
            guard byte == 0xAA else {
                message.append(byte)
                continue
            }
            guard let next = rest.popFirst(),
                let plain = standIns.first(where: { $0.standIn == next })?.plain
            else { return nil }
            message.append(plain)
        }
        return message
    }
}
