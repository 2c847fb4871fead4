/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/source_format.h"

#include <errno.h>
#include <string.h>

/* pixman's format codes: bits per pixel, type and the channels' widths, packed as PIXMAN_FORMAT
 * does. */
static const struct {
    uint32_t pixman;
    enum source_format format;
} codes[] = {
    {0x20020888, SOURCE_XRGB}, /* x8r8g8b8 */
    {0x20028888, SOURCE_XRGB}, /* a8r8g8b8 */
    {0x20030888, SOURCE_XBGR}, /* x8b8g8r8 */
    {0x20038888, SOURCE_XBGR}, /* a8b8g8r8 */
    {0x20080888, SOURCE_BGRX}, /* b8g8r8x8 */
    {0x20088888, SOURCE_BGRX}, /* b8g8r8a8 */
    {0x20090888, SOURCE_RGBX}, /* r8g8b8x8 */
    {0x20098888, SOURCE_RGBX}, /* r8g8b8a8 */
};

int source_format_from_pixman(uint32_t code, enum source_format *format_r)
{
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (codes[i].pixman == code) {
            *format_r = codes[i].format;
            return 0;
        }
    }
    return -EINVAL;
}

static uint32_t load(const uint8_t *src)
{
    uint32_t word;
    memcpy(&word, src, sizeof(word));
    return word;
}

static void from_xrgb(uint32_t *dst, const uint8_t *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = load(src + 4 * i) & 0xffffff;
}

static void from_xbgr(uint32_t *dst, const uint8_t *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = __builtin_bswap32(load(src + 4 * i)) >> 8;
}

static void from_bgrx(uint32_t *dst, const uint8_t *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = __builtin_bswap32(load(src + 4 * i)) & 0xffffff;
}

static void from_rgbx(uint32_t *dst, const uint8_t *src, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = load(src + 4 * i) >> 8;
}

static void (*const convert[])(uint32_t *dst, const uint8_t *src, size_t n) = {
    [SOURCE_XRGB] = from_xrgb,
    [SOURCE_XBGR] = from_xbgr,
    [SOURCE_BGRX] = from_bgrx,
    [SOURCE_RGBX] = from_rgbx,
};

void source_format_convert(enum source_format format, uint32_t *dst, const void *src, size_t n)
{
    convert[format](dst, src, n);
}
