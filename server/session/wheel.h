/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine's wheel: who drives, who asks for it, in which order. One pure table of what each
 * event does; knows sessions by number only, and neither machines nor connections nor a clock.
 */
#ifndef HF_SERVER_SESSION_WHEEL_H
#define HF_SERVER_SESSION_WHEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/role.h"
#include "server/config.h"

enum { WHEEL_QUEUE_MOST = 64 };

enum wheel_event {
    WHEEL_PRESS,  /* input that means something: a key or button goes down, or up */
    WHEEL_MOTION, /* the pointer moved */
    WHEEL_ASK,
    WHEEL_GIVE, /* to another session */
    WHEEL_TAKE, /* an admin's at once; from others it is asking */
    WHEEL_RELEASE,
    WHEEL_DENY,    /* the driver says no to the first who asks */
    WHEEL_AWAY,    /* the session's last viewer left */
    WHEEL_BACK,    /* its first viewer came */
    WHEEL_END,     /* the session is over */
    WHEEL_LOWERED, /* its role no longer lets it drive */
    WHEEL_SILENCE, /* the driver did not answer in time */
    WHEEL_IDLE,    /* the driver has done nothing for long */
    WHEEL_EVENTS
};

/* Who causes it, or, for WHEEL_GIVE, who gets it. */
struct wheel_party {
    uint64_t id; /* of a session; 0: someone without one here, such as an operator */
    enum role role;
    bool here; /* has a viewer */
};

struct wheel_asker {
    uint64_t id;
    bool here;
};

struct wheel {
    enum sharing sharing;
    uint64_t ask_us, idle_release_us; /* idle: 0: never */
    uint64_t driver;                  /* 0: nobody; always in modes free and watch */
    bool driver_here;
    uint64_t input_us;    /* when the driver did something last */
    uint64_t asked_us;    /* when the driver was asked by the first of the queue who is here */
    uint64_t released_by; /* who let it go: this one's pointer alone does not take it again */
    struct wheel_asker queue[WHEEL_QUEUE_MOST];
    size_t n_queue;
};

/* What else has to be done; bits. */
enum wheel_action {
    WHEEL_CHANGED = 1 << 0,     /* the driver is another, or nobody */
    WHEEL_LIFT = 1 << 1,        /* what driver_before holds goes up */
    WHEEL_TELL_DRIVER = 1 << 2, /* `asker` asks */
    WHEEL_TELL_ASKER = 1 << 3,  /* the driver said no to `denied` */
    WHEEL_QUEUED = 1 << 4,      /* the one who acted now waits for an answer */
};

struct wheel_result {
    const char *why; /* refused, in words for the one who acted; NULL: done */
    unsigned actions;
    uint64_t driver_before, asker, denied;
};

/*
 * Another mode or other times: nobody drives in particular after the mode changed, and nobody
 * asks.
 */
struct wheel_result wheel_set(struct wheel *w, enum sharing sharing, uint64_t ask_us,
                              uint64_t idle_release_us);
/* target is for WHEEL_GIVE only, else NULL. who is NULL for WHEEL_SILENCE and WHEEL_IDLE. */
struct wheel_result wheel_act(struct wheel *w, enum wheel_event event,
                              const struct wheel_party *who, const struct wheel_party *target,
                              uint64_t now_us);
/* When time itself will do something: CLOCK_MONOTONIC as now_us, or UINT64_MAX. */
uint64_t wheel_next_us(const struct wheel *w);
/* Does what is due; call it until wheel_next_us is in the future. */
struct wheel_result wheel_pass(struct wheel *w, uint64_t now_us);
/* Place in the queue from 1; 0: does not ask. */
size_t wheel_place(const struct wheel *w, uint64_t id);
/* Whether this session's input reaches the machine now. */
bool wheel_drives(const struct wheel *w, uint64_t id, enum role role);

#endif
