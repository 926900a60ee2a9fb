// What the appliance's section says of the door: who is trusted beyond the keys of each principal,
// and how much of everything there may be.

internal import Fencing
internal import Keys

extension SiteDecoder {
    mutating func door(_ slot: Slot) -> DoorSettings {
        var settings = DoorSettings()
        guard let content = slot.content else { return settings }
        let tree = Tree(position: slot.position, content: content)
        let fields = Fields<DoorKey>(tree, of: "the door", at: slot.position, &findings)
        for key in DoorKey.allCases {
            if let count = DoorCount(rawValue: key.rawValue) {
                settings.counts[count] = number(in: fields[key], count.range)?.value
            } else if let time = DoorTime(rawValue: key.rawValue) {
                settings.times[time] = duration(in: fields[key], time.range)?.value
            }
        }
        checkChannels(settings, at: slot.position)
        settings.knownAddresses = addresses(in: fields[.knownAddresses])
        return settings
    }

    /// A channel that may be opened and may not ask is of no use to anybody.
    private mutating func checkChannels(_ settings: DoorSettings, at position: SourcePosition) {
        let channels = settings.counts[.channels] ?? DoorCount.usualChannels
        let requests = settings.counts[.requestsInFlight] ?? DoorCount.usualChannels
        guard channels > requests else { return }
        findings.error(
            position, "a session may have \(channels) channels and only \(requests) requests",
            "set `requests_in_flight` to \(channels) at least, or `channels` to \(requests) at most"
        )
    }

    private mutating func addresses(in slot: Slot) -> AddressList? {
        guard slot.content != nil else { return nil }
        let elements = elements(of: slot) { decoder, element in
            decoder.findings.value(
                of: element, wanted: "an address or a block, 192.0.2.0/24 or 2001:db8::7"
            ) { text in AddressList(text).map { _ in text } }
        }
        return AddressList(elements.map(\.value).joined(separator: ","))
    }

    mutating func keys(in slot: Slot) -> [Positioned<AuthorizedKey>] {
        elements(of: slot) { decoder, element in decoder.key(in: element) }
    }

    mutating func algorithms(in slot: Slot) -> ApplianceSettings.Algorithms {
        findings.value(of: slot, wanted: "modern or compatible") {
            ApplianceSettings.Algorithms(rawValue: $0)
        }?.value ?? .modern
    }

    mutating func rsa(in slot: Slot) -> ApplianceSettings.RSA {
        findings.value(of: slot, wanted: "accepted or refused") {
            ApplianceSettings.RSA(rawValue: $0)
        }?.value ?? .refused
    }
}
