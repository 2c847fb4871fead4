/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verifier: hears one daemon, keeps what it was told at set-up, and ends with it. Its
 * requests are the permit table in requests.c.
 */
#ifndef HF_AUTH_VERIFIER_PROCESS_H
#define HF_AUTH_VERIFIER_PROCESS_H

#include "auth/verifier/jobs.h"
#include "auth/verifier/permit.h"

/* A path or name of the set-up, and its flag: secret, or folder. */
struct verifier_row {
    char *text;
    bool flag;
};

struct verifier_rows {
    struct verifier_row *list;
    size_t n;
};

struct verifier_process {
    int channel; /* to the daemon; -1: it is gone */
    struct permit permit;
    struct verifier_rows services, keys, sockets;
    struct jobs jobs;
    uint64_t now_ms;
    uint8_t buffer[VERIFIER_REQUEST_MOST];
};

/* The table of requests. */
extern const struct permit_row verifier_permits[];
extern const size_t n_verifier_permits;

/*
 * Serves the daemon behind `channel` until it is gone and all children are too. confdir: see
 * struct login_request. 0, or -errno when a request ended it (logged). The process must be
 * single-threaded, and its own.
 */
int verifier_process_run(int channel, const char *confdir);
/*
 * For requests.c: sends an answer, with a descriptor unless passed < 0. One that cannot be sent
 * is lost; that the daemon is gone is noticed elsewhere.
 */
void verifier_process_answer(struct verifier_process *p, const struct verifier_message *m,
                             int passed);

#endif
