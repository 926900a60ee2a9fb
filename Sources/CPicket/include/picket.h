/* libpicket: shoot the other node in the head.
 *
 * Each call asks the appliance that /etc/picket/client.conf names (or the file in the environment's
 * PICKET_CLIENT_CONF), through the system's ssh, and gives back the appliance's exit code. See
 * picket(3). Safe in threads; blocks, and leaves the signals of the process alone. */
#ifndef PICKET_H
#define PICKET_H

#ifdef __cplusplus
extern "C" {
#endif

enum picket_code {
    PICKET_OK = 0,             /* done; of a shot: the node was read back as off */
    PICKET_FAILED = 1,         /* a feed reads on, and nothing can act any more: the node lives */
    PICKET_IN_DOUBT = 2,       /* take it for alive; ask with picket_result */
    PICKET_LOST = 3,           /* you were shot, or are about to be: stop writing */
    PICKET_PROBATION = 4,      /* you were shot, and nobody has vouched for you since */
    PICKET_NO_CONSENT = 5,     /* too few members wanted the same */
    PICKET_LOCKED = 6,         /* an operator's lock forbids it */
    PICKET_RATE = 7,           /* too many shots in too short a time */
    PICKET_STALE = 8,          /* the question is about a time that is gone */
    PICKET_WITHDRAWN = 9,      /* nothing was done */
    PICKET_NO_QUORUM = 10,     /* the appliance cannot decide now */
    PICKET_USAGE = 64,         /* a name that is none, or settings that cannot be used */
    PICKET_NOT_PERMITTED = 77, /* not yours to ask */
    PICKET_NO_ANSWER = 255     /* nobody answered: nothing may be concluded */
};

enum picket_power { PICKET_POWER_UNKNOWN = 0, PICKET_POWER_ON = 1, PICKET_POWER_OFF = 2 };

struct picket_verdict {
    int code;               /* as the function returned it */
    enum picket_power power; /* of picket_status; otherwise unknown */
    char id[65];            /* of picket_shoot_told: the request's id, for picket_result */
    char line[1024];        /* the appliance's line, or why there is none; cut where it is longer */
};

/* Does to the node what the site file says of it, off or reboot. PICKET_OK, and nothing else, means
 * that the node was off after this machine last saw it: the life that you lost sight of is over. */
int picket_shoot(const char *node);

/* The same, with the words. `told` may be a null pointer, here and below. */
int picket_shoot_told(const char *node, struct picket_verdict *told);

/* Reads the node's feeds anew. PICKET_OK: told->power says what they are. */
int picket_status(const char *node, struct picket_verdict *told);

/* May this node ask? PICKET_OK is no licence to take over anything. */
int picket_quorum(struct picket_verdict *told);

/* What became of the request with this id. */
int picket_result(const char *id, struct picket_verdict *told);

#ifdef __cplusplus
}
#endif

#endif
