/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One command of the API being carried out: the exchange and its checked arguments. The
 * handlers, one for each command, stand in cmd_*.c.
 */
#ifndef HF_SERVER_CONTROL_CALL_H
#define HF_SERVER_CONTROL_CALL_H

#include <jansson.h>

#include "server/control/commands.h"
#include "server/control/control.h"
#include "server/control/http.h"
#include "server/machine/machines.h"

struct typing_job;

struct control {
    struct control_context context;
    struct http *http;
    struct control_socket *socket;
    uint64_t started_us; /* CLOCK_MONOTONIC */
    struct typing_job *typing_jobs;
};

struct call {
    struct control *control;
    struct http_exchange *x;
    const struct command *command;
    char *path_values[ARGUMENTS_MOST];
    const char *text[ARGUMENTS_MOST]; /* each argument's, in the order of the table; NULL: left
                                         out, or a list */
    const json_t *list[ARGUMENTS_MOST]; /* of ARGUMENT_LIST: strings, at least one */
    json_t *body;
};

/* Handlers read the call while they run; one that answers later keeps call->x. */
typedef void command_handler(struct call *call);

command_handler cmd_machines, cmd_attach, cmd_detach, cmd_status, cmd_screenshot, cmd_type,
    cmd_keys;

/* The machine that argument i names, or NULL after answering 404. */
struct machine *call_machine(struct call *call, int i);
/* {place, state, active} and, where a person must do something, problem. */
json_t *place_to_json(const struct place *p, bool active);
/* Ends all typing; for control_stop. */
void typing_jobs_stop(struct control *c);

#endif
