/* fdatasync(2) on a disk that hangs: while HANGING_DISK.hangs is there, it does not come back, and
 * HANGING_DISK.waited-for says that somebody waits. To be preloaded. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int fdatasync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    const char *disk = getenv("HANGING_DISK");
    char hangs[4096], waited[4096];
    snprintf(hangs, sizeof hangs, "%s.hangs", disk ? disk : "");
    snprintf(waited, sizeof waited, "%s.waited-for", disk ? disk : "");
    while (disk && access(hangs, F_OK) == 0) {
        int mark = open(waited, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        if (mark >= 0) close(mark);
        usleep(2000);
    }
    return real(file);
}
