/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/overlay/thumb.h"

enum { SAMPLES_MOST = 4 };

/* Where a pixel's samples lie along one side: n of them from `at` on, `step` apart. */
struct samples {
    int at, step, n;
};

static struct samples samples_of(int i, int size, int from_size)
{
    int64_t first = (int64_t)i * from_size / size, end = ((int64_t)i + 1) * from_size / size;
    int length = end > first ? (int)(end - first) : 1;
    int n = length < SAMPLES_MOST ? length : SAMPLES_MOST;
    return (struct samples){(int)first, length / n, n};
}

static uint32_t mean(const struct surface *from, struct samples x, struct samples y)
{
    uint32_t red = 0, green = 0, blue = 0, n = (uint32_t)(x.n * y.n);
    for (int j = 0; j < y.n; j++) {
        for (int i = 0; i < x.n; i++) {
            uint32_t px = *surface_at(from, x.at + i * x.step, y.at + j * y.step);
            red += px >> 16 & 0xff;
            green += px >> 8 & 0xff;
            blue += px & 0xff;
        }
    }
    return (red / n) << 16 | (green / n) << 8 | blue / n;
}

void thumb_draw(const struct surface *from, struct surface *to, struct rect r, struct rect clip)
{
    struct rect drawn = rect_intersect(rect_intersect(r, clip), surface_rect(to));
    for (int y = drawn.y; y < drawn.y + drawn.h && from->w; y++) {
        uint32_t *row = surface_at(to, 0, y);
        struct samples rows = samples_of(y - r.y, r.h, from->h);
        for (int x = drawn.x; x < drawn.x + drawn.w; x++)
            row[x] = mean(from, samples_of(x - r.x, r.w, from->w), rows);
    }
}

struct rect thumb_fit(struct rect box, int w, int h)
{
    int fit_w = box.w, fit_h = (int)((int64_t)box.w * h / w);
    if (fit_h > box.h) {
        fit_h = box.h;
        fit_w = (int)((int64_t)box.h * w / h);
    }
    fit_w = fit_w < 1 ? 1 : fit_w;
    fit_h = fit_h < 1 ? 1 : fit_h;
    return (struct rect){box.x + (box.w - fit_w) / 2, box.y + (box.h - fit_h) / 2, fit_w,
                         fit_h};
}
