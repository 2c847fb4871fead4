/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/server_sessions.h"
#include "base/log.h"
#include "server/server.h"

#include <stdlib.h>

static void open_store(struct server *s)
{
    char *why = NULL;
    if (store_sqlite_open(&s->store, s->loop, s->config->state, &why) == 0)
        return;
    log_error("%s: %s: sessions are forgotten when the daemon ends", s->config->state,
              why ? why : "unknown");
    free(why);
    why = NULL;
    if (store_sqlite_open(&s->store, s->loop, ":memory:", &why) < 0)
        s->store = NULL;
    free(why);
}

void server_sessions_start(struct server *s)
{
    open_store(s);
    sessions_init(&s->sessions, s->loop, s->store, s->config);
    if (s->store)
        s->store->ops->settle(s->store);
}

void server_sessions_stop(struct server *s)
{
    sessions_fini(&s->sessions);
    if (s->store)
        s->store->ops->close(s->store);
    s->store = NULL;
}
