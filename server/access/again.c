/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/access/again.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

struct again {
    struct again *next;
    struct access *access;
    char *path;
    struct verifier_request *request;
    again_done *done;
};

static void destroy(struct again *g)
{
    struct again **link = &g->access->again;
    while (*link != g)
        link = &(*link)->next;
    *link = g->next;
    verifier_cancel(&g->request);
    free(g->path);
    free(g);
}

static void on_read(void *self, const struct verifier_answer *answer)
{
    struct again *g = self;
    const char *why = answer->error == 0 ? NULL
                      : *answer->why     ? answer->why
                                         : strerror(-answer->error);
    g->request = NULL;
    g->done(g->access, g->path, &answer->content, why);
    destroy(g);
}

bool access_read_again(struct access *a, const char *path, again_done *done)
{
    size_t row = 0;
    while (row < a->files.n && strcmp(a->files.items[row], path) != 0)
        row++;
    if (row == a->files.n || !a->verifier || !verifier_alive(a->verifier))
        return false;
    struct again *g = ALLOC(struct again);
    g->next = a->again;
    a->again = g;
    g->access = a;
    g->path = alloc_text(path);
    g->done = done;
    g->request = verifier_read_key(a->verifier, row, on_read, g);
    return true;
}

void access_cancel_again(struct access *a)
{
    while (a->again)
        destroy(a->again);
}
