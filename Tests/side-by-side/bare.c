// Nobody between: a client that speaks to the switch itself, as directly as can be. It has no door, no
// arbiter, no record, and no care: what it takes, this machine takes from everybody.
//
//     bare LINE
//
// Asked `open off 3` or `open on 3`, it wakes a BayTech with echo, types, enters when the echo is there, reads
// the table, and answers as asker.c does: when it began, microseconds, those of the processor, exit status, what
// came last. It knows `row N`, too.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static const char prompt[] = "RPC3-NC>";
static int line;

static double microseconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

/// False when it has not come within ten seconds, or too much else has.
static bool heard(const char *end) {
    char came[4096];
    size_t count = 0, length = strlen(end);
    struct pollfd awaited = {line, POLLIN, 0};
    while (count < sizeof came && poll(&awaited, 1, 10000) == 1) {
        ssize_t got = read(line, came + count, sizeof came - count);
        if (got <= 0) return false;
        count += (size_t)got;
        if (count >= length && memcmp(came + count - length, end, length) == 0) return true;
    }
    return false;
}

static bool answered(const char *said, const char *end) {
    return write(line, said, strlen(said)) == (ssize_t)strlen(said) && heard(end);
}

int main(int count, char **words) {
    struct termios terms;
    if (count != 2 || (line = open(words[1], O_RDWR | O_NOCTTY)) < 0 || tcgetattr(line, &terms) != 0) {
        fprintf(stderr, "usage: bare LINE\n");
        return 64;
    }
    cfmakeraw(&terms);
    tcsetattr(line, TCSANOW, &terms);
    char order[64];
    long unanswered = 0;
    while (fgets(order, sizeof order, stdin)) {
        order[strcspn(order, "\n")] = 0;
        if (sscanf(order, "row %ld", &unanswered) == 1) continue;
        const char *command = strchr(order, ' ') ? strchr(order, ' ') + 1 : order;
        double began = microseconds(CLOCK_BOOTTIME), used = microseconds(CLOCK_PROCESS_CPUTIME_ID);
        bool isDone = answered("\r", prompt) && answered(command, command) && answered("\r", prompt)
            && answered("status\r", prompt);
        printf("%.0f %.0f %.0f %d %s\n", began, microseconds(CLOCK_BOOTTIME) - began,
            microseconds(CLOCK_PROCESS_CPUTIME_ID) - used, isDone ? 0 : 1, isDone ? "OK" : "no answer");
        if (unanswered > 0) unanswered--;
        if (unanswered == 0) fflush(stdout);
    }
    return 0;
}
