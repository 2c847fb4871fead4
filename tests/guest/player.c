/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/scene.h"

#include "tests/guest/text.h"

#define FRAME_CREDIT 1000u

static const struct scene *const scenes[] = {
    &scene_still,  &scene_scroll, &scene_type,  &scene_clock,
    &scene_window, &scene_video,  &scene_photo,
};

static const struct scene *find_scene(const char *name)
{
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
        if (text_equal(scenes[i]->name, name))
            return scenes[i];
    return NULL;
}

static const char *show_whole(struct player *player, unsigned head, const struct scene *scene,
                              uint32_t frame)
{
    struct stage stage;
    const char *why = stage_enter(&stage, player->display, head);

    if (why != NULL)
        return why;
    if (scene->needs_pixels && stage.surface == NULL)
        return "this scene needs pixels";
    stage_clear(&stage);
    scene->draw(&stage, frame);
    /* stage_clear has touched everything: one flush of the whole. */
    stage.touched_count = stage.touched_count > 0 ? 1 : 0;
    return stage_flush(&stage);
}

const char *player_set_scene(struct player *player, unsigned head, const char *name,
                             uint32_t frame)
{
    const struct scene *scene = find_scene(name);

    if (scene == NULL && !text_equal(name, "none"))
        return "no scene of this name";
    const char *why = scene != NULL ? show_whole(player, head, scene, frame) : NULL;
    if (why != NULL)
        return why;
    player->heads[head].scene = scene;
    player->heads[head].frame = frame;
    return NULL;
}

const char *player_redraw(struct player *player, unsigned head)
{
    const struct scene *scene = player->heads[head].scene;

    return scene == NULL ? NULL : show_whole(player, head, scene, player->heads[head].frame);
}

const char *player_step(struct player *player, unsigned head)
{
    const struct scene *scene = player->heads[head].scene;
    struct stage stage;

    if (scene == NULL)
        return "the head has no scene";
    const char *why = stage_enter(&stage, player->display, head);
    if (why != NULL)
        return why;
    if (scene->needs_pixels && stage.surface == NULL)
        return "this scene needs pixels";
    player->heads[head].frame++;
    if (scene->advance != NULL)
        scene->advance(&stage, player->heads[head].frame);
    return stage_flush(&stage);
}

void player_run(struct player *player, uint32_t fps, uint32_t now_ms)
{
    player->fps = fps;
    player->credit = 0;
    player->last_ms = now_ms;
}

bool player_tick(struct player *player, uint32_t now_ms)
{
    uint32_t passed_ms = now_ms - player->last_ms;

    if (player->fps == 0 || passed_ms == 0)
        return false;
    player->last_ms = now_ms;
    player->credit += (passed_ms < 1000 ? passed_ms : 1000) * player->fps;
    if (player->credit < FRAME_CREDIT)
        return false;
    player->credit %= FRAME_CREDIT;
    for (unsigned i = 0; i < DISPLAY_HEADS; i++)
        if (player->heads[i].scene != NULL)
            player_step(player, i);
    return true;
}
