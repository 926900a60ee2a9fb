// APC's smart signalling: single characters, and a line for an answer. A load is switched by the same
// character twice, more than a second and a half and less than twelve seconds apart, and nothing is
// said to that. After the apcupsd manual's chapter on the protocol, NUT's apcsmart.c and .h, and
// cluster-glue's apcsmart.c.

internal import Fencing

struct APCSmart: UPSLanguage {
    let traits = DriverTraits(
        name: "apc-smart", readsBack: .yes, patience: .seconds(25),
        // After that a first character that was not followed by its second means nothing more.
        maximalLatency: .seconds(15), lineSettings: "2400,8n1",
        outlets: [OutletName("1")].compactMap(\.self))

    /// On battery, mains back, battery low and not low, overload and not, replace the battery,
    /// powering down, a setting changed, check the alarms. None of them is in any answer below.
    let alerts = Set("!$%+?=#*|&".utf8)

    /// Enters smart mode; some models leave it by themselves.
    private static let smart = UPSAsk(text: "Y", wait: .answer)
    private static let register = UPSAsk(text: "~", wait: .answer)
    private static let voltage = UPSAsk(text: "O", wait: .answer)
    private static let betweenTwo = Duration.milliseconds(1700)

    func asks(for task: SwitchTask) -> [UPSAsk] {
        switch task {
        case .greet: [Self.smart]
        case .command(.off, _): [Self.smart] + Self.twice("Z")
        case .command(.on, _): [Self.smart] + Self.twice("\u{0E}")
        case .read: [Self.smart, Self.register, Self.voltage, Self.register]
        }
    }

    /// `NA` to the first one is a refusal, and then the second is not sent.
    private static func twice(_ character: String) -> [UPSAsk] {
        [
            UPSAsk(text: character, wait: .silence(betweenTwo)),
            UPSAsk(text: character, wait: .silence(.milliseconds(300))),
        ]
    }

    func verdict(on line: String, to ask: UPSAsk) -> UPSVerdict {
        switch (ask, line) {
        case (Self.smart, "SM"): .answer
        case (Self.smart, _): .nothing
        case (Self.register, _) where Self.bits(line) != nil: .answer
        case (Self.voltage, _) where Self.volts(line) != nil || line == "NA": .answer
        case (_, "NA"), (_, "NO"): .refusal("it said `\(line)`")
        case (_, _): .nothing
        }
    }

    /// Bit 6: it powers the load again when it is told to. Bit 7: when the mains come back, too.
    func reading(_ answers: [String]) -> Reading {
        guard answers.count == 4, let first = Self.bits(answers[1]),
            let second = Self.bits(answers[3]), first == second
        else { return .unknown("asked twice, it gave two different answers") }
        let volts = Self.volts(answers[2])
        switch (first & 0xC0, UPSOutput(volts)) {
        case (0x40, .dead), (0x40, .untold): return Reading(state: .off)
        case (0x00, .live), (0x00, .untold): return Reading(state: .on)
        case (0x80, .dead), (0xC0, .dead), (0x80, .untold), (0xC0, .untold):
            return .unknown("it is asleep, and powers the load again by itself")
        default:
            return .unknown("its register says \(answers[1]) and its output \(answers[2]) V")
        }
    }

    /// Two hexadecimal digits.
    private static func bits(_ line: String) -> UInt8? {
        line.utf8.count == 2 && line.utf8.first != UInt8(ascii: "+") ? UInt8(line, radix: 16) : nil
    }

    /// `230.0`, three digits and one more.
    private static func volts(_ line: String) -> Int? {
        line.utf8.count == 5 ? UPSOutput.volts(line) : nil
    }
}
