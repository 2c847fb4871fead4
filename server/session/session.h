/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A session: a user at a machine, with a role, perhaps the wheel or a place in the queue for
 * it, and any number of viewers. Outlives its viewers and the daemon. A console is one
 * machine's sessions and its wheel. Knows no connections: a viewer is a seat here.
 */
#ifndef HF_SERVER_SESSION_SESSION_H
#define HF_SERVER_SESSION_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/role.h"
#include "server/session/wheel.h"

struct sessions;
struct session;
struct seat;
struct asked_wish;
struct console_home_ops;
struct console_image;
struct console_mirror;

/* What is known of a seat's viewer, for those who ask; texts are borrowed. */
struct seat_description {
    uint64_t id;
    const char *node; /* where it is connected; NULL: this one */
    const char *address, *transport, *security, *encoding;
    int64_t rtt_us; /* -1: unknown */
    uint64_t bytes_out, updates_out;
    bool by_ticket;     /* that let it in */
    const char *groups; /* of its user: names, each with its zero; NULL: not known */
    size_t groups_n;    /* bytes of them all */
};

/* All are called from within calls of sessions.h; none may leave its seat there, but for
 * `leave`, which may. */
struct seat_ops {
    void (*lift)(struct seat *seat);    /* no longer drives: what it holds goes up */
    void (*changed)(struct seat *seat); /* its role, or who drives here */
    /* Is sent away; why is static. A guest is in no session any more when it is called. */
    void (*leave)(struct seat *seat, const char *why);
    /* What its session asked was refused at home after all; why is borrowed. May be NULL. */
    void (*refused)(struct seat *seat, const char *why);
    void (*describe)(struct seat *seat, struct seat_description *description_r);
};

/* A viewer in a session; embedded in it. */
struct seat {
    const struct seat_ops *ops;
    struct session *session;   /* NULL: in none */
    enum role login;           /* the role that its login gave */
    enum role role;            /* the same, or less: home bounds it */
    struct seat *next, **link; /* the session's */
    bool guest;                /* of another node's viewer: leaves when this is home no more */
    void *at_home;             /* of console_home_ops: what it is there; NULL: nothing yet */
};

/* Where the sessions of a machine are decided; see home.h. */
enum console_home {
    CONSOLE_HOME,    /* here; always so without a cluster */
    CONSOLE_AWAY,    /* at another node: what is here follows it */
    CONSOLE_NOWHERE, /* the machine is at no place that is known */
};

/* How far a console's writes are known to be the newest. */
enum console_fence { FENCE_NONE, FENCE_ASKED, FENCE_HELD, FENCE_LOST };

struct console {
    struct console *next;
    struct sessions *all;
    char *machine; /* its name, as last heard */
    uint8_t uuid[16];
    bool has_uuid;
    struct wheel wheel;
    uint64_t linger_us;
    unsigned max_viewers_per_user; /* 0: no limit */

    /* The rest is for several hosts. */
    enum console_home home;
    const struct console_home_ops *home_ops; /* of CONSOLE_AWAY */
    void *home_self;
    struct console_mirror *mirrors;     /* who are told what is decided here */
    uint64_t epoch, serial;             /* counts homes, and what this one told or decided */
    uint64_t known_epoch, known_serial; /* at home: of what it began with */
    bool decided;   /* at home: what others remember of before does not count any more */
    uint64_t hoped; /* session that is taken to drive until home answers */
    struct asked_wish *asked; /* of CONSOLE_AWAY: what home has not answered; newest first */
    unsigned n_asked;
    bool kept; /* stays without sessions */

    enum console_fence fence;
    uint64_t fence_turn;     /* tells late answers of the store */
    uint64_t fence_version;  /* of home/KEY, by which we hold it */
    uint64_t fence_again_us; /* CLOCK_MONOTONIC: when it is tried again; or UINT64_MAX */
    char **forgotten;        /* keys of sessions that are to be deleted */
    size_t n_forgotten;
};

struct session {
    struct session *next; /* of all, by id */
    struct console *console;
    uint64_t id;
    char *user; /* "": anonymous, ends with its viewer */
    enum role role;
    bool role_set; /* by an admin, whatever logins say */
    struct seat *seats;
    unsigned n_seats;
    unsigned n_away; /* viewers at other nodes that have no seat here */
    uint64_t
        expected_us; /* CLOCK_MONOTONIC: until when those are waited for; 0: they are told */
    uint64_t since_us, active_us; /* CLOCK_REALTIME: it began, its last viewer or key */
    uint64_t ends_us;             /* CLOCK_MONOTONIC, while it lingers */
    size_t kept_place;            /* in the queue, as the store had it */
    char *kept_key;               /* under which it is stored, or NULL */
    bool dirty;                   /* is to be stored */
};

/* "anonymous" for "". */
const char *session_user(const struct session *s);
/* Whether it has a viewer, at whichever node. */
bool session_is_here(const struct session *s);
/* Whether input of this seat reaches the machine now. */
bool seat_drives(const struct seat *seat);
/* The same, or would with its next input: nobody drives. */
bool seat_may_drive(const struct seat *seat);
/* The session that drives this machine, or NULL. */
struct session *console_driver(const struct console *c);
/* The session of that number, or NULL. */
struct session *console_session(const struct console *c, uint64_t id);
/* The named user's session here, or NULL. */
struct session *console_find(const struct console *c, const char *user);

#endif
