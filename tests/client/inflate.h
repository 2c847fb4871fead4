/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inflate: the client's end of one zlib stream that runs through many rectangles. Strict about
 * where the data of a rectangle ends. Knows nothing of pixels.
 */
#ifndef HF_TESTS_CLIENT_INFLATE_H
#define HF_TESTS_CLIENT_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#include "tests/client/fault.h"

struct client_inflate {
    z_stream z;
    bool open; /* false: the next data begins a stream, with a zlib header */
};

/* Forgets the stream; the next data begins a new one. A zeroed struct is in this state too. */
void client_inflate_reset(struct client_inflate *inflate);

/*
 * Runs all of in through the stream and returns how many bytes came out, at most size.
 * Violations: data that is no zlib data, a stream that ends (it must last as long as the
 * connection), and more output than size. Output that is held back until later input cannot be
 * seen and counts as missing.
 */
size_t client_inflate_run(struct client_inflate *inflate, struct client_fault *fault,
                          const uint8_t *in, size_t in_size, uint8_t *out, size_t size);

#endif
