// What must be true of the libssh that was found, tried out before anybody may come in: its version
// does not tell which faults a distribution has mended in it.
//
// A client of libssh's own talks with a session of ours over two socket pairs, and every byte passes
// through here:
//
//     client ⇄ outer socket pair ⇄ this loop ⇄ inner socket pair ⇄ ServerSession
//
// Once a channel is open, the shim's idea of libssh's memory is compared with what libssh says. Then one
// bit of the next packet is turned over: a session that goes on after that does not check the tags of
// AES-GCM (CVE-2026-59847), and anybody on the wire could change what a node asks.

internal import CLibSSH
internal import Glibc

extension LibSSH {
    /// Throws where this libssh must not be used. Takes some milliseconds, five seconds at most.
    package static func testItself() throws(LibSSHError) {
        beSilentInThisThread()
        let key = try HostKey()
        let test = try SelfTest(key)
        try test.logIn(with: key)
        try test.openChannel()
        try test.turnOneBit()
    }
}

private struct EveryKey: KeyJudge {
    func verdict(on key: PublicKeyText, of user: String) -> KeyVerdict { .known }
}

@safe
private final class SelfTest {
    private let client: OpaquePointer
    private var channel: OpaquePointer?
    private let server: ServerSession
    /// Our ends of the two pairs, and the client's own.
    private let outer: Int32
    private let inner: Int32
    private let far: Int32
    private var news: [SessionNews] = []
    private var gone: String?
    private var turnsBit = false

    /// Rounds of at most 10 ms.
    private static let rounds = 500

    init(_ key: HostKey) throws(LibSSHError) {
        (outer, far) = try Self.pair()
        let (inner, near) = try Self.pair()
        self.inner = inner
        server = try ServerSession(
            owning: near, bind: Bind(hostKeys: [key]), judge: EveryKey(),
            bounds: SessionBounds(tries: 6, channels: 1))
        guard let made = unsafe ssh_new() else { preconditionFailure("out of memory") }
        unsafe client = made
        var no: Int32 = 0
        var socket = far
        unsafe ssh_options_set(client, SSH_OPTIONS_PROCESS_CONFIG, &no)
        unsafe ssh_options_set(client, SSH_OPTIONS_HOST, "picket")
        unsafe ssh_options_set(client, SSH_OPTIONS_USER, "picket")
        unsafe ssh_options_set(client, SSH_OPTIONS_FD, &socket)
        unsafe ssh_options_set(client, SSH_OPTIONS_CIPHERS_C_S, "aes256-gcm@openssh.com")
        unsafe ssh_options_set(client, SSH_OPTIONS_CIPHERS_S_C, "aes256-gcm@openssh.com")
        unsafe ssh_set_blocking(client, 0)
    }

    deinit {
        unsafe ssh_free(client)
        closeDescriptor(outer)
        closeDescriptor(inner)
    }

    func logIn(with key: HostKey) throws(LibSSHError) {
        try until("connect") { unsafe ssh_connect(client) == SSH_OK }
        guard let copy = unsafe key.copy() else { preconditionFailure("out of memory") }
        defer { unsafe ssh_key_free(copy) }
        try until("log in") {
            unsafe ssh_userauth_publickey(client, nil, copy) == SSH_AUTH_SUCCESS.code
        }
    }

    func openChannel() throws(LibSSHError) {
        let own = unsafe ssh_channel_new(client)
        unsafe channel = own
        try until("open a channel") { unsafe ssh_channel_open_session(own) == SSH_OK }
        guard let its = unsafe server.onlyChannel, let own = unsafe own else {
            throw problem("open a channel", "there is none")
        }
        // RFC 4253 names 32768, which is what every version of libssh's client takes.
        guard unsafe clibssh_peer_packet(its) == 32768, unsafe clibssh_own_packet(own) == 32768,
            unsafe clibssh_peer_window(its) == ssh_channel_window_size(its)
        else {
            throw problem(
                "read the packet size of a channel",
                "this version keeps it elsewhere: Picket has to be built for it")
        }
    }

    func turnOneBit() throws(LibSSHError) {
        let own = unsafe channel
        pump()
        turnsBit = true
        // Its answer never comes: what counts is whether the server takes the packet.
        _ = unsafe ssh_channel_request_exec(own, "picket")
        try until("notice a changed packet") { gone != nil || !news.isEmpty }
        guard gone != nil, news.isEmpty else {
            throw problem(
                "notice a changed packet",
                "it does not check the tags of AES-GCM (CVE-2026-59847): anybody on the wire could "
                    + "change a request. Install libssh-4 0.10.6-0+deb12u3 or later, from Debian's "
                    + "security suite")
        }
    }

    // MARK: The wire

    private func until(_ what: String, _ done: () -> Bool) throws(LibSSHError) {
        for _ in 0..<Self.rounds {
            if done() { return }
            pump()
        }
        throw problem(what, unsafe LibSSH.lastError(of: client))
    }

    /// Carries what is there, drives the server, and waits a little where there was nothing.
    private func pump() {
        let toServer = carry(from: outer, to: inner)
        if case .gone(let why) = server.drive(), gone == nil { gone = why }
        news += server.takeNews()
        let toClient = carry(from: inner, to: outer)
        guard !toServer, !toClient, gone == nil else { return }
        var wanted = [
            pollfd(fd: outer, events: Int16(POLLIN), revents: 0),
            pollfd(fd: inner, events: Int16(POLLIN), revents: 0),
        ]
        _ = unsafe poll(&wanted, 2, 10)
    }

    private func carry(from: Int32, to: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = unsafe read(from, &bytes, bytes.count)
        guard count > 0 else { return false }
        // The last byte of a packet is one of its tag.
        if turnsBit, from == outer { bytes[count - 1] ^= 1 }
        _ = unsafe send(to, bytes, count, Int32(MSG_NOSIGNAL))
        return true
    }

    private func problem(_ what: String, _ saw: String) -> LibSSHError {
        LibSSHError("libssh \(LibSSH.version) cannot be used: \(what)", saw: saw)
    }

    private static func pair() throws(LibSSHError) -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw LibSSHError("make a socket pair", saw: "error \(errno)")
        }
        return (ends[0], ends[1])
    }
}

extension ServerSession {
    /// Of a session with one channel.
    fileprivate var onlyChannel: OpaquePointer? { unsafe channels.first.map { unsafe $0.pointer } }
}
