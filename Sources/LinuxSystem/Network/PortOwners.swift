// Who listens on a TCP port of this machine, as the kernel tells it in /proc (proc(5)).

internal import Glibc

package struct PortOwner: Hashable, Sendable, CustomStringConvertible {
    /// As the process calls itself; nil where only root may know.
    package let name: String?
    package let process: Int32?

    package var description: String {
        guard let name, let process else { return "a program that only root may see" }
        return "\(name) (process \(process))"
    }
}

package enum PortOwners {
    /// Those that listen there, on whatever address; empty where the port is free.
    package static func listening(on port: UInt16) -> [PortOwner] {
        var sockets: Set<String> = []
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            sockets.formUnion(inodes(listeningOn: port, in: text(table)))
        }
        guard !sockets.isEmpty else { return [] }
        let links = Set(sockets.map { "socket:[\($0)]" })
        var owners: [PortOwner] = []
        for path in paths("/proc/[0-9]*/fd/*") where links.contains(link(path)) {
            let parts = path.split(separator: "/")
            guard parts.count > 1, let process = Int32(parts[1]) else { continue }
            let name = text("/proc/\(process)/comm").filter { $0 != "\n" }
            let owner = PortOwner(name: name, process: process)
            if !owners.contains(owner) { owners.append(owner) }
        }
        return owners.isEmpty ? [PortOwner(name: nil, process: nil)] : owners
    }

    /// Of a table of TCP sockets: local address and port in hexadecimal, `0A` for a listener.
    package static func inodes(listeningOn port: UInt16, in table: String) -> Set<String> {
        let hex = String(port, radix: 16, uppercase: true)
        let wanted = ":" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
        var found: Set<String> = []
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 9, words[3] == "0A", words[1].hasSuffix(wanted) else { continue }
            found.insert(String(words[9]))
        }
        return found
    }

    /// Empty where it cannot be read: then it says nothing.
    private static func text(_ path: String) -> String {
        do throws(SystemCallError) {
            return String(decoding: try FileContent.read(path, atMost: 1 << 24), as: UTF8.self)
        } catch {
            return ""
        }
    }

    private static func link(_ path: String) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        let count = unsafe readlink(path, &buffer, buffer.count)
        let bytes = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The paths that a pattern of the shell means (glob(3)), in order.
package func paths(_ pattern: String) -> [String] {
    var found = unsafe glob_t()
    defer { unsafe globfree(&found) }
    guard unsafe glob(pattern, 0, nil, &found) == 0 else { return [] }
    return unsafe (0..<Int(found.gl_pathc)).compactMap { index in
        unsafe found.gl_pathv[index].map { unsafe String(cString: $0) }
    }
}
