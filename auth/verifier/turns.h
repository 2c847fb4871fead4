/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose check runs next: few run at once, and no address keeps the others out. Pure: knows
 * neither checks nor processes nor time.
 */
#ifndef HF_AUTH_VERIFIER_TURNS_H
#define HF_AUTH_VERIFIER_TURNS_H

#include <stdbool.h>
#include <stddef.h>

enum { TURN_KEY_SIZE = 64 };

/* Embedded in what waits. */
struct turn {
    struct turn *next;
    char key[TURN_KEY_SIZE];
    bool running;
};

struct turns {
    struct turn *first; /* in the order of coming */
    unsigned running_most, waiting_most;
    unsigned n_running, n_waiting;
};

/*
 * What of an address is counted as one: an IPv4 address (also mapped into IPv6), the /64 of an
 * IPv6 address, any other text as it is, cut to fit.
 */
void turn_key(char key_r[TURN_KEY_SIZE], const char *address);

/*
 * Lets t, whose key is set, wait. Returns NULL, or the one that must go instead when too many
 * wait: the last that came of the key that has most waiting; it may be t. That one is no longer
 * in it.
 */
struct turn *turns_add(struct turns *all, struct turn *t);
/*
 * The one to start now, which then runs; NULL when none may. The key with the fewest running
 * comes first, among those the one that waits longest. One key runs at most half of
 * running_most, or 1.
 */
struct turn *turns_next(struct turns *all);
/* It is done, or waits no longer. Not in it: nothing happens. */
void turns_remove(struct turns *all, struct turn *t);

#endif
