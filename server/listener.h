/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A listening socket: a common one, or a machine's own. Accepts and hands over; knows nothing
 * of RFB. */
#ifndef HF_SERVER_LISTENER_H
#define HF_SERVER_LISTENER_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "server/text_list.h"

struct server;
struct listener_config;

/* Who a listener belongs to. */
enum listener_kind { LISTENER_COMMON, LISTENER_MACHINE, LISTENER_SECTION };

struct listener {
    struct server *server;
    struct listener *next;
    enum listener_kind kind;
    char *owner;        /* the machine's or section's name; NULL: common */
    char *wanted;       /* as configured */
    char *address;      /* as really bound: "127.0.0.1:5901", "unix:/path" */
    char *machine_name; /* or NULL: common */
    char *unix_path;    /* to be removed in the end, or NULL */
    bool local;         /* only this host reaches it */
    int fd;
    sd_event_source *io, *pause;
    bool starved; /* the last accept failed for want of descriptors or memory */
};

/*
 * Makes the listeners of an owner (a machine's or a section's name; NULL: the common ones)
 * those that the list names: opens the missing ones, closes the others. They serve machine_name
 * ("web1", "web1:1"; NULL: all). A Unix socket gets mode 0600 and replaces a stale one; `[::]`
 * is bound with IPV6_V6ONLY. 0, or the first -errno after trying all; each is logged.
 */
int listener_sync(struct server *s, const struct text_list *wanted, enum listener_kind kind,
                  const char *owner, const char *machine_name);

/* Only the closing: so that an address is free before another owner wants it. wanted may be
 * NULL: none. */
void listener_close_others(struct server *s, const struct text_list *wanted,
                           enum listener_kind kind, const char *owner);

void listener_close_all(struct server *s);

/* What its section says, in the config in force; NULL when it has none. */
const struct listener_config *listener_options(const struct server *s,
                                               const struct listener *l);

#endif
