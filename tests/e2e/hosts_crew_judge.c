/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all daemons must agree on, and all viewers show. */
#include <config.h>
#include "tests/e2e/hosts_crew.h"
#include "tests/e2e/trial.h"

#include <string.h>

/* ---- control ---- */

static const char *driver_at(struct crew *crew, struct host *host)
{
    json_t *driver = json_object_get(daemon_machine(host->daemon, crew->vm->name), "driver");

    return json_is_string(driver) ? json_string_value(driver) : "nobody";
}

static void wait_driver(struct crew *crew, struct host *host)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    const char *is;

    while (strcmp(is = driver_at(crew, host), crew->driver->user) != 0)
        trial_look_again(crew->trial, deadline_ms,
                         trial_text(crew->trial, "%s drives, says %s, who says %s",
                                    crew->driver->user, host->name, is));
}

void crew_give(struct crew *crew, struct host *at, struct hand *to)
{
    void (*before)(void *) = crew->trial->meanwhile;

    crew_expect_all(crew);
    crew_rest(crew);
    crew->driver = to;
    daemon_ask(at->daemon, "POST",
               trial_text(crew->trial, "/v1/machines/%s/control", crew->vm->name),
               json_pack("{s:s, s:s}", "action", "give", "to", to->user));
    wait_driver(crew, at);
    wait_driver(crew, crew->vm->at);
    wait_driver(crew, to->host);
    crew->trial->meanwhile = before;
}

/* ---- comparing ---- */

void crew_compare(struct crew *crew)
{
    void (*before)(void *) = crew->trial->meanwhile;

    crew_rest(crew);
    audience_compare(&crew->audience, vm_stop(crew->vm), NULL);
    vm_go_on(crew->vm);
    crew->trial->meanwhile = before;
}

/* The user's session of this machine as a host tells it. */
static json_t *session_at(struct crew *crew, struct host *host, const struct hand *hand)
{
    json_t *one, *list = daemon_ask(host->daemon, "GET", "/v1/sessions", NULL);
    size_t i;

    json_array_foreach(list, i, one)
    {
        const char *user = json_string_value(json_object_get(one, "user"));
        const char *machine = json_string_value(json_object_get(one, "machine"));
        if (user && machine && strcmp(user, hand->user) == 0 &&
            strcmp(machine, crew->vm->name) == 0)
            return one;
    }
    return NULL;
}

static void wait_session(struct crew *crew, struct host *host, struct hand *hand)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    const char *wanted = hand->client ? "attached" : "lingering", *is;
    json_t *session;
    json_int_t id;

    for (;;) {
        session = session_at(crew, host, hand);
        id = json_integer_value(json_object_get(session, "id"));
        is = json_string_value(json_object_get(session, "state"));
        if (session && is && strcmp(is, wanted) == 0 && (!hand->session || id == hand->session))
            break;
        trial_look_again(crew->trial, deadline_ms,
                         trial_text(crew->trial, "%s's session %d %s at %s; it is %d, %s",
                                    hand->user, (int)hand->session, wanted, host->name, (int)id,
                                    is ? is : "not there"));
    }
    hand->session = id;
}

void crew_expect_sessions(struct crew *crew)
{
    struct hosts *hosts = crew->vm->at->hosts;

    for (unsigned h = 0; h < hosts->count; h++) {
        struct host *host = &hosts->all[h];
        for (unsigned i = 0; host->daemon && i < crew->count; i++)
            wait_session(crew, host, &crew->hands[i]);
        if (host->daemon)
            wait_driver(crew, host);
    }
}

void crew_check(struct crew *crew)
{
    crew_expect_all(crew);
    crew_compare(crew);
    crew_expect_sessions(crew);
}
