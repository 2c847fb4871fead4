/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/daemon.h"
#include "tests/e2e/trial.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGUMENTS_MOST 16

/* ---- starting and stopping ---- */

static void put_expanded(FILE *file, const char *text, const char *folder)
{
    for (; text && *text; text++)
        if (*text == '$')
            fputs(folder, file);
        else
            fputc(*text, file);
}

static void write_config(struct daemon *daemon, const char *server, const char *rest)
{
    FILE *file = fopen(daemon->config_path, "we");

    trial_check(daemon->trial, file != NULL, "cannot write %s", daemon->config_path);
    fprintf(file, "server {\n  control = \"%s\"\n  ", daemon->control_path);
    if (!server || !strstr(server, "state ="))
        fprintf(file, "state = \"%s/state.db\"\n  ", daemon->folder);
    if (!server || !strstr(server, "listen ="))
        put_expanded(file, "listen = {\"unix:$/any\"}\n  ", daemon->folder);
    put_expanded(file, server, daemon->folder);
    fprintf(file, "\n}\n");
    put_expanded(file, rest, daemon->folder);
    fprintf(file, "\n");
    fclose(file);
}

struct daemon *daemon_start_in(struct trial *trial, const char *folder, const char *name,
                               const char *server, const char *rest)
{
    /* Of a sanitized build: freed memory that is kept back would look like growth. */
    static const char *const sanitizer[] = {"ASAN_OPTIONS=quarantine_size_mb=4", NULL};
    struct daemon *daemon = trial_room(trial, sizeof(*daemon));

    daemon->trial = trial;
    daemon->folder = trial_text(trial, "%s", folder);
    daemon->config_path = trial_text(trial, "%s/holdfast.conf", folder);
    daemon->control_path = trial_text(trial, "%s/control", folder);
    write_config(daemon, server, rest);
    const char *argv[] = {trial_built(trial, "holdfastd"), "--verbose", "-c",
                          daemon->config_path, NULL};
    daemon->process =
        process_start(trial, name, argv, getenv("ASAN_OPTIONS") ? NULL : sanitizer);
    return daemon;
}

struct daemon *daemon_start_only(struct trial *trial, const char *server, const char *rest)
{
    return daemon_start_in(trial, trial->folder, "holdfastd", server, rest);
}

struct daemon *daemon_start(struct trial *trial, const char *server, const char *rest)
{
    struct daemon *daemon = daemon_start_only(trial, server, rest);

    process_wait_log(daemon->process, "ready", PATIENCE_MS);
    return daemon;
}

void daemon_stop(struct daemon *daemon)
{
    int status = process_stop(daemon->process, SIGTERM);

    trial_check(daemon->trial, status == 0, "holdfastd ended with status %d", status);
}

/* ---- asking ---- */

static void drop_json(void *json)
{
    json_decref(json);
}

struct http_answer daemon_try(struct daemon *daemon, const char *method, const char *path,
                              json_t *body)
{
    char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    struct http_answer answer =
        http_ask(daemon->trial, daemon->control_path, method, path, text);

    free(text);
    json_decref(body);
    return answer;
}

json_t *daemon_ask(struct daemon *daemon, const char *method, const char *path, json_t *body)
{
    struct http_answer answer = daemon_try(daemon, method, path, body);
    json_t *json = json_loadb(answer.body, answer.size, 0, NULL);

    trial_check(daemon->trial, answer.status / 100 == 2, "%s %s: status %ld: %s", method, path,
                answer.status, answer.body);
    trial_check(daemon->trial, json != NULL, "%s %s: not JSON: %s", method, path, answer.body);
    trial_on_end(daemon->trial, drop_json, json);
    return json;
}

json_t *daemon_status(struct daemon *daemon)
{
    return daemon_ask(daemon, "GET", "/v1/status", NULL);
}

json_int_t daemon_counter(struct daemon *daemon, const char *name)
{
    json_t *counters = json_object_get(daemon_status(daemon), "counters");
    json_t *value = json_object_get(counters, name);

    trial_check(daemon->trial, json_is_integer(value), "there is no counter %s", name);
    return json_integer_value(value);
}

void daemon_wait_counter(struct daemon *daemon, const char *name, json_int_t value)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    json_int_t is;

    while ((is = daemon_counter(daemon, name)) != value)
        trial_look_again(
            daemon->trial, deadline_ms,
            trial_text(daemon->trial, "counter %s at %d; it is %d", name, (int)value, (int)is));
}

/* The one of a list that has this member, or NULL. */
static json_t *find(struct daemon *daemon, const char *path, const char *member,
                    const char *value)
{
    json_t *one, *list = daemon_ask(daemon, "GET", path, NULL);
    size_t i;

    json_array_foreach(list, i, one)
    {
        const char *is = json_string_value(json_object_get(one, member));
        if (is && strcmp(is, value) == 0)
            return one;
    }
    return NULL;
}

json_t *daemon_machine(struct daemon *daemon, const char *name)
{
    return find(daemon, "/v1/machines", "name", name);
}

json_t *daemon_session(struct daemon *daemon, const char *user)
{
    return find(daemon, "/v1/sessions", "user", user);
}

json_t *daemon_wait_machine(struct daemon *daemon, const char *name, const char *state)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    for (;;) {
        json_t *machine = daemon_machine(daemon, name);
        const char *is = json_string_value(json_object_get(machine, "state"));
        if (is && strcmp(is, state) == 0)
            return machine;
        trial_look_again(daemon->trial, deadline_ms,
                         trial_text(daemon->trial, "machine %s %s; it is %s", name, state,
                                    is ? is : "not there"));
    }
}

void daemon_wait_no_machine(struct daemon *daemon, const char *name)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    while (daemon_machine(daemon, name))
        trial_look_again(daemon->trial, deadline_ms, "the machine's end");
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

const char *daemon_tcp(struct daemon *daemon, const char *machine)
{
    json_t *listener, *list = json_object_get(daemon_status(daemon), "listeners");
    size_t i;

    json_array_foreach(list, i, listener)
    {
        const char *address = json_string_value(json_object_get(listener, "address"));
        if (same_text(json_string_value(json_object_get(listener, "machine")), machine) &&
            address && strncmp(address, "unix:", 5) != 0)
            return address;
    }
    trial_fail(daemon->trial, "no TCP listener for %s", machine ? machine : "all machines");
}

int daemon_ctl(struct daemon *daemon, const char **output_r, ...)
{
    const char *argv[ARGUMENTS_MOST + 4] = {trial_built(daemon->trial, "holdfastctl"), "-s",
                                            daemon->control_path};
    size_t n = 3;
    va_list args;

    va_start(args, output_r);
    do {
        argv[n] = va_arg(args, const char *);
    } while (argv[n++] && n < ARGUMENTS_MOST + 3);
    va_end(args);
    return process_run(daemon->trial, "holdfastctl", argv, PATIENCE_MS, output_r);
}
