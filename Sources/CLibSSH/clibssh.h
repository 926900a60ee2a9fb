// libssh's server side, as its own headers declare it. The guard keeps the pre-0.5 names out.
#define LIBSSH_LEGACY_0_4 1
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
