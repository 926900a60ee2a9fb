// Outlets and feeds.

/// An outlet as its switch calls it: `3`, `.A3`, `Gi2/0/1`.
package struct OutletName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// 1...32 graphic ASCII characters, none of them `,`, `=` or `"`: an outlet's name stands
    /// unquoted in reply lines, in the site file, and in a command to the switch.
    package init?(_ text: String) {
        let forbidden: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: "\"")]
        guard (1...32).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !forbidden.contains($0) })
        else { return nil }
        self.text = text
    }

    package var description: String { text }

    /// Numbers in their own order, then everything else as text.
    package static func < (left: Self, right: Self) -> Bool {
        switch (Int(left.text), Int(right.text)) {
        case (let left?, let right?): left < right
        case (.some, nil): true
        case (nil, .some): false
        case (nil, nil): left.text < right.text
        }
    }
}

/// One outlet of one switch, written `switch/outlet`. As part of a node it is a *feed*: the node
/// runs while any of its feeds is on, and is off when all of them are.
package struct Outlet: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let powerSwitch: SwitchName
    package let name: OutletName

    package init(_ powerSwitch: SwitchName, _ name: OutletName) {
        self.powerSwitch = powerSwitch
        self.name = name
    }

    /// Reads `switch/outlet`; the outlet may itself contain slashes.
    package init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/"),
            let powerSwitch = SwitchName(String(text[..<slash])),
            let name = OutletName(String(text[text.index(after: slash)...]))
        else { return nil }
        self.init(powerSwitch, name)
    }

    package var description: String { "\(powerSwitch)/\(name)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.powerSwitch, left.name) < (right.powerSwitch, right.name)
    }
}

/// What a reading of an outlet says. Silence, garbage and contradiction are all `unknown`.
package enum PowerState: String, Hashable, Sendable {
    case on
    case off
    case unknown
}

/// What an outlet is told to do. There is no "cycle": the off inside it could not be observed.
package enum PowerCommand: String, Hashable, Sendable {
    case on
    case off

    /// The state that proves the command was carried out.
    package var proof: PowerState {
        switch self {
        case .on: .on
        case .off: .off
        }
    }
}
