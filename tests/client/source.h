/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source: where the server's bytes are taken from, in network order: a block of memory or a
 * channel. After a fault every read gives zeros, so a decoder checks once per loop and not once
 * per byte. Knows nothing of messages.
 */
#ifndef HF_TESTS_CLIENT_SOURCE_H
#define HF_TESTS_CLIENT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/client/channel.h"
#include "tests/client/fault.h"

struct client_source {
    struct client_fault *fault;
    const char *name;               /* what ends too early, in a fault's sentence */
    const uint8_t *at, *end;        /* what has come and is not taken yet */
    struct client_channel *channel; /* NULL: memory only */
    int64_t deadline_ms;            /* for the channel */
    uint64_t taken;                 /* bytes given out so far */
    uint8_t window[65536];          /* of the channel */
};

/* A source over size bytes that the caller keeps; reading past them is a violation. */
void client_source_init_memory(struct client_source *source, struct client_fault *fault,
                               const char *name, const void *data, size_t size);

/* A source over a channel that the caller keeps. Its deadline is at first in the past. */
void client_source_init_channel(struct client_source *source, struct client_fault *fault,
                                struct client_channel *channel);

/*
 * Whether a byte can be taken before the deadline. A deadline that passes is no fault here,
 * since no message has begun; the end of the stream and an error of the channel are.
 */
bool client_source_wait(struct client_source *source);

/* Takes size bytes; to may be NULL to drop them. */
void client_source_bytes(struct client_source *source, void *to, size_t size);

uint8_t client_source_u8(struct client_source *source);
uint16_t client_source_u16(struct client_source *source);
uint32_t client_source_u32(struct client_source *source);
int32_t client_source_s32(struct client_source *source);

/*
 * Takes size bytes into new memory with a zero byte after them, or NULL after a fault. A size
 * above limit is a violation, named by what. The caller frees.
 */
uint8_t *client_source_take(struct client_source *source, uint64_t size, uint64_t limit,
                            const char *what);

/* How many bytes of a memory source are left. */
size_t client_source_left(const struct client_source *source);

/* A memory source must be used up: what is left is a violation. */
void client_source_finish(struct client_source *source);

#endif
