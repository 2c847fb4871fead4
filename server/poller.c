/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/poller.h"
#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BATCH = 64 }; /* served before the loop looks at its other sources */

struct poller {
    int epoll_fd;
    sd_event_source *source;
    struct epoll_event batch[BATCH];
    int at, n; /* of the batch: which is served now, how many there are */
};

static int on_ready(sd_event_source *source, int fd, uint32_t events, void *self)
{
    struct poller *p = self;
    (void)source;
    (void)events;
    p->n = epoll_wait(fd, p->batch, BATCH, 0);
    for (p->at = 0; p->at < p->n; p->at++) {
        struct poller_watch *watch = p->batch[p->at].data.ptr;
        if (watch)
            watch->on_ready(watch, p->batch[p->at].events);
    }
    p->n = 0;
    return 0;
}

int poller_new(struct poller **poller_r, sd_event *loop)
{
    int fd = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0)
        return -errno;
    struct poller *p = ALLOC(struct poller);
    p->epoll_fd = fd;
    int err = sd_event_add_io(loop, &p->source, fd, EPOLLIN, on_ready, p);
    if (err < 0) {
        poller_free(&p);
        return err;
    }
    *poller_r = p;
    return 0;
}

void poller_free(struct poller **at)
{
    struct poller *p = *at;
    *at = NULL;
    if (!p)
        return;
    sd_event_source_disable_unref(p->source);
    close(p->epoll_fd);
    free(p);
}

int poller_add(struct poller *poller, struct poller_watch *watch, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (epoll_ctl(poller->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
        return -errno;
    watch->poller = poller;
    watch->fd = fd;
    watch->events = events;
    return 0;
}

void poller_set_events(struct poller_watch *watch, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (!watch->poller || watch->events == events)
        return;
    watch->events = events;
    epoll_ctl(watch->poller->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event);
}

void poller_remove(struct poller_watch *watch)
{
    struct poller *p = watch->poller;
    if (!p)
        return;
    watch->poller = NULL;
    epoll_ctl(p->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    for (int i = p->at; i < p->n; i++) {
        if (p->batch[i].data.ptr == watch)
            p->batch[i].data.ptr = NULL;
    }
}
