// The keys of the site file, its defaults and its limits. docs/site-file.md explains each of them,
// and a test holds the two together.

/// The keys that one kind of map may have.
protocol SchemaKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable {}

enum SiteKey: String, SchemaKey {
    case appliance
    case switches
    case clusters
    case operators
}

enum ApplianceKey: String, SchemaKey {
    case listen
    case hostKeys = "host_keys"
    case ledger
    case ledgerMark = "ledger_mark"
    case lockDirectory = "lock_directory"
    case powerSource = "power_source"
    case feeds
    case authorities
    case revokedKeys = "revoked_keys"
    case rsaKeys = "rsa_keys"
    case algorithms
    case metrics
    case door
}

enum DoorKey: String, SchemaKey {
    case strangers
    case strangersPerAddress = "strangers_per_address"
    case loginTime = "login_time"
    case tries
    case packetsBeforeLogin = "packets_before_login"
    case sessions
    case sessionsPerPrincipal = "sessions_per_principal"
    case channels
    case requestsInFlight = "requests_in_flight"
    case requestLength = "request_length"
    case pipelinedInput = "pipelined_input"
    case queuedOutput = "queued_output"
    case keepaliveInterval = "keepalive_interval"
    case keepaliveMisses = "keepalive_misses"
    case knownAddresses = "known_addresses"
}

enum SwitchKey: String, SchemaKey {
    case driver
    case line
    case settings
    case modemLines = "modem_lines"
    case leaveAfter = "leave_after"
    case readEvery = "read_every"
    case identity
    case unit
    case dialect
    case contacts
    case user
    case password
    case passwordFile = "password_file"
    case patience
    case latency
    case powerSource = "power_source"
    case button
}

enum ButtonKey: String, SchemaKey {
    case power
    case reset
    case hold
    case tap
    case press
    case sense
    case raisedMeans = "raised_means"
}

enum ClusterKey: String, SchemaKey {
    case holdUp = "hold_up"
    case offTime = "off_time"
    case shoot
    case preferDelay = "prefer_delay"
    case consent
    case tieBreaker = "tie_breaker"
    case viewLifetime = "view_lifetime"
    case shotsPerTarget = "shots_per_target"
    case shotsPerRequester = "shots_per_requester"
    case shotsWindow = "shots_window"
    case nodes
}

enum NodeKey: String, SchemaKey {
    case feeds
    case keys
    case holdUp = "hold_up"
    case offTime = "off_time"
    case shoot
    case weight
    case apcOutlet = "apc_outlet"
}

enum OperatorKey: String, SchemaKey {
    case keys
    case role
}

/// Every key with its path, names in capitals: `switches.SWITCH.driver`.
package let schemaKeys: [String] =
    SiteKey.allCases.map(\.rawValue)
    + ApplianceKey.allCases.map { "appliance.\($0.rawValue)" }
    + DoorKey.allCases.map { "appliance.door.\($0.rawValue)" }
    + SwitchKey.allCases.map { "switches.SWITCH.\($0.rawValue)" }
    + ButtonKey.allCases.map { "switches.SWITCH.button.\($0.rawValue)" }
    + ClusterKey.allCases.map { "clusters.CLUSTER.\($0.rawValue)" }
    + NodeKey.allCases.map { "clusters.CLUSTER.nodes.NODE.\($0.rawValue)" }
    + OperatorKey.allCases.map { "operators.OPERATOR.\($0.rawValue)" }

/// What a value may be, where it is a matter of more or less.
package enum SiteLimits {
    package static let patience: ClosedRange<Duration> = .seconds(1)...(.seconds(600))
    package static let latency: ClosedRange<Duration> = .zero...(.seconds(300))
    package static let leaveAfter: ClosedRange<Duration> = .seconds(1)...(.seconds(86400))
    package static let readEvery: ClosedRange<Duration> = .seconds(5)...(.seconds(86400))
    /// The power button: at least what ACPI has for an override.
    package static let hold: ClosedRange<Duration> = .seconds(4)...(.seconds(30))
    package static let tap: ClosedRange<Duration> = .milliseconds(100)...(.seconds(3))
    package static let press: ClosedRange<Duration> = .milliseconds(100)...(.seconds(10))
    package static let holdUp: ClosedRange<Duration> = .zero...(.seconds(60))
    /// In bytes. Shorter texts may stand in anything.
    package static let identity: ClosedRange<Int> = 4...64
    package static let offTime: ClosedRange<Duration> = .zero...(.seconds(300))
    package static let preferDelay: ClosedRange<Duration> = .zero...(.seconds(30))
    package static let viewLifetime: ClosedRange<Duration> = .seconds(1)...(.seconds(300))
    package static let shotsWindow: ClosedRange<Duration> = .seconds(1)...(.seconds(86400))
    package static let shots: ClosedRange<Int> = 1...1000
    package static let weight: ClosedRange<Int> = 0...1000
    package static let unit: ClosedRange<Int> = 1...255
    package static let apcOutlet: ClosedRange<Int> = 1...255
    /// Patience beyond the maximal latency: time to read the outlet when the last command can act
    /// no more.
    package static let patienceBeyondLatency: Duration = .seconds(1)
    /// Bytes in a path: what Linux takes, less the terminating zero.
    package static let longestPath = 4095
}

package enum SiteDefaults {
    package static let listen = "*:22"
    package static let hostKey = "/var/lib/picket/ssh_host_ed25519_key"
    package static let ledger = "/var/lib/picket/ledger.sqlite"
    /// Another directory, and another name: what deletes `ledger*` leaves it.
    package static func mark(of ledger: String) -> String {
        let parts = ledger.split(separator: "/", omittingEmptySubsequences: false)
        return (parts.dropLast() + ["mark", (parts.last ?? "") + ".mark"]).joined(separator: "/")
    }
    package static let lockDirectory = "/run/lock"
    package static let hold: Duration = .seconds(6)
    package static let tap: Duration = .milliseconds(500)
    package static let press: Duration = .milliseconds(1500)
    package static let holdUp: Duration = .seconds(2)
    package static let offTime: Duration = .seconds(5)
    /// Of a switch that feeds a node on record as off; and of one with `leave_after`.
    package static let rereadOffEvery: Duration = .seconds(60)
    package static let rereadOffOfSharedEvery: Duration = .seconds(600)

    /// 20 s; for a slow switch longer: twice the latency, because a reading may have to be
    /// repeated after a command that acted late, and 5 s to talk.
    package static func patience(latency: Duration) -> Duration {
        max(.seconds(20), latency * 2 + .seconds(5))
    }
}

/// User names that nobody gets. `root` is what ssh sends by itself from every machine: a forgotten
/// `node1@` would ask in the name of somebody else. `picket` is the appliance.
package let reservedNames: [String] = ["root", "picket"]
