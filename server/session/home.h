/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A console and its home: the node where the machine is, which alone decides. Elsewhere the
 * console is a mirror of that one, and what its people want is asked there. Knows no links: who
 * asks implements console_home_ops, who tells others embeds console_mirror.
 */
#ifndef HF_SERVER_SESSION_HOME_H
#define HF_SERVER_SESSION_HOME_H

#include "server/attach/attach.h"
#include "server/session/console_image.h"
#include "server/session/sessions.h"

enum console_wish_kind {
    WISH_WHEEL,
    WISH_ROLE,
    WISH_END,
    WISH_MESSAGE,
    WISH_RESIZE,
    WISH_POWER,
    WISH_KINDS
};

/* What someone asks of home. */
struct console_wish {
    enum console_wish_kind kind;
    uint64_t session;       /* who asks (WISH_WHEEL, where 0 is an operator, WISH_RESIZE,
                               WISH_POWER), or whom it is about */
    enum wheel_event event; /* of WISH_WHEEL */
    uint64_t target;        /* of WHEEL_GIVE */
    enum role role;         /* of WISH_ROLE */
    const char *text;       /* of WISH_MESSAGE and WISH_END; borrowed */
    unsigned head;          /* of WISH_RESIZE */
    int w, h;               /* likewise: px, a size that surface_size_ok allows */
    enum power_action power;
};

enum wish_outcome {
    WISH_DONE,
    WISH_QUEUED,     /* it waits for the driver's answer */
    WISH_REFUSED,    /* by home */
    WISH_UNANSWERED, /* home cannot be asked any more: nobody knows whether it is done */
};

/*
 * Embedded in whoever waits for home's verdict on what it asked. `told` is called once, later
 * than the call that asked, from within calls of home.h, and may not call back. why: the cause
 * of the last two, else NULL; borrowed.
 */
struct wish_waiter {
    void (*told)(struct wish_waiter *w, enum wish_outcome outcome, const char *why);
    struct asked_wish *asked; /* NULL: it does not wait */
};

/* All are called from within calls of sessions.h and home.h; none calls back. */
struct console_home_ops {
    /* Wants its session, seat->session, there: console_seat_joined answers, if anybody does. */
    void (*join)(void *self, struct seat *seat);
    /* It leaves, or its home is another one now; seat->at_home is to be let go of. */
    void (*leave)(void *self, struct seat *seat);
    /* seat->login is another role. */
    void (*role)(void *self, struct seat *seat);
    /* The wish's number among those that wait for console_answered. 0: home cannot be reached
     * now. */
    uint32_t (*act)(void *self, const struct console_wish *wish);
    /* The console is forgotten, and self is not lent any more; may be NULL. */
    void (*forgotten)(void *self);
};

/* Embedded in whoever tells another node what is decided here. It may not call back. */
struct console_mirror {
    void (*changed)(struct console_mirror *m); /* console_image_of is another */
    void (*event)(struct console_mirror *m, const struct session_event *e);
    void (*gone)(struct console_mirror *m); /* home no more; it is in none any more */
    struct console *console;                /* NULL: in none */
    struct console_mirror *next, **link;
};

/* Found by UUID, else by name; else made, which sessions.on_console is told. */
struct console *console_get(struct sessions *all, const struct console_key *machine);
void console_mirror_add(struct console *c, struct console_mirror *m);
/* Fine when it is in none. The console is never forgotten while it has mirrors. */
void console_mirror_remove(struct console_mirror *m);

/*
 * The machine is at another node now, which `ops` asks (self is lent until the next such call):
 * seats of this node are taken there; guests leave (seat_ops.leave, why CONSOLE_MOVED).
 */
#define CONSOLE_MOVED "the machine is at another node now"
void console_go_away(struct console *c, const struct console_home_ops *ops, void *self);
/* It is nowhere: what is known stays, nothing is decided. */
void console_go_nowhere(struct console *c);
/*
 * It is here now. What is known of its last home goes on: who drove drives, and viewers of
 * other nodes are waited for some seconds. What the store has is taken up where it is newer.
 */
void console_come_home(struct console *c);
/* Where it is not at home: frees it when it has no sessions. */
void console_release(struct console *c);

/* Those without viewers here are of no use; frees c when none is left. c is not at home. */
void console_forget_absent(struct console *c);

/* ---- asking home; c is CONSOLE_AWAY ---- */

/* What home does at the machine for this seat: WISH_RESIZE or WISH_POWER; wish.session is
 * filled in. NULL: it was asked; or why it cannot be. */
const char *seat_wish(struct seat *seat, struct console_wish wish);
/*
 * Waits for the verdict on what was asked just now, by whichever call that returned NULL.
 * Without somebody who waits a refusal is told to the viewers of the session that asked
 * (seat_ops.refused).
 */
void console_await(struct console *c, struct wish_waiter *w);
/* It waits no more; fine when it does not. */
void wish_waiter_cancel(struct wish_waiter *w);

/* ---- told by home; c is CONSOLE_AWAY ---- */

/* The verdict on a wish, by the number that home_ops->act gave it; NULL: it is done. */
void console_answered(struct console *c, uint32_t number, const char *why, bool queued);
/* What was asked is not answered any more: the link broke. */
void console_unanswered(struct console *c, const char *why);

/* What home knows now. answered: it had heard the last wish when it said so. */
void console_told(struct console *c, const struct console_image *image, bool answered);
/* The seat's session there, and the role that home gives the seat. */
void console_seat_joined(struct seat *seat, uint64_t session, enum role role);

/* A session as an event tells of it, which need not be known (any more). */
struct session_told {
    uint64_t id; /* 0: none */
    const char *user;
    enum role role;
};
/* What happened there; observers hear it. */
void console_told_event(struct console *c, enum session_event_kind kind, uint64_t time_us,
                        const struct session_told *session, const struct session_told *other,
                        const char *text);

/* ---- at home ---- */

/* The link of a guest broke: it leaves, and is waited for some seconds. A seat in no session is
 * fine. */
void console_seat_lost(struct seat *seat);
/* Another node remembers this: counts when it is newer and nothing was decided here yet. */
void console_remember(struct console *c, const struct console_image *image);

#endif
