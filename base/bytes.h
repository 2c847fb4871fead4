/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing buffer of bytes with an explicit limit. Integers go in big-endian, as RFB wants
 * them. */
#ifndef HF_BASE_BYTES_H
#define HF_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    uint8_t *data;
    size_t len, cap;
    size_t max;    /* len never exceeds it; SIZE_MAX: no limit but memory */
    bool overflow; /* something did not fit and was left out; stays set until bytes_clear */
};

/* Starts empty, without memory. max: see above. */
void bytes_init(struct bytes *b, size_t max);
/* Frees the memory; b is empty and usable again. */
void bytes_fini(struct bytes *b);
/* Length 0, no overflow; the memory is kept. */
void bytes_clear(struct bytes *b);

/*
 * Room for n bytes behind the end, whose first byte is returned; NULL (and overflow) when they
 * would pass max. The length is unchanged until bytes_commit. The pointer holds until the next
 * call.
 */
uint8_t *bytes_reserve(struct bytes *b, size_t n);
/* The first n reserved bytes are written: they count. */
void bytes_commit(struct bytes *b, size_t n);
/* Drops n bytes (at most len) from the front. */
void bytes_consume(struct bytes *b, size_t n);

void bytes_put(struct bytes *b, const void *data, size_t n);
void bytes_put_zero(struct bytes *b, size_t n);
void bytes_put_u8(struct bytes *b, uint8_t v);
void bytes_put_u16(struct bytes *b, uint16_t v);
void bytes_put_u32(struct bytes *b, uint32_t v);
/* Overwrites two or four bytes already there; at + 2 or 4 must lie within len. */
void bytes_patch_u16(struct bytes *b, size_t at, uint16_t v);
void bytes_patch_u32(struct bytes *b, size_t at, uint32_t v);

#endif
