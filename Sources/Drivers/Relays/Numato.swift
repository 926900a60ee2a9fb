// Numato's USB relay modules: one line is typed and echoed, a value may follow, and `>` comes back.
// Relays are counted from 0, on the larger modules with letters or two digits. After numato.com's
// command set of the 8-, 16-, 32- and 64-channel modules, and pdudaemon's numatousb.py.

internal import Fencing

struct Numato: PromptDialect {
    private let contacts: DriverOptions.Contacts

    /// Takes `contacts`.
    init(_ options: DriverOptions) { contacts = options.contacts ?? .normallyOpen }

    let traits = DriverTraits(
        name: "numato", readsBack: .yes, patience: .seconds(30), maximalLatency: .seconds(5))
    let farewell: [UInt8] = []
    let silence = Duration.seconds(3)
    let echoNamesOutlets = true

    /// `0` to `9`, `A` to `V` (on a module with 16 relays `a` to `f`), `00` to `63`. Everything
    /// else could be a word of another command.
    func objection(to outlet: OutletName) -> String? {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let letters = UInt8(ascii: "A")...UInt8(ascii: "V")
        let name = Array(outlet.text.uppercased().utf8)
        let isKnown =
            switch name.count {
            case 1: digits.contains(name[0]) || letters.contains(name[0])
            case 2: name.allSatisfy(digits.contains) && Int(outlet.text) ?? 64 < 64
            default: false
            }
        return isKnown ? nil : "a Numato's relays are 0 to 9, A to V, or 00 to 63, not \(outlet)"
    }

    func pause(_ line: String) -> Pause? { line == ">" ? .prompt : nil }

    func line(for task: SwitchTask) -> String {
        switch task {
        case .greet: return ""
        case .read(let outlet): return "relay read \(outlet)"
        case .command(let command, let outlet):
            let isEnergised = contacts.coil(for: command) == .energised
            return "relay \(isEnergised ? "on" : "off") \(outlet)"
        }
    }

    /// Whatever is neither a value, nor a prompt before the last one, nor a late echo.
    func refusal(in lines: [String]) -> String? {
        lines.first { Self.coil($0) == nil && $0 != ">" && !$0.hasPrefix("relay ") }
    }

    func reading(of outlet: OutletName, in lines: [String]) -> Reading? {
        let coils = Set(lines.compactMap(Self.coil))
        guard let coil = coils.first, coils.count == 1 else {
            return .unknown("it says nothing of relay \(outlet)")
        }
        return Reading(state: contacts.state(of: coil))
    }

    private static func coil(_ line: String) -> Coil? {
        switch line {
        case "on": .energised
        case "off": .atRest
        default: nil
        }
    }
}
