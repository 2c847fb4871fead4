/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long a viewer may stay: in all, and without a sign of its user. */
#include <config.h>
#include "server/viewer.h"

#define ACCURACY_US 250000

static uint64_t now_us(const struct viewer *v)
{
    uint64_t now = 0;
    sd_event_now(v->server->loop, CLOCK_MONOTONIC, &now);
    return now;
}

void viewer_was_used(struct viewer *v)
{
    v->used_us = now_us(v);
}

/* When it is to be sent away, and why; UINT64_MAX: never. */
static uint64_t end_us(const struct viewer *v, const char **why_r)
{
    const struct config *config = v->server->config;
    uint64_t idle = config->idle_us ? v->used_us + config->idle_us : UINT64_MAX;
    uint64_t most = config->max_time_us ? v->came_us + config->max_time_us : UINT64_MAX;
    *why_r = most <= idle ? "its time is over" : "it was idle for too long";
    return most < idle ? most : idle;
}

static int on_limit(sd_event_source *source, uint64_t usec, void *self)
{
    struct viewer *v = self;
    const char *why;
    uint64_t end = end_us(v, &why);
    (void)usec;
    if (end <= now_us(v)) {
        viewer_leave(v, why);
    } else if (end != UINT64_MAX) {
        sd_event_source_set_time(source, end);
        sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    }
    return 0;
}

void viewer_start_limits(struct viewer *v)
{
    const char *why;
    uint64_t end;
    v->came_us = v->came_us ? v->came_us : now_us(v);
    v->used_us = v->used_us ? v->used_us : v->came_us;
    end = end_us(v, &why);
    v->limit = sd_event_source_disable_unref(v->limit);
    if (end != UINT64_MAX)
        sd_event_add_time(v->server->loop, &v->limit, CLOCK_MONOTONIC, end, ACCURACY_US,
                          on_limit, v);
}
