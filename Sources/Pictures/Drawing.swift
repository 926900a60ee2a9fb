// SVG, as much of it as these pictures need: rectangles, lines, text, and a title that a browser
// shows under the pointer. Everything that is put in is escaped.

struct Drawing {
    private var body = ""
    let width: Int
    let height: Int

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    mutating func box(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ fill: String,
        stroke: String = "none", rounded: Double = 0, title: String? = nil
    ) {
        let shape =
            "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" "
            + "width=\"\(Self.number(max(0, width)))\" height=\"\(Self.number(height))\" "
            + "fill=\"\(fill)\" stroke=\"\(stroke)\" rx=\"\(Self.number(rounded))\""
        body +=
            title.map { "\(shape)><title>\(Self.escaped($0))</title></rect>\n" } ?? "\(shape)/>\n"
    }

    mutating func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String,
        width: Double = 1, dashed: Bool = false
    ) {
        body +=
            "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" "
            + "y2=\"\(Self.number(y2))\" stroke=\"\(colour)\" stroke-width=\"\(Self.number(width))\""
            + (dashed ? " stroke-dasharray=\"4 3\"" : "") + "/>\n"
    }

    enum Anchor: String {
        case start
        case middle
        case end
    }

    mutating func text(
        _ x: Double, _ y: Double, _ text: String, size: Double = 12, _ anchor: Anchor = .start,
        colour: String = Colour.ink, bold: Bool = false
    ) {
        body +=
            "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" font-size=\"\(Self.number(size))\" "
            + "text-anchor=\"\(anchor.rawValue)\" fill=\"\(colour)\""
            + (bold ? " font-weight=\"bold\"" : "") + ">\(Self.escaped(text))</text>\n"
    }

    var svg: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
        viewBox="0 0 \(width) \(height)" font-family="DejaVu Sans, Verdana, sans-serif">
        <rect width="\(width)" height="\(height)" fill="#ffffff"/>
        \(body)</svg>

        """
    }

    /// With one decimal, which is finer than a pixel.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let digits =
            "\(tenths.magnitude / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths.magnitude % 10)")
        return tenths < 0 ? "-\(digits)" : digits
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { letter in
            switch letter {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: letter.value < 0x20 ? " " : String(Character(letter))
            }
        }.joined()
    }
}

/// Told apart by those who see no red, too; and each has its word in the legend.
enum Colour {
    static let ink = "#222222"
    static let faint = "#888888"
    static let rule = "#dddddd"
    static let member = "#cfe8cf"
    static let doomed = "#f6c26b"
    static let probation = "#e3a5a5"
    static let on = "#3a7d44"
    static let off = "#333333"
    static let attested = "#777777"
    static let unknown = "#bbbbbb"
    static let shot = "#b3261e"
    static let source = "#fff3cd"
    static let powerSwitch = "#dbe7f6"
    static let node = "#e8e8e8"
    static let appliance = "#d9cdf0"
}
