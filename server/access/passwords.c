/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/access/passwords.h"
#include "base/alloc.h"
#include "base/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct kept_password_file {
    char *path;
    struct vnc_password list[2];
    int n; /* of them */
};

static struct kept_password_file *find(const struct passwords *p, const char *path)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->list[i].path, path) == 0)
            return &p->list[i];
    return NULL;
}

/* The list moves: nothing of it is left where it was. */
static struct kept_password_file *add(struct passwords *p, const char *path)
{
    struct kept_password_file *list = alloc_zero(p->n + 1, sizeof(*list));
    if (p->n)
        memcpy(list, p->list, p->n * sizeof(*list));
    if (p->list)
        secret_wipe(p->list, p->n * sizeof(*list));
    free(p->list);
    p->list = list;
    list[p->n].path = alloc_text(path);
    return &list[p->n++];
}

static void keep(struct passwords *p, const char *path, const struct vnc_password list[2],
                 int n)
{
    struct kept_password_file *file = find(p, path);
    file = file ? file : add(p, path);
    memcpy(file->list, list, sizeof(file->list));
    file->n = n;
}

void passwords_keep(struct passwords *p, const char *path)
{
    struct vnc_password list[2] = {{.watch_only = false}};
    const char *why;
    int n = vnc_password_file_read(path, list, &why);
    if (n > 0)
        keep(p, path, list, n);
    secret_wipe(list, sizeof(list));
}

int passwords_take(struct passwords *p, const char *path, const void *content, size_t n,
                   const char **why_r)
{
    struct vnc_password list[2] = {{.watch_only = false}};
    int result = vnc_password_text_parse(content, n, list, why_r);
    if (result > 0)
        keep(p, path, list, result);
    secret_wipe(list, sizeof(list));
    return result < 0 ? result : 0;
}

int passwords_read(const struct passwords *p, const char *path, struct vnc_password list_r[2],
                   const char **why_r)
{
    int n = vnc_password_file_read(path, list_r, why_r);
    const struct kept_password_file *file = n == -EACCES ? find(p, path) : NULL;
    if (!file)
        return n;
    memcpy(list_r, file->list, (size_t)file->n * sizeof(file->list[0]));
    return file->n;
}

void passwords_fini(struct passwords *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->list[i].path);
    if (p->list)
        secret_wipe(p->list, p->n * sizeof(*p->list));
    free(p->list);
    *p = (struct passwords){.n = 0};
}
