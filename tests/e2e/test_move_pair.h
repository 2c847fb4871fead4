/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pair: a machine "web1" that can be moved between two QEMUs of this host, and the daemon that
 * serves it on unix:FOLDER/view to anybody. What the guest writes on its serial line goes on at
 * the QEMU where it is.
 */
#ifndef HF_TESTS_E2E_TEST_MOVE_PAIR_H
#define HF_TESTS_E2E_TEST_MOVE_PAIR_H

#include "tests/e2e/daemon.h"
#include "tests/e2e/guest.h"
#include "tests/e2e/look.h"

struct pair {
    struct trial *trial;
    struct daemon *daemon;
    struct guest *here;  /* where the machine is */
    struct guest *there; /* where it is going to be; NULL: nowhere */
    const char *display; /* the argument of -device */
    const char *id;      /* its id */
    const char *append;
    const char *const *kernel; /* another than tests/guest; NULL: that */
    char *address;
    unsigned started; /* QEMUs so far */
    unsigned moves;
    bool postcopy; /* of the destination that waits */
};

/* display: "VGA,id=vga". append: the guest's first commands. machine: more of its section, or
 * "".
 */
void pair_start(struct pair *pair, struct trial *trial, const char *display, const char *append,
                const char *machine);
/* The same with std VGA (id "vga") and another kernel, whose serial line is not read. kernel
 * lives as long as the pair. */
void pair_start_kernel(struct pair *pair, struct trial *trial, const char *const *kernel);
struct client *pair_look(struct pair *pair, const char *encodings);

/* Starts a QEMU that waits for the machine, until the daemon knows it. */
void pair_expect(struct pair *pair, bool postcopy);
/* Begins to move the machine there; with a limit in bytes a second (0: none). */
void pair_begin(struct pair *pair, long long limit);
/* Waits until query-migrate of where the machine was says one of these, "failed completed". */
void pair_wait_migration(struct pair *pair, const char *status);
/* It is there now: the source ends, unless keep_source; there becomes here. Returns the source.
 */
struct guest *pair_arrived(struct pair *pair, bool keep_source);
/* All of the above. */
void pair_move(struct pair *pair, bool postcopy);

/* Waits until the daemon has the machine at this QEMU, in this state. */
void pair_wait_active(struct pair *pair, const struct guest *guest, const char *state);
/* Waits until the daemon says this of the place of this QEMU. */
void pair_wait_place(struct pair *pair, const struct guest *guest, const char *state);

/* Stops the machine, waits until the viewer shows what QEMU says of the head, goes on. */
void pair_compare(struct pair *pair, struct client *client);
/* A member of the machine's JSON. */
json_t *pair_member(struct pair *pair, const char *name);

#endif
