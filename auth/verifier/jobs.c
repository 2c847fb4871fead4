/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/jobs.h"
#include "auth/verifier/strays.h"
#include "base/log.h"
#include "base/secret.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static void drop(struct jobs *all, struct job *job)
{
    struct job **link = &all->first;
    while (*link != job)
        link = &(*link)->next;
    *link = job->next;
    turns_remove(&all->turns, &job->turn);
    job_free(&job);
}

/* Answers for a child that did not. */
static void answer_failure(struct jobs *all, const struct job *job, enum verifier_result result)
{
    static const uint8_t errors[VERIFIER_RESULTS] = {
        [VERIFIER_BUSY] = EBUSY, [VERIFIER_TIMEOUT] = ETIMEDOUT, [VERIFIER_CRASHED] = EIO};
    struct verifier_message m = {.id = job->request.id};
    struct bytes out;
    bytes_init(&out, VERIFIER_ANSWER_MOST);
    if (job->request.type == VERIFIER_CHECK) {
        m.type = VERIFIER_CHECKED;
        m.checked.result = (uint8_t)result;
    } else {
        m.type = VERIFIER_NAMED;
        m.named.error = errors[result];
    }
    verifier_message_write(&m, &out);
    all->send(all->self, out.data, out.len);
    bytes_fini(&out);
}

static struct job *job_of_turn(struct turn *t)
{
    return t ? (struct job *)((char *)t - offsetof(struct job, turn)) : NULL;
}

int jobs_queue(struct jobs *all, const struct verifier_message *request, const char *service,
               const char *address, uint64_t now_ms)
{
    for (const struct job *other = all->first; other; other = other->next) {
        if (other->request.id == request->id)
            return -EEXIST;
    }
    struct job *job = job_new(request, service, address);
    job->due_ms = now_ms + all->deadline_ms;
    job->next = all->first;
    all->first = job;
    struct job *loser = job_of_turn(turns_add(&all->turns, &job->turn));
    if (loser) {
        answer_failure(all, loser, VERIFIER_BUSY);
        drop(all, loser);
    }
    return 0;
}

/* In a child: other users' passwords, and limits that are the parent's. */
static void forget(void *self, const struct job *mine)
{
    struct jobs *all = self;
    for (struct job *job = all->first; job; job = job->next) {
        if (job != mine)
            secret_wipe(job->packet.data, job->packet.len);
    }
    setrlimit(RLIMIT_NOFILE, &all->files);
}

/* Whether a check may become a session, should all that run become one too. */
static bool has_room(const struct jobs *all, const struct job *next)
{
    uint32_t n = 0;
    for (const struct job *job = all->first; job; job = job->next)
        n += job->request.type == VERIFIER_CHECK && job->pid != 0;
    return next->request.type != VERIFIER_CHECK || !all->sessions_most ||
           n < all->sessions_most;
}

static void fail(struct jobs *all, struct job *job, enum verifier_result result,
                 const char *why)
{
    log_warning("verifier: a check could not be started: %s", why);
    answer_failure(all, job, result);
    drop(all, job);
}

static void start(struct jobs *all, struct job *job, uint64_t now_ms)
{
    struct worker w = {.confdir = all->confdir, .session = all->sessions_most > 0};
    if (!has_room(all, job)) {
        fail(all, job, VERIFIER_BUSY, "there are too many sessions");
        return;
    }
    job->due_ms = now_ms + all->deadline_ms;
    int err = job_start(job, &w, forget, all);
    if (err < 0)
        fail(all, job, VERIFIER_CRASHED, strerror(-err));
}

void jobs_start(struct jobs *all, uint64_t now_ms)
{
    struct job *job;
    while ((job = job_of_turn(turns_next(&all->turns))))
        start(all, job, now_ms);
}

static void expire(struct jobs *all, struct job *job)
{
    if (job->pid == 0) {
        answer_failure(all, job, VERIFIER_TIMEOUT);
        drop(all, job);
    } else {
        job->late = true;
        job->due_ms = UINT64_MAX;
        kill(job->pid, SIGKILL);
    }
}

uint64_t jobs_expire(struct jobs *all, uint64_t now_ms)
{
    uint64_t next_ms = UINT64_MAX;
    for (struct job *job = all->first, *next; job; job = next) {
        next = job->next;
        if (job->due_ms <= now_ms)
            expire(all, job);
        else if (job->due_ms < next_ms)
            next_ms = job->due_ms;
    }
    return next_ms;
}

/* The answer goes on as it is: it has been parsed. */
static void pass_answer(struct jobs *all, struct job *job)
{
    size_t n = job_take_answer(job, all->buffer);
    if (n)
        all->send(all->self, all->buffer, n);
    if (job->state == JOB_SESSION) {
        turns_remove(&all->turns, &job->turn);
        job->due_ms = UINT64_MAX;
    }
}

void jobs_pass_answers(struct jobs *all)
{
    for (struct job *job = all->first; job; job = job->next) {
        if (job->state == JOB_RUNNING)
            pass_answer(all, job);
    }
}

static void child_ended(struct jobs *all, struct job *job, int status)
{
    if (job->state == JOB_RUNNING)
        pass_answer(all, job);
    if (job->state == JOB_RUNNING && job->late) {
        log_warning("verifier: a check took too long and was ended");
        answer_failure(all, job, VERIFIER_TIMEOUT);
    } else if (job->state == JOB_RUNNING) {
        log_warning("verifier: a check died (%s %d)", WIFSIGNALED(status) ? "signal" : "status",
                    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        answer_failure(all, job, VERIFIER_CRASHED);
    } else if (job->state == JOB_SESSION) {
        log_warning("verifier: a PAM session died before its end");
    }
    drop(all, job);
}

static struct job *job_of_pid(const struct jobs *all, pid_t pid)
{
    struct job *job = all->first;
    while (job && job->pid != pid)
        job = job->next;
    return job;
}

static bool is_ours(void *self, pid_t pid)
{
    return job_of_pid(self, pid);
}

bool jobs_reap(struct jobs *all)
{
    bool any = false;
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct job *job = job_of_pid(all, pid);
        if (job)
            child_ended(all, job, status);
        any = true;
    }
    if (any)
        strays_kill(is_ours, all);
    return pid == 0;
}

void jobs_end_session(struct jobs *all, uint32_t id, uint64_t now_ms)
{
    for (struct job *job = all->first; job; job = job->next) {
        if (job->request.id == id && job->state == JOB_SESSION)
            job_close_session(job, now_ms + all->deadline_ms);
    }
}

void jobs_end(struct jobs *all, uint64_t due_ms)
{
    for (struct job *job = all->first, *next; job; job = next) {
        next = job->next;
        if (job->state == JOB_WAITING) {
            drop(all, job);
        } else if (job->state == JOB_SESSION) {
            job_close_session(job, due_ms);
        } else if (job->state != JOB_CLOSING) {
            job->state = JOB_ANSWERED;
            kill(job->pid, SIGKILL);
        } else if (job->due_ms > due_ms) {
            job->due_ms = due_ms;
        }
    }
}

void jobs_fini(struct jobs *all)
{
    while (all->first)
        drop(all, all->first);
}
