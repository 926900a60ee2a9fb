// What lets a principal in: a key, or a key that signs certificates, and under which conditions.

package import Fencing

package struct AuthorizedKey: Hashable, Sendable {
    package let key: PublicKey
    package let role: Role
    /// Whence it may be used; nil: from everywhere.
    package let from: AddressList?
    /// From this moment on it is as if it were not there.
    package let expires: UnixTime?
    package let terminal: Terminal

    package enum Role: Hashable, Sendable {
        /// Its holder may log in.
        case login
        /// Its holder may sign certificates. Nil: for the name of the principal; else for these
        /// names in a certificate, whoever logs in with it.
        case authority(principals: Set<String>?)
    }

    /// Whether a session may have a terminal, and with it the console.
    package enum Terminal: Hashable, Sendable {
        case allowed
        case refused
    }

    package init(
        _ key: PublicKey, _ role: Role = .login, from: AddressList? = nil,
        expires: UnixTime? = nil, terminal: Terminal = .allowed
    ) {
        self.key = key
        self.role = role
        self.from = from
        self.expires = expires
        self.terminal = terminal
    }
}

/// Somebody whom the door lets in: a principal under its SSH user name, and its keys.
package struct Pass: Hashable, Sendable {
    package let principal: Principal
    package let keys: [AuthorizedKey]
    package let shell: Shell

    package init(_ principal: Principal, keys: [AuthorizedKey], shell: Shell = .picket) {
        self.principal = principal
        self.keys = keys
        self.shell = shell
    }
}

/// What a principal meets that asks for a shell at a terminal. Without one it is request lines, for
/// everybody.
package enum Shell: Hashable, Sendable {
    /// The console.
    case picket
    /// The command line of an APC rack PDU, on which nodes are outlets with these numbers.
    case apc([Int: NodeName])
}

/// Seconds since 1970 by the machine's wall clock, which somebody may set. Only keys and
/// certificates that end at a time are compared with it; no decision about a shot is.
package struct UnixTime: Hashable, Sendable, Comparable {
    package let seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    package static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }

    /// `20270131Z`, `202701311200Z`, `20270131120000Z`: UTC.
    init?(expiry text: String) {
        guard text.last == "Z" else { return nil }
        let digits = text.dropLast()
        guard [8, 12, 14].contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        func number(_ from: Int, _ count: Int) -> Int {
            Int(digits.dropFirst(from).prefix(count)) ?? 0
        }
        let (year, month, day) = (number(0, 4), number(4, 2), number(6, 2))
        let (hour, minute, second) = (number(8, 2), number(10, 2), number(12, 2))
        guard (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Self.daysBefore(year: year, month: month) + day - 1
        self.init(seconds: Int64(days * 86400 + hour * 3600 + minute * 60 + second))
    }

    private static func days(in month: Int, of year: Int) -> Int {
        daysBefore(year: month == 12 ? year + 1 : year, month: month % 12 + 1)
            - daysBefore(year: year, month: month)
    }

    /// From 1970-01-01 to the first of the month, in the Gregorian calendar. (The year begins in
    /// March here, so that the leap day is its last.)
    private static func daysBefore(year: Int, month: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let inYears = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400
        return inYears + (153 * monthFromMarch + 2) / 5 - 719_468
    }
}
