/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/interop/screen.h"
#include "tests/client/ppm.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define VARIABLES_MOST 32
#define LOOK_MS 40 /* between two looks: each reads the whole screen */
#define PIXELS ((size_t)SCREEN_WIDTH_PX * SCREEN_HEIGHT_PX)

/* ---- starting ---- */

/* With -displayfd 1 the log has a line that is the number of the display, once it is ready. */
static const char *wait_number(struct trial *trial, struct process *server)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    const char *number;

    while (!(number = process_log_number(server))) {
        trial_check(trial, process_runs(server), "Xvfb does not start");
        trial_look_again(trial, deadline_ms, "the number of Xvfb's display");
    }
    return number;
}

static const char *make_folder(struct trial *trial)
{
    const char *folder;
    int number = 0;

    do {
        folder = trial_text(trial, "%s/screen%d", trial->folder, number++);
    } while (mkdir(folder, 0700) != 0 && errno == EEXIST);
    return folder;
}

struct screen *screen_start(struct trial *trial)
{
    struct screen *screen = trial_room(trial, sizeof(*screen));
    const char *folder = make_folder(trial);
    const char *size = trial_text(trial, "%dx%dx24", SCREEN_WIDTH_PX, SCREEN_HEIGHT_PX);
    /* -r: no auto-repeat, which would depend on time */
    const char *argv[] = {"Xvfb", "-displayfd", "1",   "-screen",  "0",  size, "-fbdir",
                          folder, "-nolisten",  "tcp", "-noreset", "-r", NULL};

    screen->trial = trial;
    screen->server = process_start(trial, "Xvfb", argv, NULL);
    screen->display = trial_text(trial, ":%s", wait_number(trial, screen->server));
    screen->frame_path = trial_text(trial, "%s/Xvfb_screen0", folder);
    screen_park(screen);
    return screen;
}

struct process *screen_run(struct screen *screen, const char *name, const char *const *argv,
                           const char *const *more)
{
    const char *all[VARIABLES_MOST] = {
        trial_text(screen->trial, "DISPLAY=%s", screen->display),
        "LC_ALL=C.UTF-8", /* for titles of windows */
    };
    size_t n = 2;

    for (; more && *more && n < VARIABLES_MOST - 1; more++)
        all[n++] = *more;
    return process_start(screen->trial, name, argv, all);
}

/* ---- what it shows ---- */

static uint32_t header_field(const uint8_t *file, int index)
{
    const uint8_t *at = file + 4 * index;

    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/*
 * The pixels of an XWD file of version 7 (XWDFile.h): the header's size is field 0, the depth
 * 3, width and height 4 and 5, the bits of a pixel 11, the bytes of a row 12, the number of
 * colours, which stand in between with 12 bytes each, 19. Words 0x00RRGGBB; freed by the
 * caller. NULL if the file is not whole.
 */
static uint32_t *load_frame(struct screen *screen)
{
    size_t size = 0;
    uint8_t *file = (uint8_t *)file_load(screen->frame_path, &size);

    if (!file || size < 100) {
        free(file);
        return NULL;
    }
    size_t start = header_field(file, 0) + 12 * (size_t)header_field(file, 19);
    bool fits = header_field(file, 4) == SCREEN_WIDTH_PX && header_field(file, 11) == 32 &&
                header_field(file, 12) == 4 * SCREEN_WIDTH_PX && size >= start + 4 * PIXELS;
    if (!fits) {
        free(file);
        return NULL;
    }
    uint32_t *frame = (uint32_t *)(void *)file;
    memmove(file, file + start, 4 * PIXELS);
    for (size_t i = 0; i < PIXELS; i++)
        frame[i] &= 0xffffff; /* what is above is left as the program gave it */
    return frame;
}

/* The shot as the screen has pixels. Lives as long as the trial. */
static uint32_t *to_words(struct trial *trial, struct shot shot)
{
    size_t count = (size_t)shot.width_px * (size_t)shot.height_px;
    uint32_t *words = trial_room(trial, 4 * count + 4);

    for (size_t i = 0; i < count; i++)
        words[i] = (uint32_t)shot.rgb[3 * i] << 16 | (uint32_t)shot.rgb[3 * i + 1] << 8 |
                   shot.rgb[3 * i + 2];
    return words;
}

/* A picture to look for. */
struct wanted {
    struct shot shot;
    const uint32_t *words;
    size_t telling; /* the row to compare first */
};

/*
 * The row with the most changes of colour. On a screen that is black like most of a picture,
 * beginning with any other would mean comparing nearly all of it nearly everywhere.
 */
static size_t find_telling_row(const uint32_t *words, struct shot shot)
{
    size_t width = (size_t)shot.width_px, best = 0, most = 0;

    for (size_t y = 0; y < (size_t)shot.height_px; y++) {
        size_t changes = 0;
        for (size_t x = 1; x < width; x++)
            changes += words[y * width + x] != words[y * width + x - 1];
        if (changes > most) {
            most = changes;
            best = y;
        }
    }
    return best;
}

static bool row_stands_at(const uint32_t *frame, int x_px, int y_px,
                          const struct wanted *wanted, size_t y)
{
    size_t width = (size_t)wanted->shot.width_px;

    return memcmp(frame + ((size_t)y_px + y) * SCREEN_WIDTH_PX + (size_t)x_px,
                  wanted->words + y * width, 4 * width) == 0;
}

static bool stands_at(const uint32_t *frame, int x_px, int y_px, const struct wanted *wanted)
{
    if (!row_stands_at(frame, x_px, y_px, wanted, wanted->telling))
        return false;
    for (size_t y = 0; y < (size_t)wanted->shot.height_px; y++)
        if (!row_stands_at(frame, x_px, y_px, wanted, y))
            return false;
    return true;
}

static bool stands_within(const uint32_t *frame, struct area area, const struct wanted *wanted,
                          struct area *found_r)
{
    struct shot shot = wanted->shot;

    for (int y = area.y_px; y + shot.height_px <= area.y_px + area.height_px; y++)
        for (int x = area.x_px; x + shot.width_px <= area.x_px + area.width_px; x++)
            if (stands_at(frame, x, y, wanted)) {
                *found_r = (struct area){x, y, shot.width_px, shot.height_px};
                return true;
            }
    return false;
}

/* For people with HOLDFAST_KEEP=1. */
static void leave_pictures(struct screen *screen, struct shot shot)
{
    uint32_t *frame = load_frame(screen);
    uint8_t *rgb = trial_room(screen->trial, 3 * PIXELS);

    for (size_t i = 0; frame && i < PIXELS; i++)
        for (int c = 0; c < 3; c++)
            rgb[3 * i + (size_t)c] = (uint8_t)(frame[i] >> (16 - 8 * c));
    free(frame);
    client_ppm_write(trial_path(screen->trial, "screen.ppm"), rgb, SCREEN_WIDTH_PX,
                     SCREEN_HEIGHT_PX);
    client_ppm_write(trial_path(screen->trial, "wanted.ppm"), shot.rgb, shot.width_px,
                     shot.height_px);
}

/* Waits the moment between two looks; fails the test if that was the last. */
static void look_again(struct screen *screen, bool last, struct area area, struct shot shot)
{
    if (!last) {
        poll(NULL, 0, LOOK_MS);
        return;
    }
    leave_pictures(screen, shot);
    trial_fail(screen->trial, "%dx%d at %d,%d of the screen do not show the machine's %dx%d",
               area.width_px, area.height_px, area.x_px, area.y_px, shot.width_px,
               shot.height_px);
}

struct area screen_wait(struct screen *screen, struct area area, struct shot shot)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    const uint32_t *words = to_words(screen->trial, shot);
    const struct wanted wanted = {shot, words, find_telling_row(words, shot)};
    struct area found = {0};

    for (;;) {
        bool last = clock_now_ms() >= deadline_ms; /* that one begins after the deadline */
        uint32_t *frame = load_frame(screen);
        bool there = frame && stands_within(frame, area, &wanted, &found);
        free(frame);
        if (there)
            return found;
        look_again(screen, last, area, shot);
    }
}

static struct error error_at(const uint32_t *frame, struct area area, struct shot shot)
{
    struct error error = {0, 0};
    uint64_t sum = 0;

    for (int y = 0; y < shot.height_px; y++)
        for (int x = 0; x < shot.width_px; x++) {
            uint32_t is = frame[(area.y_px + y) * SCREEN_WIDTH_PX + area.x_px + x];
            const uint8_t *want =
                shot.rgb + 3 * ((size_t)y * (size_t)shot.width_px + (size_t)x);
            for (int c = 0; c < 3; c++) {
                int off = abs((int)(is >> (16 - 8 * c) & 0xff) - want[c]);
                sum += (uint64_t)off;
                error.worst = off > error.worst ? off : error.worst;
            }
        }
    error.mean = (double)sum / (3.0 * shot.width_px * shot.height_px);
    return error;
}

void screen_wait_close(struct screen *screen, struct area area, struct shot shot,
                       struct error most)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    for (;;) {
        bool last = clock_now_ms() >= deadline_ms;
        uint32_t *frame = load_frame(screen);
        struct error error = {256, 256};
        if (frame)
            error = error_at(frame, area, shot);
        free(frame);
        if (error.worst <= most.worst && error.mean <= most.mean)
            return;
        look_again(screen, last, area, shot);
    }
}

static bool areas_equal(const uint32_t *a, const uint32_t *b, struct area area)
{
    for (int y = area.y_px; y < area.y_px + area.height_px; y++) {
        size_t start = (size_t)y * SCREEN_WIDTH_PX + (size_t)area.x_px;
        if (memcmp(a + start, b + start, 4 * (size_t)area.width_px) != 0)
            return false;
    }
    return true;
}

void screen_wait_change(struct screen *screen, struct area area)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    uint32_t *before = load_frame(screen), *now = NULL;

    trial_check(screen->trial, before != NULL, "the screen shows nothing");
    trial_on_end(screen->trial, free, before);
    do {
        free(now);
        trial_look_again(screen->trial, deadline_ms, "a change of the screen");
        now = load_frame(screen);
    } while (!now || areas_equal(before, now, area));
    free(now);
}
