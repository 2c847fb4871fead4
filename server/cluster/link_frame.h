/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How messages between nodes are framed, and how long those of each type may be. Pure; knows
 * nothing of what is in them.
 */
#ifndef HF_SERVER_CLUSTER_LINK_FRAME_H
#define HF_SERVER_CLUSTER_LINK_FRAME_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/reader.h"
#include "rfb/parse.h"
#include "server/cluster/link_type.h"

enum {
    LINK_FRAME_HEAD = 8,          /* u32 length of the payload, u8 type, 3 bytes 0 */
    LINK_FRAME_FIRST_MOST = 1024, /* bytes of any payload before the other end is known */
};

struct link_frame {
    enum link_type type;
    struct reader payload; /* borrowed from what was parsed */
};

/* Bytes that a payload of this type may have; 0: there is no such type. */
size_t link_frame_most(unsigned type);

/*
 * Reads one message. PARSE_DONE: all of it is in *frame_r; PARSE_MORE: the reader stands where
 * it stood; PARSE_BAD: *why_r (static). A length is compared with `most` and with its type's
 * limit as soon as the head is there.
 */
enum parse link_frame_parse(struct reader *in, size_t most, struct link_frame *frame_r,
                            const char **why_r);

/* Appends the head of a message. */
void link_frame_put_head(struct bytes *b, enum link_type type, size_t length);

#endif
