// What a run amounted to.

package import Fencing

extension World {
    package struct Figures: Hashable, Sendable {
        package var simulated = Duration.zero
        package var events = 0
        package var grants = 0
        package var kills = 0
        package var deaths = 0
        /// Two nodes wanted each other's head at the same time.
        package var duels = 0
        /// Requests for several targets that were granted at once.
        package var batches = 0
        /// In clusters that want consent, by nodes at others.
        package var grantsByConsent = 0
        package var locks = 0
        package var attestations = 0
        package var told: [ExitCode: Int] = [:]

        package init() {}

        package mutating func add(_ other: Figures) {
            simulated += other.simulated
            events += other.events
            grants += other.grants
            kills += other.kills
            deaths += other.deaths
            duels += other.duels
            batches += other.batches
            grantsByConsent += other.grantsByConsent
            locks += other.locks
            attestations += other.attestations
            told.merge(other.told, uniquingKeysWith: +)
        }
    }
}
