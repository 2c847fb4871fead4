/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * encodings: the numbers of encodings and pseudo-encodings, their names in tests and on command
 * lines, and lists of them. Pure.
 */
#ifndef HF_TESTS_CLIENT_ENCODINGS_H
#define HF_TESTS_CLIENT_ENCODINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum client_encoding {
    CLIENT_ENCODING_RAW = 0,
    CLIENT_ENCODING_COPY_RECT = 1,
    CLIENT_ENCODING_RRE = 2,
    CLIENT_ENCODING_CORRE = 4,
    CLIENT_ENCODING_HEXTILE = 5,
    CLIENT_ENCODING_ZLIB = 6,
    CLIENT_ENCODING_TIGHT = 7,
    CLIENT_ENCODING_TRLE = 15,
    CLIENT_ENCODING_ZRLE = 16,
    CLIENT_ENCODING_JPEG = 21,
    CLIENT_ENCODING_TIGHT_PNG = -260,

    CLIENT_ENCODING_QUALITY_0 = -32, /* up to 9: -23 */
    CLIENT_ENCODING_QUALITY_9 = -23,
    CLIENT_ENCODING_DESKTOP_SIZE = -223,
    CLIENT_ENCODING_LAST_RECT = -224,
    CLIENT_ENCODING_POINTER_POS = -232,
    CLIENT_ENCODING_CURSOR = -239,
    CLIENT_ENCODING_X_CURSOR = -240,
    CLIENT_ENCODING_COMPRESS_0 = -256, /* up to 9: -247 */
    CLIENT_ENCODING_QEMU_POINTER_MOTION = -257,
    CLIENT_ENCODING_QEMU_KEY = -258,
    CLIENT_ENCODING_QEMU_LED = -261,
    CLIENT_ENCODING_DESKTOP_NAME = -307,
    CLIENT_ENCODING_EXTENDED_DESKTOP_SIZE = -308,
    CLIENT_ENCODING_XVP = -309,
    CLIENT_ENCODING_FENCE = -312,
    CLIENT_ENCODING_CONTINUOUS_UPDATES = -313,
    CLIENT_ENCODING_CURSOR_WITH_ALPHA = -314,
    CLIENT_ENCODING_EXTENDED_MOUSE = -316,
    CLIENT_ENCODING_TIGHT_WITHOUT_ZLIB = -317,
    CLIENT_ENCODING_FINE_QUALITY_0 = -512, /* up to 100: -412 */
    CLIENT_ENCODING_FINE_QUALITY_100 = -412,
    CLIENT_ENCODING_SUBSAMPLING_1X = -768, /* then 4x, 2x, grey, 8x, 16x */
    CLIENT_ENCODING_VMWARE_CURSOR = 0x574d5664,
    CLIENT_ENCODING_VMWARE_LED = 0x574d5668,
    CLIENT_ENCODING_EXTENDED_CLIPBOARD = (int32_t)0xc0a1e5ceu,
};

/* More than any list here needs. */
#define CLIENT_ENCODINGS_MOST 256

/* An ordered list as SetEncodings carries it. */
struct client_encodings {
    int32_t number[CLIENT_ENCODINGS_MOST];
    size_t count;
};

/* "tight", "cursor" and so on, or NULL for a number without a name here. */
const char *client_encoding_name(int32_t encoding);

/* Name and number by row of the table; false past its end. */
bool client_encoding_row(size_t index, const char **name_r, int32_t *encoding_r);

/*
 * Reads "tight,copyrect,quality=6,compress=2,fine=80,subsampling=4x,lastrect,-308": names,
 * numbers and levels, separated by commas. 0 or -EINVAL with the word that is not understood in
 * *word_r, which points into text.
 */
int client_encodings_parse(struct client_encodings *list_r, const char *text,
                           const char **word_r);

/* Adds what list does not have yet; what finds no room is dropped. */
void client_encodings_merge(struct client_encodings *list, const struct client_encodings *more);

bool client_encodings_have(const struct client_encodings *list, int32_t encoding);
bool client_encodings_have_range(const struct client_encodings *list, int32_t first,
                                 int32_t last);

#endif
