// Shots, standing and power of each node over time. Drawn from what is on record, and from nothing
// else: what a node was before the first entry that names it is not known, and is left empty.

package import Fencing

/// One entry that says something about a node.
package struct TimelineEvent: Hashable, Sendable {
    package let at: Timestamp
    /// The log's words: granted, verified-off, switching-on, closed, admitted, attested, ...
    package let kind: String
    package let node: String
    package let shot: String
    package let by: String
    /// Of a grant its verb, of an end its outcome.
    package let detail: String

    package init(
        at: Timestamp, kind: String, node: String, shot: String, by: String, detail: String
    ) {
        self.at = at
        self.kind = kind
        self.node = node
        self.shot = shot
        self.by = by
        self.detail = detail
    }
}

package struct TimelinePicture: Sendable {
    private let from: Timestamp
    private let to: Timestamp
    /// In order of name, each with its own events in order of time.
    private let rows: [(node: String, events: [TimelineEvent])]

    private static let left = 120.0
    private static let right = 20.0
    private static let top = 56.0
    private static let rowHeight = 44.0
    private static let width = 1000

    /// `nodes` get a row even where nothing happened to them.
    package init(
        _ events: [TimelineEvent], nodes: [String] = [], from: Timestamp, to: Timestamp
    ) {
        self.from = from
        self.to = max(to, Timestamp(milliseconds: from.milliseconds + 1000))
        let byNode = Dictionary(grouping: events.filter { !$0.node.isEmpty }, by: \.node)
        rows = Set(nodes).union(byNode.keys).sorted().map { node in
            (node, byNode[node, default: []].sorted { $0.at < $1.at })
        }
    }

    /// So far back as `span`, or, of a record that is younger, from a little before its beginning.
    package static func beginning(
        of events: [TimelineEvent], within span: Duration, until now: Timestamp
    ) -> Timestamp {
        let earliest = now - span
        guard let first = events.map(\.at).min(), first > earliest else { return earliest }
        let margin = max(.seconds(1), (now - first) / 20)
        return max(earliest, first - margin)
    }

    package var svg: String {
        let height = Self.top + Double(rows.count) * Self.rowHeight + 66
        var drawing = Drawing(width: Self.width, height: Int(height))
        drawing.text(
            12, 22,
            "Picket, as on record: \(from.date) \(from.clock) to \(to.date) \(to.clock) UTC",
            size: 15, bold: true)
        grid(&drawing, height)
        for (index, row) in rows.enumerated() {
            self.row(&drawing, row.node, row.events, Self.top + Double(index) * Self.rowHeight)
        }
        if rows.isEmpty { drawing.text(12, Self.top + 10, "nothing is on record of this time") }
        legend(&drawing, height - 22)
        return drawing.svg
    }

    // MARK: Time

    private func x(_ at: Timestamp) -> Double {
        let room = Double(Self.width) - Self.left - Self.right
        let part =
            Double(at.milliseconds - from.milliseconds)
            / Double(to.milliseconds - from.milliseconds)
        return Self.left + min(1, max(0, part)) * room
    }

    /// Round times, six to twelve of them.
    private func grid(_ drawing: inout Drawing, _ height: Double) {
        let span = to.milliseconds - from.milliseconds
        let steps: [Int64] = [
            1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
            86_400, 172_800, 604_800, 2_592_000,
        ].map { $0 * 1000 }
        let step = steps.first { span / $0 <= 10 } ?? span
        var at = (from.milliseconds / step + 1) * step
        while at < to.milliseconds {
            let stamp = Timestamp(milliseconds: at)
            let place = x(stamp)
            drawing.line(place, Self.top - 12, place, height - 44, Colour.rule)
            let label =
                step >= 86_400_000
                ? String(stamp.date.dropFirst(5))
                : String(stamp.clock.prefix(step < 60_000 ? 8 : 5))
            drawing.text(place, Self.top - 16, label, size: 10, .middle, colour: Colour.faint)
            at += step
        }
    }

    // MARK: A node

    private struct Stretch {
        var from: Timestamp
        var value: String
    }

    private func row(
        _ drawing: inout Drawing, _ node: String, _ events: [TimelineEvent], _ y: Double
    ) {
        drawing.text(Self.left - 10, y + 20, node, .end, bold: true)
        stretches(events, Self.standing).forEach { stretch, end in
            drawing.box(
                x(stretch.from), y + 4, x(end) - x(stretch.from), 16, Self.colour(stretch.value),
                title: "\(node): \(stretch.value) from \(stretch.from) to \(end)")
        }
        stretches(events, Self.power).forEach { stretch, end in
            drawing.box(
                x(stretch.from), y + 22, x(end) - x(stretch.from), 8, Self.colour(stretch.value),
                title: "\(node): power \(stretch.value) from \(stretch.from) to \(end)")
        }
        // Two shots within a moment would write on each other.
        var written = Self.left
        for event in events where event.kind == "granted" && (from...to).contains(event.at) {
            let place = x(event.at)
            drawing.line(place, y, place, y + 32, Colour.shot, width: 2)
            let label = "\(event.shot) \(event.detail) by \(event.by)"
            let length = Double(label.count) * 5.5
            let fits = place + 4 + length < Double(Self.width)
            let start = fits ? place + 4 : place - 4 - length
            guard start > written else { continue }
            written = start + length
            drawing.text(
                fits ? start : place - 4, y + 40, label, size: 9, fits ? .start : .end,
                colour: Colour.shot)
        }
        drawing.line(
            12, y + Self.rowHeight, Double(Self.width) - Self.right, y + Self.rowHeight, Colour.rule
        )
    }

    /// What was so from when to when, as far as the picture reaches.
    private func stretches(
        _ events: [TimelineEvent], _ value: (TimelineEvent, String?) -> String?
    ) -> [(Stretch, Timestamp)] {
        var found: [(Stretch, Timestamp)] = []
        var current: Stretch?
        for event in events where event.at <= to {
            guard let next = value(event, current?.value), next != current?.value else { continue }
            if let current, event.at > from { found.append((current, event.at)) }
            current = Stretch(from: max(event.at, from), value: next)
        }
        if let current { found.append((current, to)) }
        return found
    }

    /// Nil where the event changes nothing.
    private static func standing(_ event: TimelineEvent, _ before: String?) -> String? {
        switch (event.kind, event.detail) {
        case ("granted", "on"): nil
        case ("granted", _): "doomed"
        case ("verified-off", _), ("attested", _): "probation"
        // It never lost power, and is what it was; most are members.
        case ("closed", "failed"): "member"
        case ("admitted", _): "member"
        default: nil
        }
    }

    private static func power(_ event: TimelineEvent, _ before: String?) -> String? {
        switch (event.kind, event.detail) {
        case ("granted", _), ("switching-on", _): "unknown"
        case ("attested", _): "off, says \(event.by)"
        case ("verified-off", _), ("closed", "held"), ("closed", "on-failed"): "off"
        case ("closed", "on"), ("closed", "failed"): "on"
        case ("closed", "on-unknown"): "unknown"
        default: nil
        }
    }

    private static func colour(_ value: String) -> String {
        switch value {
        case "member": Colour.member
        case "doomed": Colour.doomed
        case "probation": Colour.probation
        case "on": Colour.on
        case "off": Colour.off
        case let text where text.hasPrefix("off, says"): Colour.attested
        default: Colour.unknown
        }
    }

    private func legend(_ drawing: inout Drawing, _ y: Double) {
        var place = 12.0
        for (colour, word) in [
            (Colour.member, "member"), (Colour.doomed, "doomed"), (Colour.probation, "probation"),
            (Colour.on, "power on"), (Colour.off, "power off"),
            (Colour.attested, "off, says a person"), (Colour.unknown, "not known"),
            (Colour.shot, "shot granted"),
        ] {
            drawing.box(place, y - 10, 14, 12, colour)
            drawing.text(place + 20, y, word, size: 11)
            place += 34 + Double(word.utf8.count) * 7
        }
    }
}
