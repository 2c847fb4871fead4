/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/link_hello.h"

#include <string.h>

static const char magic[6] = "HFNODE";

void link_hello_put(struct bytes *b, const struct link_hello *hello)
{
    bytes_put(b, magic, sizeof(magic));
    bytes_put_u16(b, (uint16_t)hello->lowest);
    bytes_put_u16(b, (uint16_t)hello->highest);
    link_put_text(b, hello->node, LINK_NODE_NAME_MOST);
}

const char *link_hello_parse(struct reader *payload, struct link_hello *hello_r)
{
    struct link_hello h = {0};
    const uint8_t *start = reader_bytes(payload, sizeof(magic));
    if (!start || memcmp(start, magic, sizeof(magic)) != 0)
        return "it is no Holdfast node";
    h.lowest = reader_u16(payload);
    h.highest = reader_u16(payload);
    if (!link_read_text(payload, h.node, sizeof(h.node)) || !h.lowest || h.lowest > h.highest)
        return "its greeting is not well-formed";
    if (!link_node_name_good(h.node))
        return "its name is not one that a node can have";
    *hello_r = h;
    return NULL;
}

unsigned link_hello_version(const struct link_hello *a, const struct link_hello *b)
{
    unsigned highest = a->highest < b->highest ? a->highest : b->highest;
    return highest >= a->lowest && highest >= b->lowest ? highest : 0;
}

/* ---- fields ---- */

void link_put_text(struct bytes *b, const char *text, size_t most)
{
    size_t n = strnlen(text, most < UINT16_MAX ? most : UINT16_MAX);
    bytes_put_u16(b, (uint16_t)n);
    bytes_put(b, text, n);
}

bool link_read_text(struct reader *r, char *text_r, size_t size)
{
    size_t n = reader_u16(r);
    if (n >= size)
        r->more = true;
    const uint8_t *text = reader_bytes(r, n);
    if (text && memchr(text, 0, n))
        r->more = true;
    if (r->more)
        return false;
    memcpy(text_r, text, n);
    text_r[n] = 0;
    return true;
}

void link_put_u64(struct bytes *b, uint64_t v)
{
    bytes_put_u32(b, (uint32_t)(v >> 32));
    bytes_put_u32(b, (uint32_t)v);
}

uint64_t link_read_u64(struct reader *r)
{
    uint64_t high = reader_u32(r);
    return high << 32 | reader_u32(r);
}
