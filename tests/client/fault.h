/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fault: the first thing that went wrong on a connection, as an error number and a sentence.
 * Sticky: later faults are consequences and are dropped. Knows nothing of the protocol.
 */
#ifndef HF_TESTS_CLIENT_FAULT_H
#define HF_TESTS_CLIENT_FAULT_H

#include <stdbool.h>

struct client_fault {
    int error;     /* 0, or -errno: -EPROTO is a violation of the protocol by the server */
    char why[320]; /* empty while there is no fault */
};

/* Records a fault unless there is one already. error is negative, never 0. */
void client_fault_set(struct client_fault *fault, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Records a violation of the protocol by the server (-EPROTO). */
void client_fault_blame(struct client_fault *fault, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline bool client_fault_is(const struct client_fault *fault)
{
    return fault->error != 0;
}

#endif
