// A local serial port, or anything that looks like one to the kernel.

package import Drivers
internal import Glibc
internal import LinuxSystem

package struct SerialPort: LinePort, Hashable {
    /// A device or a symbolic link to one. Adapters on USB are best named by
    /// `/dev/serial/by-path/…`: the number of a `ttyUSB` is whatever was free.
    package var path: String
    package var settings: LineSettings
    package var modemLines: DriverTraits.ModemLines
    package var lockDirectory: String

    package init(
        path: String, settings: LineSettings, modemLines: DriverTraits.ModemLines = .lowered,
        lockDirectory: String = "/var/lock"
    ) {
        self.path = path
        self.settings = settings
        self.modemLines = modemLines
        self.lockDirectory = lockDirectory
    }

    package var description: String { "\(path) at \(settings)" }

    package func open() throws(PortError) -> any OpenLine {
        // The lock's name is the device's own, so that a program that knows it by another of its
        // names finds the same lock.
        let device = try realPath()
        let lock = try PortLock(device, in: lockDirectory)
        let descriptor = try Self.calling { () throws(SystemCallError) in
            try Descriptor(opening: device, O_RDWR | O_NOCTTY | O_NONBLOCK)
        }
        guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else {
            lock.yield()
            throw .busy(port: path, holder: nil, evidence: "flock on \(device)")
        }
        let line = OpenSerialPort(descriptor, lock, path, settings.byteTime)
        try line.prepare(settings, modemLines)
        return line
    }

    private func realPath() throws(PortError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard unsafe realpath(path, &buffer) != nil else {
            throw .call(SystemCallError("open \(path)", number: errno))
        }
        let bytes = buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return String(decoding: bytes, as: UTF8.self)
    }

    static func calling<Result: ~Copyable>(
        _ body: () throws(SystemCallError) -> Result
    ) throws(PortError) -> Result {
        do throws(SystemCallError) { return try body() } catch { throw .call(error) }
    }
}
