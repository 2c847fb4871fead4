/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A listening socket: a common one, or a machine's own. Accepts and hands over; knows nothing of RFB. */
#ifndef HF_SERVER_LISTENER_H
#define HF_SERVER_LISTENER_H

#include <stdbool.h>
#include <systemd/sd-event.h>

struct server;

struct listener {
    struct server *server;
    struct listener *next;
    char *address;      /* as really bound: "127.0.0.1:5901", "unix:/path" */
    char *machine_name; /* or NULL: common */
    char *unix_path;    /* to be removed in the end, or NULL */
    bool local;         /* only this host reaches it */
    int fd;
    sd_event_source *io;
};

/*
 * Binds and listens. A Unix socket gets mode 0600 and replaces a stale one; `[::]` is bound with IPV6_V6ONLY. 0, or
 * -errno after logging. machine_name may be NULL.
 */
int listener_open(struct server *s, const char *address, const char *machine_name);
/* Closes those of a machine; NULL: all. */
void listener_close_all(struct server *s, const char *machine_name);

#endif
