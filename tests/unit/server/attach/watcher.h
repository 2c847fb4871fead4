/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The owner of a place, for tests: writes down what it is told, a line each, keeps the
 * pictures, and checks what the contract promises on the way: pixels inside the head, nothing
 * before open has returned or after close.
 */
#ifndef HF_TESTS_UNIT_SERVER_ATTACH_WATCHER_H
#define HF_TESTS_UNIT_SERVER_ATTACH_WATCHER_H

#include <stdbool.h>
#include <stdio.h>
#include <systemd/sd-event.h>

#include "framebuffer/surface.h"
#include "server/attach/attach.h"

enum { WATCHER_DEADLINE_S = 60 };

struct watcher {
    sd_event *loop;
    struct attach *place; /* NULL: not open */
    struct surface heads[HEADS_MOST];
    unsigned n_heads;
    unsigned updates;     /* calls of pixels; they are not written down */
    const char *close_on; /* closes the place inside the call whose line begins like this */
    const char *unwatch_on;
    bool opening;
    char *text;
    size_t size;
    FILE *log;
};

/* Its own loop. */
void watcher_init(struct watcher *w);
/* Closes the place, frees all. */
void watcher_fini(struct watcher *w);
/* Opens the place; it must be possible. */
void watcher_open(struct watcher *w, const char *place);
void watcher_close(struct watcher *w);
/* All lines so far; forgets them when asked. */
const char *watcher_log(struct watcher *w);
void watcher_forget(struct watcher *w);
/* Runs the loop until the log holds text; fails the test after a minute. */
void watcher_until(struct watcher *w, const char *text);
/* The same for another condition. */
void watcher_until_true(struct watcher *w, bool (*is_so)(void *self), void *self,
                        const char *what);
/* Runs the loop as long as it has something to do at once. */
void watcher_settle(struct watcher *w);
/* The pixel of a head. */
uint32_t watcher_pixel(const struct watcher *w, unsigned head, int x, int y);

#endif
