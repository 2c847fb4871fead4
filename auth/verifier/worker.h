/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a child of the verifier does between fork and exit: answers one request. It may block,
 * crash or leak; nothing outlives it.
 */
#ifndef HF_AUTH_VERIFIER_WORKER_H
#define HF_AUTH_VERIFIER_WORKER_H

#include <stdbool.h>
#include <sys/types.h>

#include "auth/verifier/message.h"

struct worker {
    pid_t verifier;      /* the parent */
    int channel;         /* a packet socket: the answer goes out; its end ends a session */
    const char *service; /* CHECK: the PAM service */
    const char *confdir; /* see struct login_request */
    bool session;        /* CHECK: opens one */
};

/*
 * Runs in a fresh child: closes all descriptors but 0, 1, 2 and the channel. request is CHECK
 * or USER_NAME, in memory of its own, of which the password is wiped. Does not return.
 */
_Noreturn void worker_run(const struct worker *w, const struct verifier_message *request);

#endif
