/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The history in the store: "history/TIME" for who was there and who drove. */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/session/sessions_private.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { NOTES_MOST = 5000 }; /* lines of the history from sweep to sweep */
#define SWEEP_US (3600 * UINT64_C(1000000))

static json_t *user_to_json(const struct session *s)
{
    json_t *o = s ? json_string(session_user(s)) : json_null();
    return o ? o : json_string(log_quote(s->user));
}

/* Whoever comes and goes without end fills no disk. */
static bool may_note(struct sessions *all)
{
    if (all->n_notes++ == NOTES_MOST)
        log_warning("so much happens that the history has only a part of this hour");
    return all->n_notes <= NOTES_MOST;
}

/* Those without a name come and go unnoted: there is nobody to know. */
void sessions_note(struct sessions *all, const struct session_event *e)
{
    static const bool noted[SESSION_EVENT_KINDS] = {
        [SESSION_ATTACHED] = true,       [SESSION_DETACHED] = true,     [SESSION_ENDED] = true,
        [SESSION_DRIVER_CHANGED] = true, [SESSION_ROLE_CHANGED] = true,
    };
    bool nobody = e->session && !e->session->user[0] && e->kind != SESSION_DRIVER_CHANGED;
    if (!all->store || !noted[e->kind] || nobody || !may_note(all))
        return;
    json_t *o = json_pack("{s:s, s:s, s:o}", "event", session_event_name(e->kind), "machine",
                          e->console->machine, "user", user_to_json(e->session));
    if (o && e->other)
        json_object_set_new(o, "before", user_to_json(e->other));
    if (o && e->kind == SESSION_ROLE_CHANGED)
        json_object_set_new(o, "role", json_string(role_name(e->session->role)));
    char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
    if (text)
        sessions_keep(all,
                      alloc_printf("history/%020" PRIu64 "-%06" PRIu64 "%s%s", e->time_us,
                                   all->next_history++ % 1000000, all->node ? "-" : "",
                                   all->node ? all->node : ""),
                      text);
    json_decref(o);
}

static int on_sweep(sd_event_source *source, uint64_t usec, void *self)
{
    struct sessions *all = self;
    uint64_t now_us = sessions_real_us(), kept_us = all->config->history_us;
    all->n_notes = 0;
    char *key = alloc_printf("history/%020" PRIu64, now_us > kept_us ? now_us - kept_us : 0);
    (void)usec;
    all->store->ops->delete (all->store, "history/", key, NULL, NULL);
    free(key);
    sd_event_source_set_time_relative(source, SWEEP_US);
    sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    return 0;
}

void sessions_sweep_init(struct sessions *all)
{
    sd_event_add_time_relative(all->loop, &all->sweeper, CLOCK_MONOTONIC, 0, 0, on_sweep, all);
}
