// What the Glibc module of Swift does not show: Linux calls hidden behind _GNU_SOURCE, or declared
// in headers it leaves out. One-line wrappers, nothing else.
#ifndef PICKET_CLINUX_H
#define PICKET_CLINUX_H

#include <stdint.h>
#include <sys/types.h>

enum {
    CLINUX_EPOLLIN = 0x001,
    CLINUX_EPOLLOUT = 0x004,
    CLINUX_EPOLLERR = 0x008,
    CLINUX_EPOLLHUP = 0x010,
};

// epoll_event is packed on x86-64; Swift sees this plain pair instead.
typedef struct {
    uint32_t events;
    uint64_t tag;
} clinux_epoll_event;

int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int fd, uint32_t events, uint64_t tag);
int clinux_epoll_modify(int epoll, int fd, uint32_t events, uint64_t tag);
int clinux_epoll_remove(int epoll, int fd);
// At most 64 events a call.
int clinux_epoll_wait(int epoll, clinux_epoll_event *events, int capacity, int timeout_ms);

int clinux_eventfd(void);
int clinux_signalfd(const int *signals, int count);
int clinux_accept(int listener);
// Who made the other end of a local connection.
int clinux_peer_user(int fd, uint32_t *user);
// Of the calling thread alone: Linux keeps niceness per thread.
int clinux_nice_thread(int niceness);
// The calling thread does not take the processor from another one when it is woken.
int clinux_batch_thread(void);
int clinux_name_thread(const char *name);
// Of what was written to the file; does not wait for the disk.
void clinux_begin_writing_back(int fd);
// Bytes; UINT64_MAX where there is no limit.
int clinux_memory_lock_limit(uint64_t *bytes);
// What is used now and later, as it is used.
int clinux_lock_memory(void);
// A process by itself: its number may be given to another one after somebody has waited for it.
int clinux_pidfd_open(int process);
int clinux_pidfd_kill(int pidfd, int signal);
// 1 once it has ended: its exit status, or -1 where a signal ended it. 0 before that; -1 where somebody else
// has waited for it.
int clinux_pidfd_reap(int pidfd, int *status);
// NULL in a program that has more rights than its caller (secure_getenv(3)).
const char *clinux_secure_getenv(const char *name);
// A pseudo-terminal's master side, raw; its other side's path goes into `path`.
int clinux_open_pty(char *path, size_t capacity);

#endif
