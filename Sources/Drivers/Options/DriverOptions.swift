// What a site says of one switch beyond the name of its driver: the keys of the site file that mean
// something to some drivers only. Each driver says which of them it takes; what it does not take is
// refused, because a setting that is silently ignored is a mistake that nobody sees.

package struct DriverOptions: Hashable, Sendable {
    /// Which of several devices on one line: a Modbus unit, 1 to 255.
    package var unit: Int?
    /// Which of several manners of speaking that a driver knows.
    package var dialect: String?
    /// Through which contacts of its relay a machine gets its power; nil is normally open.
    package var contacts: Contacts?
    package var credentials = Credentials()

    package init() {}

    /// As the site file calls them.
    package enum Key: String, Hashable, Sendable, CaseIterable {
        case unit
        case dialect
        case contacts
        case user
        case password
    }

    /// The contacts of a relay that a machine hangs on.
    package enum Contacts: String, Hashable, Sendable, CaseIterable {
        /// The machine runs while the relay is energised, and is off when the board is dead.
        case normallyOpen = "normally-open"
        /// The machine runs while the relay is at rest, and goes on running when the board dies.
        case normallyClosed = "normally-closed"
    }

    /// The keys that the site has set.
    package var keys: [Key] {
        Key.allCases.filter { key in
            switch key {
            case .unit: unit != nil
            case .dialect: dialect != nil
            case .contacts: contacts != nil
            case .user: credentials.user != nil
            case .password: credentials.password != nil
            }
        }
    }

    /// Refuses the first key that is set and not among `known`.
    package func takeOnly(_ known: Set<Key>, for driver: String) throws(DriverOptionRefused) {
        guard let key = keys.first(where: { !known.contains($0) }) else { return }
        throw DriverOptionRefused(
            key: key, what: "\(driver) takes no `\(key.rawValue)`", advice: "leave it out")
    }

    /// The dialect that is set, as one of those that the driver knows; `usual` where none is.
    func dialect<Dialect: RawRepresentable<String> & CaseIterable>(
        or usual: Dialect, for driver: String
    ) throws(DriverOptionRefused) -> Dialect {
        guard let dialect else { return usual }
        if let known = Dialect(rawValue: dialect) { return known }
        let all = Dialect.allCases.map(\.rawValue).joined(separator: ", ")
        throw DriverOptionRefused(
            key: .dialect, what: "\(driver) has no dialect `\(dialect)`", advice: "write \(all)")
    }
}

/// A setting that the driver cannot take.
package struct DriverOptionRefused: Error, Hashable, Sendable, CustomStringConvertible {
    package let key: DriverOptions.Key
    /// What is wrong.
    package let what: String
    /// What to do.
    package let advice: String

    package var description: String { "\(what); \(advice)" }
}
