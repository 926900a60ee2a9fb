// One client of an SSH server, whoever's server it is: what the programs of this folder have in common.
#ifndef DOOR_H
#define DOOR_H

#include <libssh/libssh.h>
#include <stdbool.h>

/// The server's, on 127.0.0.1.
extern int port;
/// The folder of the private keys.
extern const char *keys;
/// Who everybody is at the door; NULL where everybody has the name of his key.
extern const char *everybody;

/// Milliseconds since the machine's start, as simulated switches write them in their logs.
double now(void);
void rest(double milliseconds);
/// The machine is shared: strangers run at nice 10, for it is not their arithmetic that is looked at.
void beStranger(void);

ssh_key key(const char *name);
ssh_session greeted(const char *user, const char *from);
/// NULL where it was not let in.
ssh_session entered(const char *user, ssh_key own, const char *from);
void leave(ssh_session session);

ssh_channel shell(ssh_session session);
/// Sends a line and reads to the END of its reply; -1 where there is none, else the exit status.
int ask(ssh_channel channel, const char *line);
/// Runs one command and hears it out: its exit status, or -1; its first `size - 1` bytes in `heard`. The
/// channel is still open.
ssh_channel asked(ssh_session session, const char *line, char *heard, size_t size, int *status);
void hangUp(ssh_channel channel);
/// Both; gives the exit status.
int run(ssh_session session, const char *line, char *heard, size_t size);

#endif
