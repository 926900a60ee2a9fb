// The site as it is wired: power sources, switches, nodes, and what the failure of a single source
// would take.

package struct MapPicture: Sendable {
    package struct Feed: Hashable, Sendable {
        package let node: String
        package let powerSwitch: String
        package let outlet: String

        package init(node: String, powerSwitch: String, outlet: String) {
            self.node = node
            self.powerSwitch = powerSwitch
            self.outlet = outlet
        }
    }

    private let clusters: [(name: String, nodes: [String])]
    private let feeds: [Feed]
    /// Of each switch; nil where the site file does not say.
    private let sources: [String: String?]
    private let applianceSource: String?

    private static let width = 1000.0
    private static let boxWidth = 190.0
    private static let boxHeight = 34.0
    private static let gap = 14.0
    private static let top = 70.0
    private static let columns = (source: 40.0, powerSwitch: 390.0, node: 760.0)
    private static let unnamed = "not named"
    /// What is said of losses where there is nothing to say.
    package static let noSource =
        "unknown: no switch has a `power_source`. Add `power_source: NAME` to each in the site file"

    package init(
        clusters: [(name: String, nodes: [String])], feeds: [Feed], sources: [String: String?],
        applianceSource: String?
    ) {
        self.clusters = clusters
        self.feeds = feeds
        self.sources = sources
        self.applianceSource = applianceSource
    }

    // MARK: What fails together

    /// What the failure of one power source would take.
    package struct Loss: Hashable, Sendable {
        package let source: String
        package let switches: [String]
        /// Without any power.
        package let dark: [String]
        /// They run on; but what they hang on cannot be read, so a shot at them would be in doubt.
        package let unprovable: [String]
        package let takesAppliance: Bool

        package init(
            source: String, switches: [String], dark: [String], unprovable: [String],
            takesAppliance: Bool
        ) {
            self.source = source
            self.switches = switches
            self.dark = dark
            self.unprovable = unprovable
            self.takesAppliance = takesAppliance
        }
    }

    package var losses: [Loss] {
        let named = Set(sources.values.compactMap { $0 } + [applianceSource].compactMap { $0 })
        return named.sorted().map { source in
            let lost = Set(sources.filter { $0.value == source }.keys)
            let byNode = Dictionary(grouping: feeds, by: \.node)
            let dark = byNode.filter { $0.value.allSatisfy { lost.contains($0.powerSwitch) } }
            let touched = byNode.filter { $0.value.contains { lost.contains($0.powerSwitch) } }
            return Loss(
                source: source, switches: lost.sorted(), dark: dark.keys.sorted(),
                unprovable: touched.keys.filter { dark[$0] == nil }.sorted(),
                takesAppliance: applianceSource == source)
        }
    }

    // MARK: Drawing

    package var svg: String {
        let nodes = clusters.flatMap(\.nodes)
        let switches = sources.keys.sorted()
        let names =
            losses.map(\.source) + (sources.values.contains { $0 == nil } ? [Self.unnamed] : [])
        let tallest = max(
            Double(nodes.count) + Double(clusters.count) * 0.6, Double(switches.count),
            Double(names.count + 1))
        let below = Self.top + tallest * (Self.boxHeight + Self.gap) + 20
        let height = below + 40 + Double(losses.count) * 54 + 20
        var drawing = Drawing(width: Int(Self.width), height: Int(height))
        drawing.text(16, 26, "Picket: what hangs on what", size: 15, bold: true)
        for (x, word) in [
            (Self.columns.source, "power sources"), (Self.columns.powerSwitch, "power switches"),
            (Self.columns.node, "nodes"),
        ] {
            drawing.text(x, Self.top - 14, word, size: 11, colour: Colour.faint)
        }
        let places = Places(
            sources: Self.spread(names), switches: Self.spread(switches), nodes: nodePlaces)
        wires(&drawing, places)
        boxes(
            &drawing, places,
            applianceAt: Self.top + Double(names.count) * (Self.boxHeight + Self.gap))
        lossText(&drawing, below)
        return drawing.svg
    }

    private struct Places {
        let sources: [String: Double]
        let switches: [String: Double]
        let nodes: [String: Double]
    }

    private static func spread(_ names: [String]) -> [String: Double] {
        Dictionary(
            uniqueKeysWithValues: names.enumerated().map {
                ($1, top + Double($0) * (boxHeight + gap))
            })
    }

    /// A heading for each cluster takes a part of a row.
    private var nodePlaces: [String: Double] {
        var places: [String: Double] = [:]
        var y = Self.top
        for cluster in clusters {
            y += 0.6 * (Self.boxHeight + Self.gap)
            for node in cluster.nodes {
                places[node] = y
                y += Self.boxHeight + Self.gap
            }
        }
        return places
    }

    private func wires(_ drawing: inout Drawing, _ places: Places) {
        let half = Self.boxHeight / 2
        for (name, source) in sources.sorted(by: { $0.key < $1.key }) {
            guard let from = places.sources[source ?? Self.unnamed], let to = places.switches[name]
            else { continue }
            drawing.line(
                Self.columns.source + Self.boxWidth, from + half, Self.columns.powerSwitch,
                to + half, Colour.ink, dashed: source == nil)
        }
        for feed in feeds {
            guard let from = places.switches[feed.powerSwitch], let to = places.nodes[feed.node]
            else { continue }
            drawing.line(
                Self.columns.powerSwitch + Self.boxWidth, from + half, Self.columns.node,
                to + half, Colour.ink)
        }
    }

    private func boxes(_ drawing: inout Drawing, _ places: Places, applianceAt y: Double) {
        for (name, place) in places.sources.sorted(by: { $0.key < $1.key }) {
            box(&drawing, Self.columns.source, place, name, Colour.source)
        }
        for (name, place) in places.switches.sorted(by: { $0.key < $1.key }) {
            box(&drawing, Self.columns.powerSwitch, place, name, Colour.powerSwitch)
        }
        for cluster in clusters {
            if let first = cluster.nodes.compactMap({ places.nodes[$0] }).min() {
                drawing.text(Self.columns.node, first - 5, "cluster \(cluster.name)", size: 11)
            }
            for node in cluster.nodes {
                guard let place = places.nodes[node] else { continue }
                let outlets = feeds.filter { $0.node == node }.map {
                    "\($0.powerSwitch)/\($0.outlet)"
                }
                box(
                    &drawing, Self.columns.node, place, node, Colour.node,
                    below: outlets.joined(separator: "  "))
            }
        }
        let on =
            applianceSource.map { "the appliance, on \($0)" } ?? "the appliance: source not named"
        box(&drawing, Self.columns.source, y, on, Colour.appliance)
        if let source = applianceSource, let from = places.sources[source] {
            drawing.line(
                Self.columns.source - 12, from + Self.boxHeight / 2, Self.columns.source - 12,
                y + Self.boxHeight / 2, Colour.ink)
            for end in [from, y] {
                drawing.line(
                    Self.columns.source - 12, end + Self.boxHeight / 2, Self.columns.source,
                    end + Self.boxHeight / 2, Colour.ink)
            }
        }
    }

    private func box(
        _ drawing: inout Drawing, _ x: Double, _ y: Double, _ name: String, _ colour: String,
        below: String? = nil
    ) {
        drawing.box(x, y, Self.boxWidth, Self.boxHeight, colour, stroke: Colour.faint, rounded: 5)
        drawing.text(
            x + Self.boxWidth / 2, y + (below == nil ? 22 : 15), Self.shortened(name, 26), .middle)
        if let below {
            drawing.text(
                x + Self.boxWidth / 2, y + 28, Self.shortened(below, 36), size: 9, .middle,
                colour: Colour.faint)
        }
    }

    private static func shortened(_ text: String, _ most: Int) -> String {
        text.count > most ? text.prefix(most - 2) + ".." : text
    }

    private func lossText(_ drawing: inout Drawing, _ top: Double) {
        drawing.text(16, top, "When one power source fails", size: 13, bold: true)
        if losses.isEmpty {
            drawing.text(16, top + 24, Self.noSource)
        }
        for (index, loss) in losses.enumerated() {
            let y = top + 26 + Double(index) * 54
            drawing.text(16, y, "\(loss.source): \(loss.sentence)", bold: !loss.dark.isEmpty)
            for (row, consequence) in loss.consequences.enumerated() {
                drawing.text(
                    34, y + 17 + Double(row) * 16, consequence, size: 11,
                    colour: consequence == MapPicture.Loss.ofTheAppliance
                        ? Colour.shot : Colour.ink)
            }
        }
    }

    fileprivate static func listed(_ names: [String]) -> String {
        let few = 8
        return names.prefix(few).joined(separator: ", ")
            + (names.count > few ? " and \(names.count - few) more" : "")
    }
}

extension MapPicture.Loss {
    fileprivate static let ofTheAppliance =
        "the appliance goes with it: nobody takes over anything until it is back"

    /// All that the picture says of it, a line for each.
    package var lines: [String] {
        [sentence] + consequences
    }

    /// What comes of it beside the dark.
    fileprivate var consequences: [String] {
        let doubt =
            "a shot would be in doubt at: " + MapPicture.listed(unprovable)
            + " (they run on, and a switch of theirs cannot be read)"
        return (unprovable.isEmpty ? [] : [doubt]) + (takesAppliance ? [Self.ofTheAppliance] : [])
    }

    /// As the picture has it.
    package var sentence: String {
        let gone = dark.isEmpty ? "no node goes dark" : "dark: " + MapPicture.listed(dark)
        return switches.isEmpty
            ? "no switch hangs on it; \(gone)"
            : "takes " + MapPicture.listed(switches) + "; \(gone)"
    }
}
