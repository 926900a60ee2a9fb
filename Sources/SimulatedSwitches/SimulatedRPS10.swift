// WTI RPS-10: a fixed string, an address, a command, CR. No echo, no login, no prompt; silence for
// what it does not know. After WTI's RPS-10 manual p. 11, powerman's wti-rps10.dev, cluster-glue's
// rps10.c.

package import Fencing

package typealias SimulatedRPS10 = Chassis<RPS10Firmware>

extension Chassis where Model == RPS10Firmware {
    /// A master and its satellites; `addresses` within `0...9` are the outlets' names.
    package init(addresses: ClosedRange<Int> = 0...9) {
        precondition((0...9).contains(addresses.lowerBound), "an RPS-10's address is 0 to 9")
        precondition((0...9).contains(addresses.upperBound), "an RPS-10's address is 0 to 9")
        let names = addresses.compactMap { OutletName(String($0)) }
        self.init(RPS10Firmware(names), outlets: names)
    }
}

package struct RPS10Firmware: Firmware {
    private let outlets: [OutletName]
    private var line: [UInt8] = []

    /// ^B ^X ^X ^B ^X ^X
    private static let password: [UInt8] = [0x02, 0x18, 0x18, 0x02, 0x18, 0x18]
    /// The password, an address, a command: only so much of what came before the CR counts.
    private static let length = password.count + 2
    /// What `T` waits between off and on; the other position of the switch inside is 10 s.
    private static let toggleTime = Duration.seconds(5)

    fileprivate init(_ outlets: [OutletName]) { self.outlets = outlets }

    package mutating func take(
        _ byte: UInt8, outlets: [OutletName: PowerState], faults: Faults
    ) -> [Deed] {
        guard byte == UInt8(ascii: "\r") else {
            if line.count == Self.length { line.removeFirst() }
            line.append(byte)
            return []
        }
        defer { line = [] }
        guard !faults.has(.refuse), line.count == Self.length, line.starts(with: Self.password),
            let addressed = addressed(line[Self.length - 2])
        else { return [] }
        return obey(line[Self.length - 1], addressed, outlets, faults)
    }

    private func addressed(_ address: UInt8) -> [OutletName]? {
        if address == UInt8(ascii: "*") { return outlets }
        let name = String(decoding: [address], as: UTF8.self)
        return outlets.first { $0.text == name }.map { [$0] }
    }

    private func obey(
        _ command: UInt8, _ addressed: [OutletName], _ states: [OutletName: PowerState],
        _ faults: Faults
    ) -> [Deed] {
        switch command {
        case UInt8(ascii: "0"): [.turn(addressed, .off), complete(addressed) { _ in .off }]
        case UInt8(ascii: "1"): [.turn(addressed, .on), complete(addressed) { _ in .on }]
        case UInt8(ascii: "T"):
            [
                .turn(addressed, .off), .answer(rows(addressed) { _ in .off }),
                .pause(Self.toggleTime),
                .turn(addressed, .on), complete(addressed) { _ in .on },
            ]
        case UInt8(ascii: "?"): [complete(faults.told(addressed)) { states[$0] ?? .unknown }]
        default: []
        }
    }

    private func complete(
        _ addressed: [OutletName], _ state: (OutletName) -> PowerState
    ) -> Deed {
        .answer(rows(addressed, state) + Array("Complete\r\n".utf8))
    }

    private func rows(
        _ addressed: [OutletName], _ state: (OutletName) -> PowerState
    ) -> [UInt8] {
        addressed.flatMap { outlet -> [UInt8] in
            Array("Plug \(outlet) \(state(outlet) == .on ? "On" : "Off")\r\n".utf8)
        }
    }
}
