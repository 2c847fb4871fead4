/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/attach.h"
#include "server/attach/kinds.h"

#include <string.h>

static const char *const state_names[] = {
    [PLACE_CONNECTING] = "connecting",
    [PLACE_INCOMING] = "incoming",
    [PLACE_RUNNING] = "running",
    [PLACE_PAUSED] = "paused",
    [PLACE_SWITCHING] = "switching",
    [PLACE_GONE] = "gone-elsewhere",
    [PLACE_LOST] = "lost",
};

/* Every kind of place there is. */
static const struct attach_ops *const kinds[] = {
    &qemu_attach_ops,
    &pattern_attach_ops,
    &node_attach_ops,
};

const char *place_state_name(enum place_state state)
{
    return state_names[state];
}

const struct attach_ops *attach_ops_for(const char *place, const char **address_r)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t n = strlen(kinds[i]->scheme);
        if (!strncmp(place, kinds[i]->scheme, n) && place[n] == ':') {
            *address_r = place + n + 1;
            return kinds[i];
        }
    }
    return NULL;
}
