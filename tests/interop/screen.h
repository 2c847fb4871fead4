/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * screen: an X server without hardware (Xvfb, 1600x1200, no window manager), what it shows, and
 * a hand on its keyboard and mouse (xdotool). Knows no viewers and no machines.
 */
#ifndef HF_TESTS_INTEROP_SCREEN_H
#define HF_TESTS_INTEROP_SCREEN_H

#include "tests/e2e/process.h"
#include "tests/e2e/qmp.h"

struct trial;

#define SCREEN_WIDTH_PX 1600
#define SCREEN_HEIGHT_PX 1200

struct screen {
    struct trial *trial;
    struct process *server;
    char *display;    /* ":7" */
    char *frame_path; /* what is shown, kept up to date by the server, in the format of xwd */
};

/* A part of the screen. */
struct area {
    int x_px, y_px, width_px, height_px;
};

#define SCREEN_ALL ((struct area){0, 0, SCREEN_WIDTH_PX, SCREEN_HEIGHT_PX})

/* A free display; the pointer is parked in the lower right corner. Ends with the trial. A test
 * may have several. */
struct screen *screen_start(struct trial *trial);

/* Starts an X program on it: process_start with DISPLAY and the variables of `more` (may be
 * NULL). */
struct process *screen_run(struct screen *screen, const char *name, const char *const *argv,
                           const char *const *more);

/* Waits until the picture stands somewhere within the area, pixel for pixel: there. */
struct area screen_wait(struct screen *screen, struct area area, struct shot shot);

/* By how much the intensities of two pictures differ. */
struct error {
    int worst;
    double mean;
};

/* Waits until the area, which is as large as the picture, shows it with no greater error. */
void screen_wait_close(struct screen *screen, struct area area, struct shot shot,
                       struct error most);

/* Waits until anything within the area has changed since the call. */
void screen_wait_change(struct screen *screen, struct area area);

/*
 * Runs xdotool with these arguments (the last is NULL), at most 32, and waits for its end. What
 * it printed.
 */
const char *screen_do(struct screen *screen, ...) __attribute__((sentinel));
const char *screen_do_words(struct screen *screen, const char *const *words);

/* Waits for a visible window: its id. by: "--class" or "--name", with a pattern of xdotool. */
const char *screen_find(struct screen *screen, const char *by, const char *pattern);
/* Gives it the keyboard, and returns when it has it. */
void screen_focus(struct screen *screen, const char *id);

/* The pointer to a pixel; and out of the way again. */
void screen_point(struct screen *screen, int x_px, int y_px);
void screen_park(struct screen *screen);

#endif
