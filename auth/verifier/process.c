/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/process.h"
#include "auth/verifier/packet.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/secret.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    GRACE_MS = 5000, /* for sessions to close, after the daemon's end */
    KILL_MS = 1000,  /* for killed children to go */
    REQUESTS_AT_ONCE = 32,
};

static uint64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void send_packet(void *self, const void *packet, size_t n)
{
    struct verifier_process *p = self;
    if (p->channel >= 0)
        packet_send(p->channel, packet, n, -1);
}

void verifier_process_answer(struct verifier_process *p, const struct verifier_message *m,
                             int passed)
{
    struct bytes out;
    bytes_init(&out, VERIFIER_ANSWER_MOST);
    /* All room at once: growing would leave copies of a key behind. */
    bytes_reserve(&out, VERIFIER_ANSWER_MOST);
    if (verifier_message_write(m, &out) == 0)
        packet_send(p->channel, out.data, out.len, passed);
    secret_wipe(out.data, out.len);
    bytes_fini(&out);
}

/* 1: one was handled; 0: there is none; -EPIPE: the daemon is gone; else -errno, logged. */
static int take_request(struct verifier_process *p)
{
    struct verifier_message m;
    const char *why = "too long, or with a descriptor";
    ssize_t n = packet_receive(p->channel, p->buffer, sizeof(p->buffer), MSG_DONTWAIT, NULL);
    if (n == -EAGAIN)
        return 0;
    if (n == 0 || n == -ECONNRESET)
        return -EPIPE;
    int err = n < 0 ? (int)n : verifier_message_parse(&m, p->buffer, (size_t)n, &why);
    if (err == 0)
        err = permit_handle(&p->permit, p, &m, &why);
    secret_wipe(p->buffer, sizeof(p->buffer));
    if (err < 0)
        log_error("verifier: a request was refused: %s", why);
    return err < 0 ? err : 1;
}

static int take_requests(struct verifier_process *p)
{
    int result = 1;
    for (int i = 0; i < REQUESTS_AT_ONCE && result > 0; i++)
        result = take_request(p);
    return result < 0 ? result : 0;
}

/* Waits for a request, an answer, a child's end or the next deadline. */
static void wait_for_news(const struct verifier_process *p, uint64_t next_ms,
                          const sigset_t *mask)
{
    nfds_t n = 1;
    for (const struct job *job = p->jobs.first; job; job = job->next)
        n++;
    struct pollfd *list = alloc_zero(n, sizeof(*list));
    list[0] = (struct pollfd){.fd = p->channel, .events = POLLIN};
    n = 1;
    for (const struct job *job = p->jobs.first; job; job = job->next) {
        if (job->state == JOB_RUNNING && job->channel >= 0)
            list[n++] = (struct pollfd){.fd = job->channel, .events = POLLIN};
    }
    uint64_t wait_ms = next_ms > p->now_ms ? next_ms - p->now_ms : 0;
    struct timespec wait = {(time_t)(wait_ms / 1000), (long)(wait_ms % 1000) * 1000000};
    ppoll(list, n, next_ms == UINT64_MAX ? NULL : &wait, mask);
    free(list);
}

/* One round of the loop. False when there are no children. */
static bool turn_round(struct verifier_process *p, uint64_t until_ms, const sigset_t *mask)
{
    p->now_ms = clock_ms();
    jobs_start(&p->jobs, p->now_ms);
    uint64_t next_ms = jobs_expire(&p->jobs, p->now_ms);
    wait_for_news(p, next_ms < until_ms ? next_ms : until_ms, mask);
    p->now_ms = clock_ms();
    jobs_pass_answers(&p->jobs);
    return jobs_reap(&p->jobs);
}

/* The daemon is gone: nobody waits for an answer; sessions may still close. */
static void end(struct verifier_process *p, const sigset_t *mask)
{
    uint64_t over_ms = p->now_ms + GRACE_MS + KILL_MS;
    close(p->channel);
    p->channel = -1;
    jobs_end(&p->jobs, p->now_ms + GRACE_MS);
    while (jobs_reap(&p->jobs) && p->now_ms < over_ms)
        turn_round(p, over_ms, mask);
}

static int serve(struct verifier_process *p, const sigset_t *mask)
{
    int result;
    do {
        turn_round(p, UINT64_MAX, mask);
        result = take_requests(p);
    } while (result == 0);
    end(p, mask);
    return result == -EPIPE ? 0 : result;
}

static void on_signal(int number)
{
    (void)number;
}

/*
 * SIGCHLD wakes the poll. Signals to end mean nothing, since the daemon's end is ours; a
 * handler, unlike SIG_IGN, is not passed on to programs that modules start.
 */
static void set_signals(sigset_t *mask_r)
{
    static const int handled[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGPIPE};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    sigemptyset(mask_r);
    for (size_t i = 0; i < sizeof(handled) / sizeof(handled[0]); i++)
        sigaction(handled[i], &action, NULL);
}

/* Each session holds a descriptor. */
static void raise_files(struct rlimit *before_r)
{
    getrlimit(RLIMIT_NOFILE, before_r);
    struct rlimit most = *before_r;
    most.rlim_cur = most.rlim_max;
    setrlimit(RLIMIT_NOFILE, &most);
}

static void free_rows(struct verifier_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++)
        free(rows->list[i].text);
    free(rows->list);
}

int verifier_process_run(int channel, const char *confdir)
{
    struct verifier_process *p = ALLOC(struct verifier_process);
    sigset_t mask;
    p->channel = channel;
    p->permit = (struct permit){verifier_permits, n_verifier_permits, PERMIT_SETUP, 0};
    p->jobs.confdir = confdir;
    p->jobs.send = send_packet;
    p->jobs.self = p;
    prctl(PR_SET_DUMPABLE,
          0); /* memory with passwords goes into no core file and no debugger */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    set_signals(&mask);
    raise_files(&p->jobs.files);
    int result = serve(p, &mask);
    jobs_fini(&p->jobs);
    free_rows(&p->services);
    free_rows(&p->keys);
    free_rows(&p->sockets);
    free(p);
    return result;
}
