// Relay boards that understand single bytes: LCUS, KMTronic, Devantech. Silence for every command,
// and for whatever they do not know. After the makers' pages and the programs of other people that
// drive them.

package import Fencing

package typealias SimulatedByteRelay = Chassis<ByteRelayFirmware>

extension Chassis where Model == ByteRelayFirmware {
    /// Relays 1 to `outlets`.
    package init(
        _ maker: ByteRelayFirmware.Maker, outlets: Int = 8, contacts: Contacts = .normallyOpen
    ) {
        precondition((1...8).contains(outlets), "these boards have 1 to 8 relays")
        let names = (1...outlets).compactMap { OutletName(String($0)) }
        self.init(ByteRelayFirmware(maker, names, contacts), outlets: names)
    }
}

package struct ByteRelayFirmware: Firmware {
    private let maker: Maker
    private let outlets: [OutletName]
    private let contacts: Contacts
    /// The beginning of a command of several bytes.
    private var begun: [UInt8] = []

    package enum Maker: Hashable, Sendable {
        case lcus
        /// An LCUS that never says anything.
        case lcusSilent
        /// One or two relays, each asked for by itself.
        case kmTronic2
        /// Four or eight relays, asked for all at once.
        case kmTronic8
        case devantech
    }

    fileprivate init(_ maker: Maker, _ outlets: [OutletName], _ contacts: Contacts) {
        self.maker = maker
        self.outlets = outlets
        self.contacts = contacts
    }

    package mutating func take(
        _ byte: UInt8, outlets states: [OutletName: PowerState], faults: Faults
    ) -> [Deed] {
        if faults.has(.refuse) { return [] }
        switch maker {
        case .lcus, .lcusSilent: return takeLCUS(byte, states, faults)
        case .kmTronic2, .kmTronic8: return takeKMTronic(byte, states, faults)
        case .devantech: return takeDevantech(byte, states)
        }
    }
}

// MARK: - The makers

extension ByteRelayFirmware {
    /// `A0`, relay, 0 or 1, the sum of the three. `FF` by itself asks.
    private mutating func takeLCUS(
        _ byte: UInt8, _ states: [OutletName: PowerState], _ faults: Faults
    ) -> [Deed] {
        if begun.isEmpty, byte != 0xA0 {
            guard byte == 0xFF, maker == .lcus else { return [] }
            let shift = faults.has(.foreign) ? 1 : 0
            let told = faults.told(outlets)
            let rows = outlets.enumerated().filter { told.contains($0.element) }.map {
                index, outlet in
                let state = contacts.isEnergised(states[outlet]) ? "ON" : "OFF"
                return "CH\(index + 1 + shift):\(state) \r\n"
            }
            return [.answer(Array(rows.joined().utf8))]
        }
        begun.append(byte)
        guard begun.count == 4 else { return [] }
        defer { begun = [] }
        guard begun[3] == begun[0] &+ begun[1] &+ begun[2] else { return [] }
        return turn(begun[1], begun[2])
    }

    /// `FF`, relay, 0 or 1; or `FF`, relay, 3, or `FF 09 00`, which ask.
    private mutating func takeKMTronic(
        _ byte: UInt8, _ states: [OutletName: PowerState], _ faults: Faults
    ) -> [Deed] {
        if begun.isEmpty, byte != 0xFF { return [] }
        begun.append(byte)
        guard begun.count == 3 else { return [] }
        defer { begun = [] }
        let (number, value) = (begun[1], begun[2])
        if maker == .kmTronic8, number == 9, value == 0 {
            return [.answer(faults.told(outlets).map { contacts.isEnergised(states[$0]) ? 1 : 0 })]
        }
        if maker == .kmTronic2, value == 3, let asked = outlet(number) {
            let outlet = faults.told(asked)
            let own = UInt8((outlets.firstIndex(of: outlet) ?? 0) + 1)
            let named = faults.has(.foreign) ? own + 1 : own
            return [.answer([0xFF, named, contacts.isEnergised(states[outlet]) ? 1 : 0])]
        }
        return turn(number, value)
    }

    /// One byte for everything: 64 and 6E are all relays at once.
    private func takeDevantech(
        _ byte: UInt8, _ states: [OutletName: PowerState]
    ) -> [Deed] {
        switch byte {
        case 0x64: [.turn(outlets, contacts.command(energised: true))]
        case 0x65...0x6C: turn(byte - 0x64, 1)
        case 0x6E: [.turn(outlets, contacts.command(energised: false))]
        case 0x6F...0x76: turn(byte - 0x6E, 0)
        case 0x5A: [.answer([0x09, 0x02])]
        case 0x5B:
            [
                .answer([
                    outlets.enumerated().reduce(0) { bits, outlet in
                        contacts.isEnergised(states[outlet.element])
                            ? bits | 1 << UInt8(outlet.offset) : bits
                    }
                ])
            ]
        default: []
        }
    }

    private func turn(_ number: UInt8, _ value: UInt8) -> [Deed] {
        guard let outlet = outlet(number), value <= 1 else { return [] }
        return [.turn([outlet], contacts.command(energised: value == 1))]
    }

    private func outlet(_ number: UInt8) -> OutletName? {
        (1...outlets.count).contains(Int(number)) ? outlets[Int(number) - 1] : nil
    }
}
