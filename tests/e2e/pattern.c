/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/pattern.h"
#include "tests/e2e/trial.h"

struct shot pattern_shot(struct trial *trial, int width_px, int height_px,
                         enum pattern_scene scene, uint32_t frame)
{
    struct shot shot = {trial_room(trial, 3 * (size_t)width_px * (size_t)height_px), width_px,
                        height_px};

    pattern_shot_again(trial, shot, scene, frame);
    return shot;
}

void pattern_shot_again(struct trial *trial, struct shot shot, enum pattern_scene scene,
                        uint32_t frame)
{
    uint8_t *to = shot.rgb;
    struct surface s;

    surface_init(&s);
    trial_check(trial, surface_resize(&s, shot.width_px, shot.height_px) == 0,
                "no memory for a surface");
    pattern_draw(&s, scene, frame);
    for (int y = 0; y < shot.height_px; y++)
        for (int x = 0; x < shot.width_px; x++, to += 3) {
            uint32_t pixel = *surface_at(&s, x, y);
            to[0] = (uint8_t)(pixel >> 16);
            to[1] = (uint8_t)(pixel >> 8);
            to[2] = (uint8_t)pixel;
        }
    surface_fini(&s);
}
