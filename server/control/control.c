/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/control/control.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/control/call.h"
#include "server/control/socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static command_handler *const handlers[COMMAND_COUNT] = {
    [COMMAND_MACHINES] = cmd_machines,
    [COMMAND_ATTACH] = cmd_attach,
    [COMMAND_DETACH] = cmd_detach,
    [COMMAND_STATUS] = cmd_status,
    [COMMAND_TYPE] = cmd_type,
    [COMMAND_KEYS] = cmd_keys,
    [COMMAND_SCREENSHOT] = cmd_screenshot,
    [COMMAND_SESSIONS] = cmd_sessions,
    [COMMAND_KICK] = cmd_kick,
    [COMMAND_CONTROL] = cmd_control,
    [COMMAND_ROLE] = cmd_role,
    [COMMAND_MESSAGE] = cmd_message,
    [COMMAND_EVENTS] = cmd_events,
    [COMMAND_METRICS] = cmd_metrics,
    [COMMAND_HISTORY] = cmd_history,
    [COMMAND_TICKET] = cmd_ticket,
    [COMMAND_TICKETS] = cmd_tickets,
    [COMMAND_REVOKE] = cmd_revoke,
    [COMMAND_NODE] = cmd_node,
    [COMMAND_DRAIN] = cmd_drain,
};

struct machine *call_machine(struct call *call, int i)
{
    struct machine *m = machines_find(call->control->context.machines, call->text[i]);
    if (!m)
        http_answer_error(call->x, 404, "there is no machine '%s': see holdfastctl machines",
                          call->text[i]);
    return m;
}

/* ---- arguments ---- */

static bool good_list(const json_t *list)
{
    size_t n = json_array_size(list);
    for (size_t i = 0; i < n; i++)
        if (!json_is_string(json_array_get(list, i)))
            return false;
    return n > 0;
}

static bool take_flag(struct call *call, int i, const json_t *member)
{
    if (json_is_boolean(member)) {
        call->text[i] = json_is_true(member) ? "" : NULL;
        return true;
    }
    http_answer_error(call->x, 400, "\"%s\" is true or false", call->command->arguments[i].key);
    return false;
}

static bool take_option(struct call *call, int i, const json_t *member)
{
    if (json_is_integer(member))
        snprintf(call->digits[i], sizeof(call->digits[i]), "%" JSON_INTEGER_FORMAT,
                 json_integer_value(member));
    if (json_is_integer(member) || json_is_string(member)) {
        call->text[i] = json_is_string(member) ? json_string_value(member) : call->digits[i];
        return true;
    }
    http_answer_error(call->x, 400, "\"%s\" is a string or a whole number",
                      call->command->arguments[i].key);
    return false;
}

static bool take_member(struct call *call, int i)
{
    const struct argument *a = &call->command->arguments[i];
    const json_t *member = json_object_get(call->body, a->key);
    if (!member && (argument_is_option(a) || a->place == ARGUMENT_MORE))
        return true;
    if (a->place == ARGUMENT_FLAG)
        return take_flag(call, i, member);
    if (a->place == ARGUMENT_OPTION)
        return take_option(call, i, member);
    bool list = a->place == ARGUMENT_LIST;
    if (list ? good_list(member) : json_is_string(member)) {
        call->text[i] = list ? NULL : json_string_value(member);
        call->list[i] = list ? member : NULL;
        return true;
    }
    http_answer_error(call->x, 400, "the request's JSON object needs \"%s\", %s", a->key,
                      list ? "a list of one or more strings" : "a string");
    return false;
}

static bool read_body(struct call *call)
{
    json_error_t error;
    call->body = json_loadb(call->x->body, call->x->body_len, JSON_REJECT_DUPLICATES, &error);
    if (json_is_object(call->body))
        return true;
    http_answer_error(call->x, 400, "the request's body must be a JSON object%s%s",
                      call->body ? "" : ": ", call->body ? "" : error.text);
    return false;
}

static bool known_members(struct call *call)
{
    const char *key;
    json_t *value;
    json_object_foreach(call->body, key, value)
    {
        int i = 0;
        while (i < ARGUMENTS_MOST && call->command->arguments[i].name &&
               (!call->command->arguments[i].key ||
                strcmp(call->command->arguments[i].key, key) != 0))
            i++;
        if (i == ARGUMENTS_MOST || !call->command->arguments[i].name) {
            http_answer_error(call->x, 400,
                              "unknown member \"%.60s\" in the request's JSON object", key);
            return false;
        }
    }
    return true;
}

static bool has_body(const struct command *command)
{
    for (int i = 0; i < ARGUMENTS_MOST && command->arguments[i].name; i++)
        if (argument_is_member(&command->arguments[i]))
            return true;
    return false;
}

/* What does not decode counts as it was sent. */
static void take_query(struct call *call, int i)
{
    const char *text = http_query(call->x, call->command->arguments[i].key);
    if (text)
        call->path_values[i] = command_decode(text, strlen(text));
    call->text[i] = call->path_values[i] ? call->path_values[i] : text;
}

/* False after answering what is wrong. */
static bool read_arguments(struct call *call)
{
    if (has_body(call->command) && (!read_body(call) || !known_members(call)))
        return false;
    for (int i = 0; i < ARGUMENTS_MOST && call->command->arguments[i].name; i++) {
        const struct argument *a = &call->command->arguments[i];
        if (a->place == ARGUMENT_PATH)
            call->text[i] = call->path_values[i];
        else if (a->place == ARGUMENT_QUERY)
            take_query(call, i);
        else if (a->place != ARGUMENT_FILE && !take_member(call, i))
            return false;
    }
    return true;
}

/* ---- dispatch ---- */

static void carry_out(struct call *call)
{
    handlers[call->command - commands](call);
    call_free(&call);
}

/* Takes it over. */
static void run(struct call *call)
{
    if (!read_arguments(call)) {
        call_free(&call);
        return;
    }
    if (strcmp(call->x->method, "GET") != 0)
        log_info("control: %s %s by uid %d", call->command->verb,
                 call->text[0] ? log_quote(call->text[0]) : "", (int)call->x->peer.uid);
    if (call->command->personal)
        call_name_caller(call, carry_out);
    else
        carry_out(call);
}

static bool is_meant(const struct command *command, const char *path,
                     char *values_r[ARGUMENTS_MOST])
{
    memset(values_r, 0, ARGUMENTS_MOST * sizeof(*values_r));
    return command_match_path(command, path, values_r);
}

static struct call *call_new(struct control *c, struct http_exchange *x,
                             const struct command *command, char *values[ARGUMENTS_MOST])
{
    struct call *call = ALLOC(struct call);
    call->control = c;
    call->x = x;
    call->command = command;
    memcpy(call->path_values, values, sizeof(call->path_values));
    return call;
}

static void add_method(char **methods, const char *method)
{
    char *before = *methods;
    *methods = before ? alloc_printf("%s, %s", before, method) : alloc_text(method);
    free(before);
}

static void on_request(void *self, struct http_exchange *x)
{
    char *methods = NULL; /* that this path has */
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        char *values[ARGUMENTS_MOST];
        if (!is_meant(&commands[id], x->path, values))
            continue;
        if (strcmp(x->method, commands[id].method) == 0) {
            run(call_new(self, x, &commands[id], values));
            free(methods);
            return;
        }
        add_method(&methods, commands[id].method);
        for (int i = 0; i < ARGUMENTS_MOST; i++)
            free(values[i]);
    }
    if (methods) {
        http_add_header(x, "Allow", methods);
        http_answer_error(x, 405, "this path takes %s", methods);
    } else {
        http_answer_error(x, 404,
                          "there is nothing at this path: the API's commands are those of "
                          "holdfastctl --help");
    }
    free(methods);
}

/* ---- life ---- */

int control_start(struct control **control_r, const struct control_context *context)
{
    struct control *c = ALLOC(struct control);
    char *why = NULL;
    c->context = *context;
    c->socket = ALLOC(struct control_socket);
    sd_event_now(context->loop, CLOCK_MONOTONIC, &c->started_us);
    int r = control_socket_open(c->socket, context->path, context->group, &why);
    if (r == 0)
        r = http_start(&c->http, context->loop, c->socket->fd, on_request, c);
    if (r < 0) {
        log_error("control socket %s: %s", context->path, why ? why : strerror(-r));
        free(why);
        control_stop(&c);
        return r;
    }
    *control_r = c;
    return 0;
}

void control_stop(struct control **control)
{
    struct control *c = *control;
    *control = NULL;
    if (!c)
        return;
    typing_jobs_stop(c);
    event_streams_stop(c);
    http_stop(&c->http);
    history_queries_stop(c);
    control_socket_close(c->socket);
    free(c->socket);
    free(c);
}
