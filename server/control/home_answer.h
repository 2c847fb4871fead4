/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer to a command that the node of a machine decides, which is another one: given when
 * that node has. Knows no commands.
 */
#ifndef HF_SERVER_CONTROL_HOME_ANSWER_H
#define HF_SERVER_CONTROL_HOME_ANSWER_H

#include "server/control/call.h"

/* What is answered when it is done, made then. machine and id are the wish's. */
typedef json_t *home_answer_body(const struct control *c, const char *machine, uint64_t id,
                                 bool queued);

/*
 * Takes over the exchange of a call whose wish was asked just now (home.h, console_await) at
 * the home of `console`: 200 with the body, 202 where the driver was asked, 409 with why it was
 * refused, 503 where the link broke, 504 where nothing comes. machine is copied.
 */
void home_answer_await(struct call *call, struct console *console, const char *machine,
                       uint64_t id, home_answer_body *body);

#endif
