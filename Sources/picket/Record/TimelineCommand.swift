// picket timeline, picket map: pictures of what was, and of what hangs on what.

internal import Appliance
internal import ArgumentParser
internal import Commands
internal import Fencing
internal import LinuxSystem
internal import Pictures
internal import SiteConfiguration

struct TimelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Draw shots, standing and power of each node over time, as SVG.",
        discussion: """
            From a picketd that runs (--via), from what it printed (--from FILE, or - for standard \
            input), or from a ledger that nobody has open. Example: \
            picket timeline --via alice@picket --since 24h > t.svg
            """)

    @Option(
        help: """
            How far back: 90s, 30m, 24h, 7d. Without it 24h, or from the record's beginning where it \
            is younger.
            """)
    var since: String?

    @Option(help: "Ask this picketd, over ssh.")
    var via: String?

    @Option(help: "Read what `history --json` has printed.")
    var from: String?

    @Option(help: "Read this ledger.")
    var ledger = "/var/lib/picket/ledger.sqlite"

    func validate() throws {
        if let since, Self.span(since) == nil {
            throw ValidationError(
                "--since takes a number and s, m, h or d, such as 24h: not \(since)")
        }
        if via?.hasPrefix("-") == true { throw ValidationError("--via takes USER@HOST") }
    }

    func run() throws {
        if let via { return try ask(via) }
        let events =
            try from.map { try Record.events(printed: try Self.text(of: $0)) }
            ?? Record.events(inLedger: ledger).compactMap { TimelineEvent($0) }
        let now = WallClock.now()
        let day = Duration.seconds(86_400)
        let from =
            since.flatMap(Self.span).map { now - $0 }
            ?? TimelinePicture.beginning(of: events, within: day, until: now)
        let picture = TimelinePicture(events, from: from, to: now)
        StandardStream.output.say(String(picture.svg.dropLast()))
    }

    /// Becomes a pipe of ssh and of this program again. A failure of ssh is this one's, too.
    private func ask(_ destination: String) throws {
        guard let own = Replacement.ownPath else {
            Record.say("/proc/self/exe cannot be read: pipe `ssh \(destination) history --json` in")
            throw Status.notOpened.failure
        }
        let script = """
            answer=$(ssh -- "$1" history --json) || exit $?
            printf '%s\\n' "$answer" | "$2" timeline ${3:+--since "$3"} --from -
            """
        try become(["sh", "-c", script, "sh", destination, own, since ?? ""], "install a shell")
    }

    private static func text(of path: String) throws -> String {
        do throws(SystemCallError) {
            let bytes = try FileContent.read(path == "-" ? "/dev/stdin" : path, atMost: 64 << 20)
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            Record.say("\(error)")
            throw Status.notOpened.failure
        }
    }

    private static func span(_ text: String) -> Duration? {
        guard let unit = text.last, let number = Int64(text.dropLast()), number > 0,
            number < 100_000
        else { return nil }
        switch unit {
        case "s": return .seconds(number)
        case "m": return .seconds(number * 60)
        case "h": return .seconds(number * 3600)
        case "d": return .seconds(number * 86_400)
        default: return nil
        }
    }
}

struct MapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Draw nodes, feeds, switches and power sources, as SVG.",
        discussion: """
            And says what the failure of each single power source would take: which nodes go dark, \
            and at which a shot would be in doubt. Example: picket map > map.svg
            """)

    @Argument(help: "The site file.", completion: .file(extensions: ["yaml"]))
    var site = "/etc/picket/picket.yaml"

    @Flag(help: "Only say what the failure of each power source would take.")
    var losses = false

    func run() throws {
        let file = try SiteOption.read(site).file
        let nodes = file.nodes.values.sorted { $0.name < $1.name }
        let clusters = Dictionary(grouping: nodes, by: \.cluster).sorted { $0.key < $1.key }
        let picture = MapPicture(
            clusters: clusters.map { ($0.key.text, $0.value.map(\.name.text)) },
            feeds: nodes.flatMap { node in
                node.feeds.map {
                    MapPicture.Feed(
                        node: node.name.text, powerSwitch: $0.powerSwitch.text,
                        outlet: $0.name.text)
                }
            },
            sources: Dictionary(
                uniqueKeysWithValues: file.lines.map { ($0.key.text, $0.value.powerSource?.text) }),
            applianceSource: file.appliance.powerSource?.text)
        guard losses else { return StandardStream.output.say(String(picture.svg.dropLast())) }
        if picture.losses.isEmpty { StandardStream.output.say(MapPicture.noSource) }
        for loss in picture.losses {
            for line in loss.lines { StandardStream.output.say("\(loss.source): \(line)") }
        }
    }
}
