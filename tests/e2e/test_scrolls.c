/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random scrolls and damage under a pointer that is drawn in, over areas that come as JPEG, for
 * viewers in step, viewers that look seldom, viewers on slow lines, and some that open and
 * close a menu: when the machine rests, everybody's picture is exact. Here copies, lossy tiles,
 * their refresh, shared blocks and private layers meet.
 */
#include <config.h>
#include "tests/e2e/audience.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/scribble.h"
#include "tests/e2e/slow_link.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define WIDTH_PX 648 /* neither tiles nor blocks fit */
#define HEIGHT_PX 488
#define ROUNDS 12
#define LONG_ROUNDS 200
#define MORE_ROUNDS 100 /* at most, for what has not been met by then */
#define STEPS_MOST 12   /* of a round */

enum { CONTROL_L = 0xffe3, ESCAPE = 0xff1b };

#define JPEG "copyrect,tight,quality=6"
#define EXACT "copyrect,zrle"

/* Enough of a class that some lack what others have: they share blocks. */
static const struct member_wish near[] = {
    {JPEG, NULL, 1, true, false, false},
    {JPEG, NULL, 1, true, false, true},
    {JPEG, NULL, 2, true, false, false},
    {JPEG, NULL, 2, true, false, false},
    {JPEG, NULL, 3, true, false, false},
    {JPEG, NULL, 4, true, false, false},
    {JPEG, NULL, 5, true, true, false},
    {JPEG, NULL, 9, true, false, true},
    {JPEG, NULL, 1, false, false, false},
    {JPEG, NULL, 2, false, false, true},
    {JPEG, NULL, 4, false, true, false},
    {JPEG, NULL, 7, false, false, false},
    {EXACT, "rgb565", 1, true, false, false},
    {EXACT, "rgb565", 3, true, false, false},
    {EXACT, "rgb565", 4, true, false, true},
    {EXACT, "rgb565", 6, true, true, false},
    {EXACT, "rgb565", 9, true, false, false},
    {EXACT, "rgb565", 1, false, false, false},
    {EXACT, "rgb565", 5, false, false, false},
    {"copyrect,jpeg,zrle,quality=3", NULL, 2, true, false, false},
    {"copyrect,tightpng,quality=8", NULL, 1, false, false, false},
    {"copyrect,zlib", "rgb332", 2, false, false, false},
    {"copyrect,hextile", NULL, 1, true, false, false},
    {"copyrect,trle", "xrgb", 1, false, false, false},
    {"copyrect,raw", "map8", 3, true, false, false},
};

/* Stragglers: what they lack grows while their lines are full. */
static const struct slow_link slow = {.rate_kbit = 3000, .latency_ms = 50};
static const struct slow_link broken = {
    .rate_kbit = 8000, .latency_ms = 5, .stall_ms = 800, .period_ms = 1200};
static const struct {
    const struct slow_link *link;
    struct member_wish wish;
} far[] = {
    {&slow, {JPEG, NULL, 1, true, false, true}},
    {&slow, {JPEG, NULL, 1, false, false, false}},
    {&broken, {JPEG, NULL, 1, true, false, false}},
    {&broken, {EXACT, "rgb565", 1, true, false, true}},
};

struct scene {
    struct stand stand;
    struct dice dice;
    struct scribble scribble;
    struct audience audience;
    struct audience_pointer pointer;
    bool has_pointer;                 /* the display knows pointer images */
    bool menu_open[ARRAY_SIZE(near)]; /* over the picture of that one of the first viewers */
};

static void open_audience(struct scene *scene)
{
    struct trial *trial = scene->stand.trial;
    const char *tcp = daemon_tcp(scene->stand.daemon, "web1");

    for (size_t i = 0; i < ARRAY_SIZE(near); i++)
        audience_join(&scene->audience, scene->stand.address, &near[i]);
    for (size_t i = 0; i < ARRAY_SIZE(far); i++)
        audience_join(&scene->audience, slow_link_to(trial, tcp, far[i].link), &far[i].wish);
    audience_settle(&scene->audience);
}

/* Shapes without partial alpha: their drawing has no rounding. */
static void change_pointer(struct scene *scene)
{
    static const int opaque[] = {SHAPE_BLOCK, SHAPE_CROSS, SHAPE_BEAM};
    struct audience_pointer *p = &scene->pointer;
    int x = dice_between(&scene->dice, 0, WIDTH_PX - 1);
    int y = dice_between(&scene->dice, 0, HEIGHT_PX - 1);

    if (!scene->has_pointer)
        return;
    if (!p->shape || dice_once_in(&scene->dice, 5)) {
        p->shape = &shapes[opaque[dice_throw(&scene->dice, ARRAY_SIZE(opaque))]];
        guest_say(scene->stand.guest, "cursor %s 7 5", p->shape->name);
    }
    guest_say(scene->stand.guest, "cursor move %d %d", x, y);
    p->left_px = x - 7;
    p->top_px = y - 5;
}

/* Another list under way, with the same encoding in it: another class from now on. */
static void change_mind(struct scene *scene)
{
    struct member *m =
        &scene->audience.members[dice_throw(&scene->dice, (unsigned)scene->audience.count)];
    const char *list =
        trial_text(scene->stand.trial, "%s%s%s,desktopsize,quality=%u", m->wish.encodings,
                   m->wish.draws_pointer ? ",cursor" : "",
                   m->wish.continuous ? ",fence,continuous" : "", dice_throw(&scene->dice, 10));

    if (strcmp(m->wish.encodings, EXACT) != 0)
        look_must(scene->stand.trial, m->client, client_set_encodings_text(m->client, list),
                  m->who);
}

static void turn_menu(struct scene *scene, size_t i)
{
    struct client *client = scene->audience.members[i].client;

    if (scene->menu_open[i])
        keys_tap(scene->stand.trial, client, ESCAPE);
    for (int tap = 0; tap < 3 && !scene->menu_open[i]; tap++)
        keys_tap(scene->stand.trial, client, CONTROL_L);
    scene->menu_open[i] = !scene->menu_open[i];
}

/* What is below comes back. */
static void close_menus(struct scene *scene)
{
    for (size_t i = 0; i < ARRAY_SIZE(near); i++)
        if (scene->menu_open[i])
            turn_menu(scene, i);
}

static void step(struct scene *scene)
{
    unsigned way = dice_throw(&scene->dice, 24);

    if (way < 11)
        scribble_scroll(&scene->scribble);
    else if (way < 15)
        scribble_something(&scene->scribble);
    else if (way < 18)
        change_pointer(scene);
    else if (way < 19)
        change_mind(scene);
    else if (way < 20)
        guest_say(scene->stand.guest, "scene photo %u", dice_throw(&scene->dice, 100));
    else
        turn_menu(scene, dice_throw(&scene->dice, ARRAY_SIZE(near)));
    audience_look(&scene->audience);
}

static void compare(struct scene *scene)
{
    struct stand *stand = &scene->stand;

    close_menus(scene);
    qmp_run(stand->guest->qmp, "stop", NULL);
    audience_compare(&scene->audience, guest_screendump(stand->guest, stand->device, 0),
                     &scene->pointer);
    qmp_run(stand->guest->qmp, "cont", NULL);
}

struct met {
    uint64_t copies, jpegs, blocks;
};

/* What the viewers and the daemon have had to do so far. */
static struct met count_met(struct scene *scene)
{
    struct met met = {.blocks =
                          (uint64_t)daemon_counter(scene->stand.daemon, "encode_blocks_total")};

    for (size_t i = 0; i < scene->audience.count; i++) {
        const struct client *client = scene->audience.members[i].client;
        met.copies += client_count_of(client, CLIENT_ENCODING_COPY_RECT).rects;
        met.jpegs += client->decoder.jpegs;
    }
    return met;
}

static bool all_met(struct met met, bool blocks_too)
{
    return met.copies && met.jpegs && (met.blocks || !blocks_too);
}

static void play(struct scene *scene)
{
    for (int n = dice_between(&scene->dice, 1, STEPS_MOST); n > 0; n--)
        step(scene);
    compare(scene);
}

static void scrolls_end_exact(struct trial *trial)
{
    const char *device = trial->data;
    bool virtio = strcmp(device, STAND_VIRTIO) == 0;
    struct scene *scene = trial_room(trial, sizeof(*scene));

    scene->dice = dice_take();
    scene->stand =
        stand_start(trial, device,
                    trial_text(trial, "follow off; display %s; mode %d %d; scene photo",
                               virtio ? "virtio" : "vbe", WIDTH_PX, HEIGHT_PX),
                    NULL);
    scene->scribble = (struct scribble){scene->stand.guest, &scene->dice, WIDTH_PX, HEIGHT_PX};
    scene->audience = (struct audience){.trial = trial, .dice = &scene->dice};
    scene->has_pointer = virtio;
    open_audience(scene);
    for (int round = 0; round < (trial_is_long() ? LONG_ROUNDS : ROUNDS); round++)
        play(scene);
    /* Until all has been met: without it, nothing has been shown. Whether viewers come to lack
     * different things, and take blocks, is up to when the machine draws: std VGA may not. */
    struct met met = count_met(scene);
    for (int more = 0; more < MORE_ROUNDS && !all_met(met, virtio); more++) {
        play(scene);
        met = count_met(scene);
    }
    printf("%llu copies, %llu JPEGs, %llu blocks\n", (unsigned long long)met.copies,
           (unsigned long long)met.jpegs, (unsigned long long)met.blocks);
    trial_check(trial, met.copies > 0, "nothing was copied");
    trial_check(trial, met.jpegs > 0, "nothing was lossy");
    trial_check(trial, met.blocks > 0 || !virtio, "nobody took blocks");
}

static const struct trial_row rows[] = {
    {"scrolls on virtio, with pointers drawn in, end exact", scrolls_end_exact, STAND_VIRTIO,
     false},
    {"scrolls on std VGA end exact", scrolls_end_exact, STAND_VGA, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "scrolls", rows, ARRAY_SIZE(rows));
}
