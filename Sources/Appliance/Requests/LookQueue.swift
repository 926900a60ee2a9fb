// Requests that only look, until there is time for them: shots and reports go first. Each principal
// has its turn, and one page at a time, so a principal with many requests delays only itself.

internal import Fencing
internal import LinuxSystem
internal import SSHDoor

struct LookQueue {
    struct Look {
        let token: RequestToken
        let principal: Principal
        let run: @Sendable (isolated Appliance) -> Void
    }

    /// Who waits, the next one first.
    private var principals: [Principal] = []
    private var looks: [Principal: [Look]] = [:]
    /// Whose last page is being put into words.
    private var busy: Set<Principal> = []

    /// Whether a principal without a page under way has a request waiting.
    var hasNext: Bool { principals.contains { !busy.contains($0) } }

    mutating func add(_ look: Look) {
        if looks[look.principal] == nil { principals.append(look.principal) }
        looks[look.principal, default: []].append(look)
    }

    mutating func next() -> Look? {
        guard let place = principals.firstIndex(where: { !busy.contains($0) }) else { return nil }
        let principal = principals.remove(at: place)
        guard var own = looks[principal], !own.isEmpty else { return nil }
        let look = own.removeFirst()
        looks[principal] = own.isEmpty ? nil : own
        if !own.isEmpty { principals.append(principal) }
        return look
    }

    /// Removes an abandoned request. Abandoned requests must not pile up behind a page.
    mutating func forget(_ token: RequestToken) {
        for (principal, own) in looks {
            guard let place = own.firstIndex(where: { $0.token == token }) else { continue }
            looks[principal]?.remove(at: place)
            guard own.count == 1 else { return }
            looks[principal] = nil
            return principals.removeAll { $0 == principal }
        }
    }

    mutating func began(page principal: Principal) { busy.insert(principal) }
    mutating func ended(page principal: Principal) { busy.remove(principal) }
}

/// A thread that puts pages into words, so that the one that decides does not.
final class PageThread: Sendable {
    private let mailbox: Mailbox<Letter>

    private enum Letter: Sendable {
        case page(@Sendable () -> Void)
        case end
    }

    init() throws(SystemCallError) { mailbox = try Mailbox() }

    func start() throws(SystemCallError) {
        try Thread.start("pages", niceness: 10) { [mailbox] in
            while true {
                mailbox.wait(until: nil)
                for letter in mailbox.collect() {
                    switch letter {
                    case .page(let body): body()
                    case .end: return
                    }
                }
            }
        }
    }

    func post(_ body: @escaping @Sendable () -> Void) { mailbox.post(.page(body)) }

    func end() { mailbox.post(.end) }
}

extension Appliance {
    /// Runs `run` when nothing else is to be done. An abandoned request is not run.
    func look(
        _ token: RequestToken, _ principal: Principal,
        _ run: @escaping @Sendable (isolated Appliance) -> Void
    ) {
        looks.add(LookQueue.Look(token: token, principal: principal, run: run))
    }

    /// One look: true if there is another. Between two of them everything that has come in is done.
    func lookOnce() -> Bool {
        guard let look = looks.next() else { return false }
        if formats[look.token] != nil {
            looking = look.principal
            look.run(self)
            looking = nil
        }
        return looks.hasNext
    }

    /// Answers with what `page` makes of values taken down now; it is called in another thread.
    func answer(_ token: RequestToken, printing page: @escaping @Sendable () -> String) {
        formats[token] = nil
        figures.answered(ExitCode.ok.word)
        guard let deliver = takeWay(of: token) else { return }
        let principal = looking
        if let principal { looks.began(page: principal) }
        pages.post { [self] in
            deliver(page(), ExitCode.ok.rawValue)
            guard let principal else { return }
            post { $0.looks.ended(page: principal) }
        }
    }
}
