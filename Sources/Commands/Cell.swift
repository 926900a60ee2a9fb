// One value of a table: what a person reads, and what a program gets.

package import Fencing

package struct Cell: Hashable, Sendable {
    package let text: String
    package let json: JSONValue

    package init(_ text: String, json: JSONValue) {
        self.text = text
        self.json = json
    }

    package init(_ text: String) { self.init(text, json: .text(text)) }

    /// Where there is none, `none` for people, and null for programs.
    package init(_ text: String?, none: String) {
        self.init(text ?? none, json: text.map { .text($0) } ?? .null)
    }

    package static func number(_ number: Int) -> Cell {
        Cell("\(number)", json: .number(Int64(number)))
    }

    package static func number<Kind>(_ number: Counter<Kind>?, none: String = "-") -> Cell {
        guard let number else { return Cell(none, json: .null) }
        return Cell("\(number)", json: .number(Int64(clamping: number.number)))
    }

    /// An age for people, seconds for programs.
    package static func span(
        _ span: Duration?, none: String = "-", after: String = ""
    ) -> Cell {
        guard let span else { return Cell(none, json: .null) }
        return Cell(span.aged + after, json: .seconds(span))
    }

    /// ISO 8601 for programs.
    package static func time(_ time: Timestamp?, _ text: String) -> Cell {
        Cell(text, json: time.map { .text("\($0)") } ?? .null)
    }

    package static func list(_ items: [String], none: String = "") -> Cell {
        Cell(items.isEmpty ? none : items.joined(separator: " "), json: .list(items))
    }
}

extension Cell: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) { self.init(text) }
}
