/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A poller watches many descriptors behind one source of the event loop. sd-event asks the
 * kernel for all ready descriptors again before each one that it serves; with hundreds of
 * viewers that costs more than serving them. Level-triggered. Owns no descriptor.
 */
#ifndef HF_SERVER_POLLER_H
#define HF_SERVER_POLLER_H

#include <stdint.h>
#include <systemd/sd-event.h>

struct poller;

/* One descriptor; embedded in what it belongs to, and zeroed before poller_add. */
struct poller_watch {
    struct poller *poller; /* NULL: not watched */
    int fd;
    uint32_t events;
    void (*on_ready)(struct poller_watch *watch, uint32_t events); /* EPOLL... */
};

/* 0 or -errno. The loop must outlive it. */
int poller_new(struct poller **poller_r, sd_event *loop);
/* Nothing may be watched any more. NULL inside is fine. */
void poller_free(struct poller **poller);

/* From now on on_ready is called from the loop; it may add, change and remove any watch. 0 or
 * -errno. */
int poller_add(struct poller *poller, struct poller_watch *watch, int fd, uint32_t events);
/* Waits for these events instead. */
void poller_set_events(struct poller_watch *watch, uint32_t events);
/* Before the descriptor is closed. on_ready is not called again; one that is not watched is
 * fine. */
void poller_remove(struct poller_watch *watch);

#endif
