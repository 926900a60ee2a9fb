// What the drivers know of a site: outlets that a model has not, and how late a command can act.

internal import Drivers
internal import Fencing
internal import SiteConfiguration

extension DriverShelf {
    mutating func checkOutlets(
        of name: SwitchName, _ driver: any SwitchDriver, _ site: SiteFile
    ) {
        for (outlet, place) in site.feedPlaces.sorted(by: { $0.value < $1.value })
        where outlet.powerSwitch == name {
            if let known = driver.traits.outlets {
                guard !known.contains(outlet.name) else { continue }
                let names = known.map(\.text).joined(separator: ", ")
                findings.append(
                    site.diagnostic(
                        .error, at: place, "\(driver.traits.name) has no outlet \(outlet.name)",
                        "it has \(names)"))
            } else if let why = driver.objection(to: outlet.name) ?? driver.refusal(of: outlet.name)
            {
                findings.append(
                    site.diagnostic(
                        .error, at: place, "\(driver.traits.name) has no outlet \(outlet.name)", why
                    ))
            }
        }
    }

    /// Safety rests on the latency: what the file says may be longer than what the driver knows.
    mutating func checkLatency(
        of line: LineDescription, _ traits: DriverTraits, _ site: SiteFile
    ) {
        guard let latency = line.latency, latency.value < traits.maximalLatency else { return }
        let known = traits.maximalLatency.brief
        findings.append(
            site.diagnostic(
                .warning, at: latency.position,
                "latency of switch \(line.name.value) is \(latency.value.brief), and "
                    + "\(traits.name) can act \(known) after it was told to",
                "write \(known), or leave `latency` out: an off that comes after it counts as "
                    + "failed, and acts all the same"))
    }
}

extension DriverShelf {
    mutating func checkIdentity(
        of line: LineDescription, _ driver: any SwitchDriver, _ site: SiteFile
    ) {
        guard let identity = line.identity, driver.greets == .bytes else { return }
        findings.append(
            site.diagnostic(
                .error, at: identity.position,
                "\(driver.traits.name) takes no `identity`: what it is greeted with is no text",
                "leave it out, and name the line by its place: /dev/serial/by-path or "
                    + "/dev/picket/at"))
    }
}

extension SwitchDriver {
    /// Why it would not even try this outlet, asked of a copy that is connected to nothing; nil where
    /// it would.
    fileprivate func refusal(of outlet: OutletName) -> String? {
        var copy = self
        let steps = copy.begin(.command(.off, outlet), at: Moment(sinceStart: .zero))
        guard case .end(.refused(let why)) = steps.first else { return nil }
        return why
    }
}
