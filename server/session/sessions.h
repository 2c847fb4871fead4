/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All sessions of this daemon: who is at which machine, who drives it, who lingers. Keeps them
 * in a store, tells observers what happens. Knows no connections.
 */
#ifndef HF_SERVER_SESSION_SESSIONS_H
#define HF_SERVER_SESSION_SESSIONS_H

#include <systemd/sd-event.h>

#include "server/session/session.h"
#include "server/session/store.h"

enum session_event_kind {
    SESSION_ATTACHED, /* its first viewer came */
    SESSION_DETACHED, /* its last viewer left; it lingers */
    SESSION_ENDED,
    SESSION_VIEWER_JOINED,  /* one more viewer than the first */
    SESSION_VIEWER_LEFT,    /* not the last one */
    SESSION_DRIVER_CHANGED, /* session: who drives now, or NULL; other: who did, or NULL */
    SESSION_ASKED,          /* session asks other, who drives */
    SESSION_DENIED,         /* other, who drives, said no to session */
    SESSION_ROLE_CHANGED,
    SESSION_MESSAGE, /* text, to everyone there; no session */
    SESSION_EVENT_KINDS
};

/* Pointers are borrowed while it is told. */
struct session_event {
    enum session_event_kind kind;
    uint64_t time_us; /* CLOCK_REALTIME */
    struct console *console;
    struct session *session, *other;
    const char *text;
};

/* "session-attached", ... */
const char *session_event_name(enum session_event_kind kind);

/* Embedded in whoever wants to hear. It may remove itself while it is told, and must not call
 * back into sessions. */
struct session_observer {
    void (*on_event)(struct session_observer *o, const struct session_event *e);
    struct session_observer *next, **link;
};

struct sessions {
    sd_event *loop;
    struct store *store;         /* NULL: nothing is kept */
    const struct config *config; /* in force */
    struct console *consoles;
    struct session *first;
    struct session_observer *observers;
    sd_event_source *timer, *saver, *sweeper;
    uint64_t next_id, kept_id; /* the last given; as the store has it */
    const char *node;          /* our name among others; NULL: no cluster */
    uint64_t numbers_end;      /* of those that are reserved for this node */
    bool numbers_asked;
    uint64_t lone_next, lone_end; /* those that are given while none is reserved */
    /* A console was made. May be NULL: then it is home. */
    void (*on_console)(void *self, struct console *c);
    void *on_console_self;
    uint64_t next_history;
    unsigned n_notes;             /* lines of the history since the last sweep */
    struct store_change *changes; /* for the store, with those of sessions that are dirty */
    size_t n_changes;
    struct fence_job *fence_jobs; /* what the store is asked of homes */
    uint64_t fence_turns;
    bool restored; /* what the store has is here */
};

/* Which machine; both are borrowed. uuid may be NULL. */
struct console_key {
    const char *machine;
    const uint8_t *uuid;
};

/* The store is borrowed until sessions_fini. Restores what it keeps: sessions_ready tells when
 * that is done. */
void sessions_init(struct sessions *all, sd_event *loop, struct store *store,
                   const struct config *config);
/*
 * The same as node `node` (borrowed) of several that share the store. What it keeps of a
 * machine is read when this becomes its home; the numbers of sessions are unique among all.
 */
void sessions_init_shared(struct sessions *all, sd_event *loop, struct store *store,
                          const struct config *config, const char *node);
bool sessions_ready(const struct sessions *all);
/* Another configuration is in force. */
void sessions_reload(struct sessions *all, const struct config *config);
/* What is dirty is given to the store. Seats that are taken still are in no session then. */
void sessions_fini(struct sessions *all);

/* o hears every event from now on until sessions_unobserve, which it must not miss: o is lent.
 * It is called while things happen, and must not call back into sessions. */
void sessions_observe(struct sessions *all, struct session_observer *o);
void sessions_unobserve(struct session_observer *o);

/*
 * Seats a viewer that logged in: in the user's session at this machine, found again or new; for
 * user "" in one of its own. seat->ops is set before. False with a text for the user in *why_r:
 * too many viewers of this user, or role lets nobody in.
 */
bool session_join(struct sessions *all, struct seat *seat, const struct console_key *machine,
                  const char *user, enum role role, const char **why_r);
/* The same with the number that a new session gets, or a nameless one had; 0: any. One that is
 * in use is not given. */
bool session_join_as(struct sessions *all, struct seat *seat, const struct console_key *machine,
                     const char *user, enum role role, uint64_t number, const char **why_r);
/* The viewer left; what it held has been lifted. A seat in no session is fine. */
void session_leave(struct seat *seat);
/* What its login gives is another role now (the rules changed). */
void seat_set_role(struct seat *seat, enum role role);
/*
 * What follows is decided at home. Where that is another node, it is asked there, and what
 * comes of it is told by events; what can be refused here is refused at once.
 */

/*
 * The viewer pressed a key or button (WHEEL_PRESS) or moved the pointer (WHEEL_MOTION): whether
 * that reaches the machine. Takes a wheel that nobody holds.
 */
bool seat_input(struct seat *seat, enum wheel_event event);

/*
 * WHEEL_ASK, TAKE, RELEASE, DENY, or GIVE to `target`, by a session. NULL, or why not, in words
 * for its user. *queued_r (may be NULL): it waits for the driver's answer.
 */
const char *session_act(struct session *s, enum wheel_event event, struct session *target,
                        bool *queued_r);
/* The same by an operator without a session here. */
const char *console_act(struct console *c, enum wheel_event event, struct session *target);
/* Sets it until the session ends; ROLE_NONE sends its viewers away and ends it. NULL, or why
 * not: its home cannot be asked now. */
const char *session_set_role(struct session *s, enum role role);
/* Sends its viewers away and ends it. As above. */
const char *session_end(struct session *s, const char *why);
/* Tells everyone there. As above. */
const char *console_message(struct console *c, const char *text);
/* Whether what is asked of it is done when the call returns. */
bool console_is_home(const struct console *c);

/* NULL: no session has been there. */
struct console *sessions_console(const struct sessions *all, const struct console_key *machine);
struct session *sessions_find(const struct sessions *all, uint64_t id);

#endif
