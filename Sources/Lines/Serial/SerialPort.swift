// A local serial port, or anything that looks like one to the kernel.

package import Drivers
internal import Glibc
internal import LinuxSystem

package struct SerialPort: LinePort, Hashable {
    /// A device or a symbolic link to one. Adapters on USB are best named by
    /// `/dev/serial/by-path/…`: the number of a `ttyUSB` is whatever was free.
    package var path: String
    package var settings: LineSettings
    package var modemLines: LeadLevel
    package var lockDirectory: String

    package init(
        path: String, settings: LineSettings, modemLines: LeadLevel = .lowered,
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
        let descriptor: Descriptor
        do throws(SystemCallError) {
            descriptor = try Descriptor(opening: device, O_RDWR | O_NOCTTY | O_NONBLOCK)
        } catch {
            throw Self.opening(error, path)
        }
        guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else {
            lock.yield()
            throw .busy(port: path, holder: nil, evidence: "flock on \(device)")
        }
        let line = OpenSerialPort(descriptor, lock, path, settings.byteTime)
        try line.setUp(settings, modemLines)
        return line
    }

    private func realPath() throws(PortError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard unsafe realpath(path, &buffer) != nil else {
            throw Self.opening(SystemCallError("open \(path)", number: errno), path)
        }
        let bytes = buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// ENODEV and ENXIO: the name is still there, and nothing is behind it any more.
    private static func opening(_ error: SystemCallError, _ path: String) -> PortError {
        [ENOENT, ENODEV, ENXIO].contains(error.number)
            ? .vanished(port: path, error) : .call(error)
    }
}
