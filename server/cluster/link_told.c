/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/link_told.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

bool link_told(struct link_told *t, const char *line, uint64_t now_us)
{
    size_t at = 0;
    for (size_t i = 0; i < LINK_TOLD_MOST; i++) {
        if (strncmp(t->lines[i].line, line, LINK_TOLD_LINE - 1) == 0) {
            at = i;
            break;
        }
        if (t->lines[i].time_us < t->lines[at].time_us)
            at = i;
    }
    bool told = strncmp(t->lines[at].line, line, LINK_TOLD_LINE - 1) == 0;
    if (told && now_us - t->lines[at].time_us < LINK_TOLD_S * UINT64_C(1000000))
        return true;
    snprintf(t->lines[at].line, LINK_TOLD_LINE, "%s", line);
    t->lines[at].time_us = now_us;
    return false;
}
