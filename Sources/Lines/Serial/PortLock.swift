// The lock file that serial programs have agreed on since UUCP: `LCK..ttyS0` holds the process
// number of whoever uses the port, in ten characters and a newline (Filesystem Hierarchy Standard,
// /var/lock). It is the real guard: to root, TIOCEXCL is no obstacle.

internal import Glibc
internal import LinuxSystem

/// A port's lock file, ours while this lives.
final class PortLock {
    private let path: String
    private var origin: Origin

    private enum Origin {
        case made
        /// Our own process number was in it: left by an earlier run under the same number, or made
        /// by another line of this process. The file cannot tell which; flock on the port can.
        case found
        case another
    }

    /// `port` is the device's real path, without symbolic links.
    init(_ port: String, in directory: String) throws(PortError) {
        path = "\(directory)/\(Self.name(port))"
        let fresh = "\(directory)/LTMP.\(getpid()).\(Self.name(port))"
        do throws(SystemCallError) {
            try Self.write(fresh)
        } catch {
            throw .call(error)
        }
        defer { unsafe unlink(fresh) }
        origin = try Self.take(path, with: fresh, port)
    }

    deinit {
        switch origin {
        case .made, .found: unsafe unlink(path)
        case .another: break
        }
    }

    /// The port turned out to be in use by another line of this process: if the file is that
    /// line's, it stays.
    func yield() {
        switch origin {
        case .made: break
        case .found, .another: origin = .another
        }
    }

    /// `/dev/pts/3` is `LCK..pts_3`.
    private static func name(_ port: String) -> String {
        let device = port.hasPrefix("/dev/") ? port.dropFirst(5) : port[...]
        return "LCK.." + String(device.map { $0 == "/" ? "_" : $0 })
    }

    private static func write(_ path: String) throws(SystemCallError) {
        let digits = String(getpid())
        let padding = String(repeating: " ", count: max(0, 10 - digits.count))
        let file = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC)
        try file.writeAll(Array("\(padding)\(digits)\n".utf8))
    }

    /// A hard link is made or not made, and the file is complete from its first moment: nobody
    /// ever reads half a number.
    private static func take(
        _ path: String, with fresh: String, _ port: String
    ) throws(PortError) -> Origin {
        for _ in 1...3 {
            if unsafe link(fresh, path) == 0 { return .made }
            guard errno == EEXIST else {
                throw .call(SystemCallError("link \(path)", number: errno))
            }
            guard let holder = try holder(path, port) else { continue }
            if holder == getpid() { return .found }
            if isAlive(holder) {
                throw .busy(port: port, holder: holder, evidence: path)
            }
            try removeStale(path, port, of: holder)
        }
        throw .busy(port: port, holder: nil, evidence: "\(path) changes hands all the time")
    }

    /// Nil when the file has gone meanwhile.
    private static func holder(_ path: String, _ port: String) throws(PortError) -> Int32? {
        let bytes: [UInt8]
        do throws(SystemCallError) {
            let file = try Descriptor(opening: path, O_RDONLY)
            bytes = try file.read(atMost: 32) ?? []
        } catch {
            if error.number == ENOENT { return nil }
            throw .call(error)
        }
        let digits = bytes.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: "\n") }
        guard let number = Int32(String(decoding: digits, as: UTF8.self)), number > 0 else {
            throw .unreadableLock(port: port, lock: path)
        }
        return number
    }

    private static func isAlive(_ process: Int32) -> Bool {
        kill(process, 0) == 0 || errno != ESRCH
    }

    /// Moved aside first and looked at again: another program may have removed the stale file and
    /// made its own since we read it.
    private static func removeStale(
        _ path: String, _ port: String, of process: Int32
    ) throws(PortError) {
        let aside = "\(path).\(getpid())"
        guard unsafe rename(path, aside) == 0 else { return }
        defer { unsafe unlink(aside) }
        if let now = try holder(aside, port), now != process, isAlive(now) {
            unsafe link(aside, path)
            throw .busy(port: port, holder: now, evidence: path)
        }
    }
}
