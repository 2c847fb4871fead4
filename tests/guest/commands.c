/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/commands.h"

const char command_usage[] = "usage";

static const struct {
    const char *name;
    const char *usage;
    command_function *run;
} commands[] = {
    {"display", "text|vbe|virtio", cmd_display},
    {"mode", "W H [HEAD]", cmd_mode},
    {"format", "N", cmd_format},
    {"fourth", "HH", cmd_fourth},
    {"head", "N", cmd_head},
    {"head2", "on [W H]|off", cmd_head2},
    {"follow", "on|off", cmd_follow},
    {"fill", "X Y W H RRGGBB [HEAD]", cmd_fill},
    {"text", "X Y STRING", cmd_text},
    {"copy", "X Y W H TO_X TO_Y [HEAD]", cmd_copy},
    {"noise", "X Y W H SEED [HEAD]", cmd_noise},
    {"gradient", "X Y W H [HEAD]", cmd_gradient},
    {"hash", "[HEAD]", cmd_hash},
    {"scene", "NAME [FRAME [HEAD]]", cmd_scene},
    {"step", "N [HEAD]", cmd_step},
    {"run", "FPS", cmd_run},
    {"stop", "", cmd_stop},
    {"cursor", "SHAPE HOT_X HOT_Y|move X Y [HEAD]|hide", cmd_cursor},
    {"leds", "N", cmd_leds},
    {"pointer", "abs|rel|off", cmd_pointer},
    {"echo", "STRING", cmd_echo},
    {"status", "", cmd_status},
    {"reset", "", cmd_reset},
    {"panic", "", cmd_panic},
    {"off", "", cmd_off},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))
#define NAME_SIZE 16u

static size_t find_command(struct args *args)
{
    char name[NAME_SIZE];
    size_t i = 0;

    if (!args_take_word(args, name, sizeof(name)))
        return COMMANDS;
    while (i < COMMANDS && !text_equal(commands[i].name, name))
        i++;
    return i;
}

static void write_error(struct line *answer, const char *why, size_t command)
{
    answer->length = 0;
    line_add(answer, "err ");
    line_add(answer, why);
    if (why != command_usage)
        return;
    line_add(answer, ": ");
    line_add(answer, commands[command].name);
    line_add(answer, " ");
    line_add(answer, commands[command].usage);
}

void commands_run(struct guest *guest, const char *text, struct line *answer_r)
{
    struct args args = {text};
    size_t command = find_command(&args);

    answer_r->length = 0;
    line_add(answer_r, "ok");
    const char *why = "no such command";
    if (command < COMMANDS)
        why = commands[command].run(guest, &args, answer_r);
    if (why != NULL)
        write_error(answer_r, why, command);
}

bool command_take_head(const struct guest *guest, struct args *args, unsigned *head_r)
{
    int32_t head = (int32_t)guest->head;

    if (!args_at_end(args) && !args_take_int(args, 0, DISPLAY_HEADS - 1, &head))
        return false;
    *head_r = (unsigned)head;
    return args_at_end(args);
}
