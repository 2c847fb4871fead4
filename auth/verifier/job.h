/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A request that takes a child: from its coming until the child, and the PAM session that it
 * may hold, is gone. Knows how a child is started and heard; not when, and not the daemon.
 */
#ifndef HF_AUTH_VERIFIER_JOB_H
#define HF_AUTH_VERIFIER_JOB_H

#include <stdint.h>
#include <sys/types.h>

#include "auth/verifier/message.h"
#include "auth/verifier/turns.h"
#include "auth/verifier/worker.h"

enum job_state {
    JOB_WAITING,  /* for its turn */
    JOB_RUNNING,  /* its child has not answered */
    JOB_ANSWERED, /* its child has, or nobody waits for it any more; it ends */
    JOB_SESSION,  /* its child has, and holds a session */
    JOB_CLOSING,  /* the session is to end */
};

struct job {
    struct job *next;
    struct turn turn;
    enum job_state state;
    uint64_t due_ms;                 /* when patience ends; UINT64_MAX: never */
    struct bytes packet;             /* holds a password until the child has it */
    struct verifier_message request; /* points into it */
    const char *service;             /* of a CHECK; borrowed */
    pid_t pid;                       /* 0: there is no child */
    int channel;                     /* to the child, or -1 */
    bool late;                       /* it was killed for taking too long */
};

/* Copies a request that was parsed; it waits. address: see turn_key. */
struct job *job_new(const struct verifier_message *request, const char *service,
                    const char *address);
/* Wipes; takes NULL. Does not touch the child. */
void job_free(struct job **job);
/*
 * Starts the child; the rest of w is filled in. The parent's copy of the
 * password is wiped. forget(self, job) runs in the child first: it closes and wipes what is the
 * parent's. 0 or -errno.
 */
int job_start(struct job *job, struct worker *w,
              void (*forget)(void *self, const struct job *job), void *self);
/*
 * Takes the child's answer, if it is there, into buffer (VERIFIER_ANSWER_MOST) and sets the
 * state. Returns its length; 0 when none came, or one that this request cannot have.
 */
size_t job_take_answer(struct job *job, void *buffer);
/* Tells the child that its session ends. */
void job_close_session(struct job *job, uint64_t due_ms);

#endif
