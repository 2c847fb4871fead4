/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands: the line protocol of README.md. One table; each command's words are read by its own
 * function, which stands in cmd_*.c. */
#ifndef HF_GUEST_COMMANDS_H
#define HF_GUEST_COMMANDS_H

#include "tests/guest/guest.h"
#include "tests/guest/text.h"

/* A command's result: NULL when done, `answer` then holding what goes after "ok "; or why not.
 */
typedef const char *command_function(struct guest *guest, struct args *args,
                                     struct line *answer);

/* The result that stands for wrong words: the answer is the command's usage. */
extern const char command_usage[];

command_function cmd_display, cmd_mode, cmd_format, cmd_fourth, cmd_head, cmd_head2, cmd_follow;
command_function cmd_fill, cmd_text, cmd_copy, cmd_noise, cmd_gradient, cmd_hash;
command_function cmd_scene, cmd_step, cmd_run, cmd_stop;
command_function cmd_cursor, cmd_leds, cmd_pointer;
command_function cmd_echo, cmd_status, cmd_reset, cmd_panic, cmd_off;

/* Runs one line and writes its whole answer line. */
void commands_run(struct guest *guest, const char *text, struct line *answer_r);

/* Takes a head's number; without one, the head in use. */
bool command_take_head(const struct guest *guest, struct args *args, unsigned *head_r);

#endif
