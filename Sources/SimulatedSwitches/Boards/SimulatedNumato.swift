// A Numato USB relay module: what is typed comes back at once, CR enters it, LF CR and `>` end every
// answer. For what it does not understand there is the prompt and nothing else. After numato.com's
// command set, and pdudaemon's numatousb.py.

package import Fencing

package typealias SimulatedNumato = Chassis<NumatoFirmware>

extension Chassis where Model == NumatoFirmware {
    /// Relays are called `0` to `7`.
    package init(contacts: Contacts = .normallyOpen) {
        let names = (0..<8).compactMap { OutletName(String($0)) }
        self.init(NumatoFirmware(names, contacts), outlets: names)
    }
}

package struct NumatoFirmware: Firmware {
    private let outlets: [OutletName]
    private let contacts: Contacts
    private var line: [UInt8] = []

    private static let longestLine = 32

    fileprivate init(_ outlets: [OutletName], _ contacts: Contacts) {
        self.outlets = outlets
        self.contacts = contacts
    }

    package mutating func take(
        _ byte: UInt8, outlets states: [OutletName: PowerState], faults: Faults
    ) -> [Deed] {
        switch byte {
        case UInt8(ascii: "\r"):
            defer { line = [] }
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            return faults.has(.refuse)
                ? [prompt()] : obey(words.map(String.init), states)
        case 0x08:
            _ = line.popLast()
            return [.echo([byte])]
        default:
            let taken = understood(byte, faults)
            if line.count < Self.longestLine { line.append(taken) }
            return [.echo([taken])]
        }
    }

    /// What it echoes is what it has taken, and so is what it answers to.
    private func understood(_ byte: UInt8, _ faults: Faults) -> UInt8 {
        guard line == Array("relay read ".utf8), let other = faults.answersFor?.text.utf8.first
        else { return byte }
        return other
    }

    private func obey(_ words: [String], _ states: [OutletName: PowerState]) -> [Deed] {
        switch (words.prefix(2).joined(separator: " "), words.count) {
        case ("relay on", 3): return turn(words[2], energised: true)
        case ("relay off", 3): return turn(words[2], energised: false)
        case ("relay read", 3):
            guard let outlet = outlet(words[2]) else { return [prompt()] }
            return [prompt(contacts.isEnergised(states[outlet]) ? "on" : "off")]
        case ("relay readall", 2):
            let bits = outlets.reversed().reduce(0) { bits, outlet in
                bits * 2 + (contacts.isEnergised(states[outlet]) ? 1 : 0)
            }
            return [prompt((bits < 16 ? "0" : "") + String(bits, radix: 16))]
        case ("ver", 1): return [prompt("A0000008")]
        case ("id get", 2): return [prompt("00000000")]
        default: return [prompt()]
        }
    }

    private func turn(_ name: String, energised: Bool) -> [Deed] {
        guard let outlet = outlet(name) else { return [prompt()] }
        return [.turn([outlet], contacts.command(energised: energised)), prompt()]
    }

    private func outlet(_ name: String) -> OutletName? { outlets.first { $0.text == name } }

    private func prompt(_ value: String? = nil) -> Deed {
        .answer(Array("\n\r\(value.map { "\($0)\n\r" } ?? "")>".utf8))
    }
}
