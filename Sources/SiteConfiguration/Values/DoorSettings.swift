// What a site says of the door's limits. What it does not say is the door's own default.

package import Keys

package struct DoorSettings: Hashable, Sendable {
    package var counts: [DoorCount: Int] = [:]
    package var times: [DoorTime: Duration] = [:]
    /// Who connects from there never waits behind strangers. Where nodes and operators have a
    /// `from=` they belong to it without being named.
    package var knownAddresses: AddressList?

    package init() {}
}

/// The limits that are numbers.
package enum DoorCount: String, CaseIterable, Hashable, Sendable {
    case strangers
    case strangersPerAddress = "strangers_per_address"
    case tries
    case packetsBeforeLogin = "packets_before_login"
    case sessions
    case sessionsPerPrincipal = "sessions_per_principal"
    case channels
    case requestsInFlight = "requests_in_flight"
    case requestLength = "request_length"
    case pipelinedInput = "pipelined_input"
    case queuedOutput = "queued_output"
    case keepaliveMisses = "keepalive_misses"

    /// Of both `channels` and `requests_in_flight`, where the file does not say.
    package static let usualChannels = 10

    /// Numbers, or bytes.
    package var range: ClosedRange<Int> {
        switch self {
        case .strangers, .strangersPerAddress: 1...10_000
        // An agent with a few keys needs a few.
        case .tries: 1...20
        // The key exchange alone takes about ten.
        case .packetsBeforeLogin: 20...1000
        case .sessions: 1...10_000
        case .sessionsPerPrincipal: 1...1000
        case .channels, .requestsInFlight: 1...100
        case .requestLength: 256...65536
        case .pipelinedInput: 1024...1_048_576
        case .queuedOutput: 65536...67_108_864
        case .keepaliveMisses: 1...100
        }
    }
}

/// The limits that are times.
package enum DoorTime: String, CaseIterable, Hashable, Sendable {
    case loginTime = "login_time"
    case keepaliveInterval = "keepalive_interval"

    package var range: ClosedRange<Duration> {
        switch self {
        case .loginTime: .seconds(1)...(.seconds(120))
        case .keepaliveInterval: .seconds(1)...(.seconds(600))
        }
    }
}
