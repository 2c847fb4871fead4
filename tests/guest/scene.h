/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scene: something to look at, whose picture follows from the frame number and the head's size
 * alone. `player` keeps which scene each head plays, and the pace. */
#ifndef HF_GUEST_SCENE_H
#define HF_GUEST_SCENE_H

#include "tests/guest/stage.h"

struct scene {
    const char *name;
    bool needs_pixels;
    /* Draws the whole picture of the frame. */
    void (*draw)(struct stage *stage, uint32_t frame);
    /* Turns the picture of frame - 1 into that of frame (1 or more), touching what changes.
     * NULL for a picture that never changes. */
    void (*advance)(struct stage *stage, uint32_t frame);
};

extern const struct scene scene_still;
extern const struct scene scene_scroll;
extern const struct scene scene_type;
extern const struct scene scene_clock;
extern const struct scene scene_window;
extern const struct scene scene_video;
extern const struct scene scene_photo;

struct player {
    struct display *display;
    struct {
        const struct scene *scene; /* NULL: none */
        uint32_t frame;            /* the one shown */
    } heads[DISPLAY_HEADS];
    uint32_t fps;    /* 0: stopped */
    uint32_t credit; /* thousandths of a frame */
    uint32_t last_ms;
};

#define PLAYER_FPS_MAX 1000u

/* Shows frame `frame` of the scene named; "none" leaves the picture and takes the scene away.
 * NULL, or why not. */
const char *player_set_scene(struct player *player, unsigned head, const char *name,
                             uint32_t frame);

/* Draws the head's scene again, whole, as after a change of mode. NULL, or why not. */
const char *player_redraw(struct player *player, unsigned head);

/* Shows the next frame on the head. NULL, or why not. */
const char *player_step(struct player *player, unsigned head);

/* Plays by itself from now on; 0 stops. */
void player_run(struct player *player, uint32_t fps, uint32_t now_ms);

/* Shows a frame on every head if one is due; what the machine was too slow for is left out.
 * False if none was due. */
bool player_tick(struct player *player, uint32_t now_ms);

#endif
