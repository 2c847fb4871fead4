/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/job.h"
#include "auth/verifier/packet.h"
#include "base/alloc.h"
#include "base/secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void wipe(struct job *job)
{
    secret_wipe(job->packet.data, job->packet.len);
    bytes_clear(&job->packet);
}

struct job *job_new(const struct verifier_message *request, const char *service,
                    const char *address)
{
    struct job *job = ALLOC(struct job);
    const char *why;
    job->service = service;
    job->channel = -1;
    job->due_ms = UINT64_MAX;
    turn_key(job->turn.key, address);
    bytes_init(&job->packet, VERIFIER_REQUEST_MOST);
    /* All room at once: growing would leave copies of the password behind. */
    bytes_reserve(&job->packet, VERIFIER_REQUEST_MOST);
    if (verifier_message_write(request, &job->packet) < 0 ||
        verifier_message_parse(&job->request, job->packet.data, job->packet.len, &why) < 0)
        abort(); /* it has just been parsed */
    return job;
}

void job_free(struct job **at)
{
    struct job *job = *at;
    *at = NULL;
    if (!job)
        return;
    if (job->channel >= 0)
        close(job->channel);
    wipe(job);
    bytes_fini(&job->packet);
    free(job);
}

int job_start(struct job *job, struct worker *w,
              void (*forget)(void *self, const struct job *job), void *self)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return -errno;
    w->verifier = getpid();
    w->channel = pair[1];
    w->service = job->service;
    job->pid = fork();
    if (job->pid == 0) {
        forget(self, job);
        worker_run(w, &job->request);
    }
    int error = errno;
    close(pair[1]);
    wipe(job);
    if (job->pid < 0) {
        close(pair[0]);
        job->pid = 0;
        return -error;
    }
    job->channel = pair[0];
    job->state = JOB_RUNNING;
    return 0;
}

static bool fits(const struct job *job, const struct verifier_message *answer)
{
    uint8_t wanted = job->request.type == VERIFIER_CHECK ? VERIFIER_CHECKED : VERIFIER_NAMED;
    return answer->type == wanted && answer->id == job->request.id;
}

size_t job_take_answer(struct job *job, void *buffer)
{
    struct verifier_message answer;
    const char *why;
    if (job->channel < 0 || job->state != JOB_RUNNING)
        return 0;
    ssize_t n = packet_receive(job->channel, buffer, VERIFIER_ANSWER_MOST, MSG_DONTWAIT, NULL);
    if (n == -EAGAIN)
        return 0;
    if (n > 0 && verifier_message_parse(&answer, buffer, (size_t)n, &why) == 0 &&
        fits(job, &answer)) {
        bool session = answer.type == VERIFIER_CHECKED && answer.checked.session;
        job->state = session ? JOB_SESSION : JOB_ANSWERED;
        return (size_t)n;
    }
    close(job->channel);
    job->channel = -1;
    return 0;
}

void job_close_session(struct job *job, uint64_t due_ms)
{
    close(job->channel);
    job->channel = -1;
    job->state = JOB_CLOSING;
    job->due_ms = due_ms;
}
