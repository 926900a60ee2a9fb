// A cluster manager in C: asks whether it may, looks, shoots two nodes at once, and asks again.
// Prints a line for each answer: what was asked, the code, the power, the appliance's words.
#include <picket.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static pthread_mutex_t printing = PTHREAD_MUTEX_INITIALIZER;

static int say(const char *what, int code, const struct picket_verdict *told) {
    pthread_mutex_lock(&printing);
    printf("%s code=%d/%d power=%d line=%s\n", what, code, told->code, told->power, told->line);
    pthread_mutex_unlock(&printing);
    return code;
}

static void *shoot(void *node) {
    struct picket_verdict told;
    say(node, picket_shoot_told(node, &told), &told);
    struct picket_verdict result;
    say("result", picket_result(told.id, &result), &result);
    return NULL;
}

int main(int count, char **words) {
    struct picket_verdict told;
    if (count > 2) return say(words[1], picket_status(words[2], &told), &told);
    if (count > 1) return picket_shoot(words[1]);
    say("quorum", picket_quorum(&told), &told);
    say("status", picket_status("node2", &told), &told);
    pthread_t threads[2];
    char *nodes[2] = {"node2", "node3"};
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, shoot, nodes[i]);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    say("status", picket_status("node2", &told), &told);
    say("nobody", picket_shoot_told("node9", &told), &told);
    say("no-name", picket_shoot_told("node 2", &told), &told);
    say("null", picket_shoot_told(NULL, &told), &told);
    return picket_quorum(NULL);
}
