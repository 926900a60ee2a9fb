// What the lines' threads cost, in the kernel's own numbers.

import Glibc
import LinuxSystem

struct Usage {
    /// How often they have gone to sleep, and so were woken.
    var sleeps = 0
    /// Processor time, in clock ticks (100 a second on Linux).
    var ticks = 0
    var threads = 0

    /// All threads of this process whose name begins so.
    init(ofThreads prefix: String) {
        guard let tasks = opendir("/proc/self/task") else { return }
        defer { closedir(tasks) }
        while let entry = readdir(tasks) {
            let number = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard number.first != ".", Self.text("\(number)/comm").hasPrefix(prefix) else {
                continue
            }
            threads += 1
            for line in Self.text("\(number)/status").split(separator: "\n")
            where line.hasPrefix("voluntary_ctxt_switches:") {
                sleeps += Int(line.split(separator: "\t").last ?? "") ?? 0
            }
            // Behind the name in brackets: the 12th and 13th field from there are user and system.
            let fields = Self.text("\(number)/stat").split(separator: ")").last?
                .split(separator: " ")
            if let fields, fields.count > 12 {
                ticks += (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
            }
        }
    }

    /// Of this process, in KiB.
    static var residentMemory: Int {
        let pages = text("../statm").split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (pages ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) / 1024
    }

    private static func text(_ path: String) -> String {
        // A thread that has just ended has no files any more.
        let bytes = try? FileContent.read("/proc/self/task/\(path)", atMost: 65_536)
        return String(decoding: bytes ?? [], as: UTF8.self)
    }
}
