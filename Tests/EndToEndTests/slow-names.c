// A name service that does not answer: whoever asks it for the name of an address waits a minute and
// is told to try again.

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

int getnameinfo(const struct sockaddr *restrict address, socklen_t length, char *restrict host,
                socklen_t host_length, char *restrict service, socklen_t service_length, int flags)
{
    (void)address, (void)length, (void)host, (void)host_length;
    (void)service, (void)service_length, (void)flags;
    sleep(60);
    return EAI_AGAIN;
}

struct hostent *gethostbyaddr(const void *address, socklen_t length, int type)
{
    (void)address, (void)length, (void)type;
    sleep(60);
    return NULL;
}
