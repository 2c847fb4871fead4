/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rectangles of pictures that this node reads itself, in the one class in which it asks for
 * them. Pure: bytes in, pixels out; everything in the bytes may be a lie.
 */
#ifndef HF_SERVER_RELAY_RECTS_H
#define HF_SERVER_RELAY_RECTS_H

#include <stddef.h>
#include <stdint.h>

#include "framebuffer/surface.h"
#include "rfb/encode/class.h"

enum { RELAY_RECTS_TIMES_MOST = 8 }; /* how often all of a picture may be drawn over */

/*
 * Exact pixels, deflated: 0x00RRGGBB as little-endian words in Zlib's encoding (rfbproto, zlib
 * Encoding). Each rectangle of ours is a fragment that refers to nothing before it
 * (rfb/encode/deflate.h), so that no stream has to be kept.
 */
struct encode_class relay_rects_class(void);

/*
 * Draws the rectangles that stand in n bytes, one behind the other. *area: px that may still be
 * drawn; becomes less by what was. NULL, or what is wrong with them (static); then some of them
 * may have been drawn.
 */
const char *relay_rects_draw(struct surface *to, const uint8_t *data, size_t n, int64_t *area);

#endif
