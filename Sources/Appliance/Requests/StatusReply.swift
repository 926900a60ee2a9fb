// What `status` and `list` say.

internal import Arbiter
internal import Fencing

extension Node {
    /// One line: the node's power, its standing, and each feed with its state and age.
    func statusLine(_ record: NodeRecord, _ readings: Readings, at now: Moment) -> ReplyLine {
        let states = feeds.map { readings[$0]?.state ?? .unknown }
        let power = PowerState(ofFeeds: states)
        var fields = [
            ReplyField("target", name), ReplyField("power", power.rawValue),
            ReplyField("standing", record.standing.rawValue),
            ReplyField("pseq", record.powerSequence),
            ReplyField("feeds", zip(feeds, states).map { "\($0):\($1)" }.joined(separator: ",")),
        ]
        if let oldest = feeds.compactMap({ readings[$0]?.at }).min() {
            let age = Duration.seconds((now - oldest).components.seconds)
            fields.append(ReplyField("age", age.brief))
        }
        if let shot = record.lastShot { fields.append(ReplyField("shot", shot)) }
        let troubles = feeds.compactMap { readings[$0]?.trouble }
        if !troubles.isEmpty { fields.append(ReplyField("why", troubles.joined(separator: "; "))) }
        return ReplyLine(power == .unknown ? ExitCode.inDoubt.word : ExitCode.ok.word, fields)
    }

    var listLine: ReplyLine {
        ReplyLine(
            ExitCode.ok.word,
            [
                ReplyField("target", name), ReplyField("cluster", cluster),
                ReplyField("feeds", feeds.map(\.description).joined(separator: ",")),
                ReplyField("shoot", shoot.rawValue),
            ])
    }
}

extension PowerState {
    /// A node runs while any feed is on, and is off when all of them are.
    init(ofFeeds states: [PowerState]) {
        if states.contains(.on) {
            self = .on
        } else if states.contains(.unknown) {
            self = .unknown
        } else {
            self = .off
        }
    }
}
