/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * audience: many viewers of one machine, each with encodings and a pixel format of its own, who
 * look whenever they like: some at once, some seldom, some at a part of the picture only.
 */
#ifndef HF_TESTS_E2E_AUDIENCE_H
#define HF_TESTS_E2E_AUDIENCE_H

#include "tests/e2e/dice.h"
#include "tests/e2e/look.h"
#include "tests/e2e/shape.h"

#define AUDIENCE_MOST 64

struct member_wish {
    const char *encodings; /* as look_open takes them, and so the format */
    const char *format;
    unsigned seldom;    /* takes what comes once in so many times; 0 is 1 */
    bool draws_pointer; /* "cursor" is added to the encodings: the picture has no pointer in it
                         */
    bool in_parts;      /* now and then asks for a part of the picture only */
    bool continuous;    /* has updates sent without asking */
};

struct member {
    struct member_wish wish;
    struct client *client;
    const char *who;   /* in a sentence about what it failed to do */
    bool part_asked;   /* since the last request for the whole picture */
    bool shows;        /* what is being compared... */
    uint64_t compared; /* ...with its picture after so many updates */
};

struct audience {
    struct trial *trial;
    struct dice *dice;
    struct member members[AUDIENCE_MOST];
    size_t count;
};

/* Where the guest's pointer is, and how it looks; shape NULL: hidden. */
struct audience_pointer {
    const struct shape *shape;
    int left_px, top_px;
};

/* Takes a seat; wish->encodings and format must live as long as the test. */
struct member *audience_join(struct audience *audience, const char *address,
                             const struct member_wish *wish);
/* The same for one that has logged in and asked for encodings as `wish` says; who: a text of
 * the trial, for faults. */
struct member *audience_add(struct audience *audience, struct client *client,
                            const struct member_wish *wish, const char *who);
/* The encodings that a wish means, as look_open takes them. */
const char *audience_encodings(const struct audience *audience, const struct member_wish *wish);
/* Closes its connection: it is no member any more. */
void audience_dismiss(struct audience *audience, struct client *client);
/* Everybody has the whole picture. */
void audience_settle(struct audience *audience);
/* Some take updates that have come, and ask for more. Nobody waits. */
void audience_look(struct audience *audience);
/* Waits until all show the picture, those who draw no pointer themselves with it drawn in. */
void audience_compare(struct audience *audience, struct shot shot,
                      const struct audience_pointer *pointer);
/* All leave. The clients stay to be looked at until the end of the test. */
void audience_leave(struct audience *audience);

#endif
