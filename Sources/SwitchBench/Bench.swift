// The switch, its line and its files, as one value under one lock. Whoever holds the lock writes
// small files, which may wait for a disk: nobody but the bench and those who look at it do so.

internal import Fencing
internal import LinuxSystem
internal import SimulatedSwitches

struct Bench {
    private(set) var simulated: any SimulatedSwitch
    private(set) var faults = Faults()
    private(set) var wire: [WireChunk] = []
    /// Of the latest chunks, those that are in no file yet.
    private var unwritten: [WireChunk] = []
    private var writesAt: Moment?
    private(set) var drops = 0
    private(set) var trouble: SystemCallError?
    private var line: HostedLine?
    private var records: StateFiles
    private let settings: BenchSwitch.Settings
    private let watch: Watch

    /// Read at most so much at a time.
    private static let chunk = 1024
    /// Chunks wait for the file until the line has been silent for so long: whoever measures how fast
    /// the switch is answered does not wait for its log.
    private static let writingPause = Duration.milliseconds(20)
    private static let mostUnwritten = 256

    init(
        _ simulated: any SimulatedSwitch, _ settings: BenchSwitch.Settings, _ watch: Watch
    ) throws(SystemCallError) {
        self.simulated = simulated
        self.settings = settings
        self.watch = watch
        let line = try HostedLine(link: settings.link)
        self.line = line
        records = try StateFiles(settings, simulated.outlets)
        try watch.add(line: line.master)
        set(Faults(), at: MonotonicClock.now())
    }

    /// Empty when there is no line any more.
    var path: String { settings.link ?? line?.path ?? "" }

    /// Of the switch, nothing happens by itself once the line is closed.
    var nextEvent: Moment? {
        let ofSwitch = line == nil ? nil : simulated.nextEvent
        guard let ofSwitch, let writesAt else { return ofSwitch ?? writesAt }
        return min(ofSwitch, writesAt)
    }

    mutating func set(_ faults: Faults, at now: Moment) {
        carryOut(to: now)
        self.faults = faults
        var applied = faults
        if let speed = settings.speed { applied.pace = max(faults.pace, .seconds(10) / speed) }
        simulated.faults = applied
    }

    mutating func press(_ outlet: OutletName, _ command: PowerCommand, at now: Moment) {
        carryOut(to: now)
        simulated.press(outlet, command)
        record()
    }

    /// Takes what the line brings, and does what is due.
    mutating func serve(at now: Moment) {
        do throws(SystemCallError) {
            while let bytes = try line?.read(atMost: Self.chunk), !bytes.isEmpty {
                note(.received, bytes, at: now)
                let dropsBefore = simulated.hangUps
                simulated.receive(bytes, at: now)
                if simulated.hangUps > dropsBefore { drop() }
            }
        } catch {
            trouble = error
            drop()
        }
        carryOut(to: now)
        if let writesAt, writesAt <= now { writeWire() }
    }

    mutating func drop() {
        guard line != nil else { return }
        drops += 1
        do throws(SystemCallError) {
            // The old one goes before the new one comes: they may not be open together, or the
            // client would see the link move before it is hung up on.
            line?.abandon()
            line = nil
            let next = try HostedLine(link: settings.link)
            try watch.add(line: next.master)
            line = next
        } catch {
            trouble = error
        }
    }

    mutating func close() {
        writeWire()
        line?.removeLink()
        line = nil
    }

    private mutating func carryOut(to now: Moment) {
        let dropsBefore = simulated.hangUps
        send(simulated.advance(to: now))
        if simulated.hangUps > dropsBefore { drop() }
        record()
    }

    mutating func send(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, let line else { return }
        // Not before: the time that the switch took is the switch's.
        note(.sent, bytes, at: MonotonicClock.now())
        do throws(SystemCallError) {
            try line.send(bytes)
        } catch {
            trouble = error
        }
    }

    private mutating func note(
        _ direction: WireChunk.Direction, _ bytes: [UInt8], at now: Moment
    ) {
        let chunk = WireChunk(moment: now, direction: direction, bytes: bytes)
        if wire.count == WireChunk.mostKept { wire.removeFirst() }
        wire.append(chunk)
        guard settings.wireLog != nil else { return }
        unwritten.append(chunk)
        writesAt = now + Self.writingPause
        if unwritten.count == Self.mostUnwritten { writeWire() }
    }

    mutating func writeWire() {
        defer { (unwritten, writesAt) = ([], nil) }
        do throws(SystemCallError) {
            try records.write(unwritten)
        } catch {
            trouble = error
        }
    }

    private mutating func record() {
        do throws(SystemCallError) {
            try records.write(simulated.changes)
        } catch {
            trouble = error
        }
    }
}
