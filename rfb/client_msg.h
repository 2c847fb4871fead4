/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages from a client after the handshake (RFC 6143 7.5, rfbproto). Pure: takes bytes, makes
 * one handler call per message, touches no socket, clock or log.
 */
#ifndef HF_RFB_CLIENT_MSG_H
#define HF_RFB_CLIENT_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"
#include "framebuffer/rect.h"
#include "rfb/encodings.h"
#include "rfb/parse.h"
#include "rfb/pixel_format.h"

enum {
    CUT_TEXT_MOST = 256 << 10, /* bytes; a longer text is skipped as it comes, not buffered */
    FENCE_DATA_MOST = 64,      /* rfbproto, ClientFence */
    SCREENS_MOST = 16,         /* in SetDesktopSize; more is a protocol error */
};

/* rfbproto, ExtendedDesktopSize: one screen. */
struct screen {
    uint32_t id;
    struct rect r; /* px */
    uint32_t flags;
};

/* Every member must be set. Pointers hold during the call only. */
struct client_msg_handler {
    /* f: accepted and normalised. */
    void (*set_pixel_format)(void *self, const struct pixel_format *f);
    void (*set_encodings)(void *self, const struct encodings *e);
    void (*update_request)(void *self, bool incremental, struct rect r);
    void (*key)(void *self, uint32_t keysym, bool down);
    void (*extended_key)(void *self, uint32_t keysym, uint32_t xt_code, bool down);
    /*
     * mask: rfbproto's PointerEvent in bits 0..7 (bit 7: back); with extended_buttons the bits
     * of the second byte, whose first is back too, stand from bit 7 on. x, y as they came:
     * unclipped, or deltas (QEMU Pointer Motion Change).
     */
    void (*pointer)(void *self, unsigned mask, unsigned x, unsigned y);
    void (*cut_text)(void *self, const uint8_t *latin1, size_t n);
    void (*continuous_updates)(void *self, bool on, struct rect r);
    void (*fence)(void *self, uint32_t flags, const uint8_t *data, size_t n);
    void (*set_desktop_size)(void *self, unsigned w, unsigned h, const struct screen *screens,
                             size_t n);
    void (*xvp)(void *self, uint8_t version, uint8_t code);
};

struct client_msg_parser {
    bool extended_buttons; /* set by the owner when a client asks for ExtendedMouseButtons */
    uint32_t skip;         /* bytes of an overlong text still to be thrown away */
};

/*
 * Reads the next message from in. PARSE_BAD: *why_r is a static text. Unknown message types are
 * bad: their length is not known. Extended clipboard messages (a negative length) and texts
 * longer than CUT_TEXT_MOST are dropped: each piece of them that is there counts as read
 * (PARSE_DONE, nobody is called).
 */
enum parse client_msg_parse(struct client_msg_parser *p, struct reader *in,
                            const struct client_msg_handler *handler, void *self,
                            const char **why_r);

#endif
