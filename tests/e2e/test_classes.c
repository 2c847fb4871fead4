/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every class that a viewer can choose (encoding, pixel format, compression, quality), with
 * random damage, in random company: when the machine rests, everybody's picture is exact.
 */
#include <config.h>
#include "tests/e2e/audience.h"
#include "tests/e2e/scribble.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
/* Neither tiles nor blocks fit. (screendump of QEMU 7.2 pads rows of other than 4n pixels.) */
#define WIDTH_PX 420
#define HEIGHT_PX 307
#define AT_ONCE 32
#define ROUNDS 3
#define WISHES_MOST 1200

struct encoding {
    const char *list;
    int32_t number;
    bool deflates; /* compression levels mean something */
    bool jpeg;     /* quality levels do, in formats that allow JPEG */
    bool only_888; /* carries 8 bits of each colour only */
};

static const struct encoding encodings[] = {
    {"raw", CLIENT_ENCODING_RAW, false, false, false},
    {"rre", CLIENT_ENCODING_RRE, false, false, false},
    {"hextile", CLIENT_ENCODING_HEXTILE, false, false, false},
    {"trle", CLIENT_ENCODING_TRLE, false, false, false},
    {"zlib", CLIENT_ENCODING_ZLIB, true, false, false},
    {"zrle", CLIENT_ENCODING_ZRLE, true, false, false},
    {"tight", CLIENT_ENCODING_TIGHT, true, true, false},
    {"tightpng", CLIENT_ENCODING_TIGHT_PNG, true, true, true},
    {"jpeg,zrle", CLIENT_ENCODING_JPEG, false, true, false},
};

/* ---- every class once ---- */

struct wishes {
    struct trial *trial;
    struct dice *dice;
    struct member_wish wish[WISHES_MOST];
    size_t count;
};

/* The levels that mean the same are one: any of them. */
static const char *choose_compression(struct wishes *w, int effort)
{
    static const int first[] = {0, 1, 7}, last[] = {0, 6, 9};

    if (effort == 1 && dice_once_in(w->dice, 3))
        return "";
    return trial_text(w->trial, ",compress=%d",
                      dice_between(w->dice, first[effort], last[effort]));
}

/* None, the ten levels, and a fine one with each way of subsampling. */
#define QUALITIES 17

static const char *choose_quality(struct wishes *w, int quality)
{
    static const char *const ways[] = {"1x", "4x", "2x", "grey", "8x", "16x"};

    if (quality == 0)
        return "";
    if (quality <= 10)
        return trial_text(w->trial, ",quality=%d", quality - 1);
    return trial_text(w->trial, ",fine=%d,subsampling=%s", dice_between(w->dice, 1, 100),
                      ways[quality - 11]);
}

static void add_wish(struct wishes *w, const struct encoding *e, const char *format, int effort,
                     int quality)
{
    trial_check(w->trial, w->count < WISHES_MOST, "too many classes");
    w->wish[w->count++] = (struct member_wish){
        .encodings = trial_text(
            w->trial, "%s%s%s%s", dice_once_in(w->dice, 2) ? "copyrect," : "", e->list,
            e->deflates ? choose_compression(w, effort) : "", choose_quality(w, quality)),
        .format = format,
        .seldom = 1 + dice_throw(w->dice, 4),
        .draws_pointer = true,
        .in_parts = dice_once_in(w->dice, 4),
    };
}

static void add_format(struct wishes *w, const struct encoding *e, const char *format)
{
    const struct client_format *f = client_format_find(format);
    bool jpeg = e->jpeg && f->true_colour && f->bits >= 16;

    if (e->only_888 && !(f->true_colour && f->depth == 24))
        return;
    for (int effort = e->deflates ? 0 : 1; effort <= (e->deflates ? 2 : 1); effort++)
        for (int quality = 0; quality < (jpeg ? QUALITIES : 1); quality++)
            add_wish(w, e, format, effort, quality);
}

static struct wishes *every_class(struct trial *trial, struct dice *dice,
                                  const struct encoding *only)
{
    struct wishes *w = trial_room(trial, sizeof(*w));
    const char *format;

    w->trial = trial;
    w->dice = dice;
    for (size_t i = 0; (format = client_format_name(i)); i++)
        add_format(w, only, format);
    return w;
}

/* ---- looking ---- */

static void compare(struct stand *stand, struct audience *audience)
{
    qmp_run(stand->guest->qmp, "stop", NULL);
    audience_compare(audience, guest_screendump(stand->guest, stand->device, 0), NULL);
    qmp_run(stand->guest->qmp, "cont", NULL);
}

/* The encoding was really used: a JPEG (21) where the format allows none is Raw. */
static void check_use(struct audience *audience, const struct encoding *e)
{
    for (size_t i = 0; i < audience->count; i++) {
        const struct client *c = audience->members[i].client;
        bool other = e->number == CLIENT_ENCODING_JPEG &&
                     (c->format.bits < 16 || !c->format.true_colour);
        trial_check(audience->trial, other || client_count_of(c, e->number).rects > 0,
                    "%s: nothing came in that encoding", audience->members[i].who);
    }
}

static void every_class_is_exact(struct trial *trial)
{
    const struct encoding *e = trial->data;
    struct dice dice = dice_take();
    struct stand stand =
        stand_start(trial, STAND_VIRTIO,
                    trial_text(trial, "follow off; display virtio; mode %d %d; scene still",
                               WIDTH_PX, HEIGHT_PX),
                    NULL);
    const struct scribble scribble = {stand.guest, &dice, WIDTH_PX, HEIGHT_PX};
    struct wishes *wishes = every_class(trial, &dice, e);
    struct audience *audience = trial_room(trial, sizeof(*audience));

    *audience = (struct audience){.trial = trial, .dice = &dice};
    dice_shuffle(&dice, wishes->wish, wishes->count, sizeof(wishes->wish[0]));
    for (size_t next = 0; next < wishes->count;) {
        for (int n = 0; n < AT_ONCE && next < wishes->count; n++)
            audience_join(audience, stand.address, &wishes->wish[next++]);
        audience_settle(audience);
        for (int round = 0; round < ROUNDS; round++) {
            for (int n = dice_between(&dice, 2, 6); n > 0; n--) {
                scribble_something(&scribble);
                audience_look(audience);
            }
            compare(&stand, audience);
        }
        check_use(audience, e);
        audience_leave(audience);
    }
    printf("%s: %zu classes\n", e->list, wishes->count);
}

#define ROW(index, name)                                                                       \
    {                                                                                          \
        "every class of " name " is exact after random damage", every_class_is_exact,          \
            &encodings[index], false                                                           \
    }

static const struct trial_row rows[] = {
    ROW(0, "raw"),  ROW(1, "rre"),   ROW(2, "hextile"),   ROW(3, "trle"), ROW(4, "zlib"),
    ROW(5, "zrle"), ROW(6, "tight"), ROW(7, "tight png"), ROW(8, "jpeg"),
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "classes", rows, ARRAY_SIZE(rows));
}
