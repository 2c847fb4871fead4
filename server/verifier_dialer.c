/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/verifier_dialer.h"
#include "base/alloc.h"
#include "server/access/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct row {
    char *path;
    bool folder;
};

struct verifier_dialer {
    struct dialer dialer; /* first, so that one leads to the other */
    struct verifier *verifier;
    struct row *rows; /* in the verifier's order */
    size_t n_rows;
};

struct dialer_request {
    struct verifier_request *asked;
    dialer_done *done;
    void *self;
};

/* ---- rows ---- */

/* The name in the folder; NULL when path is not directly in it. */
static const char *name_in(const char *folder, const char *path)
{
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/')
        n--;
    if (strncmp(path, folder, n) != 0 || path[n] != '/' || !path[n + 1])
        return NULL;
    return strchr(path + n + 1, '/') ? NULL : path + n + 1;
}

/* Its row, and its name where that is a folder, else "". False: there is none. */
static bool find_row(const struct verifier_dialer *d, const char *path, size_t *row_r,
                     const char **name_r)
{
    for (size_t i = 0; i < d->n_rows; i++) {
        const struct row *row = &d->rows[i];
        const char *name = row->folder ? name_in(row->path, path) : NULL;
        if (row->folder ? name != NULL : strcmp(row->path, path) == 0) {
            *row_r = i;
            *name_r = name ? name : "";
            return true;
        }
    }
    return false;
}

/* ---- requests ---- */

/* Where there is no verifier any more we are left with what we may do ourselves. */
static int error_of(const struct verifier_answer *answer)
{
    return answer->error == -EPIPE || answer->error == -EBUSY ? -EACCES : answer->error;
}

static void on_answer(void *self, const struct verifier_answer *answer)
{
    struct dialer_request r = *(struct dialer_request *)self;
    int error = error_of(answer);
    free(self);
    r.done(r.self, error ? -1 : answer->fd, error);
}

static struct dialer_request *dial(struct dialer *dialer, const char *path, dialer_done *done,
                                   void *self)
{
    struct verifier_dialer *d = (struct verifier_dialer *)dialer;
    const char *name;
    size_t row;
    if (!find_row(d, path, &row, &name))
        return NULL;
    struct dialer_request *r = ALLOC(struct dialer_request);
    r->done = done;
    r->self = self;
    r->asked = verifier_connect(d->verifier, row, name, on_answer, r);
    return r;
}

static void cancel(struct dialer_request **request)
{
    struct dialer_request *r = *request;
    *request = NULL;
    if (!r)
        return;
    verifier_cancel(&r->asked);
    free(r);
}

/* ---- life ---- */

struct verifier_dialer *verifier_dialer_new(struct verifier *verifier,
                                            const struct config *config)
{
    struct verifier_dialer *d = ALLOC(struct verifier_dialer);
    struct access_rows rows;
    d->dialer = (struct dialer){dial, cancel};
    d->verifier = verifier;
    access_rows_init(&rows, config);
    d->n_rows = rows.options.n_sockets;
    d->rows = alloc_zero(d->n_rows ? d->n_rows : 1, sizeof(*d->rows));
    for (size_t i = 0; i < d->n_rows; i++)
        d->rows[i] = (struct row){alloc_text(rows.sockets[i].path), rows.sockets[i].folder};
    access_rows_fini(&rows);
    return d;
}

void verifier_dialer_free(struct verifier_dialer **dialer)
{
    struct verifier_dialer *d = *dialer;
    *dialer = NULL;
    if (!d)
        return;
    for (size_t i = 0; i < d->n_rows; i++)
        free(d->rows[i].path);
    free(d->rows);
    free(d);
}

struct dialer *verifier_dialer_lend(struct verifier_dialer *d)
{
    return d ? &d->dialer : NULL;
}
