// Orders on the standard input, carried out at a door and timed: asker.c.
#ifndef ASKER_H
#define ASKER_H

/// Until the input ends. `name` is the key's.
void answerOrders(const char *name);

#endif
