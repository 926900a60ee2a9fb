// Something that powerman takes and that can mislead: the file can be used, with care.

package import Fencing

package struct PowermanFinding: Hashable, Sendable, CustomStringConvertible {
    package let position: FilePosition
    package let fact: Fact
    /// The script that it is in, if it is in one.
    let script: Keyword?

    init(_ position: FilePosition, _ fact: Fact, in script: Keyword? = nil) {
        self.position = position
        self.fact = fact
        self.script = script
    }

    package enum Fact: Hashable, Sendable {
        /// `device`, `node` and so on.
        case notAboutTheSwitch(String)
        /// These characters lost a backslash that meant nothing in a string.
        case lostBackslash(String)
        /// Neither `status` nor `status_all`.
        case noStatusScript
        /// There is a script that reads, and in none of its rows an outlet's name.
        case noNamedRows
        /// No `on`, or no `off`, for one outlet.
        case noScript(PowerCommand)
        case noLogin
        case noTimeout
        /// `off` waits for nothing that a login or a status does not wait for too: an error looks
        /// the same.
        case promptOnlyOff
        /// `off` waits for nothing that `on` does not wait for too.
        case offLikeOn
        /// `$` is no anchor in powerman: this never matches.
        case endAnchor(String)
        /// A `)` that closes nothing: some engines refuse it.
        case strayParenthesis(String)
        /// What an interpretation searches can stand anywhere in the text.
        case unanchoredInterpretations(Int)
        /// The pattern can go on matching: it ends only with the next byte, or with silence.
        case openPattern(String)
        /// `%s` where no outlet is meant.
        case noOutletToName
        /// The answer does not say which outlet it is about.
        case answerWithoutOutlet
        /// The answer may leave out which outlet a row is about.
        case rowsByPlace
        /// `setplugstate` in a login or a ping does nothing.
        case stateInLogin
        /// An interpretation matches whatever the switch says; of the outlet that the file names, or
        /// of every one.
        case matchesAnything(String, of: String?)
        /// The login types something where a password is asked for.
        case holdsPassword
    }

    package var description: String {
        let note = script.map { $0.isRun ? "" : " (in `\($0.rawValue)`, which is never run)" } ?? ""
        return "\(position): \(fact.text)\(note)"
    }

    /// The file must not be used for these outlets.
    package func isError(for outlets: [OutletName]) -> Bool {
        guard script?.isRun ?? true, case .matchesAnything(_, let plug) = fact else { return false }
        return plug.map { name in outlets.contains { $0.text == name } } ?? true
    }

    /// What to do about it.
    package var advice: String { fact.advice }
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
        case .noNamedRows:
            "no row of its answers names an outlet: what it reads is not believed, so no off is ever "
                + "verified"
        case .noScript(let command):
            "no `\(command.rawValue)` for one outlet: such a command is refused"
        case .noLogin: "no `login`: nothing shows that the switch listens"
        case .noTimeout:
            "no `timeout`: \(PowermanDriver.defaultTimeout.brief) are taken"
        case .promptOnlyOff:
            "`off` waits for nothing but what a login or a status waits for too: an error may look "
                + "the same, and only reading back counts"
        case .offLikeOn:
            "`off` waits for the same as `on`: its answer does not say what was switched"
        case .endAnchor(let pattern):
            "`$` never matches the end of anything in powerman: `\(pattern)`"
        case .strayParenthesis(let pattern):
            "a `)` closes nothing, and is a character like others: `\(pattern)`"
        case .unanchoredInterpretations(let count):
            "\(count) interpretations search anywhere in the text: `on` is also in `verification`"
        case .openPattern(let pattern):
            "`\(pattern)` can match more when more comes: it waits for the next byte or silence"
        case .noOutletToName: "`%s` where no outlet is meant: this script will fail here"
        case .answerWithoutOutlet:
            "the answer does not name the outlet: a late answer looks like a new one"
        case .rowsByPlace:
            "a row may leave out its outlet, and powerman counts rows then: here it is unknown"
        case .stateInLogin: "`setplugstate` here does nothing, and ends powermand"
        case .matchesAnything(let text, let plug):
            "`\(text)` matches whatever the switch says\(plug.map { " of outlet \($0)" } ?? ""), an "
                + "error too: here it is unknown"
        case .holdsPassword: "the login types a password that stands here for all to read"
        }
    }

    fileprivate var advice: String {
        switch self {
        case .notAboutTheSwitch: "nothing to do: the site file says what hangs on which line"
        case .lostBackslash:
            "write two backslashes in your copy of the file, or none if none is meant"
        case .noStatusScript, .noNamedRows:
            "expect exit status 2 at best, or use a driver that is built in"
        case .noScript: "write the script into your copy of the file if you need the command"
        case .noLogin: "write a `login` that makes the switch show its prompt"
        case .noTimeout: "write `timeout` and how many seconds the switch needs at most"
        case .promptOnlyOff, .offLikeOn:
            "nothing to do for a shot; by hand, believe the state and not the answer"
        case .endAnchor: "leave the `$` out, or write what follows, such as `\\r`"
        case .strayParenthesis: "look whether a backslash was meant before it: write two"
        case .unanchoredInterpretations:
            "write `^on` and `^off` in your copy if the switch prints more than a word there"
        case .openPattern: "write into the pattern what follows, such as a line end"
        case .noOutletToName: "write the command without `%s`, or move it into a `foreachplug`"
        case .answerWithoutOutlet:
            "nothing to do if the maximal latency is right; ask the maker, or set it high"
        case .rowsByPlace: "write a pattern that captures the outlet in every row"
        case .stateInLogin: "move it to `status`"
        case .matchesAnything: "write the word that the switch says, such as `off=\"^Off\"`"
        case .holdsPassword: "run: chmod 600 on the file, and chown it to whom picketd runs as"
        }
    }
}

extension Keyword {
    /// Picket may run a script of this name.
    var isRun: Bool {
        switch self {
        case .login, .logout, .status, .statusAll, .on, .off, .onRanged, .offRanged: true
        case .ping, .onAll, .offAll, .cycle, .cycleRanged, .cycleAll, .reset, .resetRanged,
            .resetAll, .statusTemp, .statusTempAll, .statusBeacon, .statusBeaconAll, .beaconOn,
            .beaconOnRanged, .beaconOff, .beaconOffRanged, .listen, .tcpWrappers, .plugLogLevel,
            .device, .node, .alias, .yes, .no, .specification, .timeout, .pingPeriod, .plugName,
            .script, .send, .expect, .delay, .setPlugState, .setResult, .forEachNode, .forEachPlug,
            .ifOff, .ifOn, .success, .include:
            false
        }
    }
}
