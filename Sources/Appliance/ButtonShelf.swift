// The button driver, from the wiring that the site file describes; and what somebody should know about
// that wiring.

internal import Drivers
internal import Fencing
internal import SiteConfiguration

extension DriverShelf {
    mutating func button(_ line: LineDescription, _ site: SiteFile) -> (any SwitchDriver)? {
        let name = line.name.value
        guard let button = line.button else {
            find(
                .error, line.driver.position,
                "nobody knows how the button of switch \(name) is wired",
                "add `button: {power: dtr}`, with the lead that presses it", site)
            return nil
        }
        guard button.value.power != nil || button.value.reset != nil else { return nil }
        if case .network(let language, _, _) = line.line.value, language != .rfc2217 {
            find(
                .error, line.line.position,
                "\(language.rawValue) carries no leads to press a button with",
                "write rfc2217:, or use a serial port of this machine", site)
        }
        let rest = line.modemLines ?? .lowered
        if rest == .raised {
            find(
                .warning, button.position,
                "the button of switch \(name) is pressed by a lowered lead",
                "wire it so that a raised lead presses: closing a port lowers its leads", site)
        }
        explain(button.value, of: line, at: button.position, site)
        return ButtonDriver(ButtonWiring(button.value, rest: rest == .raised ? .raised : .lowered))
    }

    private mutating func explain(
        _ button: ButtonDescription, of line: LineDescription, at position: SourcePosition,
        _ site: SiteFile
    ) {
        let name = line.name.value
        guard let sense = button.sense else {
            find(
                .warning, position, "nothing shows what the button of switch \(name) has done",
                "wire the machine's power light to an input and name it in `sense`: without it a "
                    + "shot is in doubt at best", site)
            return
        }
        switch sense.raisedMeans {
        case .off: break
        case .on:
            find(
                .warning, sense.position,
                "a cut wire at \(sense.input.rawValue) of switch \(name) would read as off",
                "if the wiring allows it, have the input raised while the machine is off", site)
        }
        if button.reset != nil, site.feedPlaces.keys.contains(where: { $0.isReset(of: name) }) {
            find(
                .warning, position, "a reset by switch \(name) leaves no trace",
                "a shot by it is in doubt at best: use the power button where there is one", site)
        }
    }

    private mutating func find(
        _ severity: Diagnostic.Severity, _ position: SourcePosition, _ what: String,
        _ advice: String, _ site: SiteFile
    ) {
        findings.append(site.diagnostic(severity, at: position, what, advice))
    }
}

extension Outlet {
    fileprivate func isReset(of name: SwitchName) -> Bool {
        powerSwitch == name && self.name.text == "reset"
    }
}

extension ButtonWiring {
    fileprivate init(_ written: ButtonDescription, rest: LeadLevel) {
        self.init(
            power: written.power.map(Lead.init), reset: written.reset.map(Lead.init), rest: rest,
            hold: written.hold, tap: written.tap, press: written.press,
            sense: written.sense.map {
                Sense(
                    input: SenseInput($0.input), raisedMeans: $0.raisedMeans == .on ? .on : .off)
            })
    }
}

extension Lead {
    fileprivate init(_ written: ButtonDescription.Lead) {
        switch written {
        case .dtr: self = .dtr
        case .rts: self = .rts
        }
    }
}

extension SenseInput {
    fileprivate init(_ written: ButtonDescription.Input) {
        switch written {
        case .cts: self = .cts
        case .dsr: self = .dsr
        case .dcd: self = .dcd
        case .ri: self = .ri
        }
    }
}
