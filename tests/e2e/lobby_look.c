/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/lobby_look.h"
#include "server/overlay/lobby.h"
#include "server/overlay/thumb.h"
#include "tests/e2e/look.h"
#include "tests/e2e/trial.h"

#include <string.h>

void lobby_look_whole(struct trial *trial, struct client *client)
{
    look_whole(trial, client);
    trial_check(trial,
                client->picture.width_px == LOBBY_W && client->picture.height_px == LOBBY_H,
                "this is not the lobby");
}

static struct rect box_of(unsigned i, unsigned n)
{
    struct lobby_choice choice = {0};
    struct lobby_shape shape;
    lobby_shape_find(&shape, LOBBY_W, LOBBY_H, &choice, n);
    return lobby_thumb_box(&shape, i);
}

struct shot lobby_small(struct trial *trial, struct shot from, struct rect all, int w, int h)
{
    struct shot to = {trial_room(trial, (size_t)w * (size_t)h * 3), w, h};
    struct surface large, view;
    surface_init(&large);
    surface_init(&view);
    surface_resize(&large, from.width_px, from.height_px);
    surface_resize(&view, w, h);
    for (int i = 0; i < from.width_px * from.height_px; i++) {
        const uint8_t *px = from.rgb + 3 * i;
        *surface_at(&large, i % from.width_px, i / from.width_px) =
            (uint32_t)px[0] << 16 | (uint32_t)px[1] << 8 | px[2];
    }
    thumb_draw(&large, &view, all, surface_rect(&view));
    for (int i = 0; i < w * h; i++) {
        uint32_t px = *surface_at(&view, i % w, i / w);
        to.rgb[3 * i] = (uint8_t)(px >> 16);
        to.rgb[3 * i + 1] = (uint8_t)(px >> 8);
        to.rgb[3 * i + 2] = (uint8_t)px;
    }
    surface_fini(&large);
    surface_fini(&view);
    return to;
}

/* The pixels of r. */
static struct shot part(struct trial *trial, struct shot from, struct rect r)
{
    struct shot to = {trial_room(trial, (size_t)r.w * (size_t)r.h * 3), r.w, r.h};
    for (int y = 0; y < r.h; y++)
        memcpy(to.rgb + 3 * (size_t)y * (size_t)r.w,
               from.rgb + 3 * ((size_t)(r.y + y) * (size_t)from.width_px + (size_t)r.x),
               3 * (size_t)r.w);
    return to;
}

void lobby_look_until(struct trial *trial, struct client *client, unsigned i, unsigned n,
                      struct shot shot)
{
    struct rect box = box_of(i, n);
    struct rect all =
        thumb_fit((struct rect){0, 0, box.w, box.h}, shot.width_px, shot.height_px);
    struct shot want = lobby_small(trial, shot, all, box.w, box.h);
    while (!look_shots_equal(part(trial, look_shot(trial, client), box), want))
        look_must(trial, client, client_wait_update(client, PATIENCE_MS), "the small picture");
}
