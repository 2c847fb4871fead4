/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A picture in memory: rows of 32-bit words 0x00RRGGBB in host order (BGRX bytes on little
 * endian). The top byte is always zero, so that words compare equal exactly when colours do.
 * Knows no damage.
 */
#ifndef HF_FRAMEBUFFER_SURFACE_H
#define HF_FRAMEBUFFER_SURFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "framebuffer/rect.h"

enum { SURFACE_SIDE_MOST = 16384 };   /* px; larger is refused before memory is taken */
#define SURFACE_AREA_MOST (64u << 20) /* px: 256 MiB */

struct surface {
    uint32_t *pixels; /* 64-byte aligned rows; NULL while w is 0 */
    int w, h;         /* px */
    int stride;       /* words from row to row, a multiple of 16, at least w */
};

void surface_init(struct surface *s);
void surface_fini(struct surface *s);
/* Whether a peer's w x h is one that we hold: 1..SURFACE_SIDE_MOST each, area within
 * SURFACE_AREA_MOST. */
bool surface_size_ok(int64_t w, int64_t h);
/*
 * Makes it w x h, all black. The old content is gone. Returns 0, or -E2BIG when surface_size_ok
 * is false (nothing changed). 0 x 0 frees the memory.
 */
int surface_resize(struct surface *s, int w, int h);
/*
 * Black, and without memory for it until something is drawn: for a picture of which only the
 * size is wanted.
 */
void surface_release(struct surface *s);
/* Copies r (clipped to both) from src to dst at the same place moved by dx, dy. */
void surface_copy(struct surface *dst, const struct surface *src, struct rect r, int dx,
                  int dy);
void surface_fill(struct surface *s, struct rect r, uint32_t colour);

static inline uint32_t *surface_at(const struct surface *s, int x, int y)
{
    return s->pixels + (size_t)y * (size_t)s->stride + x;
}

static inline struct rect surface_rect(const struct surface *s)
{
    return (struct rect){0, 0, s->w, s->h};
}

#endif
