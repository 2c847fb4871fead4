/* SPDX-License-Identifier: GPL-2.0-or-later */
/* People at the machine "m" of several hosts (hosts.h): viewers without pictures. */
#ifndef HF_TESTS_UNIT_SERVER_CLUSTER_PEOPLE_H
#define HF_TESTS_UNIT_SERVER_CLUSTER_PEOPLE_H

#include "server/session/home.h"
#include "tests/unit/server/cluster/hosts.h"

enum { CHAIRS = 12 };

struct stage;

/* A viewer at a host. */
struct chair {
    struct seat seat; /* first */
    struct stage *s;
    struct host *at;
    struct hands hands;
    bool taken;
    char why[96];     /* it was sent away */
    char refused[96]; /* what its session asked, and why */
    unsigned lifts;
};

/* The sessions of one host. */
struct club {
    struct session_observer observer; /* first */
    struct sessions sessions;
    struct stage *s;
    char told[4096];
};

struct stage {
    struct hosts all;
    struct club clubs[HOSTS];
    struct chair chairs[CHAIRS];
    struct store_db *db;         /* NULL: no store */
    struct store *stores[HOSTS]; /* each host's own way to it: late_store.h */
    struct fake_place *a, *b;
};

/* Three hosts with sessions each, and with a store that they share or none. */
struct stage *stage_new(bool with_store);
void stage_free(struct stage *s);
/* The machine runs at a, may go to b, and all know each other. */
void people_play(struct stage *s);
/* It goes from one place to the other. */
void people_moves(struct stage *s, struct fake_place *from, struct fake_place *to);
/* Runs all that is due, until nothing is on its way and the store has answered all; fails the
 * test when that is not so after a minute. */
void people_settle(struct stage *s);

/* A viewer in a chair that is free, and out of it; then all is settled, or now nothing is. */
struct chair *people_come(struct stage *s, struct host *at, const char *user, enum role role);
void people_go(struct chair *c);
struct chair *people_come_now(struct stage *s, struct host *at, const char *user,
                              enum role role);
void people_go_now(struct chair *c);
/* As server/viewer_input.c does: whether it was let through there. */
bool people_key(struct chair *c, uint8_t code, bool down);
/* Then all is settled. */
const char *people_act(struct chair *c, enum wheel_event event, struct session *target);

/* As server/viewer_session.c does; then all is settled. */
const char *people_power(struct chair *c, enum power_action action);
const char *people_resize(struct chair *c, int w, int h);

/* Of the machine there; NULL: none. */
struct console *people_console(const struct host *h);
/* "nobody". */
const char *people_driver(const struct host *h);
struct session *people_session_of(const struct host *h, const char *user);
/* What observers heard there. */
char *people_told(struct host *h);

#endif
