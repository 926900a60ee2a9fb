// What the outlets are, as files that a script or another machine's simulation can watch.

internal import Fencing
internal import Glibc
internal import LinuxSystem
internal import SimulatedSwitches

struct StateFiles {
    private let directory: String?
    private let wireLog: String?
    /// The number of the last change that is in the files.
    private var written = 0

    init(
        _ settings: BenchSwitch.Settings, _ outlets: [OutletName: PowerState]
    ) throws(SystemCallError) {
        directory = settings.outletDirectory
        wireLog = settings.wireLog
        guard let directory else { return }
        try Self.makeDirectories(directory)
        try append("", to: "\(directory)/log")
        for (outlet, state) in outlets { try replace(outlet, state) }
    }

    /// Writes those changes that are not written yet.
    mutating func write(_ changes: [PowerChange]) throws(SystemCallError) {
        guard let directory, let last = changes.last, last.number > written else { return }
        let fresh = changes.drop { $0.number <= written }
        written = last.number
        for change in fresh {
            try replace(change.outlet, change.state)
            try append(
                "\(change.moment.seconds) \(change.outlet) \(change.state) by=\(change.cause)\n",
                to: "\(directory)/log")
        }
    }

    func write(_ chunks: [WireChunk]) throws(SystemCallError) {
        guard let wireLog, !chunks.isEmpty else { return }
        try append(chunks.map { "\($0)\n" }.joined(), to: wireLog)
    }

    /// Whoever reads the file sees the old state or the new one, never half of one.
    private func replace(_ outlet: OutletName, _ state: PowerState) throws(SystemCallError) {
        guard let directory else { return }
        let path = "\(directory)/\(outlet)"
        let fresh = "\(directory)/.\(outlet).new"
        let file = try Descriptor(opening: fresh, O_WRONLY | O_CREAT | O_TRUNC)
        try file.writeAll(Array("\(state)\n".utf8))
        try checked("rename \(fresh) to \(path)") { unsafe rename(fresh, path) }
    }

    private func append(_ line: String, to path: String) throws(SystemCallError) {
        let file = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_APPEND)
        try file.writeAll(Array(line.utf8))
    }

    private static func makeDirectories(_ path: String) throws(SystemCallError) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/\(part)"
            do throws(SystemCallError) {
                try checked("mkdir \(made)") { unsafe mkdir(made, 0o755) }
            } catch {
                if error.number != EEXIST { throw error }
            }
        }
    }
}
