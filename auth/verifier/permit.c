/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/permit.h"
#include "auth/verifier/message.h"

#include <assert.h>
#include <errno.h>

static int refuse(const char *why, const char **why_r)
{
    *why_r = why;
    return -EPERM;
}

int permit_handle(struct permit *p, void *self, const struct verifier_message *m,
                  const char **why_r)
{
    assert(p->n <= 64);
    size_t i = 0;
    while (i < p->n && p->rows[i].type != m->type)
        i++;
    if (i == p->n)
        return refuse("a request that nobody may make", why_r);
    if (!(p->rows[i].phases & (unsigned)p->phase))
        return refuse("a request at the wrong time", why_r);
    if (p->rows[i].once && p->used >> i & 1)
        return refuse("a request that may be made once was made again", why_r);
    p->used |= UINT64_C(1) << i;
    return p->rows[i].handle(self, m, why_r);
}
