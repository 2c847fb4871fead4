/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages and pseudo-rectangles to a client (RFC 6143 7.6, 7.8, rfbproto), written into a byte
 * buffer. Rectangles with pixels are rfb/encode's. Pure.
 */
#ifndef HF_RFB_SERVER_MSG_H
#define HF_RFB_SERVER_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "framebuffer/pointer_image.h"
#include "rfb/client_msg.h"
#include "rfb/pixel_translator.h"

enum { DESKTOP_NAME_MOST = 1024 }; /* bytes of UTF-8; longer names are cut at a character */

/* ServerInit (7.3.2). */
void server_msg_init(struct bytes *out, unsigned w, unsigned h, const struct pixel_format *f,
                     const char *name);
/* FramebufferUpdate's header (7.6.1); n_rects 0xffff with LastRect. */
void server_msg_update(struct bytes *out, unsigned n_rects);
void server_msg_last_rect(struct bytes *out);
/* The colour map of pixel_colour_map_entry, all 256 entries (7.6.2). */
void server_msg_colour_map(struct bytes *out);
void server_msg_bell(struct bytes *out);
void server_msg_fence(struct bytes *out, uint32_t flags, const uint8_t *data, size_t n);
void server_msg_end_of_continuous_updates(struct bytes *out);
/* xvp: code 0 XVP_FAIL, 1 XVP_INIT. */
void server_msg_xvp(struct bytes *out, uint8_t version, uint8_t code);

/* Each of the following is one rectangle of an update. */
void server_rect_desktop_size(struct bytes *out, unsigned w, unsigned h);
/*
 * reason 0 server, 1 this client, 2 another client; status 0 ok, 1 prohibited, 2 no resources,
 * 3 invalid, 4 forwarded (may happen later). At most SCREENS_MOST screens.
 */
void server_rect_extended_desktop_size(struct bytes *out, unsigned reason, unsigned status,
                                       unsigned w, unsigned h, const struct screen *screens,
                                       size_t n);
void server_rect_desktop_name(struct bytes *out, const char *name);
void server_rect_pointer_pos(struct bytes *out, unsigned x, unsigned y);
/* Cursor (7.8.1): pixels in the client's format and a mask (opaque from alpha 128 on). */
void server_rect_cursor(struct bytes *out, const struct pointer_image *image,
                        const struct pixel_translator *t);
/* XCursor (rfbproto): the two colours that fit best. */
void server_rect_x_cursor(struct bytes *out, const struct pointer_image *image);
/* CursorWithAlpha (rfbproto): premultiplied RGBA in Raw encoding. */
void server_rect_cursor_with_alpha(struct bytes *out, const struct pointer_image *image);
/* VMware cursor (0x574d5664) of type alpha. */
void server_rect_vmware_cursor(struct bytes *out, const struct pointer_image *image);
/* leds: bits as input/sink.h LED_*, which are those of QEMU's and VMware's LED rectangles. */
void server_rect_qemu_led(struct bytes *out, unsigned leds);
void server_rect_vmware_led(struct bytes *out, unsigned leds);
/* Announcements without content: QEMU extended key, extended mouse buttons. */
void server_rect_announce(struct bytes *out, int32_t encoding);
/* QEMU pointer motion change (rfbproto): x is 1 for absolute, 0 for relative. */
void server_rect_qemu_pointer_motion(struct bytes *out, bool absolute);

#endif
