/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A relay's parts: relay.c has its life, relay_told.c what it is told, relay_serve.c the
 * streams and when clients are looked at, relay_give.c what they get.
 */
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

/* Of those that clients here use; NULL: none does. */
struct relay_class *relay_find_class(const struct relay *r, const struct encode_class *class);
/* Found, or made with clients that have `has`. */
struct relay_class *relay_class_of(struct relay *r, const struct encode_class *class,
                                   const struct view_known *has);
void relay_free_class(struct relay *r, struct relay_class **at);
uint64_t relay_now_us(const struct relay *r);
/* Clients are looked at by then; soon. */
void relay_at_time(struct relay *r, uint64_t when_us);
void relay_wake(struct relay *r);

/* Another size: nothing is known of the picture any more. */
void relay_forget_picture(struct relay *r, int w, int h);
/* The class's stream is open, for units with moves if a client takes them. */
void relay_fit_stream(struct relay *r, struct relay_class *k);
/* Looks at all clients of a class (NULL: of all), gives, and asks for what is missing. */
void relay_serve(struct relay *r, const struct encode_class *only);
/* The same for all, after looking which streams are needed. */
void relay_serve_all(struct relay *r);

/*
 * Gives a ready client what is here for it, and notes which blocks it lacks; whether it was
 * given anything. For serve_each.
 */
bool relay_give(void *relay, struct view_client *c, struct rect area);

#endif
