// From the tree to a draft, section by section. Whatever is wrong becomes a finding, and decoding
// goes on: a person corrects a file once, not finding by finding.

internal import Fencing
internal import Keys

struct SiteDecoder {
    var findings: Findings

    init(path: String) { findings = Findings(path: path) }

    mutating func site(_ tree: Tree) -> Draft {
        var draft = Draft()
        let fields = Fields<SiteKey>(tree, of: "the site", at: tree.position, &findings)
        appliance(fields[.appliance], &draft)
        for entry in findings.entries(of: fields.required(.switches, &findings)) {
            powerSwitch(entry, &draft)
        }
        for entry in findings.entries(of: fields.required(.clusters, &findings)) {
            cluster(entry, &draft)
        }
        for entry in findings.entries(of: fields[.operators]) { person(entry, &draft) }
        return draft
    }

    private mutating func appliance(_ slot: Slot, _ draft: inout Draft) {
        guard let content = slot.content else { return }
        let tree = Tree(position: slot.position, content: content)
        let fields = Fields<ApplianceKey>(tree, of: "the appliance", at: slot.position, &findings)
        draft.appliancePowerSource = name(in: fields[.powerSource])
        draft.applianceFeeds = feeds(in: fields[.feeds])
        draft.authorities = keys(in: fields[.authorities])
        let revoked = keys(in: fields[.revokedKeys])
        let ledger = path(in: fields[.ledger])?.value ?? SiteDefaults.ledger
        draft.appliance = ApplianceSettings(
            listen: listen(in: fields[.listen]),
            hostKeys: hostKeys(in: fields[.hostKeys]),
            ledger: ledger,
            ledgerMark: path(in: fields[.ledgerMark])?.value ?? SiteDefaults.mark(of: ledger),
            lockDirectory: path(in: fields[.lockDirectory])?.value ?? SiteDefaults.lockDirectory,
            powerSource: draft.appliancePowerSource?.value,
            feeds: draft.applianceFeeds.map(\.value),
            authorities: draft.authorities.map(\.value),
            revokedKeys: Set(revoked.map(\.value.key)), rsa: rsa(in: fields[.rsaKeys]),
            algorithms: algorithms(in: fields[.algorithms]),
            door: door(fields[.door]),
            metrics: findings.value(of: fields[.metrics], wanted: MetricsPlace.wanted) {
                MetricsPlace($0)
            }?.value)
    }

    /// What an address means is for the owner of the door to say.
    private mutating func listen(in slot: Slot) -> [Positioned<String>] {
        guard slot.content != nil else {
            return [Positioned(SiteDefaults.listen, at: .start)]
        }
        return atLeastOne(slot) { decoder, element in
            decoder.findings.value(
                of: element,
                wanted: "ADDRESS:PORT, such as 192.0.2.7:22, \"[2001:db8::7]:22\" or *:22"
            ) { $0.contains(":") ? $0 : nil }
        }
    }

    private mutating func hostKeys(in slot: Slot) -> [Positioned<String>] {
        guard slot.content != nil else {
            return [Positioned(SiteDefaults.hostKey, at: .start)]
        }
        return atLeastOne(slot) { decoder, element in decoder.path(in: element) }
    }

    private mutating func powerSwitch(_ entry: Tree.Entry, _ draft: inout Draft) {
        guard let name: Positioned<SwitchName> = name(of: entry.key, "switch") else { return }
        draft.switches.append(name)
        let fields = Fields<SwitchKey>(
            entry.value, of: "switch \(name.value)", at: name.position, &findings)
        let driver = findings.value(
            of: fields.required(.driver, &findings),
            wanted: "a driver's name, powerman:/PATH.dev#SPECIFICATION, or console:/PATH.yaml"
        ) { DriverReference($0) }
        let line = line(in: fields.required(.line, &findings))
        let settings = findings.value(
            of: fields[.settings], wanted: "speed, data bits, parity, stop bits: 9600,8n1"
        ) { $0.isEmpty ? nil : $0 }
        let modemLines = findings.value(of: fields[.modemLines], wanted: "raised or lowered") {
            LineDescription.ModemLines(rawValue: $0)
        }
        let unit = number(in: fields[.unit], SiteLimits.unit)
        let dialect = findings.value(of: fields[.dialect], wanted: "a word that the driver knows") {
            $0.isEmpty ? nil : $0
        }
        let contacts = findings.value(
            of: fields[.contacts], wanted: "normally-open or normally-closed"
        ) { LineDescription.Contacts(rawValue: $0) }
        let user = findings.value(of: fields[.user], wanted: Self.secretRule) {
            Secret($0)?.revealed
        }
        let password = password(fields)
        let patience = duration(in: fields[.patience], SiteLimits.patience)
        let latency = duration(in: fields[.latency], SiteLimits.latency)
        let leaveAfter = duration(in: fields[.leaveAfter], SiteLimits.leaveAfter)
        let readEvery = duration(in: fields[.readEvery], SiteLimits.readEvery)
        let identity = findings.value(of: fields[.identity], wanted: Self.identityRule) {
            SiteLimits.identity.contains($0.utf8.count)
                && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) }
                ? $0 : nil
        }
        let source: Positioned<PowerSourceName>? = self.name(in: fields[.powerSource])
        let button = button(fields[.button], of: name.value)
        guard let driver, let line else { return }
        draft.lines[name.value] = LineDescription(
            name: name, driver: driver, line: line, settings: settings,
            modemLines: modemLines?.value, unit: unit, dialect: dialect, contacts: contacts,
            user: user, password: password, patience: patience, latency: latency,
            powerSource: source?.value, leaveAfter: leaveAfter?.value,
            readEvery: readEvery, identity: identity, button: button)
    }

    private static let identityRule =
        "4 to 64 printable ASCII characters that no other switch shows"
    private static let secretRule = "1 to \(Secret.longest) printable ASCII characters"

    /// What is written there is in no finding, right or wrong.
    private mutating func password(
        _ fields: Fields<SwitchKey>
    ) -> Positioned<LineDescription.PasswordSource>? {
        let slot = fields[.password]
        let file = path(in: fields[.passwordFile])
        guard let text = findings.text(of: slot, wanted: Self.secretRule) else {
            return file.map { Positioned(.file($0.value), at: $0.position) }
        }
        if let file {
            findings.error(
                file.position, "\(fields.owner) has a `password` and a `password_file`",
                "keep one of them")
        }
        guard let secret = Secret(text) else {
            findings.error(
                slot.position, "\(slot.label) cannot be a password", "write \(Self.secretRule)")
            return nil
        }
        return Positioned(.written(secret), at: slot.position)
    }

    private mutating func person(_ entry: Tree.Entry, _ draft: inout Draft) {
        guard let name: Positioned<PrincipalName> = name(of: entry.key, "operator") else { return }
        let fields = Fields<OperatorKey>(
            entry.value, of: "operator \(name.value)", at: name.position, &findings)
        let slot = fields.required(.keys, &findings)
        let keys = atLeastOne(slot) { decoder, element in decoder.key(in: element) }
        let words = Role.allCases.map(\.rawValue).joined(separator: ", ")
        let role = findings.value(of: fields[.role], wanted: "one of \(words)") {
            Role(rawValue: $0)
        }
        draft.operators.append(
            DraftOperator(name: name, role: role?.value ?? .operator, keys: keys))
    }
}
