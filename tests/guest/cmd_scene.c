/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that play scenes. */
#include "tests/guest/commands.h"

#define NAME_SIZE 16u

static void answer_frames(const struct guest *guest, struct line *answer)
{
    for (unsigned i = 0; i < DISPLAY_HEADS; i++)
        if (guest->player.heads[i].scene != NULL)
            line_add_field(answer, (int32_t)guest->player.heads[i].frame);
}

const char *cmd_scene(struct guest *guest, struct args *args, struct line *answer)
{
    char name[NAME_SIZE];
    int32_t frame = 0;
    unsigned head;

    if (!args_take_word(args, name, sizeof(name)))
        return command_usage;
    if (!args_at_end(args) && !args_take_int(args, 0, INT32_MAX, &frame))
        return command_usage;
    if (!command_take_head(guest, args, &head))
        return command_usage;
    const char *why = player_set_scene(&guest->player, head, name, (uint32_t)frame);
    if (why == NULL)
        line_add_field(answer, frame);
    return why;
}

static const char *step_head(struct guest *guest, unsigned head, int32_t count)
{
    const char *why = NULL;

    for (int32_t i = 0; why == NULL && i < count; i++)
        why = player_step(&guest->player, head);
    return why;
}

const char *cmd_step(struct guest *guest, struct args *args, struct line *answer)
{
    int32_t count;
    unsigned head;
    bool every;

    if (!args_take_int(args, 0, INT32_MAX, &count))
        return command_usage;
    every = args_at_end(args);
    if (!command_take_head(guest, args, &head))
        return command_usage;
    const char *why = every ? NULL : step_head(guest, head, count);
    bool any = !every;
    for (unsigned i = 0; every && why == NULL && i < DISPLAY_HEADS; i++)
        if (guest->player.heads[i].scene != NULL) {
            why = step_head(guest, i, count);
            any = true;
        }
    if (!any)
        return "no head has a scene";
    answer_frames(guest, answer);
    return why;
}

const char *cmd_run(struct guest *guest, struct args *args, struct line *answer)
{
    int32_t fps;

    (void)answer;
    if (!args_take_int(args, 1, PLAYER_FPS_MAX, &fps) || !args_at_end(args))
        return command_usage;
    clock_set_fast(&guest->clock, true);
    player_run(&guest->player, (uint32_t)fps, guest->clock.now_ms);
    return NULL;
}

const char *cmd_stop(struct guest *guest, struct args *args, struct line *answer)
{
    if (!args_at_end(args))
        return command_usage;
    player_run(&guest->player, 0, guest->clock.now_ms);
    clock_set_fast(&guest->clock, false);
    answer_frames(guest, answer);
    return NULL;
}
