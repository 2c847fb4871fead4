/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Security type None (RFC 6143 7.2.1): everybody is let in, without a name. */
#include <config.h>
#include "auth/methods.h"
#include "base/alloc.h"

#include <stdlib.h>

static struct auth_method *none_start(const struct auth_realm *realm, struct bytes *out,
                                      const char **why_r)
{
    (void)realm;
    (void)out;
    (void)why_r;
    struct auth_method *m = ALLOC(struct auth_method);
    m->ops = &auth_none_ops;
    return m;
}

static enum auth_step none_feed(struct auth_method *m, struct reader *in, struct bytes *out,
                                struct auth_verdict *verdict_r)
{
    (void)m;
    (void)in;
    (void)out;
    *verdict_r = (struct auth_verdict){0};
    return AUTH_ACCEPT;
}

static void none_free(struct auth_method *m)
{
    free(m);
}

const struct auth_method_ops auth_none_ops = {
    .name = "none",
    .type = 1,
    .start = none_start,
    .feed = none_feed,
    .free = none_free,
};
