/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/load_framing.h"
#include "tests/bench/load_rects.h"

#include <string.h>

static void on_message(struct framing *f);
static void on_rect(struct framing *f);

void framing_expect(struct framing *f, uint64_t skip, size_t want,
                    void (*step)(struct framing *f))
{
    f->skip = skip;
    f->have = 0;
    f->want = want;
    f->step = step;
}

void framing_break(struct framing *f, const char *why)
{
    f->broken = why;
}

static unsigned u16(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static uint32_t u32(const uint8_t *at)
{
    return (uint32_t)u16(at) << 16 | u16(at + 2);
}

static void next_message(struct framing *f)
{
    framing_expect(f, 0, 1, on_message);
}

/* ---- updates ---- */

void framing_next_rect(struct framing *f)
{
    if (f->rects_left) {
        framing_expect(f, 0, 12, on_rect);
        return;
    }
    f->handler->update(f, f->n_rects);
    next_message(f);
}

static void on_rect(struct framing *f)
{
    f->rects_left--;
    f->rect.w = (int)u16(f->head + 4);
    f->rect.h = (int)u16(f->head + 6);
    f->rect.encoding = (int32_t)u32(f->head + 8);
    if (framing_is_last_rect(f))
        f->rects_left = 0;
    f->n_rects += f->rect.encoding >= 0;
    framing_begin_rect(f);
}

static void on_update(struct framing *f)
{
    f->rects_left = u16(f->head + 1); /* behind padding */
    f->n_rects = 0;
    framing_next_rect(f);
}

/* ---- other messages ---- */

static void on_colours(struct framing *f)
{
    framing_expect(f, 6ull * u16(f->head + 3) /* behind padding and first colour */, 1,
                   on_message);
}

static void on_text(struct framing *f)
{
    int32_t length =
        (int32_t)u32(f->head + 3); /* behind padding; negative: extended clipboard */
    framing_expect(f, length < 0 ? 0ull - (uint64_t)length : (uint64_t)length, 1, on_message);
}

static void on_fence_payload(struct framing *f)
{
    f->handler->fence(f, u32(f->head + 3), f->head + 8, f->head[7]);
    next_message(f);
}

static void on_fence(struct framing *f)
{
    if (f->head[7] > 64)
        framing_break(f, "a fence of more than 64 bytes");
    f->want += f->head[7];
    f->step = on_fence_payload;
}

/* The number of bytes behind the type that tell how long the message is. */
static const struct {
    uint8_t type, more;
    void (*step)(struct framing *f);
} messages[] = {
    {0, 3, on_update}, {1, 5, on_colours},     {2, 0, next_message},
    {3, 7, on_text},   {150, 0, next_message}, {248, 8, on_fence},
};

static void on_message(struct framing *f)
{
    uint8_t type = f->head[0];
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        if (messages[i].type == type) {
            framing_expect(f, 0, messages[i].more, messages[i].step);
            return;
        }
    }
    framing_break(f, "a message of an unknown type");
}

/* ---- bytes ---- */

void framing_init(struct framing *f, const struct framing_handler *handler,
                  unsigned bytes_per_pixel)
{
    memset(f, 0, sizeof(*f));
    f->handler = handler;
    f->pixel_bytes = bytes_per_pixel;
    f->tight_bytes = bytes_per_pixel == 4 ? 3 : bytes_per_pixel;
    next_message(f);
}

static void advance(struct framing *f)
{
    while (!f->broken && !f->skip && f->have == f->want)
        f->step(f);
}

void framing_skipped(struct framing *f, uint64_t n)
{
    f->skip -= n;
    advance(f);
}

uint64_t framing_skippable(const struct framing *f)
{
    return f->skip;
}

static size_t gather(struct framing *f, const uint8_t *data, size_t n)
{
    size_t missing = f->want - f->have;
    n = n < missing ? n : missing;
    memcpy(f->head + f->have, data, n);
    f->have += n;
    advance(f);
    return n;
}

void framing_feed(struct framing *f, const uint8_t *data, size_t n)
{
    while (n && !f->broken) {
        size_t used = f->skip < n ? (size_t)f->skip : n;
        if (used)
            framing_skipped(f, used);
        else
            used = gather(f, data, n);
        data += used;
        n -= used;
    }
}
