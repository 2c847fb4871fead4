/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hand on the screen's keyboard and mouse: xdotool. */
#include <config.h>
#include "tests/interop/screen.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/trial.h"

#include <stdarg.h>
#include <string.h>

#define ARGUMENTS_MOST 32

/* Runs xdotool to its end; its exit status. */
static struct process *try_words(struct screen *screen, const char *const *words, int *status_r)
{
    const char *argv[ARGUMENTS_MOST + 2] = {"xdotool"};
    size_t n = 0;

    for (; words[n]; n++) {
        trial_check(screen->trial, n < ARGUMENTS_MOST, "too many arguments for xdotool");
        argv[n + 1] = words[n];
    }
    struct process *process = screen_run(screen, "xdotool", argv, NULL);
    *status_r = process_wait(process, PATIENCE_MS);
    return process;
}

const char *screen_do_words(struct screen *screen, const char *const *words)
{
    int status;
    const char *said = process_log(try_words(screen, words, &status));

    trial_check(screen->trial, status == 0, "xdotool %s: status %d: %s", words[0], status,
                said);
    return said;
}

const char *screen_do(struct screen *screen, ...)
{
    const char *words[ARGUMENTS_MOST + 1] = {NULL};
    size_t n = 0;
    va_list args;

    va_start(args, screen);
    do {
        words[n] = va_arg(args, const char *);
    } while (words[n++] && n < ARGUMENTS_MOST);
    va_end(args);
    return screen_do_words(screen, words);
}

/* The number that it prints; NULL if it prints none, or fails. */
static const char *try_number(struct screen *screen, const char *const *words)
{
    int status;
    struct process *process = try_words(screen, words, &status);

    return status == 0 ? process_log_number(process) : NULL;
}

/* A search ends with an X error when some window goes away under it. */
const char *screen_find(struct screen *screen, const char *by, const char *pattern)
{
    const char *const words[] = {"search", "--onlyvisible", by, pattern, NULL};
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    const char *id;

    while (!(id = try_number(screen, words)))
        trial_look_again(screen->trial, deadline_ms,
                         trial_text(screen->trial, "a window, by %s %s", by, pattern));
    return id;
}

/* Whether it is the window with the keyboard. */
static bool has_focus(struct screen *screen, const char *id)
{
    static const char *const words[] = {"getwindowfocus", "-f", NULL};
    const char *is = try_number(screen, words);

    return is && strcmp(is, id) == 0;
}

void screen_focus(struct screen *screen, const char *id)
{
    const char *const words[] = {"windowfocus", id, NULL};
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    int status;

    while (try_words(screen, words, &status), status != 0 || !has_focus(screen, id))
        trial_look_again(screen->trial, deadline_ms,
                         trial_text(screen->trial, "the keyboard for window %s", id));
}

void screen_point(struct screen *screen, int x_px, int y_px)
{
    screen_do(screen, "mousemove", trial_text(screen->trial, "%d", x_px),
              trial_text(screen->trial, "%d", y_px), NULL);
}

void screen_park(struct screen *screen)
{
    screen_point(screen, SCREEN_WIDTH_PX - 1, SCREEN_HEIGHT_PX - 1);
}
