/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All requests that take a child: few run at once, none for longer than its deadline. Knows no
 * daemon: answers go to a function as finished packets. One of these a process, which must be
 * single-threaded, reap nothing else, and be a subreaper (PR_SET_CHILD_SUBREAPER).
 */
#ifndef HF_AUTH_VERIFIER_JOBS_H
#define HF_AUTH_VERIFIER_JOBS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

#include "auth/verifier/job.h"

struct jobs {
    struct job *first;
    struct turns turns;
    const char *confdir;    /* see struct login_request; borrowed */
    uint32_t deadline_ms;   /* to wait for a turn, and again to run; for a session to close */
    uint32_t sessions_most; /* 0: checks open no session */
    struct rlimit files;    /* RLIMIT_NOFILE as children get it */
    void (*send)(void *self, const void *packet, size_t n); /* an answer */
    void *self;
    uint8_t buffer[VERIFIER_ANSWER_MOST];
};

/* Frees; children are left alone. */
void jobs_fini(struct jobs *all);
/*
 * Takes a request, CHECK or USER_NAME; service (borrowed) is the PAM service of a CHECK;
 * address says whose turn it uses. When too many wait, one of them is answered BUSY at once.
 * -EEXIST: the request's id is in use.
 */
int jobs_queue(struct jobs *all, const struct verifier_message *request, const char *service,
               const char *address, uint64_t now_ms);
/* Starts those whose turn it is. */
void jobs_start(struct jobs *all, uint64_t now_ms);
/* Answers for what is late and kills it. Returns when to call again; UINT64_MAX: never. */
uint64_t jobs_expire(struct jobs *all, uint64_t now_ms);
/* Sends the answers that children have ready. */
void jobs_pass_answers(struct jobs *all);
/*
 * Reaps children and kills what their modules left behind; answers for those that died without
 * a word. False when there are no children at all.
 */
bool jobs_reap(struct jobs *all);
/* Ends a session; an id without one is ignored: it may have just died. */
void jobs_end_session(struct jobs *all, uint32_t id, uint64_t now_ms);
/* Nobody waits any more: drops, kills, and lets sessions close until due_ms. */
void jobs_end(struct jobs *all, uint64_t due_ms);

#endif
