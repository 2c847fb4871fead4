/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/loop_pool.h"

static int on_results(sd_event_source *source, int fd, uint32_t events, void *self)
{
    (void)source;
    (void)fd;
    (void)events;
    pool_reap(self);
    return 0;
}

int loop_pool_start(struct loop_pool *p, sd_event *loop, unsigned n,
                    const struct pool_scratch_ops *scratch)
{
    *p = (struct loop_pool){0};
    int err = pool_new(&p->pool, n, scratch);
    if (err < 0)
        return err;
    err = sd_event_add_io(loop, &p->source, pool_fd(p->pool), EPOLLIN, on_results, p->pool);
    if (err < 0)
        loop_pool_stop(p);
    return err < 0 ? err : 0;
}

void loop_pool_stop(struct loop_pool *p)
{
    p->source = sd_event_source_disable_unref(p->source);
    pool_free(&p->pool);
}
