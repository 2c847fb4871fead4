/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rectangles of another node: a picture's width and height, a byte each, then the rectangles.
 * Whatever is drawn lies inside and keeps the top byte of each pixel 0, and no more is drawn
 * than may be.
 */
#include <config.h>
#include "server/relay_rects.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct surface s;
    if (n < 2)
        return 0;
    int w = data[0] + 1, h = data[1] + 1;
    int64_t most = (int64_t)w * h * RELAY_RECTS_TIMES_MOST, area = most;
    surface_init(&s);
    fuzz_check(surface_resize(&s, w, h) == 0);
    const char *why = relay_rects_draw(&s, data + 2, n - 2, &area);
    fuzz_check(area <= most && (why || area >= 0));
    for (int i = 0; i < w * h; i++)
        fuzz_check(*surface_at(&s, i % w, i / w) >> 24 == 0);
    surface_fini(&s);
    return 0;
}
