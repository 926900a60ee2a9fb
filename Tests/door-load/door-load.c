// Load on a door, and what one node notices of it.
//
//     door-load PORT KEYS SECONDS IDLE SILENT FLOODERS SIGNERS
//     door-load PORT KEYS HANDSHAKES
//     door-load PORT KEYS crowd IDLE SILENT FLOODERS SIGNERS     until its standard input ends
//     door-load PORT KEYS asker NAME                             see asker.c
//
// KEYS is a directory with node1, node2 (to measure with), idle (for the idle sessions) and stranger; DOOR_USER
// in the environment is everybody's user name, where a server knows no other.
// IDLE sessions ask for the quorum every 5 s, or, if it is negative, say nothing at all; SILENT connections say nothing; FLOODERS connect and
// leave, in a loop; SIGNERS log in with a key that nobody knows, in a loop. Strangers come from
// 127.0.0.9 and run at nice 10: the machine is shared, and it is not their arithmetic that is looked
// at. Printed: latencies of `quorum` over an open session and over new connections from 127.0.0.2, in
// milliseconds, and the moments at which shots were asked for. The second form logs in, asks and leaves
// so many times, every tenth time with a key that nobody knows.
#define _GNU_SOURCE
#include "asker.h"
#include "door.h"
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static bool idlersAsk;
static atomic_int over, ready;
static atomic_long idleAnswers, idleFailures, floods, signatures, evicted;

// MARK: The crowd

struct share {
    int count;
    pthread_t thread;
};

static void *idle(void *argument) {
    struct share *share = argument;
    if (share->count == 0) {
        atomic_fetch_add(&ready, 1);
        return NULL;
    }
    ssh_key own = key("idle");
    ssh_session *sessions = calloc((size_t)share->count, sizeof *sessions);
    ssh_channel *channels = calloc((size_t)share->count, sizeof *channels);
    for (int i = 0; i < share->count; i++) {
        sessions[i] = entered("idle", own, "127.0.0.3");
        channels[i] = sessions[i] && idlersAsk ? shell(sessions[i]) : NULL;
        if (!(idlersAsk ? (void *)channels[i] : (void *)sessions[i]))
            atomic_fetch_add(&idleFailures, 1);
    }
    atomic_fetch_add(&ready, 1);
    while (!over) {
        double began = now();
        for (int i = 0; i < share->count && !over; i++) {
            if (!channels[i]) {
                rest(1);
                continue;
            }
            if (ask(channels[i], "quorum\n") == 0) atomic_fetch_add(&idleAnswers, 1);
            else atomic_fetch_add(&idleFailures, 1);
            double due = began + 5000.0 * (i + 1) / share->count;
            if (now() < due) rest(due - now());
        }
    }
    for (int i = 0; i < share->count; i++)
        if (sessions[i]) leave(sessions[i]);
    return NULL;
}

static int connection(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
    inet_pton(AF_INET, "127.0.0.9", &from.sin_addr);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    to.sin_port = htons((uint16_t)port);
    int one = 1;
    setsockopt(fd, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&from, sizeof from) == 0
        && connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

static void *silent(void *argument) {
    int count = *(int *)argument;
    int *open = malloc((size_t)count * sizeof *open);
    for (int i = 0; i < count; i++) open[i] = connection();
    while (!over) {
        for (int i = 0; i < count; i++) {
            char byte;
            while (open[i] >= 0 && recv(open[i], &byte, 1, MSG_DONTWAIT) > 0) {}
            if (open[i] >= 0 && recv(open[i], &byte, 1, MSG_DONTWAIT) != 0) continue;
            if (open[i] >= 0) close(open[i]);
            atomic_fetch_add(&evicted, 1);
            open[i] = connection();
        }
        rest(50);
    }
    return NULL;
}

static void *flooder(void *argument) {
    (void)argument;
    beStranger();
    while (!over) {
        int fd = connection();
        if (fd >= 0) close(fd);
        atomic_fetch_add(&floods, 1);
    }
    return NULL;
}

static void *signer(void *argument) {
    (void)argument;
    beStranger();
    ssh_key own = key("stranger");
    while (!over) {
        ssh_session session = greeted("node1", "127.0.0.9");
        if (!session) continue;
        while (!over && ssh_is_connected(session)) {
            int came = ssh_userauth_publickey(session, NULL, own);
            atomic_fetch_add(&signatures, 1);
            if (came != SSH_AUTH_DENIED) break;
        }
        leave(session);
    }
    return NULL;
}

// MARK: What is measured

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static void report(const char *what, double *times, int count, int asked) {
    if (count == 0) {
        printf("%s: 0 of %d\n", what, asked);
        return;
    }
    qsort(times, (size_t)count, sizeof *times, compare);
    printf("%s: %d of %d, p50 %.2f ms, p99 %.2f ms, max %.2f ms\n", what, count, asked,
        times[count / 2], times[count * 99 / 100], times[count - 1]);
}

static void measure(double seconds) {
    enum { most = 100000 };
    static double open[most], fresh[most];
    int openCount = 0, openAsked = 0, freshCount = 0, freshAsked = 0;
    ssh_key own = key("node1");
    ssh_session session = entered("node1", own, "127.0.0.2");
    ssh_channel channel = session ? shell(session) : NULL;
    if (!channel) {
        printf("the session to measure with did not come about\n");
        return;
    }
    double end = now() + seconds * 1e3, nextFresh = now() + 250;
    while (now() < end && openAsked < most) {
        double began = now();
        openAsked++;
        if (ask(channel, "quorum\n") == 0) open[openCount++] = now() - began;
        if (now() >= nextFresh && freshAsked < most) {
            nextFresh += 250;
            began = now();
            freshAsked++;
            ssh_session other = entered("node2", key("node2"), "127.0.0.2");
            ssh_channel one = other ? shell(other) : NULL;
            if (one && ask(one, "quorum\n") == 0) fresh[freshCount++] = now() - began;
            if (other) leave(other);
        }
        rest(15);
    }
    report("open session", open, openCount, openAsked);
    report("new connection", fresh, freshCount, freshAsked);
    struct timespec t;
    for (int i = 0; i < 20; i++) {
        clock_gettime(CLOCK_REALTIME, &t);
        printf("off asked at %ld.%03ld: ", (long)t.tv_sec, t.tv_nsec / 1000000);
        printf("%d\n", ask(channel, "off target\n"));
        ask(channel, "on target\n");
        ask(channel, "admit target\n");
    }
    leave(session);
}

// MARK: Coming and going

static atomic_long left, welcome, refused;

static void *visitor(void *argument) {
    (void)argument;
    ssh_key own = key("idle"), other = key("stranger");
    for (;;) {
        long number = atomic_fetch_sub(&left, 1);
        if (number <= 0) return NULL;
        bool isStranger = number % 10 == 0;
        ssh_session session = entered("idle", isStranger ? other : own, "127.0.0.3");
        ssh_channel channel = session ? shell(session) : NULL;
        if (channel && ask(channel, "quorum\n") == 0) atomic_fetch_add(&welcome, 1);
        else if (isStranger && !session) atomic_fetch_add(&refused, 1);
        if (session) leave(session);
    }
}

static void comeAndGo(long times) {
    pthread_t threads[4];
    left = times;
    double began = now();
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, visitor, NULL);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    printf("%ld handshakes in %.0f s: %ld answered, %ld refused as they should, %ld otherwise\n",
        times, (now() - began) / 1e3, welcome, refused, times - welcome - refused);
}

// MARK: From outside

static void crowd(int idlers, int mute, int flooders, int signers) {
    idlersAsk = idlers > 0;
    idlers = abs(idlers);
    static struct share shares[16];
    for (int i = 0; i < 16; i++) {
        shares[i].count = idlers / 16 + (i < idlers % 16);
        pthread_create(&shares[i].thread, NULL, idle, &shares[i]);
    }
    while (ready < 16) rest(20);
    printf("idle sessions: %ld of %d\n", idlers - atomic_load(&idleFailures), idlers);
    pthread_t thread;
    static int silentOnes;
    silentOnes = mute;
    if (mute > 0) pthread_create(&thread, NULL, silent, &silentOnes);
    for (int i = 0; i < flooders; i++) pthread_create(&thread, NULL, flooder, NULL);
    for (int i = 0; i < signers; i++) pthread_create(&thread, NULL, signer, NULL);
}

static void tell(double began) {
    double took = (now() - began) / 1e3;
    printf("meanwhile: %ld quorums of idle sessions, %ld failures; %.0f connections/s, "
        "%.0f signatures/s, %ld silent ones evicted\n",
        atomic_load(&idleAnswers), atomic_load(&idleFailures), atomic_load(&floods) / took,
        atomic_load(&signatures) / took, atomic_load(&evicted));
}

int main(int count, char **words) {
    if (count < 4) return 64;
    port = atoi(words[1]);
    keys = words[2];
    everybody = getenv("DOOR_USER");
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count == 5 && strcmp(words[3], "asker") == 0) answerOrders(words[4]);
    else if (count == 4) comeAndGo(atol(words[3]));
    else if (count == 8) {
        crowd(atoi(words[4]), atoi(words[5]), atoi(words[6]), atoi(words[7]));
        double began = now();
        if (strcmp(words[3], "crowd") == 0) {
            while (getchar() != EOF) {}
        } else {
            rest(1000);
            began = now();
            measure(atof(words[3]));
        }
        tell(began);
        over = 1;
    } else return 64;
    _exit(0);
}
