// What answers on a line, as far as it can be known without switching anything.

/// One driver that may be right for what answered.
package struct Recognition: Hashable, Sendable {
    /// As the site file calls it.
    package let driver: String
    /// What the site file should say beside it, as `key: value`.
    package let settings: [String]
    package let sureness: Sureness
    /// What was seen, for a person.
    package let evidence: String

    package enum Sureness: String, Hashable, Sendable {
        /// It named itself, or sent an answer that nothing else would send.
        case certain
        /// Others look alike.
        case likely
    }

    init(
        _ driver: String, _ sureness: Sureness, _ evidence: String, settings: [String] = []
    ) {
        self.driver = driver
        self.settings = settings
        self.sureness = sureness
        self.evidence = evidence
    }
}

/// How a probe ended.
package enum ProbeOutcome: Hashable, Sendable {
    /// The likeliest first; never empty.
    case recognised([Recognition])
    /// Something talks, and is not known. It is not asked any further: what it would make of
    /// questions that are meant for others is not known either.
    case stranger
    /// Everything comes back as it was sent, and nothing else.
    case echo
    case silence
}
