/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which requests are let in when: a table of rows. What is in no row, comes in the wrong phase,
 * or again where once is enough, is refused, and the caller ends the connection. Pure: knows no
 * request.
 */
#ifndef HF_AUTH_VERIFIER_PERMIT_H
#define HF_AUTH_VERIFIER_PERMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct verifier_message;

enum permit_phase {
    PERMIT_SETUP = 1,   /* the daemon tells its configuration */
    PERMIT_SERVING = 2, /* the daemon hears the network: its word counts for little */
};

/*
 * Does what the message asks for. 0, or -errno with a static text in *why_r when it must end
 * the connection; a request that merely fails is answered and returns 0.
 */
typedef int permit_handler(void *self, const struct verifier_message *m, const char **why_r);

struct permit_row {
    uint8_t type;
    unsigned phases; /* enum permit_phase, or-ed */
    bool once;
    permit_handler *handle;
};

struct permit {
    const struct permit_row *rows; /* at most 64 */
    size_t n;
    enum permit_phase phase;
    uint64_t used; /* bit i: row i has been let in */
};

/* Lets a message in and calls its handler; returns what that returns. -EPERM: refused. */
int permit_handle(struct permit *p, void *self, const struct verifier_message *m,
                  const char **why_r);

#endif
