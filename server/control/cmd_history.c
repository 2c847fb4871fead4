/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history: who was there and who drove, from the store. */
#include <config.h>
#include "base/alloc.h"
#include "server/control/call.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS = 7, DAYS_MOST = 3650 };
#define DAY_US (86400 * UINT64_C(1000000))
#define PREFIX "history/"

/* One that the store has not answered. */
struct history_query {
    struct history_query *next;
    struct control *control;
    struct http_exchange *x; /* NULL: nobody waits any more */
    char *machine;           /* or NULL: all */
};

static void free_query(struct history_query *q)
{
    struct history_query **at = &q->control->history_queries;
    while (*at != q)
        at = &(*at)->next;
    *at = q->next;
    free(q->machine);
    free(q);
}

static void on_gone(struct http_exchange *x)
{
    struct history_query *q = x->self;
    q->x = NULL;
}

/* NULL when it is of another machine. */
static json_t *entry_to_json(const struct history_query *q, const struct store_entry *e)
{
    json_t *o = json_loads(e->value, 0, NULL);
    const char *machine = json_string_value(json_object_get(o, "machine"));
    if (!json_is_object(o) || (q->machine && (!machine || strcmp(machine, q->machine) != 0))) {
        json_decref(o);
        return NULL;
    }
    json_object_set_new(o, "time", time_to_json(strtoull(e->key + strlen(PREFIX), NULL, 10)));
    return o;
}

static void on_read(void *self, const struct store_answer *a)
{
    struct history_query *q = self;
    json_t *list = json_array();
    for (size_t i = 0; i < a->n && q->x; i++)
        json_array_append_new(list, entry_to_json(q, &a->entries[i]));
    if (q->x && a->err)
        http_answer_error(q->x, 500, "the database cannot be read");
    else if (q->x)
        http_answer_json(q->x, 200, json_incref(list));
    json_decref(list);
    free_query(q);
}

static void read_since(struct call *call, struct store *store, uint64_t since_us)
{
    struct control *c = call->control;
    struct history_query *q = ALLOC(struct history_query);
    char *from = alloc_printf(PREFIX "%020" PRIu64, since_us);
    q->control = c;
    q->x = call->x;
    q->machine = call->text[0] ? alloc_text(call->text[0]) : NULL;
    q->next = c->history_queries;
    c->history_queries = q;
    call->x->self = q;
    call->x->on_gone = on_gone;
    store->ops->get(store, from, PREFIX "\x7f", on_read, q);
    free(from);
}

void cmd_history(struct call *call)
{
    const struct sessions *all = call->control->context.sessions;
    char *end = "";
    unsigned long days = call->text[1] ? strtoul(call->text[1], &end, 10) : DAYS;
    uint64_t now_us = real_us();
    if (!all || !all->store) {
        http_answer_error(call->x, 503, "this daemon keeps no history");
        return;
    }
    if (*end || days < 1 || days > DAYS_MOST) {
        http_answer_error(call->x, 400, "days is a number from 1 to %d", DAYS_MOST);
        return;
    }
    read_since(call, all->store, now_us > days * DAY_US ? now_us - days * DAY_US : 0);
}

void history_queries_stop(struct control *c)
{
    while (c->history_queries)
        free_query(c->history_queries);
}
