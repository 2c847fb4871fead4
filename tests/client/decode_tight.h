/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode_tight: what Tight's basic compression shares with the rest of Tight: filters over
 * pixel data that a zlib stream may have compressed.
 */
#ifndef HF_TESTS_CLIENT_DECODE_TIGHT_H
#define HF_TESTS_CLIENT_DECODE_TIGHT_H

#include "tests/client/decode.h"

/* Tight's compact length: 1 to 3 bytes for 0 to 4194303. */
uint32_t client_tight_take_length(struct client_source *source);

/*
 * Basic compression (rfbproto, Tight Encoding), from behind the control byte: filter if
 * has_filter says that its number follows, then data through stream, or plain data when stream
 * is NULL.
 */
void client_tight_decode_basic(struct client_source *source, const struct client_target *target,
                               struct client_inflate *stream, bool has_filter);

#endif
