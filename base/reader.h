/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checked reading of borrowed bytes, big-endian. A read past the end gives zero and sets
 * `more`; a parser therefore reads a whole message straight on and asks once, at its end,
 * whether it was all there.
 */
#ifndef HF_BASE_READER_H
#define HF_BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
    const uint8_t *at, *end;
    bool more; /* something was read that is not there yet */
};

static inline struct reader reader_over(const void *data, size_t n)
{
    const uint8_t *p = data;
    return (struct reader){.at = p, .end = p ? p + n : p};
}

static inline size_t reader_left(const struct reader *r)
{
    return (size_t)(r->end - r->at);
}

/* n bytes in place, or NULL (and `more`) when fewer are left. */
static inline const uint8_t *reader_bytes(struct reader *r, size_t n)
{
    if (r->more || reader_left(r) < n) {
        r->more = true;
        return NULL;
    }
    const uint8_t *p = r->at;
    r->at += n;
    return p;
}

static inline void reader_skip(struct reader *r, size_t n)
{
    (void)reader_bytes(r, n);
}

static inline uint8_t reader_u8(struct reader *r)
{
    const uint8_t *p = reader_bytes(r, 1);
    return p ? p[0] : 0;
}

static inline uint16_t reader_u16(struct reader *r)
{
    const uint8_t *p = reader_bytes(r, 2);
    return (uint16_t)(p ? p[0] << 8 | p[1] : 0);
}

static inline uint32_t reader_u32(struct reader *r)
{
    const uint8_t *p = reader_bytes(r, 4);
    return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

#endif
