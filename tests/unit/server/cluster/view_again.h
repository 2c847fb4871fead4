/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For the tests and the fuzz target: what was read of a message about pictures is put again. */
#ifndef HF_TESTS_UNIT_SERVER_CLUSTER_VIEW_AGAIN_H
#define HF_TESTS_UNIT_SERVER_CLUSTER_VIEW_AGAIN_H

#include "base/alloc.h"
#include "server/cluster/view_msg.h"

#include <stdlib.h>

static inline void view_again_put(struct bytes *b, enum link_type type,
                                  const struct view_msg *read)
{
    struct view_msg msg = *read;
    struct view_known *known = NULL;
    uint32_t *blocks = NULL;
    struct piece_source *sources = NULL;
    if (type == LINK_STREAM_OPEN && msg.stream.begins && (known = view_msg_known(read)))
        msg.stream.blocks = known->blocks;
    if (type == LINK_BLOCKS_WANTED) {
        msg.wanted.blocks = blocks = alloc_zero(msg.wanted.rows.n + 1, sizeof(*blocks));
        for (size_t i = 0; i < msg.wanted.rows.n; i++)
            blocks[i] = view_msg_block(&read->wanted.rows, i);
    }
    if (type == LINK_UNIT || type == LINK_BLOCK) {
        msg.update.n_sources = msg.update.rows.n;
        msg.update.sources = sources = alloc_zero(msg.update.rows.n + 1, sizeof(*sources));
        for (size_t i = 0; i < msg.update.rows.n; i++)
            sources[i] = view_msg_source(&read->update.rows, i);
    }
    view_msg_put(b, type, &msg);
    if (type == LINK_UNIT || type == LINK_BLOCK)
        bytes_put(b, msg.update.bytes, msg.update.n_bytes);
    view_known_free(&known);
    free(blocks);
    free(sources);
}

#endif
