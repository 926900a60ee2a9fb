// The daemon's life: open the ledger, take up what is open, open the lines and the door, serve,
// leave. In this order, and nothing is half done: whatever fails before the door opens ends it.

internal import Arbiter
internal import Drivers
internal import Fencing
internal import Glibc
internal import Ledger
internal import LibSSH
internal import Lines
package import LinuxSystem
package import SSHDoor
internal import SiteConfiguration

package final class Daemon: Sendable {
    private let appliance: Appliance
    private let thread: ApplianceThread
    private let pages: PageThread
    private let switchboard: Switchboard
    private let door: SSHDoor
    private let outcomes: Mailbox<Appliance.Outcome>
    private let witness: any Witness
    private let plan: SitePlan
    private let metrics: MetricsListener?
    private let control: ControlListener?
    /// Askers who wait for the site file to be read anew.
    private let reloads: Mailbox<Mailbox<ControlAnswer>>

    /// Until granted shots are finished, after SIGTERM.
    private static let stopPatience = Duration.seconds(120)
    /// Until the last answers are out and the door's threads have ended.
    private static let farewellPatience = Duration.seconds(2)

    /// Where it listens, with the ports that the kernel chose.
    package var addresses: [String] { door.addresses.map(\.description) }

    /// Where figures may be had; nil where nowhere.
    package var metricsPlace: String? { metrics?.description }

    /// The libssh that it runs on, as `0.10.6/openssl/zlib`.
    package static var library: String { LibSSH.version }

    /// Fingerprints of its host keys.
    package let hostKeys: [String]

    /// Starts everything. When this returns, the door is open.
    package init(
        _ plan: SitePlan, witness: any Witness, tell: @escaping @Sendable (DoorEvent) -> Void
    ) throws(StartError) {
        do {
            self.plan = plan
            self.witness = witness
            try LibSSH.testItself()
            let sockets = try Self.sockets(plan)
            let hostKeys = try plan.hostKeys()
            self.hostKeys = hostKeys.map(\.fingerprint)
            let boot = try Self.bootID()
            outcomes = try Mailbox()
            thread = try ApplianceThread()
            pages = try PageThread()
            let appliance = try Self.appliance(plan, witness, thread, pages, outcomes)
            self.appliance = appliance
            switchboard = try Self.switchboard(plan, appliance, witness)
            door = try SSHDoor(
                listen: sockets, hostKeys: hostKeys, admissions: plan.admissions,
                userKeys: plan.userKeys, algorithms: plan.algorithms, limits: plan.doorLimits,
                keeper: Keeper(appliance: appliance),
                tell: { event in
                    if event.isCounted { appliance.post { $0.figures.note(event) } }
                    tell(event)
                })
            metrics = try plan.file.appliance.metrics.map { place in
                try MetricsListener(at: place) { answers in
                    appliance.post { answers.post($0.metricsPage()) }
                }
            }
            let reloads = try Mailbox<Mailbox<ControlAnswer>>()
            self.reloads = reloads
            control = try ControlListener.place.map { path in
                try ControlListener(at: path) { line, answers in
                    if line == Self.reloadLine { return reloads.post(answers) }
                    appliance.post { $0.control(line, answers) }
                }
            }
            appliance.post { [switchboard, door] in
                $0.recover(on: boot, through: switchboard)
                $0.answer(through: door)
            }
            try pages.start()
            try thread.start(
                pulse: appliance.pulse, onDeadline: { appliance.assumeIsolated { $0.wake() } },
                onIdle: { appliance.assumeIsolated { $0.lookOnce() } })
            try switchboard.start()
            try door.open()
            try metrics?.start()
            try control?.start()
        } catch let error as LedgerError {
            throw .ledger(error.description)
        } catch let error as ListenError {
            throw .door(error.description)
        } catch let error as LibSSHError {
            throw .door(error.description)
        } catch let error as HostKeyError {
            throw .door(error.description)
        } catch {
            throw .system("\(error)")
        }
    }

    private static func sockets(_ plan: SitePlan) throws -> [ListeningSocket] {
        let passed = try Listeners.passed(.takenFromEnvironment())
        if !passed.isEmpty { return passed }
        return try Listeners.bound(to: plan.addresses)
    }

    private static func bootID() throws -> BootID {
        let bytes = try FileContent.read("/proc/sys/kernel/random/boot_id", atMost: 64)
        return BootID(String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self))
    }

    /// The arbiter stands where the ledger's entries put it, before anybody may ask.
    private static func appliance(
        _ plan: SitePlan, _ witness: any Witness, _ thread: ApplianceThread,
        _ pages: PageThread, _ outcomes: Mailbox<Appliance.Outcome>
    ) throws -> Appliance {
        let settings = plan.file.appliance
        let ledger = try Ledger.open(path: settings.ledger, mark: settings.ledgerMark)
        var arbiter = Arbiter<LedgerReceipt>(site: plan.site)
        try ledger.replay { arbiter.replay($0) }
        var recent: [(LedgerReceipt, String)] = []
        try ledger.recent(UInt64(Chronicle.entriesKept)) { recent.append(($0, $1)) }
        let appliance = Appliance(
            plan.site, arbiter, ledger, processorSleep(witness), witness, thread,
            pages, onEnd: { outcomes.post($0) })
        appliance.post { [recent, roles = plan.file.roles] in
            $0.remember(recent)
            $0.roles = roles
        }
        return appliance
    }

    private static func processorSleep(_ witness: any Witness) -> ProcessorSleep? {
        do throws(SystemCallError) {
            let sleep = try ProcessorSleep()
            witness.saw(.processors(whyTheySleep: nil))
            return sleep
        } catch {
            witness.saw(.processors(whyTheySleep: error.description))
            return nil
        }
    }

    private static func switchboard(
        _ plan: SitePlan, _ appliance: Appliance, _ witness: any Witness
    ) throws -> Switchboard {
        let report: @Sendable (PowerReport) -> Void = { report in
            appliance.post { $0.reported(report) }
        }
        var workers: [SwitchName: LineWorker<LedgerReceipt>] = [:]
        for name in plan.file.lines.keys {
            guard let line = plan.line(of: name) else {
                preconditionFailure("the plan has a line for each switch")
            }
            workers[name] = try LineWorker(
                switch: name, port: line.port, dialogue: line.dialogue,
                terms: LineTerms(leavesAfter: line.leavesAfter),
                tell: { news in
                    if case .distrusted = news {
                        return appliance.post { $0.distrust(name) }
                    }
                    witness.saw(.line(name, news))
                    if case .down = news { appliance.post { $0.figures.lineFailed(name) } }
                },
                report: report)
        }
        let descriptions = plan.file.lines.mapValues { line in
            Switchboard.Description(
                driver: "\(line.driver.value)", line: line.line.value)
        }
        return Switchboard(workers, descriptions, report: report)
    }

    // MARK: Serving

    /// How `serve` ended, as an exit status.
    package enum ExitStatus: Int32, Sendable {
        case finished = 0
        /// Shots were still open; the next start takes them up.
        case leftOpen = 75
        /// The ledger must be read anew: start again.
        case ledgerLost = 111
    }

    /// Serves until one of `signals` asks to leave, or the ledger is lost. Then finishes what was
    /// granted, and leaves. SIGHUP asks to read the site file anew.
    package func serve(until signals: borrowing Signals) throws(SystemCallError) -> ExitStatus {
        let epoll = try Epoll()
        try epoll.add(signals.number, .read, tag: 0)
        try epoll.add(outcomes.descriptor, .read, tag: 1)
        try epoll.add(reloads.descriptor, .read, tag: 2)
        while true {
            _ = epoll.wait(until: nil)
            while let signal = try signals.next() {
                if signal == SIGHUP { reload() } else { leave() }
            }
            for asker in reloads.collect() { asker.post(reload().answer) }
            if let outcome = outcomes.collect().first { return end(outcome) }
        }
    }

    /// The line at the control socket that asks to read the site file anew.
    package static let reloadLine = "reload"

    /// Reads the site file anew, and tells the log what came of it.
    @discardableResult
    private func reload() -> Reloaded {
        let outcome = takeUp()
        witness.saw(.reloaded(outcome))
        return outcome
    }

    /// Who may come in is taken up whatever else has changed: a key that was taken out must not wait
    /// for a restart.
    private func takeUp() -> Reloaded {
        let new: SitePlan
        do throws(StartError) {
            new = try SitePlan(reading: plan.file.path)
        } catch {
            return .refused(error.description)
        }
        appliance.post { [roles = new.file.roles] in $0.assign(roles) }
        let passes = new.passes(for: plan)
        door.admit(new.admissions(passes))
        return .admissions(
            principals: passes.count, needingRestart: plan.changesNeedingRestart(new))
    }

    private func leave() {
        do throws(SystemCallError) {
            try ServiceNotice.stopping.send()
        } catch {
            // Only its word for what it sees anyway: it asked for this, or sees the end of us.
        }
        door.stopListening()
        let deadline = MonotonicClock.now() + Self.stopPatience
        appliance.post { $0.stop(by: deadline) }
    }

    private func end(_ outcome: Appliance.Outcome) -> ExitStatus {
        door.leave(by: MonotonicClock.now() + Self.farewellPatience)
        metrics?.stop()
        control?.stop()
        switchboard.stop()
        thread.end()
        pages.end()
        switch outcome {
        case .finished: return .finished
        case .leftOpen: return .leftOpen
        case .ledgerLost: return .ledgerLost
        }
    }
}
