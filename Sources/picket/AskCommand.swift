// picket ask, picket trace, picket simulate: other programs that do it, with the right words.

internal import ArgumentParser
internal import Glibc
internal import LinuxSystem

struct AskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Ask a picketd over ssh: its commands, its console, its live board.",
        discussion: """
            Becomes ssh: its configuration, keys and agent count. Without a request, the console; \
            with --board, the live board. Exit status: the request's own, as docs/commands.md has \
            it; 255 is ssh's. Examples: picket ask alice@picket nodes; \
            picket ask alice@picket off node2 --dry-run
            """)

    @Option(
        name: .shortAndLong, help: "The port, where it is not 22 and ssh_config does not say it.")
    var port: Int?

    @Flag(help: "Open the live board.")
    var board = false

    @Argument(help: "USER@HOST, as for ssh.")
    var destination: String

    @Argument(parsing: .captureForPassthrough, help: "The request; none opens the console.")
    var request: [String] = []

    func validate() throws {
        try expectDestination(destination)
        if board, !request.isEmpty { throw ValidationError("--board takes no request") }
    }

    func run() throws {
        let isTerminal = isatty(0) != 0 && isatty(1) != 0
        var words = ["ssh"]
        if let port { words += ["-p", String(port)] }
        if board || (request.isEmpty && isTerminal) { words.append("-t") }
        words += ["--", destination] + (board ? ["watch"] : request)
        try become(words, "install openssh-client")
    }
}

struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "What went over the line of a switch lately, as a picketd has it, over ssh.",
        discussion: """
            Both directions, oldest first, with times; passwords are masked. Operators only. \
            Example: picket trace alice@picket pdu-a
            """)

    @Option(
        name: .shortAndLong, help: "The port, where it is not 22 and ssh_config does not say it.")
    var port: Int?

    @Flag(help: "One JSON object for each entry.")
    var json = false

    @Argument(help: "USER@HOST, as for ssh.")
    var destination: String

    @Argument(help: "The switch, by its name in the site file.")
    var powerSwitch: String

    func validate() throws { try expectDestination(destination) }

    func run() throws {
        let request = ["trace", powerSwitch] + (json ? ["--json"] : [])
        let words = ["ssh"] + (port.map { ["-p", String($0)] } ?? [])
        try become(words + ["--", destination] + request, "install openssh-client")
    }
}

/// What ssh would take for an option is none of ours.
private func expectDestination(_ destination: String) throws {
    if destination.hasPrefix("-") {
        throw ValidationError("`\(destination)` is no destination: write USER@HOST")
    }
}

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run a simulated power switch: a bench without hardware.",
        discussion: "Becomes switch-simulator, which stands beside this program or in PATH.")

    @Argument(
        parsing: .captureForPassthrough,
        help: "For switch-simulator: --model baytech --link /tmp/pdu-a --outlets /tmp/outlets")
    var words: [String] = []

    func run() throws {
        let name = "switch-simulator"
        let beside = Replacement.ownPath.map { path in
            path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/" + name
        }
        if let beside { _ = Replacement.become([beside] + words) }
        try become([name] + words, "it comes with the package; `swift build` makes it")
    }
}

/// Ends this program, one way or the other.
func become(_ words: [String], _ advice: String) throws {
    let error = Replacement.become(words)
    StandardStream.error.say("picket: \(error): \(advice)")
    throw Status.notOpened.failure
}
