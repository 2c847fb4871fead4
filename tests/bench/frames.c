/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/frames.h"
#include "tests/bench/measure.h"

void frames_init(struct frames *f, const char *clip_path)
{
    *f = (struct frames){.done = 0};
    clip_open(&f->clip, clip_path);
    surface_init(&f->now);
    if (surface_resize(&f->now, f->clip.w, f->clip.h))
        measure_fail(clip_path, "no memory");
    damage_init(&f->damage);
    damage_resize(&f->damage, f->clip.w, f->clip.h);
}

void frames_fini(struct frames *f)
{
    clip_close(&f->clip);
    surface_fini(&f->now);
    damage_fini(&f->damage);
}

static void show_first(struct frames *f, const struct surface *frame)
{
    surface_copy(&f->now, frame, surface_rect(frame), 0, 0);
    damage_set_all(&f->damage);
    f->damaged_px = (size_t)f->now.w * (size_t)f->now.h;
}

static void show_next(struct frames *f, const struct surface *frame)
{
    const struct rect *rects;
    size_t n = clip_damage(&f->clip, f->done, &rects);
    damage_clear(&f->damage);
    for (size_t i = 0; i < n; i++) {
        damage_add_rect(&f->damage, rects[i]);
        surface_copy(&f->now, frame, rects[i], 0, 0);
    }
    f->damaged_px = clip_damaged_px(&f->clip, f->done);
}

bool frames_next(struct frames *f)
{
    if (f->done == f->clip.n)
        return false;
    struct surface frame = clip_frame(&f->clip, f->done);
    if (f->done == 0)
        show_first(f, &frame);
    else
        show_next(f, &frame);
    f->done++;
    return true;
}
