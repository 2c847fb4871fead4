/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's end of the socket to the verifier: packets out, however slowly it reads; parsed
 * answers in; and its death, once. Knows no requests.
 */
#ifndef HF_SERVER_VERIFIER_LINK_H
#define HF_SERVER_VERIFIER_LINK_H

#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "auth/verifier/message.h"

/* All are called from the loop only. */
struct verifier_link_handler {
    /*
     * An answer; m borrows. passed (-1: none) is the handler's when it returns 0; a negative
     * value says that nobody asked for this: the link is lost.
     */
    int (*answer)(void *self, const struct verifier_message *m, int passed);
    /* The verifier is gone; the link is closed. Not called after verifier_link_close. */
    void (*lost)(void *self, const char *why);
    /* The last call of each event: the link may be freed inside. */
    void (*rest)(void *self);
};

struct verifier_unsent;

struct verifier_link {
    int fd; /* -1: closed or lost */
    int pid_fd;
    sd_event_source *io, *exited;
    struct verifier_unsent *unsent;
    const struct verifier_link_handler *handler;
    void *self;
    uint8_t buffer[VERIFIER_ANSWER_MOST];
};

/* Takes over fd. 0 or -errno; verifier_link_fini in both cases. */
int verifier_link_init(struct verifier_link *l, sd_event *loop, int fd, pid_t pid,
                       const struct verifier_link_handler *handler, void *self);
/* Sends, at once or when there is room; wipes. -EMSGSIZE: a text is over its limit. */
int verifier_link_send(struct verifier_link *l, const struct verifier_message *m);
/* Nothing is sent or received any more; the verifier sees its end. */
void verifier_link_close(struct verifier_link *l);
void verifier_link_fini(struct verifier_link *l);

#endif
