// A device file: what it specifies, and what somebody should know before trusting it.

package import Fencing

package struct PowermanFile: Sendable {
    package let specifications: [PowermanSpecification]
    /// In order of position.
    package let findings: [PowermanFinding]

    /// Those that stand in no other specification than this one.
    package func findings(about chosen: PowermanSpecification) -> [PowermanFinding] {
        findings.filter { finding in
            let before = specifications.filter {
                $0.position.path == finding.position.path
                    && $0.position.line <= finding.position.line
            }
            let owner = before.max { $0.position.line < $1.position.line }
            return owner.map { $0.position == chosen.position } ?? true
        }
    }

    /// `include` gives the bytes of another file by the path that is written in this one, or nil.
    package static func parse(
        text: [UInt8], path: String, include: @escaping (String) -> [UInt8]?
    ) throws(PowermanError) -> PowermanFile {
        let tokens = try PowermanLexer.tokens(text, path: path, include: include)
        var parser = PowermanParser(tokens, path: path)
        let specifications = try parser.specifications()
        let checked = specifications.flatMap(PowermanChecks.findings)
        return PowermanFile(
            specifications: specifications,
            findings: (parser.findings + checked).sorted {
                ($0.position.path, $0.position.line) < ($1.position.path, $1.position.line)
            })
    }
}

/// Something that powerman takes and that can mislead: the file can be used, with care.
package struct PowermanFinding: Hashable, Sendable, CustomStringConvertible {
    package let position: FilePosition
    package let fact: Fact

    init(_ position: FilePosition, _ fact: Fact) {
        self.position = position
        self.fact = fact
    }

    package enum Fact: Hashable, Sendable {
        /// `device`, `node` and so on.
        case notAboutTheSwitch(String)
        /// These characters lost a backslash that meant nothing in a string.
        case lostBackslash(String)
        /// Neither `status` nor `status_all`.
        case noStatusScript
        /// No `on`, or no `off`, for one outlet.
        case noScript(PowerCommand)
        case noLogin
        case noTimeout
        /// `off` waits for nothing that does not end a login or a status too: an error looks the
        /// same.
        case promptOnlyOff
        /// `off` waits for nothing that `on` does not wait for too.
        case offLikeOn
        /// `$` is no anchor in powerman: this never matches.
        case endAnchor(String)
        /// What an interpretation searches can stand anywhere in the text.
        case unanchoredInterpretations(Int)
        /// The pattern can go on matching: it ends only with the next byte, or with silence.
        case openPattern(String)
        /// `%s` where no outlet is meant.
        case noOutletToName
        /// The answer does not say which outlet it is about.
        case answerWithoutOutlet
        /// `setplugstate` in a login or a ping does nothing.
        case stateInLogin
    }

    package var description: String { "\(position): \(fact.text)" }
}

extension PowermanFinding.Fact {
    fileprivate var text: String {
        switch self {
        case .notAboutTheSwitch(let word):
            "`\(word)` is about powermand and is not read"
        case .lostBackslash(let characters):
            "a backslash before each of `\(characters)` is lost in a string; for a pattern write two"
        case .noStatusScript:
            "no `status` and no `status_all`: outlets cannot be read back, so no off is ever verified"
        case .noScript(let command):
            "no `\(command.rawValue)` for one outlet: such a command is refused"
        case .noLogin: "no `login`: nothing shows that the switch listens"
        case .noTimeout:
            "no `timeout`: \(PowermanDriver.defaultTimeout.brief) are taken"
        case .promptOnlyOff:
            "`off` waits for nothing but what ends a login or a status too: an error may look the "
                + "same, and only reading back counts"
        case .offLikeOn:
            "`off` waits for the same as `on`: its answer does not say what was switched"
        case .endAnchor(let pattern):
            "`$` never matches the end of anything in powerman: `\(pattern)`"
        case .unanchoredInterpretations(let count):
            "\(count) interpretations search anywhere in the text: `on` is also in `verification`"
        case .openPattern(let pattern):
            "`\(pattern)` can match more when more comes: it waits for the next byte or silence"
        case .noOutletToName: "`%s` where no outlet is meant: this script will fail here"
        case .answerWithoutOutlet:
            "the answer does not name the outlet: a late answer looks like a new one"
        case .stateInLogin: "`setplugstate` here does nothing"
        }
    }
}
