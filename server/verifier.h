/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's side of holdfast-verifier: questions go out, answers come back on the loop.
 * Knows no viewers, methods or machines. The verifier is started once, before privileges are
 * dropped and before anybody is heard; one that dies stays dead, and every question is then
 * answered so.
 */
#ifndef HF_SERVER_VERIFIER_H
#define HF_SERVER_VERIFIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "auth/verifier/message.h"

struct verifier;
struct verifier_request;

/* A key or certificate file that may be read again later. */
struct verifier_key_row {
    const char *path; /* absolute */
    bool secret;      /* refused when every user may read it */
};

/* A socket that may be connected to, or a folder of such. */
struct verifier_socket_row {
    const char *path; /* absolute */
    bool folder;
};

/* What the verifier is told once. All of it is copied; 0 and NULL take what the comments say.
 */
struct verifier_options {
    const char *program;         /* NULL: $HOLDFAST_VERIFIER, else the installed one */
    const char *confdir;         /* where PAM services lie; NULL: /etc/pam.d */
    const char *const *services; /* names of PAM services */
    size_t n_services;
    const struct verifier_key_row *keys;
    size_t n_keys;
    const struct verifier_socket_row *sockets;
    size_t n_sockets;
    uint32_t deadline_ms; /* for a check to wait, and again to run; 0: 15 s */
    uint32_t children;    /* checks at once; 0: 16. One address gets half of them */
    uint32_t waiting;     /* checks that wait; 0: 512 */
    uint32_t sessions;    /* PAM sessions at once; 0: checks open none */
};

/*
 * Starts the program and tells it the options; waits until it has agreed. Call it before the
 * loop runs. 0 with *v_r, which verifier_stop frees; or -errno with a static text in *why_r.
 */
int verifier_start(struct verifier **v_r, sd_event *loop,
                   const struct verifier_options *options, const char **why_r);
/* Whether it still answers. */
bool verifier_alive(const struct verifier *v);
/* Its process, for the log and for tests. */
pid_t verifier_pid(const struct verifier *v);
/*
 * Ends it: all requests are cancelled, PAM sessions are closed by the verifier, which then
 * exits by itself; it is not waited for. NULL is taken.
 */
void verifier_stop(struct verifier **v);

/*
 * An answer. Borrowed: it holds during the callback only. Which members count, by request:
 *   check      result; identity and session when it is VERIFIER_OK
 *   read_key   error, why, content (wiped after the callback)
 *   user_name  error, identity
 *   connect    error, why, fd (the callback's own when error is 0; non-blocking, close-on-exec)
 */
struct verifier_answer {
    enum verifier_result result;
    int error;       /* 0 or -errno; -EPIPE: the verifier is gone; -EBUSY: too many requests */
    const char *why; /* after an error, may be "": goes on from the path: "is not a socket" */
    struct verifier_identity identity;
    struct verifier_bytes content;
    uint32_t session; /* 0: none; else verifier_end_session must follow */
    int fd;
};

/*
 * Never called before the function that asked has returned; may call everything here. The
 * request is gone when it returns.
 */
typedef void verifier_done(void *self, const struct verifier_answer *answer);

/*
 * Asks PAM. service is one of the options'; user and password are copied, wiped when sent;
 * address is the client's without port, "" for one on this host. Texts over their limits
 * (message.h) are answered VERIFIER_WRONG. Never NULL: what goes wrong is said by the answer.
 */
struct verifier_request *verifier_check(struct verifier *v, const char *service,
                                        const char *user, const char *password,
                                        const char *address, verifier_done *done, void *self);
/* Reads the key of a row, an index into the options' keys, again. */
struct verifier_request *verifier_read_key(struct verifier *v, size_t row, verifier_done *done,
                                           void *self);
/* The name and groups of a uid of this host (SO_PEERCRED). */
struct verifier_request *verifier_user_name(struct verifier *v, uid_t uid, verifier_done *done,
                                            void *self);
/* Connects to the socket of a row, or to `name` in the folder of a row (dial.h has the rule).
 */
struct verifier_request *verifier_connect(struct verifier *v, size_t row, const char *name,
                                          verifier_done *done, void *self);
/*
 * Its answer is dropped, with the session or descriptor that it brings; done is not called. The
 * check itself goes on, so that leaving early hides no wrong guess from the modules that count
 * them. Leaves NULL behind, takes it.
 */
void verifier_cancel(struct verifier_request **request);
/* Ends the PAM session that an answer brought. 0 is taken. */
void verifier_end_session(struct verifier *v, uint32_t session);

#endif
