/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our own deflate fragments (RFC 1951) for two kinds of data that general compressors are slow
 * or weak at: numbers of colours, and small differences. Each is one block and an empty stored
 * one. Knows no pixels.
 */
#ifndef HF_RFB_ENCODE_FRAGMENT_H
#define HF_RFB_ENCODE_FRAGMENT_H

#include "base/bytes.h"
#include "rfb/encode/matches.h"

/* Appends the fragment of what m found in `plain` bytes. */
void fragment_put_matches(const struct matches *m, size_t plain, struct bytes *out);
/* Appends the fragment of n bytes by their frequencies alone. */
void fragment_put_literals(const uint8_t *data, size_t n, struct bytes *out);
/* Appends n bytes as they are, in stored blocks. */
void fragment_put_stored(const uint8_t *data, size_t n, struct bytes *out);

#endif
