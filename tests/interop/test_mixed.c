/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real viewers of every kind at one machine at once, some on slow lines, under mixed load for a
 * minute (ten in long runs): then the machine rests, and all show the right picture.
 */
#include <config.h>
#include "tests/client/ppm.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/look.h"
#include "tests/e2e/scribble.h"
#include "tests/e2e/slow_link.h"
#include "tests/e2e/trial.h"
#include "tests/interop/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define WIDTH_PX 640
#define HEIGHT_PX 480
#define LOAD_MS 60000
#define LONG_LOAD_MS 600000
#define SCENE_MS 4000 /* at most, with one scene */

enum line { DIRECT, SLOW, BROKEN, LINES };

static const struct slow_link links[LINES] = {
    [SLOW] = {.rate_kbit = 4000, .latency_ms = 40},
    [BROKEN] = {.rate_kbit = 20000, .latency_ms = 5, .stall_ms = 700, .period_ms = 3000},
};

/* ---- windows ---- */

struct kind {
    const struct viewer_program *program;
    enum line line;
    int screen, cell; /* of 2 by 2; those that take no place stand at a screen's upper left */
    bool only_long;
    const char *options[WINDOW_OPTIONS_MOST];
};

#define SCREENS 5

static const struct kind kinds[] = {
    {&viewer_gtkvnc, DIRECT, 0, 0, false, {NULL}},
    {&viewer_tigervnc, DIRECT, 0, 1, false, {NULL}}, /* as people start it */
    {&viewer_tigervnc,
     DIRECT,
     0,
     2,
     false,
     {"-AutoSelect=0", "-FullColor", "-NoJPEG", "-PreferredEncoding=ZRLE"}},
    {&viewer_tightvnc, DIRECT, 0, 3, false, {"-encodings", "copyrect tight", "-quality", "5"}},
    {&viewer_gtkvnc, BROKEN, 1, 0, false, {NULL}},
    {&viewer_tigervnc, SLOW, 1, 1, false, {"-AutoSelect=0", "-FullColor", "-QualityLevel=4"}},
    {&viewer_tightvnc, BROKEN, 1, 2, false, {"-encodings", "copyrect hextile"}},
    {&viewer_tigervnc,
     BROKEN,
     1,
     3,
     false,
     {"-AutoSelect=0", "-FullColor", "-NoJPEG", "-PreferredEncoding=Tight"}},
    {&viewer_tigervnc_trixie, DIRECT, 2, 0, true, {NULL}},
    {&viewer_tigervnc_trixie, SLOW, 2, 1, true, {NULL}},
    {&viewer_remmina, DIRECT, 3, 0, true, {NULL}},
    {&viewer_krdc, DIRECT, 4, 0, true, {NULL}},
};
#define KINDS ARRAY_SIZE(kinds)

/* ---- programs without a window: they look until a file is there, and end well if it shows
 * ---- */

enum judge { LIBVNCCLIENT, NOVNC };

static const struct {
    const char *name;
    enum judge judge;
    enum line line;
    const char *encodings;
} programs[] = {
    {"LibVNCClient in tight", LIBVNCCLIENT, DIRECT, "copyrect tight"},
    {"LibVNCClient in zrle, slow", LIBVNCCLIENT, SLOW, "copyrect zrle"},
    {"noVNC in tight", NOVNC, DIRECT, "copyrect,tight,quality6,continuous"},
    {"noVNC in zrle, interrupted", NOVNC, BROKEN, "copyrect,zrle"},
};
#define PROGRAMS ARRAY_SIZE(programs)

struct hall {
    struct room room;
    int port[LINES];
    struct screen *screen[SCREENS];
    struct room seat[KINDS]; /* the room with another screen and port */
    struct window window[KINDS];
    size_t windows;
    struct process *program[PROGRAMS];
    char *final_path;       /* the last picture, once there is one */
    struct client *witness; /* the reference client, which also gives the pace */
    struct dice dice;
};

static int port_of(const char *address)
{
    return atoi(strrchr(address, ':') + 1);
}

static void open_windows(struct hall *hall)
{
    for (size_t i = 0; i < KINDS; i++) {
        const struct kind *k = &kinds[i];
        if (k->only_long && !trial_is_long())
            continue;
        struct room *seat = &hall->seat[hall->windows];
        *seat = hall->room;
        if (!hall->screen[k->screen])
            hall->screen[k->screen] =
                k->screen ? screen_start(hall->room.trial) : hall->room.screen;
        seat->screen = hall->screen[k->screen];
        seat->port = hall->port[k->line];
        window_open(&hall->window[hall->windows++], seat, k->program, k->options,
                    k->program->takes_place ? window_cell(k->cell, 2, 2) : SCREEN_ALL);
    }
}

static struct process *start_judge(struct hall *hall, size_t i, const char *address)
{
    struct trial *trial = hall->room.trial;
    const char *argv[] = {trial_built(trial, "tests/client/vncclient_snapshot"),
                          "--encodings",
                          programs[i].encodings,
                          "--quality",
                          "6",
                          "--await",
                          hall->final_path,
                          "--verbose",
                          address,
                          NULL};

    return process_start(trial, programs[i].name, argv, NULL);
}

static const char *novnc_folder(struct trial *trial)
{
    const char *argv[] = {trial_source(trial, "tests/novnc/modules.sh"), NULL}, *said;
    int status = process_run(trial, "modules.sh", argv, 4 * PATIENCE_MS, &said);

    trial_check(trial, status == 0, "noVNC cannot be had: %s", said);
    return trial_text(trial, "%s/node_modules/@novnc/novnc",
                      trial_built(trial, "tests/novnc/modules"));
}

static struct process *start_novnc(struct hall *hall, size_t i, const char *address)
{
    struct trial *trial = hall->room.trial;
    const char *argv[] = {"node",        trial_source(trial, "tests/novnc/snapshot.mjs"),
                          "--novnc",     novnc_folder(trial),
                          "--jpeg",      trial_built(trial, "tests/novnc/jpeg_to_ppm"),
                          "--encodings", programs[i].encodings,
                          "--await",     hall->final_path,
                          "--timeout",   trial_text(trial, "%d", PATIENCE_MS / 1000),
                          "--address",   address,
                          NULL};

    return process_start(trial, programs[i].name, argv, NULL);
}

static void start_programs(struct hall *hall)
{
    for (size_t i = 0; i < PROGRAMS; i++) {
        const char *address =
            trial_text(hall->room.trial, "127.0.0.1:%d", hall->port[programs[i].line]);
        hall->program[i] = programs[i].judge == NOVNC ? start_novnc(hall, i, address)
                                                      : start_judge(hall, i, address);
    }
}

static struct hall *start(struct trial *trial)
{
    struct hall *hall = trial_room(trial, sizeof(*hall));
    const char *unix_address = trial_text(trial, "unix:%s/any", trial->folder);

    hall->dice = dice_take();
    hall->final_path = trial_path(trial, "final.ppm");
    hall->room = room_start(trial, ROOM_VIRTIO, "follow off; display virtio", NULL);
    room_hide_pointer(&hall->room);
    guest_say(hall->room.guest, "mode %d %d", WIDTH_PX, HEIGHT_PX);
    guest_say(hall->room.guest, "scene still");
    for (int line = 0; line < LINES; line++) {
        const char *address = trial_text(trial, "127.0.0.1:%d", hall->room.port);
        hall->port[line] = line == DIRECT ? hall->room.port
                                          : port_of(slow_link_to(trial, address, &links[line]));
    }
    hall->witness =
        look_open(trial, unix_address, "copyrect,tight,quality=7,cursor,desktopsize", NULL);
    open_windows(hall);
    start_programs(hall);
    return hall;
}

/* ---- the load ---- */

static void check_that_all_run(struct hall *hall)
{
    for (size_t i = 0; i < hall->windows; i++)
        trial_check(hall->room.trial, process_runs(hall->window[i].process), "%s has ended",
                    hall->window[i].process->name);
    for (size_t i = 0; i < PROGRAMS; i++)
        trial_check(hall->room.trial, process_runs(hall->program[i]), "%s has ended",
                    programs[i].name);
}

static void change_pointer(struct hall *hall)
{
    static const char *const images[] = {"block", "cross", "glass", "arrow",
                                         "beam",  "empty", "shadow"};

    guest_say(hall->room.guest, "cursor %s %d %d",
              images[dice_throw(&hall->dice, ARRAY_SIZE(images))],
              dice_between(&hall->dice, 0, 20), dice_between(&hall->dice, 0, 20));
    guest_say(hall->room.guest, "cursor move %d %d", dice_between(&hall->dice, 0, WIDTH_PX - 1),
              dice_between(&hall->dice, 0, HEIGHT_PX - 1));
}

/* One scene plays for a while; over it is scribbled and scrolled, and the pointer changes. */
static void play_something(struct hall *hall)
{
    static const char *const scenes[] = {"scroll", "type", "clock", "window", "video", "photo"};
    const struct scribble scribble = {hall->room.guest, &hall->dice, WIDTH_PX, HEIGHT_PX};
    int64_t until_ms = clock_now_ms() + dice_between(&hall->dice, 500, SCENE_MS);

    guest_say(hall->room.guest, "scene %s",
              scenes[dice_throw(&hall->dice, ARRAY_SIZE(scenes))]);
    guest_say(hall->room.guest, "run %d", dice_between(&hall->dice, 5, 40));
    while (clock_now_ms() < until_ms) {
        look_must(hall->room.trial, hall->witness,
                  client_wait_update(hall->witness, PATIENCE_MS), "the reference client");
        if (dice_once_in(&hall->dice, 10))
            scribble_something(&scribble);
        if (dice_once_in(&hall->dice, 20))
            scribble_scroll(&scribble);
        if (dice_once_in(&hall->dice, 10))
            change_pointer(hall);
    }
    guest_say(hall->room.guest, "stop");
}

/* ---- the rest ---- */

/* Whoever draws the machine's pointer into the picture has none to draw. */
static struct shot rest(struct hall *hall)
{
    char *path = trial_path(hall->room.trial, "final.tmp");

    guest_say(hall->room.guest, "cursor empty 0 0");
    struct shot shot = room_stop(&hall->room);
    trial_check(hall->room.trial,
                client_ppm_write(path, shot.rgb, shot.width_px, shot.height_px) == 0 &&
                    rename(path, hall->final_path) == 0,
                "cannot write %s", hall->final_path);
    return shot;
}

static void all_are_right_after_mixed_load(struct trial *trial)
{
    struct hall *hall = start(trial);

    window_compare(hall->window, hall->windows);
    int64_t until_ms = clock_now_ms() + (trial_is_long() ? LONG_LOAD_MS : LOAD_MS);
    while (clock_now_ms() < until_ms) {
        play_something(hall);
        check_that_all_run(hall);
    }
    struct shot shot = rest(hall);
    look_until(trial, hall->witness, shot, 0);
    for (size_t i = 0; i < hall->windows; i++)
        window_wait(&hall->window[i], shot);
    for (size_t i = 0; i < PROGRAMS; i++)
        trial_check(trial, process_wait(hall->program[i], 2 * PATIENCE_MS) == 0, "%s: %s",
                    programs[i].name, process_log(hall->program[i]));
}

static const struct trial_row rows[] = {
    {"every kind of viewer is right after mixed load", all_are_right_after_mixed_load, NULL,
     false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "interop mixed", rows, ARRAY_SIZE(rows));
}
