/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A viewer's login: from the first byte to ServerInit. It waits for one thing at a time, and
 * what it waits for besides bytes (a step of the method in the pool, a check, TLS) may come
 * back when the viewer is gone. Shared by the viewer's own files only: viewer_login.c the
 * stages, viewer_login_step.c what a method wants next, viewer_login_check.c names and
 * passwords, viewer_login_wrap.c encryption, viewer_login_machine.c which machine.
 */
#ifndef HF_SERVER_VIEWER_LOGIN_H
#define HF_SERVER_VIEWER_LOGIN_H

#include "auth/login_name.h"
#include "auth/offer.h"
#include "base/pool.h"
#include "server/access/check.h"
#include "server/viewer.h"

enum login_wait {
    LOGIN_READS,    /* for bytes */
    LOGIN_COMPUTES, /* a step of the method runs in the pool */
    LOGIN_CHECKS,   /* name and password are being checked */
    LOGIN_EMPTIES,  /* what is queued goes out before the stream is wrapped */
    LOGIN_SHAKES,   /* TLS */
    LOGIN_HOLDS,    /* the guard wants the verdict told later */
    LOGIN_NAMES,    /* the verifier is asked for the name of a uid */
};

/* What only the login's own files touch; it ends with ServerInit or with its viewer. */
struct login {
    struct viewer *viewer; /* NULL: gone while a job ran */
    enum login_wait wait;
    bool apple; /* the listener speaks the dialect of macOS */

    struct offer offer;
    struct auth_realm realm;
    struct auth_method *method;

    struct pool_job job; /* one step of the method, or of TLS */
    struct turns *turns;
    bool job_runs;                /* or waits for its turn */
    struct bytes job_in, job_out; /* the method's, while it runs */
    size_t job_used;              /* bytes of job_in that it is done with */

    enum auth_step step; /* the method's last word */
    struct auth_verdict verdict;

    struct stream *shaking; /* the stream in its handshake; the viewer has none then */
    int shaken;
    const char *shake_why;

    struct check *check;
    struct verifier_request *naming;
    struct login_name name; /* as typed */
    struct guard_source source;
    bool guarded;     /* an attempt of the method itself is underway */
    bool locked;      /* the guard took none */
    uint64_t hold_us; /* until its verdict is told */
    sd_event_source *hold;

    bool choice;                    /* it named no machine, and there are several for it */
    char *matched;                  /* the machine whose password it was, or NULL */
    char asked[AUTH_USER_MOST + 1]; /* for which machine TLS was asked for (SNI), or "" */
};

/* Runs `run` in the pool, then `done` here, which begins with login_job_over. */
void login_submit(struct viewer *v, void (*run)(struct pool_job *job, void *scratch),
                  void (*done)(struct pool_job *job));
/* The viewer that the job was for; NULL: it is gone, and so is the login. */
struct viewer *login_job_over(struct pool_job *job);
struct login *login_of_job(struct pool_job *job);

/* ---- viewer_login_step.c ---- */

/* Begins the type that was agreed on. */
void login_start_method(struct viewer *v);
/* The method's next step, with what has come; it may begin to wait for something. */
void login_feed_method(struct viewer *v, struct reader *in);
/* The verdict is in v->login: tells it. */
void login_conclude(struct viewer *v);
/* Who it is stands in the viewer: chooses the machine and lets it in, or refuses. */
void login_enter(struct viewer *v);

/* ---- viewer_login_check.c ---- */

/* The realm's passwords; self is the struct login. */
unsigned login_passwords(void *self, struct vnc_password *list_r);
/* Has the method's login checked; then feeds it on. */
void login_check(struct viewer *v);
/* Tells the verdict when the guard wants it told. */
void login_hold(struct viewer *v);
/* Ends the method's own attempt, if one is underway. */
void login_end_attempt(struct viewer *v, enum guard_outcome outcome);
/* Finds the name of the local user at the other end; then enters. */
void login_find_name(struct viewer *v);

/* ---- viewer_login_wrap.c ---- */

/* The queue is empty: wraps the stream as the method wishes, and feeds it on. */
void login_wrap(struct viewer *v);
/* The stream in its handshake is ready for the next step. */
void login_shake(struct viewer *v);

/* ---- viewer_login_machine.c ---- */

/* "web1:1" is head 1 of web1, unless a machine bears that name whole. NULL: there is none. */
struct machine *login_find_machine(struct server *s, const char *name, int *head_r);
/*
 * After its verdict: what proves nothing but for one machine (a ticket, a machine's password,
 * coming to its port without a name) is good for that one only. ticket may be NULL.
 */
void login_bind(struct viewer *v, const struct ticket *ticket);
/*
 * The machine that the viewer gets, with its head in v->head and its role in v->role; NULL with
 * a text for the client. Machines that it may not see are as if there were none.
 */
struct machine *login_choose_machine(struct viewer *v, const char **why_r);

#endif
