/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine that a test draws on, and what every view of it must show: composed here pixel by
 * pixel, by rules written down a second time.
 */
#ifndef HF_TESTS_UNIT_SERVER_CORE_WORLD_H
#define HF_TESTS_UNIT_SERVER_CORE_WORLD_H

#include "server/view.h"
#include "tests/unit/server/core/fake_attach.h"
#include "tests/unit/server/core/rig.h"

enum { WORLD_HEADS_MOST = 3 };

struct world {
    struct rig rig;
    struct machine *machine;
    struct fake_place *place;
    struct surface heads[WORLD_HEADS_MOST]; /* what the machine shows */
    unsigned n_heads;
    struct pointer_image *pointer;
    unsigned pointer_head;
    int pointer_x, pointer_y;
    bool pointer_visible;
    struct dice dice;
};

/* A machine that runs with one head of w x h px. */
void world_start(struct world *w, int width, int height);
void world_stop(struct world *w);
/* Other heads from now on: black. */
void world_set_heads(struct world *w, const struct place_head *heads, unsigned n);
/* Fills r of a head: 0 with one colour, 1 with text-like lines, 2 with noise, 3 smoothly. */
void world_draw(struct world *w, unsigned head, struct rect r, int how);
/* Moves the pixels of r up by dy px and draws the rows that become free. */
void world_scroll(struct world *w, unsigned head, struct rect r, int dy);
/* A pointer of w x h px with its hot spot in the middle; alpha: of its pixels, or -1: of all
 * kinds. */
void world_shape_pointer(struct world *w, int width, int height, int alpha);
void world_point(struct world *w, unsigned head, int x, int y, bool visible);
/* A random rectangle inside the head. */
struct rect world_random_rect(struct world *w, unsigned head);
/* What a view with this key must show now; `frame` gives the size when no head does. */
void world_expect(const struct world *w, const struct view_key *key,
                  const struct surface *frame, struct surface *want_r);

#endif
