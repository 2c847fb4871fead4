/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/encodings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int32_t encoding;
} names[] = {
    {"raw", CLIENT_ENCODING_RAW},
    {"copyrect", CLIENT_ENCODING_COPY_RECT},
    {"rre", CLIENT_ENCODING_RRE},
    {"corre", CLIENT_ENCODING_CORRE},
    {"hextile", CLIENT_ENCODING_HEXTILE},
    {"zlib", CLIENT_ENCODING_ZLIB},
    {"tight", CLIENT_ENCODING_TIGHT},
    {"tightpng", CLIENT_ENCODING_TIGHT_PNG},
    {"trle", CLIENT_ENCODING_TRLE},
    {"zrle", CLIENT_ENCODING_ZRLE},
    {"jpeg", CLIENT_ENCODING_JPEG},
    {"desktopsize", CLIENT_ENCODING_DESKTOP_SIZE},
    {"extendeddesktopsize", CLIENT_ENCODING_EXTENDED_DESKTOP_SIZE},
    {"lastrect", CLIENT_ENCODING_LAST_RECT},
    {"pointerpos", CLIENT_ENCODING_POINTER_POS},
    {"cursor", CLIENT_ENCODING_CURSOR},
    {"xcursor", CLIENT_ENCODING_X_CURSOR},
    {"alphacursor", CLIENT_ENCODING_CURSOR_WITH_ALPHA},
    {"vmwarecursor", CLIENT_ENCODING_VMWARE_CURSOR},
    {"qemupointer", CLIENT_ENCODING_QEMU_POINTER_MOTION},
    {"qemukey", CLIENT_ENCODING_QEMU_KEY},
    {"qemuled", CLIENT_ENCODING_QEMU_LED},
    {"vmwareled", CLIENT_ENCODING_VMWARE_LED},
    {"desktopname", CLIENT_ENCODING_DESKTOP_NAME},
    {"xvp", CLIENT_ENCODING_XVP},
    {"fence", CLIENT_ENCODING_FENCE},
    {"continuous", CLIENT_ENCODING_CONTINUOUS_UPDATES},
    {"extendedmouse", CLIENT_ENCODING_EXTENDED_MOUSE},
    {"tightwithoutzlib", CLIENT_ENCODING_TIGHT_WITHOUT_ZLIB},
    {"clipboard", CLIENT_ENCODING_EXTENDED_CLIPBOARD},
    {"subsampling=1x", CLIENT_ENCODING_SUBSAMPLING_1X},
    {"subsampling=4x", CLIENT_ENCODING_SUBSAMPLING_1X + 1},
    {"subsampling=2x", CLIENT_ENCODING_SUBSAMPLING_1X + 2},
    {"subsampling=grey", CLIENT_ENCODING_SUBSAMPLING_1X + 3},
    {"subsampling=8x", CLIENT_ENCODING_SUBSAMPLING_1X + 4},
    {"subsampling=16x", CLIENT_ENCODING_SUBSAMPLING_1X + 5},
};

static const struct {
    const char *prefix;
    int32_t zero;
    long most;
} levels[] = {
    {"quality=", CLIENT_ENCODING_QUALITY_0, 9},
    {"compress=", CLIENT_ENCODING_COMPRESS_0, 9},
    {"fine=", CLIENT_ENCODING_FINE_QUALITY_0, 100},
    {"", 0, INT32_MAX}, /* a bare number */
};

const char *client_encoding_name(int32_t encoding)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].encoding == encoding)
            return names[i].name;
    return NULL;
}

bool client_encoding_row(size_t index, const char **name_r, int32_t *encoding_r)
{
    if (index >= sizeof names / sizeof names[0])
        return false;
    *name_r = names[index].name;
    *encoding_r = names[index].encoding;
    return true;
}

static bool find_name(const char *word, size_t length, int32_t *encoding_r)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i].name) == length && !strncmp(names[i].name, word, length)) {
            *encoding_r = names[i].encoding;
            return true;
        }
    return false;
}

static bool find_level(const char *word, size_t length, int32_t *encoding_r)
{
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        size_t skip = strlen(levels[i].prefix);
        char *end;
        long level;

        if (strncmp(word, levels[i].prefix, skip) != 0)
            continue;
        level = strtol(word + skip, &end, 0);
        if (end != word + length || length == skip || level > levels[i].most ||
            level < (skip ? 0 : INT32_MIN))
            return false;
        *encoding_r = (int32_t)(levels[i].zero + level);
        return true;
    }
    return false;
}

int client_encodings_parse(struct client_encodings *list_r, const char *text,
                           const char **word_r)
{
    list_r->count = 0;
    while (*text) {
        size_t length = strcspn(text, ",");
        int32_t encoding = 0;

        *word_r = text;
        if (list_r->count == CLIENT_ENCODINGS_MOST)
            return -EINVAL;
        if (!find_name(text, length, &encoding) && !find_level(text, length, &encoding))
            return -EINVAL;
        list_r->number[list_r->count++] = encoding;
        text += length;
        text += *text == ',';
    }
    return 0;
}

void client_encodings_merge(struct client_encodings *list, const struct client_encodings *more)
{
    for (size_t i = 0; i < more->count; i++)
        if (!client_encodings_have(list, more->number[i]) &&
            list->count < CLIENT_ENCODINGS_MOST)
            list->number[list->count++] = more->number[i];
}

bool client_encodings_have(const struct client_encodings *list, int32_t encoding)
{
    return client_encodings_have_range(list, encoding, encoding);
}

bool client_encodings_have_range(const struct client_encodings *list, int32_t first,
                                 int32_t last)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->number[i] >= first && list->number[i] <= last)
            return true;
    return false;
}
