/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/inflate.h"

#include <errno.h>
#include <string.h>

void client_inflate_reset(struct client_inflate *inflate)
{
    if (inflate->open)
        inflateEnd(&inflate->z);
    memset(inflate, 0, sizeof *inflate);
}

static bool open_stream(struct client_inflate *inflate, struct client_fault *fault)
{
    if (inflate->open)
        return true;
    if (inflateInit(&inflate->z) != Z_OK) {
        client_fault_set(fault, -ENOMEM, "zlib does not start");
        return false;
    }
    inflate->open = true;
    return true;
}

/* Lets zlib fill out with up to size bytes; how many it gave. */
static size_t fill(z_stream *z, struct client_fault *fault, uint8_t *out, size_t size)
{
    int result = Z_OK;

    z->next_out = out;
    z->avail_out = (uInt)size;
    while (result == Z_OK && z->avail_out > 0)
        result = inflate(z, Z_SYNC_FLUSH);
    if (result == Z_STREAM_END)
        client_fault_blame(fault, "a zlib stream ends; it must last as long as the connection");
    else if (result == Z_NEED_DICT)
        client_fault_blame(fault, "a zlib stream asks for a dictionary");
    else if (result != Z_OK && result != Z_BUF_ERROR)
        client_fault_blame(fault, "zlib data is broken: %s", z->msg ? z->msg : zError(result));
    return size - z->avail_out;
}

size_t client_inflate_run(struct client_inflate *inflate, struct client_fault *fault,
                          const uint8_t *in, size_t in_size, uint8_t *out, size_t size)
{
    z_stream *z = &inflate->z;
    uint8_t beyond;
    size_t got;

    if (client_fault_is(fault) || !open_stream(inflate, fault))
        return 0;
    z->next_in = (uint8_t *)in;
    z->avail_in = (uInt)in_size;
    got = fill(z, fault, out, size);
    /* The end of a flushed block gives no bytes but must be read; anything it gives is too
     * much. */
    if (!client_fault_is(fault) && fill(z, fault, &beyond, 1) > 0)
        client_fault_blame(fault, "zlib data holds more than the %zu bytes it should", size);
    return got;
}
