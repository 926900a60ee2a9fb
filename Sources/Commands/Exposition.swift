// Figures in the text format of Prometheus, version 0.0.4 (prometheus.io, "Exposition formats").

/// Families of samples, each with its help and its type, in the order of their making.
package struct Exposition: Hashable, Sendable {
    package private(set) var text = ""

    package init() {}

    package enum Kind: String, Hashable, Sendable {
        case counter
        case gauge
        case histogram
    }

    /// One family. `samples`: labels and values; none of them is fine.
    package mutating func family(
        _ name: String, _ kind: Kind, _ help: String,
        _ samples: [(labels: [(String, String)], value: Double)]
    ) {
        open(name, kind, help)
        for (labels, value) in samples { sample(name, labels, value) }
    }

    package mutating func histogram(_ name: String, _ help: String, _ figures: Histogram) {
        open(name, .histogram, help)
        var count: UInt64 = 0
        for (bound, inside) in zip(figures.bounds, figures.counts) {
            count += inside
            sample("\(name)_bucket", [("le", Self.printed(bound))], Double(count))
        }
        sample("\(name)_bucket", [("le", "+Inf")], Double(figures.count))
        sample("\(name)_sum", [], figures.sum)
        sample("\(name)_count", [], Double(figures.count))
    }

    private mutating func open(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        let inside = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        text += name + (inside.isEmpty ? "" : "{\(inside)}") + " \(Self.printed(value))\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }

    private static func printed(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }
}

/// How long things took, in seconds.
package struct Histogram: Hashable, Sendable {
    package let bounds: [Double]
    /// Within each bound and above the one before; the rest is only in `count`.
    package private(set) var counts: [UInt64]
    package private(set) var count: UInt64 = 0
    package private(set) var sum = 0.0

    package init(_ bounds: [Double]) {
        self.bounds = bounds
        counts = bounds.map { _ in 0 }
    }

    package mutating func note(_ span: Duration) {
        let seconds =
            Double(span.components.seconds) + Double(span.components.attoseconds) / 1e18
        count += 1
        sum += seconds
        if let place = bounds.firstIndex(where: { seconds <= $0 }) { counts[place] += 1 }
    }
}
