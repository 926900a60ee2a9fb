// What happened around each of the latest shots: who asked, whose voice counted, what went to the
// lines and what came back, who was told. In memory only, and bounded; the ledger and the log hold
// what must outlive the daemon.

internal import Commands
internal import Fencing
internal import Lines

struct Stories {
    static let storiesKept = 64
    static let itemsKept = 160
    /// Requests remembered for each target, from which a shot's story takes its beginning.
    private static let requestsKept = 16
    private static let longestText = 400

    private var stories: [ShotNumber: Story] = [:]
    private var order: [ShotNumber] = []
    /// Whose story a line's report belongs to.
    private var orders: [OrderID: ShotNumber] = [:]
    private var requests: [NodeName: [Asked]] = [:]
    private var openRequests: [RequestToken: Asked] = [:]
    private var views: [NodeName: (at: Moment, sees: [NodeName])] = [:]
    /// Why shots are in doubt, while they are.
    private(set) var doubts: [ShotNumber: String] = [:]

    struct Story {
        var items: [Item] = []
        /// Items in the middle that had no room.
        var omitted = 0
        let began: Moment
        var wires: [SwitchName: Wire] = [:]

        fileprivate mutating func add(_ item: Item) {
            items.append(item)
            guard items.count > Stories.itemsKept else { return }
            items.remove(at: Stories.itemsKept / 2)
            omitted += 1
        }
    }

    struct Item {
        let at: Moment
        let kind: StorySight.Kind
        private let words: Words

        /// A reply is put into words when somebody wants to read them: hardly ever.
        private enum Words {
            case text(String)
            case reply(to: Principal, ExitCode, ReplyLine)
        }

        init(at: Moment, kind: StorySight.Kind, text: String) {
            self.at = at
            self.kind = kind
            let isLong = text.utf8.count > Stories.longestText
            words = .text(isLong ? text.prefix(bytes: Stories.longestText) : text)
        }

        init(told principal: Principal, _ code: ExitCode, _ line: ReplyLine, at now: Moment) {
            at = now
            kind = .told
            words = .reply(to: principal, code, line)
        }

        var text: String {
            switch words {
            case .text(let text): text
            case .reply(let principal, let code, let line):
                "\(principal): \(Reply(code, [line]).printed(as: .text).dropLast())"
            }
        }
    }

    /// What went over the line since the shot, as it was at the first report and at the latest: a
    /// long doubt pushes the beginning out of the line's own memory.
    struct Wire {
        let first: LineTrace
        var last: LineTrace
    }

    struct Asked {
        let token: RequestToken
        let at: Moment
        let principal: Principal
        let from: String
        let line: String
        let targets: [NodeName]

        init(
            token: RequestToken, at: Moment, principal: Principal, from: String, line: String,
            targets: [NodeName]
        ) {
            self.token = token
            self.at = at
            self.principal = principal
            self.from = from
            self.line =
                line.utf8.count > longestText ? line.prefix(bytes: longestText) : line
            self.targets = targets
        }
    }

    subscript(_ shot: ShotNumber) -> Story? { stories[shot] }

    // MARK: Before a grant

    mutating func requested(_ asked: Asked) {
        guard !asked.targets.isEmpty else { return }
        openRequests[asked.token] = asked
        for target in asked.targets {
            requests[target, default: []].append(asked)
            if requests[target, default: []].count > Self.requestsKept {
                requests[target]?.removeFirst()
            }
        }
    }

    mutating func saw(_ node: NodeName, _ sees: [NodeName], at now: Moment) {
        views[node] = (now, sees)
    }

    /// Nobody waits for the answer any more.
    mutating func forget(_ token: RequestToken) {
        if let asked = openRequests.removeValue(forKey: token) { drop(asked) }
    }

    /// What was answered, or taken back, before a shot was granted has no part in it.
    private mutating func drop(_ asked: Asked) {
        for target in asked.targets {
            requests[target]?.removeAll { $0.token == asked.token }
            if requests[target]?.isEmpty == true { requests[target] = nil }
        }
    }

    /// Requests kept for all targets together.
    var requestCount: Int { requests.values.reduce(0) { $0 + $1.count } }

    // MARK: From the grant on

    mutating func granted(_ grant: Grant, in site: Site, at now: Moment) {
        var story = Story(began: now)
        let asked = requests.removeValue(forKey: grant.target) ?? []
        let votes = site.nodes[grant.target].flatMap { site.clusters[$0.cluster] }?.consent
        for request in asked {
            let isAsker = request.principal == grant.principal
            story.items.append(
                Item(
                    at: request.at, kind: isAsker || votes != .majority ? .request : .vote,
                    text: "\(request.principal) from \(request.from): \(request.line)"))
        }
        story.items += views(for: grant, in: site, at: now)
        story.items.sort { $0.at < $1.at }
        stories[grant.shot] = story
        order.append(grant.shot)
        if order.count > Self.storiesKept {
            let gone = order.removeFirst()
            stories[gone] = nil
            doubts[gone] = nil
        }
    }

    private func views(for grant: Grant, in site: Site, at now: Moment) -> [Item] {
        guard let cluster = site.nodes[grant.target]?.cluster,
            let terms = site.clusters[cluster], terms.consent == .majority
        else { return [] }
        return site.members(of: cluster).compactMap { node in
            guard let view = views[node.name], now - view.at <= terms.viewLifetime,
                !view.sees.contains(grant.target)
            else { return nil }
            let sees = view.sees.map(\.text).joined(separator: ",")
            return Item(
                at: view.at, kind: .vote,
                text: "\(node.name) did not see \(grant.target): quorum sees=\(sees)")
        }
    }

    mutating func ordered(
        _ id: OrderID, of outlet: Outlet, _ what: String, for shot: ShotNumber, at now: Moment
    ) {
        guard stories[shot] != nil else { return }
        orders[id] = shot
        add(Item(at: now, kind: .order, text: "\(what) \(outlet)"), to: shot)
    }

    /// `trace` tells what went over the report's line since a moment.
    mutating func reported(
        _ report: PowerReport, trace: (Moment) -> LineTrace?, at now: Moment
    ) {
        guard let shot = orders.removeValue(forKey: report.order) else { return }
        let trouble = report.trouble.map { ": \($0)" } ?? ""
        add(
            Item(at: now, kind: .read, text: "\(report.outlet) reads \(report.state)\(trouble)"),
            to: shot)
        guard let began = stories[shot]?.began, let trace = trace(began) else { return }
        let name = report.outlet.powerSwitch
        if let wire = stories[shot]?.wires[name] {
            stories[shot]?.wires[name] = Wire(first: wire.first, last: trace)
        } else {
            stories[shot]?.wires[name] = Wire(first: trace, last: trace)
        }
    }

    mutating func told(_ token: RequestToken, _ reply: Reply, at now: Moment) {
        guard let asked = openRequests.removeValue(forKey: token) else { return }
        drop(asked)
        for line in reply.lines {
            guard let number = line["shot"].flatMap({ UInt64($0) }) else { continue }
            add(Item(told: asked.principal, reply.code, line, at: now), to: ShotNumber(number))
        }
    }

    mutating func paged(_ shot: ShotNumber, _ text: String, doubt: String?, at now: Moment) {
        if let doubt { doubts[shot] = doubt }
        add(Item(at: now, kind: .page, text: text), to: shot)
    }

    mutating func settled(_ shot: ShotNumber) { doubts[shot] = nil }

    /// The beginning and the end are kept: what goes is the middle.
    private mutating func add(_ item: Item, to shot: ShotNumber) {
        stories[shot]?.add(item)
    }
}

extension Stories.Wire {
    /// What went over the line from `start` to `end`, each line once.
    func lines(from start: Moment, to end: Moment) -> [LineTrace.Line] {
        let all = last.lines
        let seen = first.lines.last?.moment
        // Bytes that follow at once join the line before: the later version has all of them.
        let resumes = seen.map { seen in all.contains { $0.moment == seen } } ?? true
        let early = first.lines.filter { line in seen.map { !resumes || line.moment < $0 } ?? true }
        let late = all.filter { line in
            seen.map { resumes ? line.moment >= $0 : line.moment > $0 } ?? true
        }
        return (early + late).filter { start <= $0.moment && $0.moment <= end }
    }
}
