/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/input/recorder.h"

#include <stdarg.h>
#include <stdio.h>

/* A full recorder writes no more; the comparison then fails. */
__attribute__((format(printf, 2, 3))) static void add(struct recorder *r, const char *format,
                                                      ...)
{
    va_list args;
    if (r->len && r->len + 1 < sizeof(r->text))
        r->text[r->len++] = ' ';
    va_start(args, format);
    int n = vsnprintf(r->text + r->len, sizeof(r->text) - r->len, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < sizeof(r->text) - r->len)
        r->len += (size_t)n;
}

static void on_key(void *self, uint8_t qnum, bool down)
{
    add(self, "%c%02x", down ? '+' : '-', qnum);
}

static void on_move_to(void *self, unsigned head, int x, int y)
{
    add(self, "@%u:%d,%d", head, x, y);
}

static void on_move_by(void *self, unsigned head, int dx, int dy)
{
    add(self, "~%u:%d,%d", head, dx, dy);
}

static void on_button(void *self, unsigned head, enum pointer_button button, bool down)
{
    (void)head;
    add(self, down ? "(%d" : "%d)", (int)button);
}

static const struct input_sink_ops recorder_ops = {
    .key = on_key,
    .move_to = on_move_to,
    .move_by = on_move_by,
    .button = on_button,
};

struct input_sink recorder_sink(struct recorder *r)
{
    *r = (struct recorder){0};
    return (struct input_sink){.ops = &recorder_ops, .self = r};
}

const char *recorder_take(struct recorder *r)
{
    r->text[r->len] = 0;
    r->len = 0;
    return r->text;
}
