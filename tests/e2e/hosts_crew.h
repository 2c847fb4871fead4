/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crew: users at viewers of several hosts, all at one machine. They look all the time; one
 * drives and types, the others type too, in vain. The crew knows what the guest must have seen
 * of that, and compares as it comes: each key once, in order, nobody else's.
 *
 * While it is at work (crew_work), it is so whenever the test waits for something.
 */
#ifndef HF_TESTS_E2E_HOSTS_CREW_H
#define HF_TESTS_E2E_HOSTS_CREW_H

#include "tests/e2e/audience.h"
#include "tests/e2e/hosts_vm.h"

enum { CREW_MOST = 8, CREW_LOG_MOST = 65536 };

struct hand {
    const char *user;
    struct host *host;
    struct client *client; /* NULL: is away */
    struct member_wish wish;
    json_int_t session; /* its id, once it is known */
    bool holds;         /* the key that it holds over moves */
};

struct crew {
    struct trial *trial;
    struct vm *vm;
    struct dice dice;
    struct audience audience;
    struct hand hands[CREW_MOST];
    unsigned count;
    struct hand *driver;
    bool others_type;               /* also those that do not drive */
    const char *log[CREW_LOG_MOST]; /* "+1e": what the guest must see */
    unsigned typed, seen;
};

struct crew *crew_make(struct vm *vm);
/* Somebody comes to a host; the first one drives with the first key. */
struct hand *crew_come(struct crew *crew, struct host *host, const char *user,
                       const struct member_wish *wish);
/* The viewer comes again at another host, after its connection was lost or while it is there.
 */
void crew_come_again(struct crew *crew, struct hand *hand, struct host *host);
/* Its connection is closed. */
void crew_leave(struct crew *crew, struct hand *hand);
/* Those at a host that is lost: their connections have ended by themselves. */
void crew_lose_host(struct crew *crew, struct host *host);

/* All look, type and compare whenever the test waits, until crew_rest. */
void crew_work(struct crew *crew);
/* The same, but nobody types. */
void crew_look(struct crew *crew);
void crew_rest(struct crew *crew);

/* The driver presses a key, or lets it go, that it holds over what happens in between. */
void crew_hold(struct crew *crew, bool down);
/* Types one letter now. */
void crew_type(struct crew *crew, struct hand *hand);
/* The guest has seen all that was typed, and nothing else. */
void crew_expect_all(struct crew *crew);
/* Passes control by the API of a host; waits until it is so there, at home and at the driver's.
 */
void crew_give(struct crew *crew, struct host *at, struct hand *to);
/* All show the picture exactly. The guest must not be drawing, or is stopped for that. */
void crew_compare(struct crew *crew);
/* Each node knows the same sessions by the same ids, and the same driver. */
void crew_expect_sessions(struct crew *crew);
/* All of the three. */
void crew_check(struct crew *crew);

#endif
