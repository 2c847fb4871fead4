/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A verifier as the daemon has one, on a loop of the test, with PAM services in a scratch
 * folder: each service runs one shell script to authenticate and, for sessions, another.
 */
#ifndef HF_TESTS_UNIT_AUTH_VERIFIER_STAND_H
#define HF_TESTS_UNIT_AUTH_VERIFIER_STAND_H

#include "server/verifier.h"
#include "tests/unit/auth/verifier/folder.h"

struct stand {
    struct folder folder;
    sd_event *loop;
    struct verifier *verifier;
    struct verifier_options options;       /* may be changed before stand_start */
    struct verifier_key_row keys[2];       /* folder/key, secret; folder/certificate */
    struct verifier_socket_row sockets[2]; /* the folder; folder/a.sock */
    struct folder_path paths[3];
};

/* What was asked, and the answer. */
struct asked {
    struct verifier_request *request;
    unsigned answers;
    struct verifier_answer answer; /* without borrowed members */
    char user[VERIFIER_USER_MOST + 1], first_group[64], content[64], why[128];
};

void stand_init(struct stand *s);
/*
 * Makes a service: `script` is the shell's, exit status 0 lets in. It has the password in the
 * variable password, and the folder as its working directory. session may be NULL.
 */
void stand_service(struct stand *s, const char *name, const char *script, const char *session);
/* The file, "" when there is none; holds until the next call. */
const char *stand_read(const struct stand *s, const char *name);
/* Starts the verifier with the services "right", "hang", "crash", "stray", "count" and "unix".
 */
void stand_start(struct stand *s);
/* Stops what was started and waits for its end. */
void stand_fini(struct stand *s);

void stand_check(struct stand *s, struct asked *a, const char *service, const char *user,
                 const char *password, const char *address);
/* The verifier_done of all: self is a struct asked. */
void stand_on_answer(void *self, const struct verifier_answer *answer);

/* Runs the loop until holds(self); the test fails when that takes far too long. */
void stand_run_until(struct stand *s, bool (*holds)(void *self), void *self);
/* Until each of the list of n has its answer; none has two. */
void stand_run_until_answered(struct stand *s, struct asked *list, size_t n);
/* Asks and waits for the answer. */
enum verifier_result stand_check_now(struct stand *s, const char *service, const char *user,
                                     const char *password);

#endif
