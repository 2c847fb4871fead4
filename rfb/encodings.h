/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encoding numbers with their names, and what a client's SetEncodings says (RFC 6143 7.5.2,
 * rfbproto): which encoding it likes best and which extensions it understands. Numbers come
 * from LibVNCServer's rfbproto.h where it has them. Pure.
 */
#ifndef HF_RFB_ENCODINGS_H
#define HF_RFB_ENCODINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum encoding {
    ENCODING_RAW = 0,
    ENCODING_COPYRECT = 1,
    ENCODING_RRE = 2,
    ENCODING_HEXTILE = 5,
    ENCODING_ZLIB = 6,
    ENCODING_TIGHT = 7,
    ENCODING_TRLE = 15,
    ENCODING_ZRLE = 16,
    ENCODING_JPEG = 21,
    ENCODING_TIGHT_PNG = -260,

    ENCODING_DESKTOP_SIZE = -223,
    ENCODING_LAST_RECT = -224,
    ENCODING_POINTER_POS = -232,
    ENCODING_CURSOR = -239,
    ENCODING_X_CURSOR = -240,
    ENCODING_QEMU_POINTER_MOTION = -257,
    ENCODING_QEMU_EXTENDED_KEY = -258,
    ENCODING_QEMU_LED = -261,
    ENCODING_DESKTOP_NAME = -307,
    ENCODING_EXTENDED_DESKTOP_SIZE = -308,
    ENCODING_XVP = -309,
    ENCODING_FENCE = -312,
    ENCODING_CONTINUOUS_UPDATES = -313,
    ENCODING_CURSOR_WITH_ALPHA = -314,
    ENCODING_EXTENDED_MOUSE_BUTTONS = -316,
    ENCODING_VMWARE_CURSOR = 0x574d5664,
    ENCODING_VMWARE_LED = 0x574d5668,

    ENCODING_QUALITY_0 = -32,       /* .. -23: JPEG quality level 0..9 */
    ENCODING_COMPRESSION_0 = -256,  /* .. -247: compression level 0..9 */
    ENCODING_FINE_QUALITY_0 = -512, /* .. -412: JPEG quality 0..100 */
    ENCODING_SUBSAMPLING_0 = -768,  /* .. -763: 1X, 4X, 2X, gray, 8X, 16X */
};

/* "tight", "extended-desktop-size"; NULL for a number we do not know. */
const char *encoding_name(int32_t number);

/* Extensions as bits, 1 << enum: one for each pseudo-encoding above that is a yes or no. */
enum extension {
    EXT_COPYRECT,
    EXT_DESKTOP_SIZE,
    EXT_LAST_RECT,
    EXT_POINTER_POS,
    EXT_CURSOR,
    EXT_X_CURSOR,
    EXT_QEMU_POINTER_MOTION,
    EXT_QEMU_EXTENDED_KEY,
    EXT_QEMU_LED,
    EXT_DESKTOP_NAME,
    EXT_EXTENDED_DESKTOP_SIZE,
    EXT_XVP,
    EXT_FENCE,
    EXT_CONTINUOUS_UPDATES,
    EXT_CURSOR_WITH_ALPHA,
    EXT_EXTENDED_MOUSE_BUTTONS,
    EXT_VMWARE_CURSOR,
    EXT_VMWARE_LED,
    EXT_TIGHT_PNG, /* Tight PNG is among the client's encodings, at any place */
    EXT_JPEG,      /* JPEG (21) is among the client's encodings, at any place */
};

enum {
    ENCODINGS_MOST = 1024
}; /* entries of a SetEncodings that we read; more is a protocol error */

struct encodings {
    int32_t
        best; /* the first that we can encode, in the client's order; RAW when there is none */
    uint32_t extensions; /* 1 << enum extension */
    int8_t quality;      /* 0..100 as libjpeg takes it, or -1: JPEG is not allowed in Tight */
    int8_t subsampling;  /* 1, 2, 4: pixels per chroma sample; 0: grey; when none asked, follows
                            the quality level */
    int8_t compression;  /* 0..9, or -1: not said */
};

static inline bool encodings_have(const struct encodings *e, enum extension x)
{
    return e->extensions >> x & 1;
}

/* What n numbers, in the client's order, mean. Of several levels the first said counts, fine
 * ones before coarse. */
struct encodings encodings_from_list(const int32_t *numbers, size_t n);

#endif
