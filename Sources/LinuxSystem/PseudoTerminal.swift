// A pseudo-terminal: to a program that opens `path`, a serial port.

internal import CLinux
internal import Glibc

package struct PseudoTerminal: ~Copyable, Sendable {
    /// Our side, raw and non-blocking.
    package let master: Descriptor
    /// The other side's device, `/dev/pts/7`.
    package let path: String

    package init() throws(SystemCallError) {
        var name = [CChar](repeating: 0, count: 128)
        let number = try checked("open a pseudo-terminal") {
            unsafe clinux_open_pty(&name, name.count)
        }
        master = Descriptor(owning: number)
        path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
