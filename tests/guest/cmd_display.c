/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands about devices, modes and heads. */
#include "tests/guest/commands.h"

#define NAME_SIZE 16u
#define SIDE_MAX 16384

static void answer_size(const struct guest *guest, unsigned head, struct line *answer)
{
    const struct surface *surface = display_surface(&guest->display, head);

    line_add_field(answer, surface != NULL ? (int32_t)surface->w : (int32_t)VGA_COLUMNS);
    line_add_field(answer, surface != NULL ? (int32_t)surface->h : (int32_t)VGA_ROWS);
}

static void forget_scenes(struct guest *guest)
{
    for (unsigned i = 0; i < DISPLAY_HEADS; i++)
        player_set_scene(&guest->player, i, "none", 0);
    player_run(&guest->player, 0, guest->clock.now_ms);
    clock_set_fast(&guest->clock, false);
}

const char *cmd_display(struct guest *guest, struct args *args, struct line *answer)
{
    char name[NAME_SIZE];

    if (!args_take_word(args, name, sizeof(name)) || !args_at_end(args))
        return command_usage;
    const char *why = display_change(&guest->display, name);
    if (why != NULL)
        return why;
    forget_scenes(guest);
    guest->head = 0;
    line_add(answer, " ");
    line_add(answer, name);
    answer_size(guest, 0, answer);
    return NULL;
}

const char *cmd_mode(struct guest *guest, struct args *args, struct line *answer)
{
    int32_t w, h;
    unsigned head;

    if (!args_take_int(args, 1, SIDE_MAX, &w) || !args_take_int(args, 1, SIDE_MAX, &h) ||
        !command_take_head(guest, args, &head))
        return command_usage;
    const char *why = display_set_mode(&guest->display, head, (uint32_t)w, (uint32_t)h);
    if (why != NULL)
        return why;
    answer_size(guest, head, answer);
    return player_redraw(&guest->player, head);
}

const char *cmd_format(struct guest *guest, struct args *args, struct line *answer)
{
    int32_t format;

    (void)answer;
    if (!args_take_int(args, 0, INT32_MAX, &format) || !args_at_end(args))
        return command_usage;
    if (!pixel_order_find((uint32_t)format, &guest->display.order))
        return "no such format";
    return NULL;
}

const char *cmd_fourth(struct guest *guest, struct args *args, struct line *answer)
{
    uint32_t value;

    (void)answer;
    if (!args_take_hex(args, 0xff, &value) || !args_at_end(args))
        return command_usage;
    guest->display.fourth = (uint8_t)value;
    return NULL;
}

const char *cmd_head(struct guest *guest, struct args *args, struct line *answer)
{
    int32_t head;

    (void)answer;
    if (!args_take_int(args, 0, DISPLAY_HEADS - 1, &head) || !args_at_end(args))
        return command_usage;
    guest->head = (unsigned)head;
    return NULL;
}

/* The size that the host asks for on head 1; else that of head 0. */
static void choose_second_size(const struct guest *guest, int32_t *w_r, int32_t *h_r)
{
    const struct gpu_rect *wanted = &guest->display.gpu.wanted[1];
    const struct surface *first = display_surface(&guest->display, 0);

    *w_r = (int32_t)wanted->w;
    *h_r = (int32_t)wanted->h;
    if (wanted->w != 0 && wanted->h != 0)
        return;
    *w_r = first != NULL ? (int32_t)first->w : SIDE_MAX;
    *h_r = first != NULL ? (int32_t)first->h : SIDE_MAX;
}

const char *cmd_head2(struct guest *guest, struct args *args, struct line *answer)
{
    bool on;
    int32_t w, h;

    choose_second_size(guest, &w, &h);
    if (!args_take_on_off(args, &on))
        return command_usage;
    if (on && !args_at_end(args) &&
        (!args_take_int(args, 1, SIDE_MAX, &w) || !args_take_int(args, 1, SIDE_MAX, &h)))
        return command_usage;
    if (!args_at_end(args))
        return command_usage;
    if (!on) {
        player_set_scene(&guest->player, 1, "none", 0);
        return display_turn_off(&guest->display, 1);
    }
    const char *why = display_set_mode(&guest->display, 1, (uint32_t)w, (uint32_t)h);
    if (why == NULL)
        answer_size(guest, 1, answer);
    return why != NULL ? why : player_redraw(&guest->player, 1);
}

const char *cmd_follow(struct guest *guest, struct args *args, struct line *answer)
{
    bool on;

    (void)answer;
    if (!args_take_on_off(args, &on) || !args_at_end(args))
        return command_usage;
    guest->follow = on;
    return NULL;
}
