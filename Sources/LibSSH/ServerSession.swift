// One SSH connection, seen from the server.
//
// Callbacks record and do nothing else: libssh sends the "yes" to an exec request only after the
// callback has returned, and closing, freeing or polling inside one is where its use-after-frees
// live. What was recorded is acted upon after `drive` has returned.

internal import CLibSSH
internal import Glibc

/// Owner of a session, of its private event and of the callback tables that libssh keeps by pointer.
@safe
// @unchecked: driven by one thread at a time; it changes threads as a whole, through a mailbox.
package final class ServerSession: @unchecked Sendable {
    let session: OpaquePointer
    // A private event per session. With a shared one, a stranger's disconnect that is noticed while
    // another session writes makes libssh mark the *writing* session as failed.
    private let event: OpaquePointer
    // libssh keeps these by pointer, and calls through them until the session is freed.
    let serverCallbacks: UnsafeMutablePointer<ssh_server_callbacks_struct>
    let channelCallbacks: UnsafeMutablePointer<ssh_channel_callbacks_struct>
    private let counters: UnsafeMutablePointer<ssh_counter_struct>

    let judge: any KeyJudge
    let bounds: SessionBounds
    var channels = ChannelTable()
    var news: [SessionNews] = []

    /// Set once the peer has proved a known key; then the session is one of a principal.
    package internal(set) var login: Login?
    /// Attempts to log in that were refused and count.
    package internal(set) var refusedAttempts = 0
    /// The user name of the last attempt: a stranger's words, unchecked.
    package internal(set) var lastUserTried: String?
    /// The judge's words on the last key that it refused.
    package internal(set) var lastRefusal: String?
    var askedWithoutMethod = false
    /// What had come in when it was last looked at, and so the size of one packet that follows.
    var observed = ssh_counter_struct()
    /// Whether its channels may have terminals. Its owner says so when it knows whose they are.
    package var allowsTerminals = false

    /// Takes an accepted, connected socket, which must be non-blocking and without Nagle's delay
    /// (libssh sets neither on accepted sockets), and greets the peer. The socket is closed with
    /// the session, and also where this throws.
    package init(
        owning socket: Int32, bind: borrowing Bind, judge: any KeyJudge, bounds: SessionBounds
    ) throws(LibSSHError) {
        guard let event = unsafe ssh_event_new() else { preconditionFailure("out of memory") }
        do {
            unsafe session = try Self.accept(socket, bind)
        } catch {
            unsafe ssh_event_free(event)
            throw error
        }
        unsafe self.event = event
        self.judge = judge
        self.bounds = bounds
        unsafe serverCallbacks = .allocate(capacity: 1)
        unsafe serverCallbacks.initialize(to: ssh_server_callbacks_struct())
        unsafe channelCallbacks = .allocate(capacity: 1)
        unsafe channelCallbacks.initialize(to: ssh_channel_callbacks_struct())
        unsafe counters = .allocate(capacity: 2)
        unsafe counters.initialize(repeating: ssh_counter_struct(), count: 2)
        try greet()
    }

    deinit {
        unsafe ssh_event_remove_session(event, session)
        unsafe ssh_event_free(event)
        unsafe ssh_free(session)
        unsafe serverCallbacks.deallocate()
        unsafe channelCallbacks.deallocate()
        unsafe counters.deallocate()
    }

    package var descriptor: Int32 { unsafe ssh_get_fd(session) }

    /// All packets that came in. Grows whenever the peer says anything at all.
    package var packetsReceived: UInt64 { unsafe counters[1].in_packets }

    /// The kernel must say when the socket takes bytes again.
    package var wantsWritable: Bool { unsafe ssh_get_poll_flags(session) & SSH_WRITE_PENDING != 0 }

    /// libssh holds bytes that the socket has not taken. Giving it more would only make its buffer
    /// grow, without bound.
    package var isBacklogged: Bool { unsafe ssh_get_status(session) & SSH_WRITE_PENDING != 0 }

    /// Lets libssh read what is there (one buffer, 4 KB) and write what the socket takes. Never
    /// waits, except for its own arithmetic.
    package func drive() -> Pulse {
        observe()
        let code = unsafe ssh_event_dopoll(event, 0)
        closeTooSmall()
        let closed = unsafe ssh_get_status(session) & (SSH_CLOSED | SSH_CLOSED_ERROR)
        let isConnected = unsafe ssh_is_connected(session) != 0
        if code == SSH_ERROR || closed != 0 || !isConnected {
            return .gone(unsafe LibSSH.lastError(of: session))
        }
        return .alive
    }

    /// What is sent from here to `uncork` leaves as one (tcp(7), TCP_CORK), and the peer is woken once
    /// for all of it: libssh writes each packet by itself. After 200 ms it leaves in any case.
    package func cork() { setCork(1) }

    package func uncork() { setCork(0) }

    private func setCork(_ value: Int32) {
        var value = value
        // Of a connection that is gone, or none of TCP, there is nothing to hold together.
        _ = unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_CORK, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// From every callback: the next packet's size is what is counted beyond this.
    func observe() { unsafe observed = counters[1] }

    /// The payload of the packet that is being handled, in bytes; nil where others came before it
    /// that were not looked at.
    func payloadLength() -> UInt64? {
        let now = unsafe counters[1]
        guard now.in_packets == observed.in_packets + 1 else { return nil }
        return now.in_bytes - observed.in_bytes
    }

    /// What the callbacks have recorded since the last call.
    package func takeNews() -> [SessionNews] {
        defer { news = [] }
        return news
    }

    /// Asks the peer for a sign of life; any answer shows in `packetsReceived`. Does not wait.
    package func askForSignOfLife() {
        // libssh keeps the answer to the last question, and the next call only clears it, without
        // sending anything. Where the last question has no answer yet, no call sends, and none is
        // needed: that answer is still to come. A failure shows at the next `drive`.
        let before = unsafe counters[1].out_packets
        _ = unsafe ssh_send_keepalive(session)
        if unsafe counters[1].out_packets == before { _ = unsafe ssh_send_keepalive(session) }
    }

    /// Tells the peer why, as far as the socket takes it now, and closes the connection. After
    /// this the session only waits to be let go.
    package func disconnect(saying farewell: String) {
        channels = ChannelTable()
        // After each send libssh waits for the socket to be reported writable, and what it holds
        // back when it disconnects is lost, the farewell with it. So report that it is; if it is
        // not, nothing worse happens than that.
        unsafe ssh_set_fd_towrite(session)
        unsafe ssh_session_set_disconnect_message(session, farewell)
        unsafe ssh_disconnect(session)
    }
}

extension ServerSession {
    /// `ssh_bind_accept` would free the session's socket on failure and leave the pointer for
    /// `ssh_free` to free again. `ssh_bind_accept_fd` does not, but keeps the descriptor or not
    /// according to how far it came: the session's own descriptor says who closes it.
    private static func accept(
        _ socket: Int32, _ bind: borrowing Bind
    ) throws(LibSSHError) -> OpaquePointer {
        guard let session = unsafe ssh_new() else { preconditionFailure("out of memory") }
        unsafe ssh_set_blocking(session, 0)
        // "COMPRESSION no" would still offer zlib@openssh.com; these two take it away.
        unsafe ssh_options_set(session, SSH_OPTIONS_COMPRESSION_C_S, "none")
        unsafe ssh_options_set(session, SSH_OPTIONS_COMPRESSION_S_C, "none")
        if unsafe ssh_bind_accept_fd(bind.pointer, session, socket) == SSH_OK {
            return unsafe session
        }
        let error = LibSSHError("take a connection", saw: unsafe LibSSH.lastError(of: bind.pointer))
        let owned = unsafe ssh_get_fd(session) == socket
        unsafe ssh_free(session)
        if !owned { closeDescriptor(socket) }
        throw error
    }

    /// The order matters: callbacks before the first byte, and the first byte (which also installs
    /// libssh's own socket callbacks) before the session joins its event. From then on `drive` does
    /// everything. `ssh_handle_key_exchange` is called this one time only: as a loop it spins for
    /// ever when a client sends its authentication ahead (libssh 0.10).
    private func greet() throws(LibSSHError) {
        // The first counts what the socket carries, the second what the packets do.
        unsafe ssh_set_counters(session, counters, counters + 1)
        unsafe ssh_set_auth_methods(session, Int32(SSH_AUTH_METHOD_PUBLICKEY))
        installServerCallbacks()
        installChannelCallbacks()
        guard unsafe ssh_handle_key_exchange(session) != SSH_ERROR else {
            throw LibSSHError("greet a client", saw: unsafe LibSSH.lastError(of: session))
        }
        guard unsafe ssh_event_add_session(event, session) == SSH_OK else {
            throw LibSSHError("watch a session", saw: unsafe LibSSH.lastError(of: session))
        }
    }
}
