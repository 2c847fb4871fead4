/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A relay's parts: relay.c has its life and what it is told, relay_give.c what clients get. */
#ifndef HF_SERVER_RELAY_PRIVATE_H
#define HF_SERVER_RELAY_PRIVATE_H

#include "server/relay.h"
#include "server/relay_class.h"
#include "server/rest.h"
#include "server/shelf.h"

struct relay {
    struct view_keeper keeper;
    struct view *view;
    struct fanout_shared *shared;
    const struct relay_ops *ops; /* NULL: nobody is there, for good */
    void *self;                  /* the ops' */
    bool up;                     /* somebody can be asked */
    uint32_t layout;             /* of the picture there; 0: not told yet */
    struct view_known *known;    /* the newest that was told, whatever the class */
    struct relay_class *classes;
    struct shelf_section kept; /* blocks */
    struct rest rest;
    uint64_t picture;      /* of the machine's moves, when the newest unit came */
    sd_event_source *soon; /* runs when the loop has nothing else to read */
    sd_event_source *timer;
};

struct relay_class *relay_find_class(const struct relay *r, const struct encode_class *class);
/* Found, or made with clients that have `has`. */
struct relay_class *relay_class_of(struct relay *r, const struct encode_class *class,
                                   const struct view_known *has);
uint64_t relay_now_us(const struct relay *r);

/*
 * Gives a ready client what is here for it, and notes which blocks it lacks; whether it was
 * given anything. For serve_each.
 */
bool relay_give(void *relay, struct view_client *c, struct rect area);

#endif
