/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One command of the API being carried out: the exchange and its checked arguments. The
 * handlers, one for each command, stand in cmd_*.c.
 */
#ifndef HF_SERVER_CONTROL_CALL_H
#define HF_SERVER_CONTROL_CALL_H

#include <jansson.h>

#include "auth/method.h"
#include "server/control/commands.h"
#include "server/control/control.h"
#include "server/control/http.h"
#include "server/machine/machines.h"
#include "server/session/sessions.h"

struct typing_job;
struct event_stream;
struct history_query;

struct verifier_request;

struct control {
    struct control_context context;
    struct http *http;
    struct control_socket *socket;
    uint64_t started_us; /* CLOCK_MONOTONIC */
    struct typing_job *typing_jobs;
    struct event_stream *event_streams;
    struct history_query *history_queries;
    struct call *naming; /* those that wait for their caller's name */
};

struct call {
    struct control *control;
    struct http_exchange *x;
    const struct command *command;
    char *path_values[ARGUMENTS_MOST];
    const char *text[ARGUMENTS_MOST]; /* each argument's, in the order of the table; NULL: left
                                         out, a list, or a flag that is false */
    char digits[ARGUMENTS_MOST][24];  /* of options that are numbers */
    const json_t *list[ARGUMENTS_MOST]; /* of ARGUMENT_LIST: strings, at least one */
    json_t *body;

    /* Who asks, where the command is personal: "root", "alice", "uid 1000". */
    char caller[AUTH_USER_MOST + 1];
    char *groups; /* names, each with its zero; NULL: not known */
    size_t groups_n;
    struct call *next;
    struct verifier_request *request;
    void (*run)(struct call *call);
};

/* Handlers read the call while they run; one that answers later keeps call->x. */
typedef void command_handler(struct call *call);

command_handler cmd_machines, cmd_attach, cmd_detach, cmd_status, cmd_screenshot, cmd_type,
    cmd_keys, cmd_sessions, cmd_kick, cmd_control, cmd_role, cmd_message, cmd_events,
    cmd_metrics, cmd_history, cmd_ticket, cmd_tickets, cmd_revoke, cmd_node, cmd_drain;

/* The machine that argument i names, or NULL after answering 404. */
struct machine *call_machine(struct call *call, int i);
/* {place, state, active} and, where a person must do something, problem. */
json_t *place_to_json(const struct place *p, bool active);
/* Names of guests, files and people may be any bytes; JSON takes UTF-8. */
json_t *text_to_json(const char *text);
/* CLOCK_REALTIME, and as "2026-01-31T12:00:00.000Z". */
uint64_t real_us(void);
json_t *time_to_json(uint64_t time_us);
/* How many viewers are here, at all machines. */
unsigned count_viewers(const struct machines *all);
/* The sessions at a machine, or NULL when nobody has been there. */
struct console *control_console(const struct control *c, const struct machine *m);
struct console *call_console(const struct call *call, const struct machine *m);
/* Frees what run() has answered or kept the exchange of. */
void call_free(struct call **call);
/*
 * Finds out who asks, then runs it, perhaps before this returns. When the client goes or
 * libmicrohttpd stops before, the call is freed and is not run.
 */
void call_name_caller(struct call *call, void (*run)(struct call *call));
/* What that one may do at m; root and the daemon's own user are administrators. */
enum role call_role(const struct call *call, const struct machine *m);
/* Tells the audit, with who asks. */
void call_audit(struct call *call, enum audit_what what, const struct audit_facts *facts);
/* Why this user's keys may not go to m now, into text; NULL: they may. */
const char *input_refusal(const struct control *c, const struct machine *m, const char *user,
                          bool force, char *text, size_t size);
/* Forgets what the store has not answered; for control_stop, behind http_stop. */
void history_queries_stop(struct control *c);
/* Ends all streams of events; for control_stop. */
void event_streams_stop(struct control *c);
/* Ends all typing; for control_stop. */
void typing_jobs_stop(struct control *c);

#endif
