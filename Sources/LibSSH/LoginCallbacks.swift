// What libssh asks before somebody is logged in.

internal import CLibSSH

extension ServerSession {
    func installServerCallbacks() {
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        // The size says which callbacks the table has; the macro that sets it is not visible here.
        unsafe serverCallbacks.pointee.size = MemoryLayout<ssh_server_callbacks_struct>.size
        unsafe serverCallbacks.pointee.userdata = me
        unsafe serverCallbacks.pointee.auth_pubkey_function = { _, user, key, state, me in
            let user = unsafe user.map { unsafe String(cString: $0) } ?? ""
            return unsafe ServerSession.behind(me).judge(user, key, Int32(state))
        }
        unsafe serverCallbacks.pointee.channel_open_request_session_function = { _, me in
            unsafe ServerSession.behind(me).openChannel()
        }
        // libssh looks up names and reads keytabs for GSSAPI even though it is not offered: with a
        // dead name server one packet of a stranger stopped everything for ten seconds. No
        // mechanism selected, no lookup.
        unsafe serverCallbacks.pointee.gssapi_select_oid_function = { _, user, _, _, me in
            let user = unsafe user.map { unsafe String(cString: $0) } ?? ""
            unsafe ServerSession.behind(me).refuse(user)
            return nil
        }
        unsafe ssh_set_server_callbacks(session, serverCallbacks)
        // Sees what no other callback takes: other methods of authentication, forwardings, unknown
        // requests. 1 asks for libssh's standard refusal.
        unsafe ssh_set_message_callback(
            session,
            { _, message, me in
                unsafe ServerSession.behind(me).see(message)
                return 1
            }, me)
    }

    static func behind(_ userdata: UnsafeMutableRawPointer?) -> ServerSession {
        guard let userdata = unsafe userdata else {
            preconditionFailure("libssh hands back the userdata that it was given")
        }
        return unsafe Unmanaged<ServerSession>.fromOpaque(userdata).takeUnretainedValue()
    }

    private func judge(_ user: String, _ key: OpaquePointer?, _ state: Int32) -> Int32 {
        guard login == nil, refusedAttempts < bounds.tries, let key = unsafe key,
            let offered = unsafe text(of: key)
        else { return refuse(user) }
        // The whole blob. Of a certificate libssh has checked what the peer signed, with the key
        // inside, and nothing else: the judge does the rest.
        switch judge.verdict(on: offered, of: user) {
        case .known: lastUserTried = user
        case .refused(let why):
            lastRefusal = why
            return refuse(user)
        }
        // Without a signature it is a question, whether the key would do; only a verified
        // signature is a login.
        if state == Int32(SSH_PUBLICKEY_STATE_NONE.rawValue) { return SSH_AUTH_SUCCESS.code }
        guard state == Int32(SSH_PUBLICKEY_STATE_VALID.rawValue) else { return refuse(user) }
        login = Login(user: user, key: offered)
        return SSH_AUTH_SUCCESS.code
    }

    private func text(of key: OpaquePointer) -> PublicKeyText? {
        do { return try unsafe PublicKeyText(of: key) } catch { return nil }
    }

    @discardableResult
    private func refuse(_ user: String) -> Int32 {
        lastUserTried = user
        refusedAttempts += 1
        return SSH_AUTH_DENIED.code
    }

    private func see(_ message: OpaquePointer?) {
        observe()
        guard unsafe ssh_message_type(message) == Int32(SSH_REQUEST_AUTH.rawValue) else { return }
        // Every client begins by asking without a method, to learn which there are: once is free.
        if unsafe ssh_message_subtype(message) == Int32(SSH_AUTH_METHOD_NONE), !askedWithoutMethod {
            askedWithoutMethod = true
            return
        }
        refusedAttempts += 1
    }
}

extension ssh_auth_e {
    /// As a callback returns it.
    var code: Int32 { Int32(rawValue) }
}
