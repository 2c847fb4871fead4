/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One name and password that somebody gave, before the guard, the tickets and the verifier.
 * Knows no connection: whoever asked may be gone before the answer comes, and cancels then.
 */
#ifndef HF_SERVER_ACCESS_CHECK_H
#define HF_SERVER_ACCESS_CHECK_H

#include "server/access/access.h"

/* For the client, when the guard takes no attempt. */
#define CHECK_LOCKED_TEXT "too many failed logins: try again later"

struct check;

struct check_wish {
    struct guard_source source;
    const char *address; /* of the client without port, "": on this host; for PAM */
    const char *user;    /* NULL: what was given is no name; it fails as a wrong one does */
    const char *password;
    const char *machine; /* where it is to count; NULL: not known. Tickets for others do not */
};

struct check_answer {
    bool ok;
    const char *reason;           /* static, for the client, unless ok */
    const char *cause;            /* static, for the log, unless ok */
    const char *user;             /* who it is, after ok */
    struct verifier_bytes groups; /* names, each with its zero */
    uint32_t session;             /* of PAM, to be ended by verifier_end_session; 0: none */
    const struct ticket *ticket;  /* that was given as the password; NULL: none. Lent */
};

/* Never called before check_start has returned. What the answer points to holds during it. The
 * check is gone when it returns. */
typedef void check_done(void *self, const struct check_answer *answer);

/* All of the wish is copied. Never NULL. */
struct check *check_start(struct access *a, const struct check_wish *wish, check_done *done,
                          void *self);
/* done is not called any more. Leaves NULL behind, takes it. */
void check_cancel(struct check **check);

#endif
