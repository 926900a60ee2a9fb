// One pseudo-terminal with the switch on our side of it.

internal import Glibc
internal import LinuxSystem

final class HostedLine {
    private let terminal: PseudoTerminal
    /// The client's side, held open by us as well. When the last descriptor of that side closes,
    /// every read of ours gives EIO until somebody opens it again, and nothing tells when: a
    /// client that closes and comes back would cost a busy loop or a dead switch. A real switch
    /// does not notice its client's comings and goings either.
    private let held: Descriptor
    private let link: String?

    init(link: String?) throws(SystemCallError) {
        terminal = try PseudoTerminal()
        held = try Descriptor(opening: terminal.path, O_RDWR | O_NOCTTY | O_NONBLOCK)
        self.link = link
        if let link { try Self.replaceLink(link, to: terminal.path) }
    }

    var path: String { terminal.path }
    var master: Int32 { terminal.master.number }

    func read(atMost limit: Int) throws(SystemCallError) -> [UInt8]? {
        try terminal.master.read(atMost: limit)
    }

    /// What does not fit, because nobody reads on the other side, is lost as on any serial line.
    func send(_ bytes: [UInt8]) throws(SystemCallError) {
        _ = try terminal.master.write(bytes[...])
    }

    /// Unread bytes are gone at once, as when a plug is pulled.
    func abandon() {
        // A failure leaves bytes to somebody who is hung up on in the next moment anyway.
        _ = tcflush(held.number, TCIOFLUSH)
    }

    /// Takes the link away if it is still ours.
    func removeLink() {
        guard let link else { return }
        var target = [CChar](repeating: 0, count: 256)
        let length = unsafe readlink(link, &target, target.count)
        let named = target.prefix(max(0, length)).map(UInt8.init(bitPattern:))
        if String(decoding: named, as: UTF8.self) == path { unsafe unlink(link) }
    }

    private static func replaceLink(_ link: String, to path: String) throws(SystemCallError) {
        let fresh = "\(link).new"
        _ = unsafe unlink(fresh)
        try checked("symlink \(fresh)") { unsafe symlink(path, fresh) }
        try checked("rename \(fresh) to \(link)") { unsafe rename(fresh, link) }
    }
}
