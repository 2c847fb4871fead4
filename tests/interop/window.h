/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * window: a real VNC viewer, looking at the room's machine, in its part of the screen.
 */
#ifndef HF_TESTS_INTEROP_WINDOW_H
#define HF_TESTS_INTEROP_WINDOW_H

#include "tests/interop/viewers.h"

#define WINDOW_OPTIONS_MOST 8

struct window {
    struct room *room;
    const struct viewer_program *program;
    struct process *process;
    struct area cell;    /* the picture is looked for here */
    struct area picture; /* where it was seen last */
};

/*
 * Starts the program with a home of its own, and with no session bus, which desktops' programs
 * do without. options: more words of the command line, NULL-terminated; may be NULL.
 */
void window_open(struct window *window, struct room *room, const struct viewer_program *program,
                 const char *const *options, struct area cell);
/* SIGTERM; waits for the end. */
void window_close(struct window *window);

/* The cell of a screen divided into columns and rows, in reading order from 0. */
struct area window_cell(int index, int columns, int rows);

/* Waits until the window shows this picture exactly. Fails the test if the viewer has ended. */
void window_wait(struct window *window, struct shot shot);
/* Waits until it shows this picture, at the place where one was seen last, with no greater
 * error. */
void window_wait_close(struct window *window, struct shot shot, struct error most);
/* Stops the machine, waits until all these windows show what QEMU says it shows, lets it go on.
 */
void window_compare(struct window *windows, size_t count);

/* Gives the window, menus and all, another size; it must be the only one of its program. */
void window_resize(struct window *window, int width_px, int height_px);

/* The pointer to a pixel of the machine's picture. */
void window_point(struct window *window, int x_px, int y_px);
/*
 * The keyboard to this window, which must be the only one of its program, and a click there,
 * without which some programs do not wake up where no window manager is.
 */
void window_enter(struct window *window, int x_px, int y_px);

#endif
