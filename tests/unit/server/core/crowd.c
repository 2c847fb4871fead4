/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/core/crowd.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct pixel_format rgb565 = {16, 16, false, true, 31, 63, 31, 11, 5, 0};

static const struct {
    int32_t encoding;
    int quality;
    const struct pixel_format *format; /* NULL: the native one */
} class_rows[CROWD_CLASSES] = {
    [CROWD_RAW] = {ENCODING_RAW, -1, NULL},
    [CROWD_RRE] = {ENCODING_RRE, -1, NULL},
    [CROWD_HEXTILE] = {ENCODING_HEXTILE, -1, NULL},
    [CROWD_ZLIB] = {ENCODING_ZLIB, -1, NULL},
    [CROWD_ZRLE] = {ENCODING_ZRLE, -1, NULL},
    [CROWD_TRLE] = {ENCODING_TRLE, -1, NULL},
    [CROWD_TIGHT] = {ENCODING_TIGHT, -1, NULL},
    [CROWD_TIGHT_60] = {ENCODING_TIGHT, 60, NULL},
    [CROWD_JPEG_80] = {ENCODING_JPEG, 80, NULL},
    [CROWD_TIGHT_30] = {ENCODING_TIGHT, 30, NULL},
    [CROWD_ZRLE_565] = {ENCODING_ZRLE, -1, &rgb565},
    [CROWD_HEXTILE_565] = {ENCODING_HEXTILE, -1, &rgb565},
};

struct encode_class crowd_class(size_t row)
{
    struct encode_class class = judge_class(class_rows[row].encoding, class_rows[row].quality);
    if (class_rows[row].format)
        class.format = *class_rows[row].format;
    return class;
}

const struct view_key crowd_whole = {.head = VIEW_ALL_HEADS};

static const struct rect everything = {0, 0, 65535, 65535};

void crowd_join(struct crowd *c, size_t i, struct machine *m, const struct view_key *key,
                const struct encode_class *class)
{
    struct view *view = view_get(m, key);
    judge_join(&c->judges[i], view, class);
    c->here[i] = true;
    view_unref(&view);
}

void crowd_leave(struct crowd *c, size_t i)
{
    if (c->here[i])
        judge_leave(&c->judges[i]);
    c->here[i] = false;
}

void crowd_leave_all(struct crowd *c)
{
    for (size_t i = 0; i < CROWD; i++)
        crowd_leave(c, i);
}

void crowd_make_ready(struct crowd *c)
{
    for (size_t i = 0; i < CROWD; i++) {
        struct judge *j = &c->judges[i];
        if (!c->here[i])
            continue;
        j->ready = true;
        j->one = false;
        j->area = everything;
        view_client_wake(&j->client);
    }
}

static void want_of(const struct crowd *c, size_t i, struct surface *want_r)
{
    const struct view *v = c->judges[i].client.view;
    world_expect(&c->w, &v->key, &v->frame, want_r);
}

bool crowd_shows(struct crowd *c, size_t i)
{
    struct surface want;
    want_of(c, i, &want);
    bool same = judge_shows(&c->judges[i], &want, 0);
    surface_fini(&want);
    return same;
}

void crowd_must_show(struct crowd *c, size_t i)
{
    struct judge *j = &c->judges[i];
    struct surface want;
    want_of(c, i, &want);
    if (!judge_shows(j, &want, 0))
        fail_msg("a client does not show what the machine shows after %u updates: %s",
                 j->updates, judge_difference(j, &want));
    surface_fini(&want);
}

/* ---- at random ---- */

void crowd_random_draw(struct crowd *c)
{
    struct dice *d = &c->w.dice;
    unsigned head = (unsigned)dice_below(d, (int)c->w.n_heads);
    struct rect r = world_random_rect(&c->w, head);
    if (dice_below(d, 3) == 0)
        world_scroll(&c->w, head, surface_rect(&c->w.heads[head]), 1 + dice_below(d, 40));
    else if (dice_below(d, 2))
        world_draw(&c->w, head, rect_intersect(r, (struct rect){r.x, r.y, 20, 20}),
                   dice_below(d, 4));
    else
        world_draw(&c->w, head, r, dice_below(d, 4));
}

void crowd_random_pointer(struct crowd *c)
{
    struct dice *d = &c->w.dice;
    if (dice_below(d, 4) == 0)
        world_shape_pointer(&c->w, 1 + dice_below(d, 40), 1 + dice_below(d, 40),
                            dice_below(d, 2) ? -1 : 255);
    world_point(&c->w, (unsigned)dice_below(d, (int)c->w.n_heads), dice_below(d, 340) - 10,
                dice_below(d, 220) - 10, dice_below(d, 5) != 0);
}

void crowd_random_wishes(struct crowd *c, size_t i, int ready_of, int part_of)
{
    struct dice *d = &c->w.dice;
    struct judge *j = &c->judges[i];
    j->ready = dice_below(d, ready_of);
    j->one = dice_below(d, 2);
    j->copies = dice_below(d, 4);
    bool part = dice_below(d, part_of) == 0;
    j->area = part ? (struct rect){dice_below(d, 300), dice_below(d, 200),
                                   1 + dice_below(d, 200), 1 + dice_below(d, 99)}
                   : everything;
    view_client_wake(&j->client);
}
