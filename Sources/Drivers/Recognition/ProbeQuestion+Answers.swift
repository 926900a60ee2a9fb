// What the answer to a question shows.

extension ProbeQuestion {
    /// Whether to go on with this question, after what the one before it got.
    func isWorthAsking(after last: ProbeExchange?) -> Bool {
        switch self {
        case .devantechIdentity:
            last?.question == .devantech && last?.answer.count == 1
                && last?.answer != ProbeQuestion.devantech.bytes
        case .modbusCoilsFromOne: last?.question == .modbusCoils && last?.answer.isEmpty == false
        case .modbusRegisters:
            last?.question == .modbusCoilsFromOne && last?.answer.isEmpty == false
        case .listen, .lineEnd, .apcSmart, .voltronic, .megatec, .devantech, .terminalMode,
            .basicMode, .modbusCoils, .lcus, .kmTronic8, .kmTronic2, .rps10,
            .ePowerSwitch:
            true
        }
    }

    func recognise(_ answer: [UInt8]) -> [Recognition] {
        switch self {
        case .listen, .lineEnd: ConsoleSignature.recognise(answer)
        case .apcSmart: has(answer, line: "SM") ? ups("apc-smart", "SM") : []
        case .voltronic: voltronic(answer)
        case .megatec: megatec(answer)
        case .devantech: []
        case .devantechIdentity: devantech(answer)
        case .terminalMode: terminalMode(answer)
        case .basicMode: basicMode(answer)
        case .modbusCoils: modbus(answer, .coil)
        case .modbusCoilsFromOne: modbus(answer, .skydrive)
        case .modbusRegisters: modbus(answer, .holding)
        case .lcus: byteRelay(.lcus, answer)
        case .kmTronic8: byteRelay(.kmTronic8, answer)
        case .kmTronic2: byteRelay(.kmTronic2, answer)
        case .rps10: rps10(answer)
        case .ePowerSwitch: ePowerSwitch(answer)
        }
    }

    private func has(_ answer: [UInt8], line wanted: String) -> Bool {
        lines(answer).contains(wanted)
    }

    private func lines(_ answer: [UInt8]) -> [String] {
        answer.split { $0 == 13 || $0 == 10 }.map { String(decoding: $0, as: UTF8.self) }
    }

    private func ups(_ driver: String, _ said: String, _ settings: [String] = []) -> [Recognition] {
        [Recognition(driver, .certain, "it said `\(said)`", settings: settings)]
    }

    /// `(PI00`: the number of the protocol that it speaks (NUT, nutdrv_qx_voltronic.c).
    private func voltronic(_ answer: [UInt8]) -> [Recognition] {
        guard let line = lines(answer).first(where: { $0.hasPrefix("(PI") && $0.utf8.count == 5 })
        else { return [] }
        return ups("megatec", line, ["dialect: \(Megatec.Dialect.voltronic.rawValue)"])
    }

    private func megatec(_ answer: [UInt8]) -> [Recognition] {
        guard let line = lines(answer).first(where: { Megatec.volts($0, .delayed) != nil }) else {
            return []
        }
        return ups("megatec", line)
    }

    private func devantech(_ answer: [UInt8]) -> [Recognition] {
        guard let identity = ByteRelayProfile.identity(answer) else { return [] }
        let model = identity.map(String.init).joined(separator: ", ")
        return [
            Recognition("devantech", .certain, "its model and its firmware are \(model)")
        ]
    }

    private func byteRelay(_ profile: ByteRelayProfile, _ answer: [UInt8]) -> [Recognition] {
        guard let states = profile.states(answer, asked: 1) else { return [] }
        return [
            Recognition(
                profile.rawValue, .certain,
                profile == .kmTronic2
                    ? "it tells of relay 1" : "it tells of \(states.count) relays")
        ]
    }

    /// `[1C 00 01 ...]`, with or without blanks; `[ERR D4]` where it wants a login first.
    private func terminalMode(_ answer: [UInt8]) -> [Recognition] {
        for line in lines(answer) {
            let inside = line.filter { $0 != " " }
            guard inside.hasSuffix("]") else { continue }
            if inside.contains("[1C0001") {
                return [Recognition("ipmi-terminal", .certain, "it said `\(line)`")]
            }
            if inside.contains("[ERR") || inside.contains("[OK") {
                return [
                    Recognition(
                        "ipmi-terminal", .certain, "it said `\(line)`", settings: ["user: USER"])
                ]
            }
        }
        return []
    }

    private func basicMode(_ answer: [UInt8]) -> [Recognition] {
        var packet = BasicPacket()
        let messages = answer.compactMap { packet.take($0) }
        // What comes back from a line that echoes is our own question.
        guard messages.contains(where: { $0.first == 0x81 }) else { return [] }
        return [Recognition("ipmi-basic", .certain, "it answered with a whole packet")]
    }

    /// An exception to the last of the three says that a unit is there, and no more.
    private func modbus(_ answer: [UInt8], _ dialect: ModbusDialect) -> [Recognition] {
        guard ModbusFrame.isWhole(answer[...]), answer[0] == 1, answer != bytes else { return [] }
        let unit = "unit: 1"
        if answer[1] == bytes[1] {
            return [
                Recognition(
                    "modbus-relay", .certain, "unit 1 tells what the \(dialect) dialect reads",
                    settings: [unit, "dialect: \(dialect.rawValue)"])
            ]
        }
        guard self == .modbusRegisters, answer[1] == bytes[1] | 0x80 else { return [] }
        return [
            Recognition(
                "modbus-relay", .likely,
                "unit 1 is there, and has neither coils nor registers where relays have them",
                settings: [unit])
        ]
    }

    private func ePowerSwitch(_ answer: [UInt8]) -> [Recognition] {
        guard let line = lines(answer).first(where: { ["R11=0", "R11=1"].contains($0) }) else {
            return []
        }
        return [Recognition("epowerswitch", .certain, "it said `\(line)`")]
    }

    private func rps10(_ answer: [UInt8]) -> [Recognition] {
        guard let line = lines(answer).first(where: { $0.hasPrefix("Plug ") }) else { return [] }
        return [Recognition("wti-rps10", .certain, "it said `\(line)`")]
    }
}
