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

/* What is known of a seat's viewer, for those who ask; texts are borrowed. */
struct seat_description {
    uint64_t id;
    const char *address, *transport, *security, *encoding;
    int64_t rtt_us; /* -1: unknown */
    uint64_t bytes_out, updates_out;
};

/* All are called from within calls of sessions.h; none may leave its seat there, but for
 * `leave`, which may. */
struct seat_ops {
    void (*lift)(struct seat *seat);    /* no longer drives: what it holds goes up */
    void (*changed)(struct seat *seat); /* its role, or who drives here */
    void (*leave)(struct seat *seat, const char *why); /* is sent away; why is static */
    void (*describe)(struct seat *seat, struct seat_description *description_r);
};

/* A viewer in a session; embedded in it. */
struct seat {
    const struct seat_ops *ops;
    struct session *session;   /* NULL: in none */
    enum role role;            /* that its login gave */
    struct seat *next, **link; /* the session's */
};

struct console {
    struct console *next;
    struct sessions *all;
    char *machine; /* its name, as last heard */
    uint8_t uuid[16];
    bool has_uuid;
    struct wheel wheel;
    uint64_t linger_us;
    unsigned max_viewers_per_user; /* 0: no limit */
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
    uint64_t since_us, active_us; /* CLOCK_REALTIME: it began, its last viewer or key */
    uint64_t ends_us;             /* CLOCK_MONOTONIC, while it lingers */
    size_t kept_place;            /* in the queue, as the store had it */
    bool dirty;                   /* is to be stored */
};

/* "anonymous" for "". */
const char *session_user(const struct session *s);
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
