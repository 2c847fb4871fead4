/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * siege: a daemon with a synthetic machine, a good viewer that must go on seeing everything,
 * and what hostile clients do by hand, without a client library.
 */
#ifndef HF_TESTS_E2E_SIEGE_H
#define HF_TESTS_E2E_SIEGE_H

#include "tests/e2e/daemon.h"
#include "tests/e2e/look.h"

#define SIEGE_WIDTH_PX 320
#define SIEGE_HEIGHT_PX 200
#define SIEGE_MEMORY_KIB 65536 /* by which one client may make the daemon grow */

struct siege {
    struct trial *trial;
    struct daemon *daemon;
    char *address;
    struct client *witness; /* the good viewer */
};

/* Bytes of a message, and what they are. */
struct siege_bytes {
    const char *what, *bytes;
    size_t size;
};

#define SIEGE_BYTES(what, bytes)                                                               \
    {                                                                                          \
        what, bytes, sizeof(bytes) - 1                                                         \
    }

/* What a client sends one after the other until it is logged in and has chosen a pixel format.
 */
#define SIEGE_STAGES 5
extern const struct siege_bytes siege_stages[SIEGE_STAGES];

/* auth: more options of that section. */
struct siege siege_start(struct trial *trial, const char *auth);
/* Fails the test unless the witness gets a whole and right picture now. */
void siege_witness_is_well(struct siege *siege);
/* A connection without a word. */
int siege_connect(struct siege *siege);
/* Sends what the socket takes; the server may have closed. */
void siege_send(int fd, const void *data, size_t size);
/* Takes in what comes until the server closes, and closes. */
void siege_expect_close(struct siege *siege, int fd);

#endif
