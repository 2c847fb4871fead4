/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who watches which keys of a store that knows of each change. Knows no database and no loop.
 */
#ifndef HF_SERVER_SESSION_STORE_WATCHES_H
#define HF_SERVER_SESSION_STORE_WATCHES_H

#include "server/session/store.h"

/* Starts as zeros; nothing to free. */
struct store_watches {
    struct store_watch *first;
};

/* w is lent until store_watch_remove. */
void store_watches_add(struct store_watches *watches, struct store_watch *w);
/* Also from inside its own `changed` or `listed`. Of one that is not watching: nothing. */
void store_watch_remove(struct store_watch *w);
/* Tells those whose prefix its key has. value NULL: it is gone. */
void store_watches_tell(const struct store_watches *watches, const struct store_entry *e);
/* Tells w what there is, and that this was all; unless it is removed before or meanwhile. */
void store_watches_tell_list(const struct store_watches *watches, struct store_watch *w,
                             const struct store_entry *entries, size_t n);

#endif
