// The protocol that hundreds of UPSes share, called Megatec or Q1, and Voltronic's larger one. An
// order that is taken is answered by silence, one that is not by itself; Voltronic's say so in words.
// What proves off is the voltage of the output. After NUT's blazer.c, nutdrv_qx_megatec.c and
// nutdrv_qx_voltronic.c, and the Megatec specification 2.06.

internal import Fencing

struct Megatec: UPSLanguage {
    private let dialect: Dialect
    let traits: DriverTraits
    let alerts: Set<UInt8> = []

    enum Dialect: String, Hashable, Sendable, CaseIterable {
        /// `S.2R0000`: off after .2 minutes, which is the shortest delay that the specification
        /// knows, and no coming back.
        case delayed
        /// `S00R0000`: off at once, on models that take it. NUT's `load.off`.
        case atOnce = "at-once"
        /// `SOFF` and `SON`.
        case voltronic
    }

    /// Takes `dialect`.
    init(_ options: DriverOptions) throws(DriverOptionRefused) {
        dialect = try options.dialect(or: .delayed, for: "megatec")
        traits = DriverTraits(
            name: "megatec", readsBack: .yes, patience: .seconds(25),
            maximalLatency: dialect == .delayed ? .seconds(30) : .seconds(10),
            lineSettings: "2400,8n1", outlets: [OutletName("1")].compactMap(\.self))
    }

    func asks(for task: SwitchTask) -> [UPSAsk] {
        switch task {
        case .greet: [status]
        case .command(let command, _): [order(command)]
        case .read: [status, status]
        }
    }

    private var status: UPSAsk {
        switch dialect {
        case .delayed, .atOnce: UPSAsk(text: "Q1\r", wait: .answer)
        case .voltronic: UPSAsk(text: "QGS\r", wait: .answer)
        }
    }

    private func order(_ command: PowerCommand) -> UPSAsk {
        let consent = UPSAsk.Wait.silence(.milliseconds(600))
        return switch (dialect, command) {
        case (.delayed, .off): UPSAsk(text: "S.2R0000\r", wait: consent)
        case (.atOnce, .off): UPSAsk(text: "S00R0000\r", wait: consent)
        case (.delayed, .on), (.atOnce, .on): UPSAsk(text: "C\r", wait: consent)
        case (.voltronic, .off): UPSAsk(text: "SOFF\r", wait: .answer)
        case (.voltronic, .on): UPSAsk(text: "SON\r", wait: .answer)
        }
    }

    func verdict(on line: String, to ask: UPSAsk) -> UPSVerdict {
        if line == ask.text.dropLast() {
            return .refusal("it sent `\(line)` back, which means that it does not take it")
        }
        switch line {
        case "ACK", "(ACK":
            // To an order in the older dialects it is as good as silence.
            return ask == status || ask.wait != .answer ? .nothing : .answer
        case "NAK", "(NAK": return .refusal("it said `\(line)`")
        case _ where ask == status: return Self.volts(line, dialect) != nil ? .answer : .nothing
        case _ where ask == order(.off) && ask.wait != .answer:
            // `S.2` and a CR for the R: taken, and it comes back; what it sends back is the rest.
            return .damage(
                "it sent `\(line)` back: the order was damaged on its way", for: Self.longestReturn)
        default: return .nothing
        }
    }

    /// Off after .9 minutes at most, and on again ten seconds later: the longest that a damaged order
    /// in tenths of a minute takes; with a margin.
    private static let longestReturn = Duration.seconds(70)

    func reading(_ answers: [String]) -> Reading {
        let volts = answers.map { Self.volts($0, dialect) }
        switch Set(volts.map(UPSOutput.init)) {
        case [.dead]: return Reading(state: .off)
        case [.live]: return Reading(state: .on)
        default: return .unknown("its output is neither dead nor live: `\(answers.last ?? "")`")
        }
    }

    /// Bit 1 of a live output's status: an order to switch off has been taken, and is still to act.
    func isCountingDown(_ answers: [String]) -> Bool {
        guard dialect != .voltronic else { return false }
        return answers.contains { line in
            UPSOutput(Self.volts(line, dialect)) == .live
                && line.utf8.dropLast().last == UInt8(ascii: "1")
        }
    }
}

// MARK: - The lines of status

extension Megatec {
    /// The output's, if the whole line is as it should be.
    static func volts(_ line: String, _ dialect: Dialect) -> Int? {
        let fields = line.dropFirst().split(separator: " ", omittingEmptySubsequences: false)
        guard line.first == "(", fields.map(\.utf8.count) == widths(dialect),
            let bits = fields.last, bits.utf8.allSatisfy({ $0 == 0x30 || $0 == 0x31 }),
            fields.dropLast().allSatisfy({ $0.utf8.allSatisfy(isNumeral) })
        else { return nil }
        return UPSOutput.volts(fields[2])
    }

    /// `(226.0 195.0 226.0 014 49.0 27.5 30.0 00001000`: in, in at the last fault, out, load,
    /// frequency, battery, temperature, eight bits. Voltronic's:
    /// `(234.9 50.0 229.8 50.0 000.0 000 369.1 ---.- 026.5 ---.- 018.8 100000000001`.
    private static func widths(_ dialect: Dialect) -> [Int] {
        switch dialect {
        case .delayed, .atOnce: [5, 5, 5, 3, 4, 4, 4, 8]
        case .voltronic: [5, 4, 5, 4, 5, 3, 5, 5, 5, 5, 5, 12]
        }
    }

    /// A dash stands for what a model does not measure.
    private static func isNumeral(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "-")
    }
}
