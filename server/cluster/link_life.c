/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/link_life.h"

void link_life_init(struct link_life *l, unsigned ping_ms, unsigned dead_ms, uint64_t now_us)
{
    *l = (struct link_life){.ping_us = ping_ms * UINT64_C(1000),
                            .dead_us = dead_ms * UINT64_C(1000),
                            .heard_us = now_us,
                            .alive_us = now_us};
}

void link_life_heard(struct link_life *l, uint64_t now_us)
{
    l->heard_us = l->alive_us = now_us;
}

void link_life_took(struct link_life *l, uint64_t now_us)
{
    l->alive_us = now_us;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* When it is to be asked next; it is never asked twice at a time. */
static uint64_t ping_at(const struct link_life *l)
{
    if (l->asked)
        return UINT64_MAX;
    if (!l->asked_us)
        return l->heard_us;
    return smaller(l->heard_us + l->ping_us, l->asked_us + LINK_LIFE_PING_EVERY * l->ping_us);
}

enum link_life_step link_life_step(const struct link_life *l, uint64_t now_us,
                                   uint64_t *next_us_r)
{
    uint64_t dead = l->alive_us + l->dead_us, ping = ping_at(l);
    *next_us_r = now_us + 1;
    if (now_us >= dead)
        return LINK_LIFE_DEAD;
    *next_us_r = smaller(now_us + l->ping_us, dead);
    if (now_us >= ping)
        return LINK_LIFE_PING;
    *next_us_r = smaller(*next_us_r, ping);
    return LINK_LIFE_WAIT;
}

void link_life_asked(struct link_life *l, uint64_t now_us)
{
    l->asked_us = now_us;
    l->asked = true;
}

void link_life_answered(struct link_life *l, uint64_t asked_us, uint64_t now_us)
{
    if (!l->asked || asked_us != l->asked_us || now_us < asked_us)
        return;
    l->asked = false;
    l->rtt_us = now_us > asked_us ? now_us - asked_us : 1;
}
