// Where lines go is for operators. A node reads what is wrong with a line, and not its path or host.

internal import Fencing
internal import SiteConfiguration

struct LinePlaces: Sendable {
    /// Texts that no name, number or word of a reply can contain: a host alone may be called like a
    /// switch or a node.
    private let texts: [String]

    /// Of the lines to these switches.
    init(_ lines: [LineReference]) {
        texts = Set(lines.flatMap(Self.places)).sorted { $0.utf8.count > $1.utf8.count }
    }

    /// The text without them.
    func hidden(in text: String) -> String {
        let shown = texts.reduce(text) { text, place in
            text.contains(place) ? text.replacing(place, with: "its line") : text
        }
        // The address that a host's name led to.
        let call = "connect to "
        return shown.contains(call)
            ? shown.replacing(/connect to \S+:\d+/, with: "connect to its host") : shown
    }

    private static func places(_ line: LineReference) -> [String] {
        switch line {
        case .serial(let path):
            // Lock files have the last part of the name (FHS).
            let last = path.split(separator: "/").last.map { "LCK..\($0)" }
            return [path] + [last].compactMap(\.self)
        case .network(_, let host, _):
            return ["\(line): \(host)", "\(line)"]
        }
    }
}
