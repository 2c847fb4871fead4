/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/frames.h"

void frames_init(struct frames *f, const char *clip_path)
{
    *f = (struct frames){.done = 0};
    clip_open(&f->clip, clip_path);
    f->now = clip_frame(&f->clip, 0);
    damage_init(&f->damage);
    damage_resize(&f->damage, f->clip.w, f->clip.h);
}

void frames_fini(struct frames *f)
{
    clip_close(&f->clip);
    damage_fini(&f->damage);
}

static void show_first(struct frames *f)
{
    damage_set_all(&f->damage);
    f->damaged_px = (size_t)f->now.w * (size_t)f->now.h;
}

static void show_next(struct frames *f)
{
    const struct rect *rects;
    size_t n = clip_damage(&f->clip, f->done, &rects);
    damage_clear(&f->damage);
    for (size_t i = 0; i < n; i++)
        damage_add_rect(&f->damage, rects[i]);
    f->damaged_px = clip_damaged_px(&f->clip, f->done);
}

bool frames_next(struct frames *f)
{
    if (f->done == f->clip.n)
        return false;
    f->now = clip_frame(&f->clip, f->done);
    if (f->done == 0)
        show_first(f);
    else
        show_next(f);
    f->done++;
    return true;
}
