/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encodings.h"

enum { NO_EXTENSION = -1 };

struct known_encoding {
    int32_t number;
    const char *name;
    bool pixels; /* we can encode pixels so */
    int extension;
};

static const struct known_encoding known[] = {
    {ENCODING_RAW, "raw", true, NO_EXTENSION},
    {ENCODING_COPYRECT, "copyrect", false, EXT_COPYRECT},
    {ENCODING_RRE, "rre", true, NO_EXTENSION},
    {ENCODING_HEXTILE, "hextile", true, NO_EXTENSION},
    {ENCODING_ZLIB, "zlib", true, NO_EXTENSION},
    {ENCODING_TIGHT, "tight", true, NO_EXTENSION},
    {ENCODING_TRLE, "trle", true, NO_EXTENSION},
    {ENCODING_ZRLE, "zrle", true, NO_EXTENSION},
    {ENCODING_JPEG, "jpeg", true, EXT_JPEG},
    {ENCODING_TIGHT_PNG, "tight-png", true, EXT_TIGHT_PNG},

    {ENCODING_DESKTOP_SIZE, "desktop-size", false, EXT_DESKTOP_SIZE},
    {ENCODING_LAST_RECT, "last-rect", false, EXT_LAST_RECT},
    {ENCODING_POINTER_POS, "pointer-pos", false, EXT_POINTER_POS},
    {ENCODING_CURSOR, "cursor", false, EXT_CURSOR},
    {ENCODING_X_CURSOR, "x-cursor", false, EXT_X_CURSOR},
    {ENCODING_QEMU_POINTER_MOTION, "qemu-pointer-motion", false, EXT_QEMU_POINTER_MOTION},
    {ENCODING_QEMU_EXTENDED_KEY, "qemu-extended-key", false, EXT_QEMU_EXTENDED_KEY},
    {ENCODING_QEMU_LED, "qemu-led", false, EXT_QEMU_LED},
    {ENCODING_DESKTOP_NAME, "desktop-name", false, EXT_DESKTOP_NAME},
    {ENCODING_EXTENDED_DESKTOP_SIZE, "extended-desktop-size", false, EXT_EXTENDED_DESKTOP_SIZE},
    {ENCODING_XVP, "xvp", false, EXT_XVP},
    {ENCODING_FENCE, "fence", false, EXT_FENCE},
    {ENCODING_CONTINUOUS_UPDATES, "continuous-updates", false, EXT_CONTINUOUS_UPDATES},
    {ENCODING_CURSOR_WITH_ALPHA, "cursor-with-alpha", false, EXT_CURSOR_WITH_ALPHA},
    {ENCODING_EXTENDED_MOUSE_BUTTONS, "extended-mouse-buttons", false,
     EXT_EXTENDED_MOUSE_BUTTONS},
    {ENCODING_VMWARE_CURSOR, "vmware-cursor", false, EXT_VMWARE_CURSOR},
    {ENCODING_VMWARE_LED, "vmware-led", false, EXT_VMWARE_LED},
};

/* Ranges of numbers that say a level. */
enum level_kind {
    LEVEL_QUALITY,
    LEVEL_COMPRESSION,
    LEVEL_FINE_QUALITY,
    LEVEL_SUBSAMPLING,
    LEVEL_KINDS
};

static const struct level_range {
    int32_t first, last;
    const char *name;
} level_ranges[LEVEL_KINDS] = {
    [LEVEL_QUALITY] = {ENCODING_QUALITY_0, ENCODING_QUALITY_0 + 9, "quality"},
    [LEVEL_COMPRESSION] = {ENCODING_COMPRESSION_0, ENCODING_COMPRESSION_0 + 9, "compression"},
    [LEVEL_FINE_QUALITY] = {ENCODING_FINE_QUALITY_0, ENCODING_FINE_QUALITY_0 + 100,
                            "fine-quality"},
    [LEVEL_SUBSAMPLING] = {ENCODING_SUBSAMPLING_0, ENCODING_SUBSAMPLING_0 + 5, "subsampling"},
};

/* What the ten coarse levels mean to libjpeg: the values that TurboVNC, TigerVNC and
 * LibVNCServer agree on. */
static const int8_t quality_of_level[10] = {15, 29, 41, 42, 62, 77, 79, 86, 92, 100};

/* Subsampling when the client asked for none: from this quality on, the same as of the coarse
 * levels. */
enum { QUALITY_FULL_CHROMA = 79, QUALITY_HALF_CHROMA = 42 };

/* 1X, 4X, 2X, grey, 8X, 16X: libjpeg-turbo's compressor knows nothing coarser than 4:2:0. */
static const int8_t subsampling_of_level[6] = {1, 4, 2, 0, 4, 4};

static const struct known_encoding *lookup(int32_t number)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].number == number)
            return &known[i];
    }
    return NULL;
}

static int level_kind(int32_t number)
{
    for (int kind = 0; kind < LEVEL_KINDS; kind++) {
        if (number >= level_ranges[kind].first && number <= level_ranges[kind].last)
            return kind;
    }
    return LEVEL_KINDS;
}

const char *encoding_name(int32_t number)
{
    const struct known_encoding *e = lookup(number);
    if (e)
        return e->name;
    int kind = level_kind(number);
    return kind < LEVEL_KINDS ? level_ranges[kind].name : NULL;
}

static int8_t default_subsampling(int quality)
{
    if (quality < 0 || quality >= QUALITY_FULL_CHROMA)
        return 1;
    return quality >= QUALITY_HALF_CHROMA ? 2 : 4;
}

struct encodings encodings_from_list(const int32_t *numbers, size_t n)
{
    struct encodings e = {.best = ENCODING_RAW};
    bool have_best = false;
    int level[LEVEL_KINDS] = {-1, -1, -1, -1};

    for (size_t i = 0; i < n; i++) {
        const struct known_encoding *k = lookup(numbers[i]);
        int kind = k ? LEVEL_KINDS : level_kind(numbers[i]);
        if (kind < LEVEL_KINDS && level[kind] < 0)
            level[kind] = numbers[i] - level_ranges[kind].first;
        if (k && k->pixels && !have_best) {
            e.best = k->number;
            have_best = true;
        }
        if (k && k->extension != NO_EXTENSION)
            e.extensions |= UINT32_C(1) << k->extension;
    }
    e.compression = (int8_t)level[LEVEL_COMPRESSION];
    e.quality = -1;
    if (level[LEVEL_FINE_QUALITY] >= 0)
        e.quality = (int8_t)level[LEVEL_FINE_QUALITY];
    else if (level[LEVEL_QUALITY] >= 0)
        e.quality = quality_of_level[level[LEVEL_QUALITY]];
    e.subsampling = level[LEVEL_SUBSAMPLING] >= 0
                        ? subsampling_of_level[level[LEVEL_SUBSAMPLING]]
                        : default_subsampling(e.quality);
    return e;
}
