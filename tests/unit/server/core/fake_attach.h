/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A double of server/attach/attach.c for tests: every place "fake:..." or "qmp:..." is a fake
 * that says what the test makes it say, and records what is asked of it; "pattern:" and "node:"
 * are the real things. Linked instead of attach.c.
 */
#ifndef HF_TESTS_UNIT_SERVER_CORE_FAKE_ATTACH_H
#define HF_TESTS_UNIT_SERVER_CORE_FAKE_ATTACH_H

#include "framebuffer/surface.h"
#include "server/attach/attach.h"

struct fake_place {
    struct attach attach;
    struct fake_place *next;
    char *address;
    unsigned opened; /* counts all places: which came first */
    bool watching;
    unsigned n_watches; /* how often watch(true) was called */
    char input[512];    /* "+30 -30 @0:5,7 " as it comes */
    int resize_w, resize_h, resize_answer;
    int power; /* the last action, or -1 */
    enum input_mode mode;
    bool slow; /* what it did not deliver comes back when the test says so; else at once:
                  nothing */
};

/* The open place with that address, or NULL. */
struct fake_place *fake_place_find(const char *address);
/* How many fake places are open. */
unsigned fake_places_open(void);

void fake_says_identity(struct fake_place *p, const char *name, const char *uuid);
void fake_says_state(struct fake_place *p, enum place_state state);
void fake_says_heads(struct fake_place *p, const struct place_head *heads, unsigned n);
/* One head of w x h px that can be resized. */
void fake_says_size(struct fake_place *p, int w, int h);
/* The pixels of r of `picture`. */
void fake_says_pixels(struct fake_place *p, unsigned head, const struct surface *picture,
                      struct rect r);
void fake_says_complete(struct fake_place *p);
void fake_says_pointer(struct fake_place *p, struct pointer_image *image);
void fake_says_pointer_at(struct fake_place *p, unsigned head, int x, int y, bool visible);
void fake_says_leds(struct fake_place *p, unsigned leds);
void fake_says_absolute(struct fake_place *p, bool absolute);
/* Has not delivered these; after set_input with INPUT_HELD. */
void fake_gives_back(struct fake_place *p, const struct input_event *events, size_t n);
/* Identity, running, one head, absolute: what a machine needs to be looked at. */
void fake_runs(struct fake_place *p, const char *name, const char *uuid, int w, int h);

#endif
