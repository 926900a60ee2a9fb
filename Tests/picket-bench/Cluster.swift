// A cluster of any size around the pure arbiter: its records go to whoever takes them, its switches
// obey at once, and nothing waits.

import Arbiter
import Fencing

/// A record of the benchmark's own, where no disk is to be measured.
struct PaperReceipt: Receipt {
    let sequence: LedgerSequence
    let entry: Entry
}

struct Cluster {
    let site: Site
    let names: [NodeName]
    var arbiter: Arbiter<PaperReceipt>
    var now = Moment(sinceStart: .seconds(1))
    var entries = 0
    private var keep: ((Entry) -> Void)?
    private var lastToken = RequestToken(0)
    private var lastSession = SessionID(0)

    init(nodes count: Int, keeping keep: ((Entry) -> Void)? = nil) {
        names = (1...count).map { Self.name("node\($0)") }
        site = Self.site(names)
        self.keep = keep
        arbiter = Arbiter(site: site)
        carryOut(arbiter.recover(on: BootID("boot-1"), at: now))
    }

    private static func name(_ text: String) -> NodeName {
        guard let name = NodeName(text) else { preconditionFailure(text) }
        return name
    }

    private static func site(_ names: [NodeName]) -> Site {
        guard let cluster = ClusterName("db") else { preconditionFailure("a constant") }
        var nodes: [NodeName: Node] = [:]
        var switches: [SwitchName: SwitchTerms] = [:]
        for (index, name) in names.enumerated() {
            guard let feed = Outlet("pdu-\(index / 8)/\(index % 8 + 1)") else {
                preconditionFailure("a constant")
            }
            nodes[name] = Node(
                name: name, cluster: cluster, feeds: [feed], shoot: .off,
                holdUp: .milliseconds(1), offTime: .milliseconds(1))
            switches[feed.powerSwitch] = SwitchTerms(
                patience: .seconds(20), maximalLatency: .milliseconds(1))
        }
        var site = Site(nodes: nodes, switches: switches, operators: [])
        site.clusters[cluster] = ClusterTerms()
        site.clusters[cluster]?.rates.window = .milliseconds(1)
        return site
    }

    mutating func session(_ node: NodeName) -> SessionID {
        lastSession = lastSession.next
        handle(.sessionOpened(lastSession, .node(node)))
        return lastSession
    }

    /// One whole shot, from the request to the admission of the node that is back.
    mutating func shot(at target: NodeName, by session: SessionID) {
        order(.off, target, session)
        tick()
        order(.on, target, session)
        tick()
        lastToken = lastToken.next
        handle(.asked(lastToken, by: session, .admit(target)))
    }

    mutating func order(_ verb: PowerVerb, _ target: NodeName, _ session: SessionID) {
        lastToken = lastToken.next
        handle(.ordered(lastToken, by: session, PowerRequest(verb, target)))
    }

    mutating func quorum(_ session: SessionID) {
        lastToken = lastToken.next
        handle(.asked(lastToken, by: session, .quorum(sees: nil)))
    }

    private mutating func tick() {
        now = now + .milliseconds(10)
        handle(.timePassed)
        _ = arbiter.nextDeadline
    }

    private mutating func handle(_ event: Event<PaperReceipt>) {
        carryOut(arbiter.handle(event, at: now))
    }

    private mutating func carryOut(_ first: [Effect<PaperReceipt>]) {
        var queue = first[...]
        while let effect = queue.popFirst() {
            switch effect {
            case .commit(let proposal):
                keep?(proposal.entry)
                entries += 1
                let receipt = PaperReceipt(
                    sequence: proposal.expecting.next, entry: proposal.entry)
                queue += arbiter.handle(.committed(receipt), at: now)
            case .turn(let order):
                queue += arbiter.handle(
                    .reported(
                        PowerReport(
                            order: order.id, outlet: order.outlet, state: order.command.proof,
                            lastCommandAt: now, trouble: nil)), at: now)
            case .read, .reply, .closeSession, .probe, .page: break
            }
        }
    }
}
