// What is said of a device file before anything is switched with it: where, what, and what to do.

import Drivers
import Fencing
import Testing

/// Every fact that can be found has one; a new one does not compile until it is here.
enum FindingKind: String, CaseIterable {
    case notAboutTheSwitch
    case lostBackslash
    case noStatusScript
    case noNamedRows
    case noScript
    case noLogin
    case noTimeout
    case promptOnlyOff
    case offLikeOn
    case endAnchor
    case strayParenthesis
    case unanchoredInterpretations
    case openPattern
    case noOutletToName
    case answerWithoutOutlet
    case rowsByPlace
    case stateInLogin
    case matchesAnything
    case holdsPassword

    init(_ fact: PowermanFinding.Fact) {
        self =
            switch fact {
            case .notAboutTheSwitch: .notAboutTheSwitch
            case .lostBackslash: .lostBackslash
            case .noStatusScript: .noStatusScript
            case .noNamedRows: .noNamedRows
            case .noScript: .noScript
            case .noLogin: .noLogin
            case .noTimeout: .noTimeout
            case .promptOnlyOff: .promptOnlyOff
            case .offLikeOn: .offLikeOn
            case .endAnchor: .endAnchor
            case .strayParenthesis: .strayParenthesis
            case .unanchoredInterpretations: .unanchoredInterpretations
            case .openPattern: .openPattern
            case .noOutletToName: .noOutletToName
            case .answerWithoutOutlet: .answerWithoutOutlet
            case .rowsByPlace: .rowsByPlace
            case .stateInLogin: .stateInLogin
            case .matchesAnything: .matchesAnything
            case .holdsPassword: .holdsPassword
            }
    }
}

@Suite("What is found in a device file")
struct PowermanFindingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let kind: FindingKind
        /// The third line of the file, and more.
        let items: String
        let line: Int
        let words: String
        var testDescription: String { kind.rawValue }
    }

    private static let cases = [
        Case(
            kind: .lostBackslash, items: #"script login { expect "a\.b\)" }"#, line: 3,
            words: "a backslash before each of `.)` is lost"),
        Case(
            kind: .noStatusScript, items: "timeout 5", line: 1,
            words: "no `status` and no `status_all`"),
        Case(
            kind: .noNamedRows,
            items:
                #"script status_all { foreachplug { expect "(on|off)" setplugstate $1 on="^on" } }"#,
            line: 1, words: "no row of its answers names an outlet"),
        Case(
            kind: .noScript, items: #"script on { send "on %s\n" expect "now on" }"#, line: 1,
            words: "no `off` for one outlet"),
        Case(kind: .noLogin, items: "timeout 5", line: 1, words: "no `login`"),
        Case(kind: .noTimeout, items: "pingperiod 5", line: 1, words: "no `timeout`: 10s"),
        Case(
            kind: .promptOnlyOff,
            items: #"script login { expect ">" }"# + "\n\n"
                + #"script off { send "off %s\n" expect ">" }"#,
            line: 5, words: "an error may look the same"),
        Case(
            kind: .offLikeOn,
            items: #"script on { expect "ok" }"# + "\n" + #"script off { expect "ok" }"#,
            line: 4, words: "does not say what was switched"),
        Case(
            kind: .endAnchor, items: #"script login { expect "^ON$" }"#, line: 3,
            words: "never matches the end of anything in powerman: `^ON$`"),
        Case(
            kind: .strayParenthesis, items: #"script status { expect "([0-9])) (On|Off)" }"#,
            line: 3, words: "a `)` closes nothing"),
        Case(
            kind: .unanchoredInterpretations,
            items:
                #"script status { send "%s" expect "(.)(a);" setplugstate $1 $2 on="a" off="b" }"#,
            line: 3, words: "2 interpretations search anywhere"),
        Case(
            kind: .openPattern, items: "script login {\nexpect \"(a|b[^]x]{2,})\" }", line: 4,
            words: "can match more when more comes"),
        Case(
            kind: .noOutletToName, items: #"script login { send "hello %s" }"#, line: 3,
            words: "where no outlet is meant"),
        Case(
            kind: .answerWithoutOutlet,
            items: #"script status { send "%s" expect "(a)" setplugstate $1 on="^a" }"#, line: 3,
            words: "does not name the outlet"),
        Case(
            kind: .rowsByPlace,
            items:
                #"script status_all { foreachplug { expect "([0-9]:)?(on|off)\n" setplugstate $1 $2 on="^on" } }"#,
            line: 3, words: "a row may leave out its outlet"),
        Case(
            kind: .stateInLogin, items: #"script login { expect "(a)" setplugstate $1 }"#, line: 3,
            words: "`setplugstate` here does nothing"),
        Case(
            kind: .matchesAnything,
            items:
                #"script status { send "%s\n" expect "([0-9]): (.*)\n" setplugstate $1 $2 on="^On" off=".*" }"#,
            line: 3, words: "`off=\".*\"` matches whatever the switch says, an error too"),
        Case(
            kind: .holdsPassword,
            items: "script login { expect \"Password: \"\nsend \"secret\\n\" }", line: 4,
            words: "types a password that stands here"),
    ]

    @Test("is said with its file, its line, and what to do", arguments: cases)
    func finding(_ example: Case) throws {
        let file = try parsed(
            "specification \"a\" {\n script logout { send \"x\" expect \">\" }\n\(example.items)\n}"
        )
        let found = file.findings.filter { FindingKind($0.fact) == example.kind }
        let finding = try #require(found.first, "\(file.findings)")
        #expect(finding.position == FilePosition(path: "top.dev", line: example.line))
        #expect(finding.description.hasPrefix("top.dev:\(example.line): "))
        #expect(finding.description.contains(example.words), "\(finding)")
        #expect(!finding.advice.isEmpty)
    }

    @Test("and no fact is without an example")
    func complete() throws {
        let directive = try parsed("listen \"0.0.0.0:10101\"").findings.map(\.fact)
        let shown = Set(Self.cases.map(\.kind)).union(directive.map(FindingKind.init))
        #expect(shown == Set(FindingKind.allCases))
    }

    @Test("is not said where nothing can mislead")
    func noFindings() throws {
        let file = try parsed(
            #"""
            specification "a" {
                timeout 5
                script login { send "\r\n" expect "> " }
                script status { send "st %s\n" expect "([0-9]+) (on|off)\n" setplugstate $1 $2 on="^on" off="^off" }
                script on { send "on %s\n" expect "now on\n> " }
                script off { send "off %s\n" expect "now off\\.\n[[:space:]]> " }
            }
            """#)
        #expect(file.findings.isEmpty, "\(file.findings)")
    }

    @Test("says of a script that is never run that it is not")
    func neverRun() throws {
        let file = try parsed(
            "specification \"a\" {\n script off_all { send \"%s\" expect \"a$\" }\n}")
        let notes = file.findings.filter { $0.position.line == 2 }.map(\.description)
        #expect(notes.count == 2)
        #expect(notes.allSatisfy { $0.contains("(in `off_all`, which is never run)") })
    }
}
