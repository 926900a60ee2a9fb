// Where a program listens that was told to take any port, and says nowhere which it took: the kernel
// tells, in the list of sockets that listen.

package import Glibc
internal import LinuxSystem

package enum ListeningPort {
    /// On IPv4; nil while it listens nowhere.
    package static func of(_ process: pid_t) throws -> UInt16? {
        let sockets = try Program.run("ls", ["-l", "/proc/\(process)/fd"]).output
        let table = try FileContent.read("/proc/net/tcp", atMost: 1 << 22)
        for line in String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst() {
            let words = line.split(separator: " ")
            // sl local_address rem_address st ... inode; 0A is LISTEN.
            guard words.count > 9, words[3] == "0A", sockets.contains("socket:[\(words[9])]"),
                let digits = words[1].split(separator: ":").last
            else { continue }
            return UInt16(digits, radix: 16)
        }
        return nil
    }
}
