/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines in the order of their names, found by bisection: the list that others walk stays in
 * that order at little cost, however many there are. */
#ifndef HF_SERVER_MACHINE_MACHINE_NAMES_H
#define HF_SERVER_MACHINE_MACHINE_NAMES_H

#include <stddef.h>

struct machine;

/* Of zeros: empty. */
struct machine_names {
    struct machine **in_order;
    size_t n, room;
};

/* NULL: no machine has this name. */
struct machine *machine_names_find(const struct machine_names *names, const char *name);
/* m, whose name no other has, comes in; sets its `next` and *first or the `next` of the one
 * before it. */
void machine_names_add(struct machine_names *names, struct machine *m, struct machine **first);
/* Takes out m, which is in it under the name that it has now; likewise. */
void machine_names_remove(struct machine_names *names, struct machine *m,
                          struct machine **first);
void machine_names_fini(struct machine_names *names);

#endif
