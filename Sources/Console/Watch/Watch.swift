// The live board, and the stories that are read from it: what is shown, and where one is in it.

internal import Commands
internal import Fencing

struct Watch: Hashable, Sendable {
    var board: Reply?
    /// Of the node under the mark, so that it stays there when others come and go.
    var marked: String?
    var page = Page.board
    /// A request is under way.
    var isAsking = false
    /// What the screen shows, line by line: only what differs is drawn.
    var screen: [String] = []
    /// The exit status where the board could not be had, and why.
    var trouble: String?

    enum Page: Hashable, Sendable {
        case board
        /// The switches are read anew, for so many ticks.
        case reading(ticks: Int)
        /// The story of a shot is asked for.
        case opening(shot: String)
        case story(lines: [String], top: Int)
    }

    func lines(_ part: BoardSight.Part) -> [ReplyLine] {
        board?.lines.filter { $0.part == part } ?? []
    }

    var nodes: [ReplyLine] { lines(.node) }

    var markedPlace: Int {
        nodes.firstIndex { $0["target"] == marked } ?? 0
    }

    mutating func move(by count: Int) {
        let nodes = nodes
        guard !nodes.isEmpty else { return }
        let place = min(max(0, markedPlace + count), nodes.count - 1)
        marked = nodes[place]["target"]
    }

    /// The last shot at the marked node.
    var markedShot: String? {
        let nodes = nodes
        guard nodes.indices.contains(markedPlace), let shot = nodes[markedPlace]["shot"],
            shot != "-"
        else { return nil }
        return shot
    }

    mutating func scroll(by count: Int, rows: Int) {
        guard case .story(let lines, let top) = page else { return }
        let last = max(0, lines.count - rows)
        page = .story(lines: lines, top: min(max(0, top + count), last))
    }
}
