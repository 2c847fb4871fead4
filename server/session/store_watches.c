/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/session/store_watches.h"

#include <string.h>

void store_watches_add(struct store_watches *watches, struct store_watch *w)
{
    w->next = watches->first;
    if (w->next)
        w->next->link = &w->next;
    w->link = &watches->first;
    watches->first = w;
}

void store_watch_remove(struct store_watch *w)
{
    if (!w->link)
        return;
    *w->link = w->next;
    if (w->next)
        w->next->link = w->link;
    w->link = NULL;
    w->next = NULL;
}

void store_watches_tell(const struct store_watches *watches, const struct store_entry *e)
{
    for (struct store_watch *w = watches->first, *next; w; w = next) {
        next = w->next;
        if (strncmp(e->key, w->prefix, strlen(w->prefix)) == 0)
            w->changed(w, e->key, e->value);
    }
}

static bool is_there(const struct store_watches *watches, const struct store_watch *w)
{
    const struct store_watch *at = watches->first;
    while (at && at != w)
        at = at->next;
    return at != NULL;
}

void store_watches_tell_list(const struct store_watches *watches, struct store_watch *w,
                             const struct store_entry *entries, size_t n)
{
    for (size_t i = 0; i < n && is_there(watches, w); i++)
        w->changed(w, entries[i].key, entries[i].value);
    if (is_there(watches, w) && w->listed)
        w->listed(w);
}
