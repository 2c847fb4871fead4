/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/rest.h"

void rest_init(struct rest *r)
{
    damage_init(&r->busy);
    damage_init(&r->busy_before);
    r->since_us = 0;
}

void rest_fini(struct rest *r)
{
    damage_fini(&r->busy);
    damage_fini(&r->busy_before);
}

void rest_advance(struct rest *r, int w, int h, uint64_t now_us)
{
    if (r->busy.w != w || r->busy.h != h) {
        damage_resize(&r->busy, w, h);
        damage_resize(&r->busy_before, w, h);
    }
    uint64_t age = now_us - r->since_us;
    if (age < REST_US)
        return;
    damage_copy(&r->busy_before, &r->busy);
    damage_clear(&r->busy);
    if (age >= 2 * REST_US)
        damage_clear(&r->busy_before);
    r->since_us = now_us;
}

void rest_note(struct rest *r, const struct damage *changed)
{
    damage_or(&r->busy, changed);
}

void rest_keep_resting(const struct rest *r, struct damage *d)
{
    damage_and_not(d, &r->busy);
    damage_and_not(d, &r->busy_before);
}
