// The channels of one session: numbers for pointers, and the few things done to a channel.

internal import CLibSSH
internal import Glibc

/// An `ssh_channel`. A type of its own, because to the compiler every handle of libssh is the same
/// opaque pointer.
@safe
struct ChannelHandle: Hashable {
    let pointer: OpaquePointer
    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    static func == (left: Self, right: Self) -> Bool { left.address == right.address }
    func hash(into hasher: inout Hasher) { hasher.combine(address) }
    private var address: UInt { unsafe UInt(bitPattern: pointer) }
}

struct ChannelTable {
    private struct Row {
        let handle: ChannelHandle
        var isStarted = false
        var hasTerminal = false
        var isClosing = false
    }
    private var numbers: [ChannelHandle: ChannelNumber] = [:]
    private var rows: [ChannelNumber: Row] = [:]
    private var last: UInt64 = 0
    /// Opened since the last look.
    private var opened: [ChannelNumber] = []

    var count: Int { rows.count }
    var first: ChannelHandle? { rows.values.first?.handle }

    func number(of handle: ChannelHandle) -> ChannelNumber? { numbers[handle] }

    mutating func add(_ handle: ChannelHandle) {
        last += 1
        let number = ChannelNumber(last)
        numbers[handle] = number
        rows[number] = Row(handle: handle)
        opened.append(number)
    }

    /// Channels opened since the last call.
    mutating func takeOpened() -> [ChannelNumber] {
        defer { opened = [] }
        return opened
    }

    /// The channel's number, if nothing was started on it yet.
    mutating func start(_ handle: ChannelHandle) -> ChannelNumber? {
        guard let number = numbers[handle], let row = rows[number], !row.isStarted, !row.isClosing
        else { return nil }
        rows[number]?.isStarted = true
        return number
    }

    /// The channel's number, if a terminal may still be had for it.
    mutating func addTerminal(_ handle: ChannelHandle) -> ChannelNumber? {
        guard let number = numbers[handle], let row = rows[number], !row.isStarted,
            !row.hasTerminal, !row.isClosing
        else { return nil }
        rows[number]?.hasTerminal = true
        return number
    }

    func hasTerminal(_ number: ChannelNumber) -> Bool { rows[number]?.hasTerminal ?? false }

    /// The handle, while our side of the channel is open.
    func open(_ number: ChannelNumber) -> ChannelHandle? {
        rows[number].flatMap { $0.isClosing ? nil : $0.handle }
    }

    mutating func beginClosing(_ number: ChannelNumber) { rows[number]?.isClosing = true }

    mutating func remove(_ number: ChannelNumber) -> ChannelHandle? {
        guard let row = rows.removeValue(forKey: number) else { return nil }
        numbers[row.handle] = nil
        return row.handle
    }
}

extension ServerSession {
    /// The smallest maximum packet size, in bytes, that a channel of a peer may have. RFC 4253 wants
    /// every implementation to take packets of 32768. libssh 0.10 writes the size less 10 at a time: for
    /// a size of 10 that is nothing, for ever, and for less than 10 it is too much.
    package static let smallestPacket: UInt32 = 1024

    /// What the peer takes is known only once libssh has accepted the channel, after the callback.
    func takesPackets(_ channel: OpaquePointer) -> Bool {
        unsafe clibssh_peer_packet(channel) >= Self.smallestPacket
    }

    /// Closes what was opened with packets that are too small, before anything is written to it.
    func closeTooSmall() {
        for number in channels.takeOpened() {
            guard let channel = channels.open(number),
                unsafe !takesPackets(channel.pointer)
            else { continue }
            close(number)
            news.append(.tooSmallPackets(number))
        }
    }

    /// The most that is handed to libssh at a time: it buffers whatever it is given.
    package static let bytesPerRound = 32 * 1024

    /// Hands over what the peer's window takes, at most `bytesPerRound`; gives back how much that
    /// was. 0 while the window is shut or keys are being renewed, and on a closed channel.
    package func write(_ bytes: ArraySlice<UInt8>, to number: ChannelNumber) -> Int {
        guard let channel = channels.open(number), !bytes.isEmpty else { return 0 }
        let taken = unsafe bytes.prefix(Self.bytesPerRound).withUnsafeBytes { buffer in
            unsafe ssh_channel_write(channel.pointer, buffer.baseAddress, UInt32(buffer.count))
        }
        return max(0, Int(taken))
    }

    /// Ends our side: exit status, end of output, close. The channel counts against the limit until
    /// the peer has closed it too.
    package func finish(_ number: ChannelNumber, exit: UInt8) {
        guard let channel = channels.open(number) else { return }
        unsafe ssh_channel_request_send_exit_status(channel.pointer, Int32(exit))
        close(number)
    }

    /// Ends our side without a word.
    package func close(_ number: ChannelNumber) {
        guard let channel = channels.open(number) else { return }
        channels.beginClosing(number)
        // Two calls: when the first only gets as far as a buffer, closing gives up after it; the
        // second time the end of output counts as sent, and the close follows.
        unsafe ssh_channel_send_eof(channel.pointer)
        unsafe ssh_channel_close(channel.pointer)
    }

    /// Lets go of a channel that the peer has closed (which closes our side, where it is open).
    package func release(_ number: ChannelNumber) {
        guard let channel = channels.remove(number) else { return }
        unsafe ssh_channel_free(channel.pointer)
    }
}

func closeDescriptor(_ number: Int32) { _ = Glibc.close(number) }
