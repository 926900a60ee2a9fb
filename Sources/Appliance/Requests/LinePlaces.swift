// Where lines go is for people: nodes are told what is wrong with a line, and not its path or host.

internal import Fencing
internal import SiteConfiguration

struct LinePlaces: Sendable {
    private let texts: [String]

    /// Of the lines to these switches.
    init(_ lines: [LineReference]) {
        texts = Set(lines.flatMap(Self.places)).sorted { $0.utf8.count > $1.utf8.count }
    }

    /// The text without them.
    func hidden(in text: String) -> String {
        texts.reduce(text) { text, place in
            text.contains(place) ? text.replacing(place, with: "its line") : text
        }
    }

    private static func places(_ line: LineReference) -> [String] {
        switch line {
        case .serial(let path):
            // Lock files have the last part of the name (FHS).
            let last = path.split(separator: "/").last.map { "LCK..\($0)" }
            return [path] + [last].compactMap(\.self)
        case .network(_, let host, let port):
            return [
                "\(line)", "\(host):\(port)", "[\(host)]:\(port)", "\(host) port \(port)", host,
            ]
        }
    }
}
