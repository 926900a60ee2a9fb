// One client of an SSH server: it comes in, asks, and leaves. Every server is offered the same
// algorithms, those that both OpenSSH and Picket take first.
#define _GNU_SOURCE
#include "door.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int port;
const char *keys;
const char *everybody;

double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

void rest(double milliseconds) {
    struct timespec t = {(time_t)(milliseconds / 1e3), (long)(milliseconds * 1e6) % 1000000000};
    nanosleep(&t, NULL);
}

void beStranger(void) { setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 10); }

ssh_key key(const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", keys, name);
    ssh_key read = NULL;
    if (ssh_pki_import_privkey_file(path, NULL, NULL, NULL, &read) != SSH_OK) {
        fprintf(stderr, "no key %s\n", path);
        exit(1);
    }
    return read;
}

ssh_session greeted(const char *user, const char *from) {
    int no = 0, yes = 1;
    long patience = 20;
    ssh_session session = ssh_new();
    ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
    // Else two small packets in a row wait for an acknowledgement, 40 ms.
    ssh_options_set(session, SSH_OPTIONS_NODELAY, &yes);
    ssh_options_set(session, SSH_OPTIONS_HOST, "127.0.0.1");
    ssh_options_set(session, SSH_OPTIONS_PORT, &port);
    ssh_options_set(session, SSH_OPTIONS_USER, everybody ? everybody : user);
    ssh_options_set(session, SSH_OPTIONS_BINDADDR, from);
    ssh_options_set(session, SSH_OPTIONS_TIMEOUT, &patience);
    ssh_options_set(session, SSH_OPTIONS_KEY_EXCHANGE, "curve25519-sha256");
    ssh_options_set(session, SSH_OPTIONS_HOSTKEYS, "ssh-ed25519");
    ssh_options_set(session, SSH_OPTIONS_CIPHERS_C_S, "aes256-gcm@openssh.com");
    ssh_options_set(session, SSH_OPTIONS_CIPHERS_S_C, "aes256-gcm@openssh.com");
    if (ssh_connect(session) == SSH_OK) return session;
    ssh_free(session);
    return NULL;
}

void leave(ssh_session session) {
    ssh_disconnect(session);
    ssh_free(session);
}

ssh_session entered(const char *user, ssh_key own, const char *from) {
    ssh_session session = greeted(user, from);
    if (!session) return NULL;
    if (ssh_userauth_publickey(session, NULL, own) == SSH_AUTH_SUCCESS) return session;
    leave(session);
    return NULL;
}

ssh_channel shell(ssh_session session) {
    ssh_channel channel = ssh_channel_new(session);
    if (ssh_channel_open_session(channel) == SSH_OK
        && ssh_channel_request_shell(channel) == SSH_OK)
        return channel;
    return NULL;
}

int ask(ssh_channel channel, const char *line) {
    char heard[65536];
    size_t count = 0;
    if (ssh_channel_write(channel, line, (uint32_t)strlen(line)) < 0) return -1;
    while (count < sizeof heard - 1) {
        int got = ssh_channel_read_timeout(
            channel, heard + count, (uint32_t)(sizeof heard - 1 - count), 0, 60000);
        if (got <= 0) return -1;
        count += (size_t)got;
        heard[count] = 0;
        char *end = strstr(heard, "END exit=");
        if (end && strchr(end, '\n')) return atoi(end + 9);
    }
    return -1;
}

ssh_channel asked(ssh_session session, const char *line, char *heard, size_t size, int *status) {
    ssh_channel channel = ssh_channel_new(session);
    size_t count = 0;
    *status = -1;
    if (ssh_channel_open_session(channel) == SSH_OK
        && ssh_channel_request_exec(channel, line) == SSH_OK) {
        char more[16384];
        int got;
        while ((got = ssh_channel_read_timeout(channel, more, sizeof more, 0, 60000)) > 0) {
            size_t room = size - 1 - count;
            size_t taken = (size_t)got < room ? (size_t)got : room;
            memcpy(heard + count, more, taken);
            count += taken;
        }
        if (got == 0) *status = ssh_channel_get_exit_status(channel);
    }
    heard[count] = 0;
    return channel;
}

void hangUp(ssh_channel channel) {
    ssh_channel_close(channel);
    ssh_channel_free(channel);
}

int run(ssh_session session, const char *line, char *heard, size_t size) {
    int status;
    hangUp(asked(session, line, heard, size, &status));
    return status;
}
