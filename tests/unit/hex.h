/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes written down in test rows: "05 01 0010 'text' 0a" is hexadecimal digits in pairs and
 * text in quotes, with blanks where they please. Knows no message.
 */
#ifndef HF_TESTS_UNIT_HEX_H
#define HF_TESTS_UNIT_HEX_H

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

static inline void hex_put(struct bytes *out, const char *hex)
{
    while (*hex) {
        if (*hex == ' ') {
            hex++;
        } else if (*hex == '\'') {
            size_t n = strcspn(hex + 1, "'");
            bytes_put(out, hex + 1, n);
            hex += n + 2;
        } else {
            const char pair[3] = {hex[0], hex[1], 0};
            bytes_put_u8(out, (uint8_t)strtoul(pair, NULL, 16));
            hex += 2;
        }
    }
}

/* Starts `out`, without a limit, with these bytes. */
static inline void hex_init(struct bytes *out, const char *hex)
{
    bytes_init(out, SIZE_MAX);
    hex_put(out, hex);
}

#endif
