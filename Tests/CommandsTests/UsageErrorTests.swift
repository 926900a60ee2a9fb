// Every mistake, and what is said about it.

import Commands
import Fencing
import Testing

private let verbs =
    "the verbs are shoot off on reboot status list quorum result admit withdraw check-off protect "
    + "hold-off release confirm-off trace nodes outlets switches shots history why locks sessions "
    + "board words metrics disconnect help"
private let options = "the options are --json --wide --dry-run --yes"
private let nameRule = "1 to 64 characters of A-Z a-z 0-9 _ . -, not beginning with . or -"

private let sinceRule =
    "since= takes a power sequence, a whole number as `pseq=` shows it; "
    + "of several targets, `node2:30,node3:4`"

private let mistakes: [(line: String, text: String)] = [
    ("", "an empty line asks nothing: \(verbs)"),
    ("   ", "an empty line asks nothing: \(verbs)"),
    ("offf node2", "unknown verb `offf`: did you mean off?"),
    ("OFF node2", "unknown verb `OFF`: did you mean off?"),
    ("dance node2", "unknown verb `dance`: \(verbs)"),
    ("--json list", "the verb comes first, then --json: \(verbs)"),
    ("off", "off needs a node: say `off node2`"),
    ("result --json", "result needs a request id: say `result 7f3a`"),
    ("protect node2", "protect needs reason=: say `protect node2 reason=disk-swap`"),
    (
        "admit node2 node3",
        "admit takes one node: say `admit node2`, then `admit node3`"
    ),
    ("result a b", "result takes one request id: say `result a`, then `result b`"),
    ("off node2 node3 node2", "`node2` stands there twice: say it once"),
    (
        "off " + (1...65).map { "n\($0)" }.joined(separator: " "),
        "off takes 64 nodes at most: ask for the rest in another request"
    ),
    ("off node2 no/de3", "`no/de3` cannot be a node: expected \(nameRule)"),
    ("list node2", "list takes no node: leave `node2` out"),
    ("off -node2", "unknown option `-node2`: \(options)"),
    ("off node2 --jsn", "unknown option `--jsn`: \(options)"),
    ("off .node2", "`.node2` cannot be a node: expected \(nameRule)"),
    ("off \"node2\"", "`\"node2\"` has quotes: they are neither needed nor understood"),
    ("result 'a'", "`'a'` has quotes: they are neither needed nor understood"),
    ("result a/b", "`a/b` cannot be a request id: expected \(nameRule)"),
    ("off node2 sinc=3", "unknown key `sinc`: did you mean since=?"),
    (
        "off node2 colour=red",
        "unknown key `colour`: the keys are id= since= wait= shot= reason= force= sees="
    ),
    ("list wait=3s", "list takes no wait=: that is for shoot off on reboot"),
    ("off node2 id=a id=b", "`id=` stands there twice: say it once"),
    ("list --json --json", "`--json` stands there twice: say it once"),
    ("off node2 id=", "id= takes \(nameRule); `` is none"),
    (
        "off node2 since=+3",
        "\(sinceRule); `+3` is none"
    ),
    (
        "off node2 since=18446744073709551616",
        "\(sinceRule); `18446744073709551616` is none"
    ),
    ("off node2 node3 since=3", "\(sinceRule); `3` is none"),
    ("off node2 node3 since=node2:3,node4:1", "\(sinceRule); `node2:3,node4:1` is none"),
    ("off node2 node3 since=node2:3,node2:4", "\(sinceRule); `node2:3,node2:4` is none"),
    ("off node2 node3 since=node2:3,", "\(sinceRule); `node2:3,` is none"),
    ("off node2 since=", "\(sinceRule); `` is none"),
    (
        "off node2 wait=601s",
        "wait= takes a duration from 0s to 600s, such as 30s, 500ms, 2m; `601s` is none"
    ),
    (
        "off node2 wait=30",
        "wait= takes a duration from 0s to 600s, such as 30s, 500ms, 2m; `30` is none"
    ),
    ("off node\t2", "`\\x09` in column 9: a request is printable ASCII and spaces"),
    ("off nodé", "`\\xC3` in column 8: a request is printable ASCII and spaces"),
    ("list \u{7F}", "`\\x7F` in column 6: a request is printable ASCII and spaces"),
    ("why seven", "`seven` is no shot's number: a whole number, as in `why 7`"),
    ("disconnect -1", "unknown option `-1`: \(options)"),
    (
        "outlets pdu-a",
        "`pdu-a` cannot be an outlet: write its switch, a slash and its name, pdu-a/3"
    ),
    ("nodes --json --wide", "--json and --wide: say one of them"),
    ("nodes --columns=80 --json", "--json and --columns=: say one of them"),
    (
        "nodes --columns=5",
        "`--columns=5`: a terminal has 20 to 500 columns, as in `nodes --columns=132`"
    ),
    ("list\r\n", "`\\x0D` in column 5: a request is printable ASCII and spaces"),
]

@Suite("Mistakes in a request line")
struct UsageErrorTests {
    @Test("each has its own explanation", arguments: mistakes)
    func explained(mistake: (line: String, text: String)) {
        let error = #expect(throws: UsageError.self) { try Request(line: mistake.line) }
        #expect(error?.description == mistake.text)
    }

    @Test("a line that is too long is not repeated")
    func tooLong() {
        #expect(
            UsageError.tooLong(bytes: 5000).description
                == "the line has 5000 bytes; it may have 4096")
    }

    @Test("an explanation shows the beginning of a long word, and no more")
    func bounded() {
        let word = String(repeating: "x", count: 4000)
        #expect(throws: UsageError.unknownVerb(word)) { try Request(line: word) }
        #expect(UsageError.unknownVerb(word).description.utf8.count < 320)
        #expect(UsageError.secondTarget(.off, word, word).description.utf8.count < 320)
    }

    @Test("the reply to a mistake names it")
    func reply() {
        let reply = Reply.usage(.missingTarget(.off))
        #expect(reply.code == .usage)
        #expect(
            reply.printed(as: .text) == "USAGE error=\"off needs a node: say `off node2`\"\n")
    }
}
