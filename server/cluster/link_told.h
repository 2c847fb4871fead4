/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was logged lately: who calls again and again fills no log. Pure: time is an argument. */
#ifndef HF_SERVER_CLUSTER_LINK_TOLD_H
#define HF_SERVER_CLUSTER_LINK_TOLD_H

#include <stdbool.h>
#include <stdint.h>

enum {
    LINK_TOLD_MOST = 8, /* lines that are remembered; the oldest is forgotten first */
    LINK_TOLD_LINE = 192,
    LINK_TOLD_S = 60, /* after that it is told again */
};

struct link_told {
    struct {
        char line[LINK_TOLD_LINE];
        uint64_t time_us;
    } lines[LINK_TOLD_MOST];
};

/* Whether this was told within LINK_TOLD_S; if not, it counts as told now. */
bool link_told(struct link_told *t, const char *line, uint64_t now_us);

#endif
