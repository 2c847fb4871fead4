/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/scribble.h"

#include <stdlib.h>

#define LINE_PX 16 /* the height of the guest's text */
#define NOISE_MOST_PX 160

struct place {
    int x, y, w, h;
};

/* Small ones as often as large ones. */
static int choose_length(struct dice *dice, int most)
{
    int up_to = most >> dice_throw(dice, 5);

    return dice_between(dice, 1, up_to < 1 ? 1 : up_to);
}

static struct place choose_place(const struct scribble *s, int most_px)
{
    int w = choose_length(s->dice, s->width_px < most_px ? s->width_px : most_px);
    int h = choose_length(s->dice, s->height_px < most_px ? s->height_px : most_px);

    return (struct place){dice_between(s->dice, 0, s->width_px - w),
                          dice_between(s->dice, 0, s->height_px - h), w, h};
}

static unsigned choose_colour(struct dice *dice)
{
    static const unsigned usual[] = {0x000000, 0xffffff, 0xc0c0c0, 0x3465a4};

    return dice_once_in(dice, 2) ? usual[dice_throw(dice, 4)] : dice_throw(dice, 0x1000000);
}

static void fill(const struct scribble *s)
{
    struct place p = choose_place(s, s->width_px);

    guest_say(s->guest, "fill %d %d %d %d %06x", p.x, p.y, p.w, p.h, choose_colour(s->dice));
}

static void text(const struct scribble *s)
{
    int x = dice_between(s->dice, 0, s->width_px - 8);
    int y = dice_between(s->dice, 0, s->height_px - LINE_PX);

    guest_say(s->guest, "text %d %d %08x and %u more words", x, y,
              dice_throw(s->dice, 1u << 31), dice_throw(s->dice, 1000));
}

static void noise(const struct scribble *s)
{
    struct place p = choose_place(s, NOISE_MOST_PX);

    guest_say(s->guest, "noise %d %d %d %d %u", p.x, p.y, p.w, p.h,
              dice_throw(s->dice, 100000));
}

static void gradient(const struct scribble *s)
{
    struct place p = choose_place(s, s->width_px);

    guest_say(s->guest, "gradient %d %d %d %d", p.x, p.y, p.w, p.h);
}

static void copy(const struct scribble *s)
{
    struct place p = choose_place(s, s->width_px);

    guest_say(s->guest, "copy %d %d %d %d %d %d", p.x, p.y, p.w, p.h,
              dice_between(s->dice, 0, s->width_px - p.w),
              dice_between(s->dice, 0, s->height_px - p.h));
}

void scribble_something(const struct scribble *s)
{
    static void (*const ways[])(const struct scribble *) = {fill,  text,     text,
                                                            noise, gradient, copy};

    ways[dice_throw(s->dice, sizeof(ways) / sizeof(ways[0]))](s);
}

/* The whole picture, all of its width, or a window in it. */
static struct place choose_window(const struct scribble *s)
{
    struct place p = {0, 0, s->width_px, s->height_px};

    if (dice_once_in(s->dice, 3))
        return p;
    p.h = dice_between(s->dice, s->height_px / 2, s->height_px);
    p.y = dice_between(s->dice, 0, s->height_px - p.h);
    if (dice_once_in(s->dice, 2))
        return p;
    p.w = dice_between(s->dice, s->width_px / 2, s->width_px);
    p.x = dice_between(s->dice, 0, s->width_px - p.w);
    return p;
}

/* By how much of `length` it moves: mostly by a line or few. */
static int choose_way(struct dice *dice, int length)
{
    int way = dice_once_in(dice, 3) ? dice_between(dice, 1, length / 3)
                                    : LINE_PX * dice_between(dice, 1, 3);

    return dice_once_in(dice, 3) ? -way : way;
}

void scribble_scroll(const struct scribble *s)
{
    struct place p = choose_window(s);
    bool sideways = dice_once_in(s->dice, 5);
    int way = choose_way(s->dice, sideways ? p.w : p.h), far = abs(way);
    struct place kept = p, bared = p;

    if (sideways) {
        kept.w -= far;
        bared.w = far;
    } else {
        kept.h -= far;
        bared.h = far;
    }
    /* A positive way is up, or to the left. */
    int dx = sideways ? far : 0, dy = sideways ? 0 : far;
    if (way > 0) {
        guest_say(s->guest, "copy %d %d %d %d %d %d", p.x + dx, p.y + dy, kept.w, kept.h, p.x,
                  p.y);
        bared.x += sideways ? kept.w : 0;
        bared.y += sideways ? 0 : kept.h;
    } else {
        guest_say(s->guest, "copy %d %d %d %d %d %d", p.x, p.y, kept.w, kept.h, p.x + dx,
                  p.y + dy);
    }
    guest_say(s->guest, "fill %d %d %d %d 000000", bared.x, bared.y, bared.w, bared.h);
    if (bared.h >= LINE_PX && bared.w >= 8)
        guest_say(s->guest, "text %d %d line %u of many", bared.x, bared.y,
                  dice_throw(s->dice, 100000));
}
