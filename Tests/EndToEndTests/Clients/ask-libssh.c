// A client on libssh's own client side: `ask-libssh PORT KEY USER [LINE]`. With a line it executes
// it; without one it opens a shell and passes on its standard input, line by line.
#include <libssh/libssh.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(ssh_session session, const char *what) {
    fprintf(stderr, "%s: %s\n", what, ssh_get_error(session));
    exit(255);
}

static void copy(ssh_channel channel) {
    char bytes[4096];
    int count;
    while ((count = ssh_channel_read(channel, bytes, sizeof bytes, 0)) > 0) {
        fwrite(bytes, 1, (size_t)count, stdout);
        fflush(stdout);
    }
}

int main(int count, char **words) {
    if (count < 4) return 64;
    int port = atoi(words[1]);
    int no = 0;
    ssh_session session = ssh_new();
    ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
    ssh_options_set(session, SSH_OPTIONS_HOST, "127.0.0.1");
    ssh_options_set(session, SSH_OPTIONS_PORT, &port);
    ssh_options_set(session, SSH_OPTIONS_USER, words[3]);
    if (ssh_connect(session) != SSH_OK) fail(session, "connect");
    ssh_key key = NULL;
    if (ssh_pki_import_privkey_file(words[2], NULL, NULL, NULL, &key) != SSH_OK) return 255;
    if (ssh_userauth_publickey(session, NULL, key) != SSH_AUTH_SUCCESS) fail(session, "login");
    ssh_channel channel = ssh_channel_new(session);
    if (ssh_channel_open_session(channel) != SSH_OK) fail(session, "channel");
    if (count > 4) {
        if (ssh_channel_request_exec(channel, words[4]) != SSH_OK) fail(session, "exec");
    } else {
        if (ssh_channel_request_shell(channel) != SSH_OK) fail(session, "shell");
        char line[4096];
        while (fgets(line, sizeof line, stdin))
            ssh_channel_write(channel, line, (uint32_t)strlen(line));
    }
    ssh_channel_send_eof(channel);
    copy(channel);
    int status = ssh_channel_get_exit_status(channel);
    ssh_key_free(key);
    ssh_disconnect(session);
    ssh_free(session);
    return status < 0 ? 255 : status;
}
