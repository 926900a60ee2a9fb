// What the agent is given by the system: its input, its host's name, its usage.

internal import Glibc
internal import LinuxSystem

/// Pacemaker's input is a few hundred bytes; what is longer than 64 KiB is none.
func standardInput() -> String {
    var bytes: [UInt8] = []
    let input = Descriptor(owning: 0)
    while bytes.count < 65536 {
        do throws(SystemCallError) {
            guard let part = try input.read(atMost: 65536), !part.isEmpty else { break }
            bytes += part
        } catch {
            break
        }
    }
    _ = input.release()
    return String(decoding: bytes, as: UTF8.self)
}

let appending = O_WRONLY | O_CREAT | O_APPEND

let usage =
    """
    fence_picket -o ACTION [-n NODE] [options], or the same as name=value lines on standard input

    """
    + Parameter.all.map { "  \(column($0.usage))\($0.means)" }.joined(separator: "\n")

private func column(_ text: String) -> String {
    text + String(repeating: " ", count: max(2, 32 - text.count))
}
