// libssh's server side, as its own headers declare it. The guard keeps the pre-0.5 names out.
#define LIBSSH_LEGACY_0_4 1
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

// The beginning of libssh's channel, the same in 0.10, 0.11 and 0.12. No function of libssh tells the
// largest packet that the peer takes, and below some sizes libssh 0.10 writes for ever. Before it
// serves anybody the daemon compares this with a channel of its own (Sources/LibSSH/SelfTest.swift).
struct clibssh_channel {
    void *session;
    uint32_t local_channel;
    uint32_t local_window;
    int local_eof;
    uint32_t local_maxpacket;
    uint32_t remote_channel;
    uint32_t remote_window;
    int remote_eof;
    uint32_t remote_maxpacket;
};

/// The largest packet that the peer takes on this channel, in bytes.
static inline uint32_t clibssh_peer_packet(ssh_channel channel) {
    return ((const struct clibssh_channel *)(const void *)channel)->remote_maxpacket;
}

/// What `ssh_channel_window_size` tells too: to compare.
static inline uint32_t clibssh_peer_window(ssh_channel channel) {
    return ((const struct clibssh_channel *)(const void *)channel)->remote_window;
}

/// The largest packet that we take on this channel, in bytes.
static inline uint32_t clibssh_own_packet(ssh_channel channel) {
    return ((const struct clibssh_channel *)(const void *)channel)->local_maxpacket;
}
