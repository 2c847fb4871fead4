/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/verifier_link.h"
#include "auth/verifier/packet.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWERS_AT_ONCE = 32 };

/* A packet that the socket had no room for. */
struct verifier_unsent {
    struct verifier_unsent *next;
    struct bytes packet;
};

static void drop_first(struct verifier_link *l)
{
    struct verifier_unsent *first = l->unsent;
    l->unsent = first->next;
    secret_wipe(first->packet.data, first->packet.cap);
    bytes_fini(&first->packet);
    free(first);
}

void verifier_link_close(struct verifier_link *l)
{
    l->io = sd_event_source_disable_unref(l->io);
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
    while (l->unsent)
        drop_first(l);
}

static void lose(struct verifier_link *l, const char *why)
{
    if (l->fd < 0)
        return;
    verifier_link_close(l);
    l->handler->lost(l->self, why);
}

static void flush(struct verifier_link *l)
{
    int result = 0;
    while (l->unsent && result == 0) {
        result = packet_send(l->fd, l->unsent->packet.data, l->unsent->packet.len, -1);
        if (result == 0)
            drop_first(l);
    }
    /* A broken socket is noticed by reading. */
    bool wait = l->unsent && result == -EAGAIN;
    sd_event_source_set_io_events(l->io, wait ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

int verifier_link_send(struct verifier_link *l, const struct verifier_message *m)
{
    struct verifier_unsent *last = ALLOC(struct verifier_unsent), **link = &l->unsent;
    while (*link)
        link = &(*link)->next;
    *link = last;
    bytes_init(&last->packet, VERIFIER_REQUEST_MOST);
    /* All room at once: growing would leave copies of the password behind. */
    bytes_reserve(&last->packet, VERIFIER_REQUEST_MOST);
    int result = l->fd < 0 ? -EPIPE : verifier_message_write(m, &last->packet);
    if (result == 0) {
        flush(l);
        return 0;
    }
    *link = NULL;
    secret_wipe(last->packet.data, last->packet.cap);
    bytes_fini(&last->packet);
    free(last);
    return result;
}

static void take_packet(struct verifier_link *l, size_t n, int passed)
{
    struct verifier_message m;
    const char *why;
    int result = verifier_message_parse(&m, l->buffer, n, &why);
    if (result == 0)
        result = l->handler->answer(l->self, &m, passed);
    secret_wipe(l->buffer, n);
    if (result == 0)
        return;
    if (passed >= 0)
        close(passed);
    lose(l, "it sent what nobody asked for");
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *self)
{
    struct verifier_link *l = self;
    (void)source;
    if (events & EPOLLOUT)
        flush(l);
    for (int i = 0; i < ANSWERS_AT_ONCE && l->fd >= 0; i++) {
        int passed;
        ssize_t n = packet_receive(fd, l->buffer, sizeof(l->buffer), MSG_DONTWAIT, &passed);
        if (n == -EAGAIN)
            break;
        if (n > 0)
            take_packet(l, (size_t)n, passed);
        else
            lose(l, n == 0 || n == -ECONNRESET ? "it ended" : strerror((int)-n));
    }
    l->handler->rest(l->self);
    return 0;
}

/* Comes after on_io has taken what was still to be read. */
static int on_exited(sd_event_source *source, int fd, uint32_t events, void *self)
{
    struct verifier_link *l = self;
    siginfo_t info = {0};
    (void)events;
    sd_event_source_set_enabled(source, SD_EVENT_OFF);
    if (waitid(P_PIDFD, (id_t)fd, &info, WEXITED | WNOHANG) == 0 && info.si_pid)
        log_error("the verifier ended with %s %d",
                  info.si_code == CLD_EXITED ? "status" : "signal", info.si_status);
    lose(l, "it ended");
    l->handler->rest(l->self);
    return 0;
}

int verifier_link_init(struct verifier_link *l, sd_event *loop, int fd, pid_t pid,
                       const struct verifier_link_handler *handler, void *self)
{
    l->fd = fd;
    l->io = l->exited = NULL;
    l->unsent = NULL;
    l->handler = handler;
    l->self = self;
    l->pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (l->pid_fd < 0)
        return -errno;
    int result = sd_event_add_io(loop, &l->io, fd, EPOLLIN, on_io, l);
    if (result >= 0)
        result = sd_event_add_io(loop, &l->exited, l->pid_fd, EPOLLIN, on_exited, l);
    if (result >= 0)
        result = sd_event_source_set_priority(l->exited, SD_EVENT_PRIORITY_NORMAL + 1);
    return result < 0 ? result : 0;
}

void verifier_link_fini(struct verifier_link *l)
{
    verifier_link_close(l);
    l->exited = sd_event_source_disable_unref(l->exited);
    if (l->pid_fd >= 0)
        close(l->pid_fd);
    l->pid_fd = -1;
    secret_wipe(l->buffer, sizeof(l->buffer));
}
