/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine of which some places are at other nodes: what is here of it. */
#include <config.h>
#include "server/machine/machine_private.h"
#include "server/machine/moves_private.h"

bool place_is_elsewhere(const struct place *p)
{
    return p->attach && p->attach->ops->elsewhere;
}

struct peer_machine *machine_elsewhere(const struct machine *m)
{
    const struct place *p = m->active;
    return p && place_is_elsewhere(p) ? p->attach->ops->elsewhere(p->attach) : NULL;
}

/* What is most the machine goes first. */
static unsigned weight(const struct machine *m, const struct place *p)
{
    static const unsigned char weights[] = {
        [PLACE_RUNNING] = 7, [PLACE_PAUSED] = 6, [PLACE_SWITCHING] = 5,  [PLACE_INCOMING] = 4,
        [PLACE_GONE] = 3,    [PLACE_LOST] = 2,   [PLACE_CONNECTING] = 1,
    };
    return p == m->active ? 8 : weights[p->state];
}

bool machine_state_here(const struct machine *m, enum place_state *state_r, uint64_t *ran_r)
{
    const struct place *best = NULL;
    for (const struct place *p = m->places; p; p = p->next) {
        if (!place_is_elsewhere(p) && (!best || weight(m, p) > weight(m, best)))
            best = p;
    }
    if (!best)
        return false;
    /* It ended while its machine is believed to be on its way: that went somewhere. */
    bool went = best->state == PLACE_LOST && m->state == MACHINE_SWITCHING;
    *state_r = went ? PLACE_GONE : best->state;
    *ran_r = best->ran;
    return true;
}
