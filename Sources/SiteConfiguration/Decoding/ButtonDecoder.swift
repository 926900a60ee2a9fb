// The wiring of a machine's buttons.

internal import Fencing

extension SiteDecoder {
    /// Nil where there is no wiring, or none that can be used.
    mutating func button(_ slot: Slot, of owner: SwitchName) -> Positioned<ButtonDescription>? {
        guard let content = slot.content else { return nil }
        let fields = Fields<ButtonKey>(
            Tree(position: slot.position, content: content), of: "button of switch \(owner)",
            at: slot.position, &findings)
        let power = lead(fields[.power])
        let reset = lead(fields[.reset])
        if fields[.power].content == nil, fields[.reset].content == nil {
            findings.error(
                slot.position, "button of switch \(owner) presses nothing",
                "write the lead that presses: `power: dtr`, or `reset: rts`")
        }
        if let power, let reset, power.value == reset.value {
            findings.error(
                reset.position, "\(power.value.rawValue) of switch \(owner) presses both buttons",
                "give each button a lead of its own")
        }
        let description = ButtonDescription(
            power: power?.value, reset: reset?.value,
            hold: duration(in: fields[.hold], SiteLimits.hold)?.value ?? SiteDefaults.hold,
            tap: duration(in: fields[.tap], SiteLimits.tap)?.value ?? SiteDefaults.tap,
            press: duration(in: fields[.press], SiteLimits.press)?.value ?? SiteDefaults.press,
            sense: sense(fields, of: owner))
        return Positioned(description, at: slot.position)
    }

    private mutating func lead(_ slot: Slot) -> Positioned<ButtonDescription.Lead>? {
        findings.value(of: slot, wanted: "dtr or rts") { ButtonDescription.Lead(rawValue: $0) }
    }

    /// Which level means what depends on the wiring: there is no default that is right more often.
    private mutating func sense(
        _ fields: Fields<ButtonKey>, of owner: SwitchName
    ) -> ButtonDescription.Sense? {
        let input = findings.value(of: fields[.sense], wanted: "cts, dsr, dcd or ri") {
            ButtonDescription.Input(rawValue: $0)
        }
        let meaning = findings.value(of: fields[.raisedMeans], wanted: "on or off") {
            ButtonDescription.Sense.Meaning(rawValue: $0)
        }
        switch (fields[.sense].content != nil, fields[.raisedMeans].content != nil) {
        case (true, false):
            findings.error(
                fields[.sense].position,
                "nobody knows what \(fields[.sense].label) means when it is raised",
                "add `raised_means: on` or `raised_means: off`, as it is wired")
        case (false, true):
            findings.error(
                fields[.raisedMeans].position, "button of switch \(owner) has no `sense`",
                "add the input that is wired: cts, dsr, dcd or ri")
        case (true, true), (false, false): break
        }
        guard let input, let meaning else { return nil }
        return ButtonDescription.Sense(
            input: input.value, raisedMeans: meaning.value, position: input.position)
    }
}
