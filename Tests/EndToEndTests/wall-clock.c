// Moves the wall clock of the program that it is preloaded into, and no other clock, by the seconds
// that the file named in WALL_CLOCK_OFFSET holds at that moment.

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
    long result = syscall(SYS_clock_gettime, clock, now);
    if (result != 0 || clock != CLOCK_REALTIME)
        return (int)result;
    FILE *file = fopen(getenv("WALL_CLOCK_OFFSET"), "re");
    long offset = 0;
    if (file != NULL) {
        if (fscanf(file, "%ld", &offset) != 1)
            offset = 0;
        fclose(file);
    }
    now->tv_sec += offset;
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec precise;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *place)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (place != NULL)
        *place = now.tv_sec;
    return now.tv_sec;
}
