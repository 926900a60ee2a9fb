// A BMC whose serial port is in Terminal Mode. Nothing is taken outside brackets; a line end obeys
// what stands in them. After the IPMI specification, Dell's and Intel's manuals, and ipmi_sim.

package import Fencing

package typealias SimulatedTerminalMode = Chassis<TerminalModeFirmware>

extension Chassis where Model == TerminalModeFirmware {
    /// The machine is outlet `1`. Without a login anybody may command it.
    package init(login: BMCLogin? = nil) {
        let names = ["1"].compactMap { OutletName($0) }
        self.init(TerminalModeFirmware(BMC(names[0], login)), outlets: names)
    }
}

package struct TerminalModeFirmware: Firmware {
    private var bmc: BMC
    private var message = Message.none

    private enum Message {
        case none
        case open([UInt8])
        case closed(String)
    }

    private static let longest = 122

    fileprivate init(_ bmc: BMC) { self.bmc = bmc }

    package mutating func noteSilence(_ silence: Duration) { bmc.noteSilence(silence) }

    package mutating func take(
        _ byte: UInt8, outlets: [OutletName: PowerState], faults: Faults
    ) -> [Deed] {
        switch (message, byte) {
        case (_, UInt8(ascii: "[")): message = .open([])
        case (.closed(let text), UInt8(ascii: "\r")), (.closed(let text), UInt8(ascii: "\n")):
            message = .none
            return obey(text, outlets.values.first ?? .unknown, faults)
        case (.open(let text), UInt8(ascii: "]")):
            message = .closed(String(decoding: text, as: UTF8.self))
        case (.open(let text), 0x08), (.open(let text), 0x7F): message = .open(text.dropLast())
        case (.open(let text), 0x20...0x7E) where text.count < Self.longest:
            message = .open(text + [byte])
        case (.none, _): break
        case (.open, _), (.closed, _): message = .none
        }
        return []
    }

    private mutating func obey(_ text: String, _ state: PowerState, _ faults: Faults) -> [Deed] {
        let words = text.split(separator: " ").map(String.init)
        let handshake: [Deed] = faults.has(.handshake) ? [.answer(Array("[SYS]\r\n".utf8))] : []
        let deeds = words.first == "SYS" ? obey(words, state, faults) : request(text, state, faults)
        return deeds + handshake
    }

    private func said(_ text: String) -> Deed { .answer(Array("[\(text)]\r\n".utf8)) }

    private func said(_ code: UInt8) -> Deed {
        said(code == 0 ? "OK" : "ERR \(hexadecimal([code]))")
    }
}

// MARK: - Words

extension TerminalModeFirmware {
    private mutating func obey(
        _ words: [String], _ state: PowerState, _ faults: Faults
    ) -> [Deed] {
        if faults.has(.refuse) { return [said(0xC1)] }
        switch words.dropFirst().prefix(2).joined(separator: " ") {
        case "TMODE": return [said("OK TMODE")]
        case "PWD -X":
            bmc.logOff()
            return [said(0)]
        case "PWD -U" where words.count == 5:
            return [said(bmc.logIn(user: words[3], password: words[4]))]
        case "PWD -N" where words.count == 4:
            return [said(bmc.logIn(user: "", password: words[3]))]
        case "POWER ON": return control(1, state, faults)
        case "POWER OFF": return control(0, state, faults)
        case "RESET": return control(3, state, faults)
        case "HEALTH QUERY":
            let answer = bmc.obey(0x00, 0x01, [], state, faults)
            guard answer.code == 0 else { return [said(answer.code)] }
            let power = state == .on ? "ON" : "OFF"
            return [said("OK PWR:\(power) H:ok T:ok V:ok PS:ok C:ok D:ok S:ok O:??")]
        default: return [said(0xC1)]
        }
    }

    private mutating func control(
        _ value: UInt8, _ state: PowerState, _ faults: Faults
    ) -> [Deed] {
        let answer = bmc.obey(0x00, 0x02, [value], state, faults)
        return answer.deeds + [said(answer.code)]
    }
}

// MARK: - Hexadecimal

extension TerminalModeFirmware {
    private mutating func request(
        _ text: String, _ state: PowerState, _ faults: Faults
    ) -> [Deed] {
        guard let bytes = Self.bytes(text), bytes.count >= 3, bytes[0] & 0x04 == 0 else {
            return [said(0xC7)]
        }
        let answer = bmc.obey(bytes[0] >> 2, bytes[2], Array(bytes.dropFirst(3)), state, faults)
        let sequence = faults.has(.foreign) ? bytes[1] &+ 4 : bytes[1]
        let reply = [bytes[0] | 0x04, sequence, bytes[2], answer.code] + answer.data
        return answer.deeds + [said(hexadecimal(reply))]
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var rest = text.filter { $0 != " " }[...]
        var bytes: [UInt8] = []
        while !rest.isEmpty {
            guard rest.count >= 2, let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
            .joined(separator: " ")
    }
}
