// Asks a server what it is told to ask, one order after the other, and says how long each took. Whoever
// compares servers has one of these at each, and lets them take turns.
//
//     fresh LINE            a new connection, login, LINE, its exit status; then it leaves
//     open LINE             LINE over a connection that stays open, which the first such order opens
//     many N THREADS LINE   N times `fresh`, by so many at once
//     hold N                so many further sessions are open from then on that say nothing
//     row N                 the next N orders are answered when all of them are done: nobody else has to be
//                           awake between them
//
// Answers: the microsecond since the machine's start in which it began, microseconds that it took, microseconds
// of the processor in this program, exit status (of `many` and `hold`: how many went well), and for `fresh` and
// `open` the first line that was heard. It comes from 127.0.0.2.
#include "asker.h"
#include "door.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { mostHeld = 4096, longestLine = 4096 };
static const char *const from = "127.0.0.2";
static const char *name, *many;
static ssh_key own;
static ssh_session lasting, held[mostHeld];
static int heldCount;
static atomic_long left, well;

static struct moment { double time, processor; } began, ended;

static double processor(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void begin(void) {
    began.processor = processor();
    began.time = now();
}

static void end(void) {
    ended.time = now();
    ended.processor = processor();
}

static void tell(long result, const char *heard) {
    printf("%.0f %.0f %.0f %ld %.*s\n", began.time * 1e3, (ended.time - began.time) * 1e3,
           (ended.processor - began.processor) * 1e3, result, (int)strcspn(heard, "\r\n"), heard);
}

/// The answer is timed, the farewell is not: neither the channel's nor the session's.
static void fresh(const char *line) {
    char heard[longestLine] = "";
    int status = -1;
    begin();
    ssh_session session = entered(name, own, from);
    ssh_channel channel = session ? asked(session, line, heard, sizeof heard, &status) : NULL;
    end();
    if (channel) hangUp(channel);
    tell(status, heard);
    if (session) leave(session);
}

static void open(const char *line) {
    char heard[longestLine] = "";
    int status = -1;
    if (!lasting) lasting = entered(name, own, from);
    begin();
    ssh_channel channel = lasting ? asked(lasting, line, heard, sizeof heard, &status) : NULL;
    end();
    if (channel) hangUp(channel);
    tell(status, heard);
}

static void *visitor(void *nothing) {
    (void)nothing;
    // libssh counts references to a key without a lock.
    ssh_key mine = key(name);
    while (atomic_fetch_sub(&left, 1) > 0) {
        char heard[longestLine];
        ssh_session session = entered(name, mine, from);
        if (session && run(session, many, heard, sizeof heard) == 0) atomic_fetch_add(&well, 1);
        if (session) leave(session);
    }
    ssh_key_free(mine);
    return NULL;
}

static void several(long count, int threads, const char *line) {
    pthread_t visitors[64];
    if (threads > 64) threads = 64;
    many = line;
    left = count;
    well = 0;
    begin();
    for (int i = 0; i < threads; i++) pthread_create(&visitors[i], NULL, visitor, NULL);
    for (int i = 0; i < threads; i++) pthread_join(visitors[i], NULL);
    end();
    tell(well, "");
}

static void hold(int count) {
    begin();
    int before = heldCount;
    while (heldCount - before < count && heldCount < mostHeld) {
        ssh_session session = entered(name, own, from);
        if (!session) break;
        held[heldCount++] = session;
    }
    end();
    tell(heldCount - before, "");
}

void answerOrders(const char *keyName) {
    char order[longestLine];
    long unanswered = 0;
    name = keyName;
    own = key(name);
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    while (fgets(order, sizeof order, stdin)) {
        order[strcspn(order, "\n")] = 0;
        long count;
        int threads, words = 0;
        if (strncmp(order, "fresh ", 6) == 0) fresh(order + 6);
        else if (strncmp(order, "open ", 5) == 0) open(order + 5);
        else if (sscanf(order, "many %ld %d %n", &count, &threads, &words) == 2 && words)
            several(count, threads, order + words);
        else if (sscanf(order, "hold %ld", &count) == 1) hold((int)count);
        else if (sscanf(order, "row %ld", &count) == 1) unanswered = count + 1;
        else {
            fprintf(stderr, "no such order: %s\n", order);
            exit(64);
        }
        if (unanswered > 0) unanswered--;
        if (unanswered == 0) fflush(stdout);
    }
}
