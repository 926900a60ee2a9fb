// What libssh tells about channels. Recorded by number; a pointer that is not in the table is a
// channel that was let go, on which libssh 0.10 may still call back, and is ignored.

internal import CLibSSH
internal import Glibc

extension ServerSession {
    func installChannelCallbacks() {
        let table = unsafe channelCallbacks
        unsafe table.pointee.size = MemoryLayout<ssh_channel_callbacks_struct>.size
        unsafe table.pointee.userdata = Unmanaged.passUnretained(self).toOpaque()
        unsafe table.pointee.channel_data_function = { _, channel, bytes, count, isError, me in
            let bytes = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(count))
            // All of it is taken, wanted or not: what is left would pile up in libssh's buffer.
            if isError == 0 { unsafe ServerSession.behind(me).received(bytes, on: channel) }
            return Int32(clamping: count)
        }
        unsafe table.pointee.channel_eof_function = { _, channel, me in
            unsafe ServerSession.behind(me).note(channel) { .inputEnded($0) }
        }
        unsafe table.pointee.channel_close_function = { _, channel, me in
            unsafe ServerSession.behind(me).note(channel) { .closed($0) }
        }
        unsafe table.pointee.channel_exec_request_function = { _, channel, command, me in
            unsafe ServerSession.behind(me).execute(channel, bytes(of: command))
        }
        unsafe table.pointee.channel_shell_request_function = { _, channel, me in
            unsafe ServerSession.behind(me).start(channel) { .shell($0) }
        }
        // A client that is refused a terminal goes on without one.
        unsafe table.pointee.channel_pty_request_function = {
            _, channel, name, columns, rows, _, _, me in
            let name = unsafe bytes(of: name)
            return unsafe ServerSession.behind(me).openTerminal(
                channel, name, Int(columns), Int(rows))
        }
        unsafe table.pointee.channel_pty_window_change_function = {
            _, channel, columns, rows, _, _, me in
            unsafe ServerSession.behind(me).resize(channel, Int(columns), Int(rows))
            return 0
        }
        // The rest is refused.
        unsafe table.pointee.channel_env_request_function = { _, _, _, _, me in
            unsafe ServerSession.behind(me).observe()
            return 1
        }
        unsafe table.pointee.channel_subsystem_request_function = { _, _, _, me in
            unsafe ServerSession.behind(me).observe()
            return 1
        }
    }

    /// Nil refuses the channel.
    func openChannel() -> OpaquePointer? {
        observe()
        guard login != nil, channels.count < bounds.channels,
            let channel = unsafe ssh_channel_new(session)
        else { return nil }
        guard unsafe ssh_add_channel_callbacks(channel, channelCallbacks) == SSH_OK else {
            unsafe ssh_channel_free(channel)
            return nil
        }
        channels.add(unsafe ChannelHandle(channel))
        return unsafe channel
    }

    private func received(_ bytes: UnsafeRawBufferPointer, on channel: OpaquePointer?) {
        guard unsafe !bytes.isEmpty else { return }
        let copy = unsafe Array(bytes)
        unsafe note(channel) { .input($0, copy) }
    }

    private func note(_ channel: OpaquePointer?, _ what: (ChannelNumber) -> SessionNews) {
        observe()
        guard let channel = unsafe channel,
            let number = channels.number(of: unsafe ChannelHandle(channel))
        else { return }
        news.append(what(number))
    }

    /// 0 accepts the request, -1 refuses it.
    private func openTerminal(
        _ channel: OpaquePointer?, _ name: [UInt8], _ columns: Int, _ rows: Int
    ) -> Int32 {
        observe()
        guard allowsTerminals, let channel = unsafe channel, unsafe takesPackets(channel),
            let number = channels.addTerminal(unsafe ChannelHandle(channel))
        else { return -1 }
        // Longer than any in terminfo: then it is none of them.
        let name = Array(name.prefix(64))
        news.append(.terminal(number, name: name, columns: columns, rows: rows))
        return 0
    }

    private func resize(_ channel: OpaquePointer?, _ columns: Int, _ rows: Int) {
        observe()
        guard let channel = unsafe channel,
            let number = channels.number(of: unsafe ChannelHandle(channel)),
            channels.hasTerminal(number)
        else { return }
        news.append(.resized(number, columns: columns, rows: rows))
    }

    /// libssh hands over the command up to its first zero. The packet's size tells whether that was
    /// all of it: half a command is another command.
    private func execute(_ channel: OpaquePointer?, _ command: [UInt8]) -> Int32 {
        // Type, channel, "exec", whether a reply is wanted, command (RFC 4254, section 6.5).
        let whole = UInt64(1 + 4 + (4 + 4) + 1 + 4 + command.count)
        if let length = payloadLength(), length != whole {
            observe()
            return 1
        }
        return unsafe start(channel) { .exec($0, command: command) }
    }

    /// 0 accepts the request, 1 refuses it.
    private func start(
        _ channel: OpaquePointer?, _ what: (ChannelNumber) -> SessionNews
    ) -> Int32 {
        observe()
        guard let channel = unsafe channel, unsafe takesPackets(channel),
            let number = channels.start(unsafe ChannelHandle(channel))
        else { return 1 }
        news.append(what(number))
        return 0
    }
}

private func bytes(of text: UnsafePointer<CChar>?) -> [UInt8] {
    guard let text = unsafe text else { return [] }
    return unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
}
