// Programs that powermand starts and talks to in place of a switch. Picket starts none: a
// specification that is written for one is refused.
//
// The language does not say what is at the other end: that stands in powermand's own
// configuration. But most of these programs have a prompt of their own, and a login begins by
// awaiting it; a shell has not, so those specifications are known by their names.

package enum Coprocess: String, Hashable, Sendable, CaseIterable {
    case snmppower
    case httppower
    case redfishpower
    case ipmipower
    case plmpower
    case hp3488
    case ics8064
    case virsh
    case ssh
    case clogin
    case bash

    init?(of specification: PowermanSpecification) {
        let first = specification.scripts[.login]?.statements.lazy.compactMap(\.expectation).first
        let awaited = first.map { String(decoding: $0.pattern.source, as: UTF8.self) } ?? ""
        let found = Self.allCases.first { program in
            program.prompt.map(awaited.hasPrefix) ?? false
                || program.specifications.contains(where: specification.name.hasPrefix)
        }
        guard let found else { return nil }
        self = found
    }

    /// What it shows when it awaits a command, where nothing else shows the same.
    private var prompt: String? {
        switch self {
        case .snmppower, .httppower, .redfishpower, .ipmipower, .plmpower, .hp3488, .ics8064:
            "\(rawValue)> "
        case .virsh: "virsh #"
        case .ssh, .clogin, .bash: nil
        }
    }

    /// How their names begin in the files of powerman, Debian's and the author's. A name need not be
    /// its file's: rancid-edgemax-poe.dev holds `rancid-ubnt-poe`.
    private var specifications: [String] {
        switch self {
        case .ssh: ["kvm-ssh"]
        case .clogin: ["rancid-"]
        case .bash: ["bashfun"]
        case .snmppower, .httppower, .redfishpower, .ipmipower, .plmpower, .hp3488, .ics8064,
            .virsh:
            []
        }
    }

    /// What the program is for.
    package var purpose: String {
        switch self {
        case .snmppower: "speaks SNMP over the network"
        case .httppower: "speaks HTTP over the network"
        case .redfishpower: "speaks Redfish over the network"
        case .ipmipower: "speaks IPMI over the network"
        case .plmpower: "holds the serial port of an Insteon modem itself"
        case .hp3488, .ics8064: "speaks GPIB"
        case .virsh: "steers virtual machines"
        case .ssh: "logs in to a host of virtual machines"
        case .clogin: "logs in to a network switch"
        case .bash: "is a shell"
        }
    }
}
