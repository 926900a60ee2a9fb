// `picket ledger adopt`: going on with a ledger of which something is missing. Who was shot in what
// is missing cannot be known, so every node is put on probation: none may shoot before it is admitted.

internal import Arbiter
package import Fencing
internal import Glibc
package import Ledger
internal import LinuxSystem
internal import SiteConfiguration

package struct LedgerAdoption {
    private let path: String
    private let mark: String
    private let site: Site
    /// Nil where picketd would start with the ledger as it is.
    package let loss: LedgerLoss?
    /// What the ledger that is there says; nil where there is none.
    private let durable: DurableState<LedgerReceipt>?

    /// Looks, and changes nothing.
    package init(_ plan: SitePlan) throws(LedgerError) {
        path = plan.file.appliance.ledger
        mark = plan.file.appliance.ledgerMark
        site = plan.site
        loss = try Ledger.loss(path: path, mark: mark)
        durable = Ledger.isThere(path) ? try Self.state(site, Ledger.reading(path: path)) : nil
    }

    private static func state(
        _ site: Site, _ ledger: consuming Ledger
    ) throws(LedgerError) -> DurableState<LedgerReceipt> {
        var arbiter = Arbiter<LedgerReceipt>(site: site)
        try ledger.replay { arbiter.replay($0) }
        return arbiter.durable
    }

    /// What is there, what is missing, and what adopting it would do.
    package var lines: [String] {
        let known = durable ?? DurableState()
        let members = nodes(of: known).filter { known[$0].standing == .member }
        return [
            "ledger \(path): \(loss?.finding(path, mark) ?? "picketd starts with it as it is")",
            "it takes for members: \(members.isEmpty ? "none" : list(members))",
            "",
            "Any of them may have been shot since. They may be dark, and what they guarded may run "
                + "elsewhere. What is lost cannot be brought back: who was shot and by whom, answers "
                + "by id, locks, and admissions.",
            "Adopting puts every node on probation: none may shoot, and none counts as a member, "
                + "before an operator says `admit NODE` (or, with some admitted, members do).",
            "Look first which nodes run and which hold resources, and switch off by hand what nobody "
                + "knows.",
        ]
    }

    /// Makes the ledger the one that counts. No picketd may have it open.
    ///
    /// Returns the number of its last entry.
    package func carryOut() throws(LedgerError) -> LedgerSequence {
        try refuseForeignDirectory()
        var ledger = try Ledger.open(path: path)
        var arbiter = Arbiter<LedgerReceipt>(site: site)
        try ledger.replay { arbiter.replay($0) }
        let now = "\(WallClock.now())"
        _ = try ledger.append(
            .condensed(onProbation(arbiter.durable)), expecting: ledger.head, writtenAt: now)
        try ledger.adopt(
            mark: mark, because: "adopted: \(loss?.finding(path, mark) ?? "nothing was missing")",
            writtenAt: now)
        return ledger.head
    }

    /// Files of root's making are files that picketd cannot write.
    private func refuseForeignDirectory() throws(LedgerError) {
        guard let owner = Files.owner(ofDirectoryOf: path), owner != geteuid() else { return }
        throw .unusable(
            path: path,
            why: "its directory belongs to user \(owner), and picketd must be able to write what "
                + "is made there: as root, put `runuser -u picket --` before the command")
    }

    private func onProbation(_ durable: DurableState<LedgerReceipt>) -> Condensate {
        var condensate = durable.condensed(.standard)
        for node in nodes(of: durable) {
            var record = durable[node]
            // What is missing may hold orders, and these may still act: the next start waits.
            record.wasCommanded = .once
            if record.standing == .member {
                record.standing = .probation
                record.generation = record.generation.next
            }
            condensate.nodes[node] = record
        }
        // A shot that is still to be read, and turns out to have failed, must not make a member.
        condensate.open = condensate.open.map { open in
            Condensate.Open(
                grant: open.grant, stage: open.stage,
                standingBefore: open.standingBefore == .member ? .probation : open.standingBefore,
                boot: open.boot)
        }
        return condensate
    }

    /// Of the site, and those that only the ledger knows any more.
    private func nodes(of durable: DurableState<LedgerReceipt>) -> [NodeName] {
        Set(site.nodes.keys).union(durable.condensed(.standard).nodes.keys).sorted()
    }

    private func list(_ names: [NodeName]) -> String {
        names.map(\.text).joined(separator: ", ")
    }
}
