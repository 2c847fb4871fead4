/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/drawn.h"
#include "server/machine/machine_private.h"

struct machine *drawn_machine_new(struct machines *owner, const char *name, int w, int h,
                                  struct lobby *lobby)
{
    struct machine *m = machine_new(owner, name);
    m->by_hand = true; /* so that nobody forgets it but us */
    m->lobby = lobby;
    m->pointer.absolute = true;
    m->picture_complete = true;
    drawn_machine_resize(m, w, h);
    return m;
}

void drawn_machine_resize(struct machine *m, int w, int h)
{
    machine_take_heads(m, &(struct place_head){.w = w, .h = h, .can_resize = true}, 1);
}

void drawn_machine_show(struct machine *m, const struct surface *picture, struct rect r)
{
    r = rect_intersect(r, surface_rect(picture));
    if (!rect_empty(&r))
        machine_take_pixels(m, 0, r, surface_at(picture, r.x, r.y),
                            (size_t)picture->stride * sizeof(uint32_t), SOURCE_XRGB);
}

void drawn_machine_free(struct machine **m)
{
    if (*m)
        machine_free(*m);
    *m = NULL;
}
