/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/server_msg.h"
#include "rfb/encodings.h"

enum { OPAQUE_FROM = 128 }; /* alpha, where there is only yes or no */
enum { TWO_COLOURS_ROUNDS = 3 };

static bool opaque(uint32_t argb)
{
    return argb >> 24 >= OPAQUE_FROM;
}

static void put_head(struct bytes *out, const struct pointer_image *image, int32_t encoding)
{
    bytes_put_u16(out, (uint16_t)image->hot_x);
    bytes_put_u16(out, (uint16_t)image->hot_y);
    bytes_put_u16(out, (uint16_t)image->w);
    bytes_put_u16(out, (uint16_t)image->h);
    bytes_put_u32(out, (uint32_t)encoding);
}

/* A bit for each pixel for which `set` is true, the leftmost highest, rows padded to bytes. */
static void put_bits(struct bytes *out, const struct pointer_image *image,
                     bool (*set)(uint32_t argb, const void *with), const void *with)
{
    for (int y = 0; y < image->h; y++) {
        const uint32_t *row = image->argb + (size_t)y * (size_t)image->w;
        for (int x = 0; x < image->w; x += 8) {
            unsigned bits = 0;
            for (int i = 0; i < 8 && x + i < image->w; i++)
                bits |= set(row[x + i], with) ? 0x80u >> i : 0;
            bytes_put_u8(out, (uint8_t)bits);
        }
    }
}

static bool is_opaque(uint32_t argb, const void *with)
{
    (void)with;
    return opaque(argb);
}

void server_rect_cursor(struct bytes *out, const struct pointer_image *image,
                        const struct pixel_translator *t)
{
    uint32_t row[POINTER_SIDE_MOST];
    size_t w = (size_t)image->w, row_size = w * pixel_format_bytes(&t->format);
    put_head(out, image, ENCODING_CURSOR);
    for (size_t y = 0; y < (size_t)image->h; y++) {
        for (size_t x = 0; x < w; x++) {
            uint32_t argb = image->argb[y * w + x];
            row[x] = opaque(argb) ? argb & 0xffffff : 0;
        }
        uint8_t *dst = bytes_reserve(out, row_size);
        if (!dst)
            return;
        pixel_translate(t, dst, row, w);
        bytes_commit(out, row_size);
    }
    put_bits(out, image, is_opaque, NULL);
}

static int channel(uint32_t argb, unsigned c)
{
    return (int)(argb >> (16 - 8 * c) & 0xff);
}

static int distance(uint32_t a, uint32_t b)
{
    int sum = 0;
    for (unsigned c = 0; c < 3; c++) {
        int d = channel(a, c) - channel(b, c);
        sum += d * d;
    }
    return sum;
}

struct two_colours {
    uint32_t primary, secondary; /* 0x00RRGGBB */
};

static bool is_primary(uint32_t argb, const void *with)
{
    const struct two_colours *two = with;
    return opaque(argb) && distance(argb, two->primary) <= distance(argb, two->secondary);
}

/* The opaque pixel that is farthest from a colour; that colour when none is opaque. */
static uint32_t farthest(const struct pointer_image *image, uint32_t from)
{
    uint32_t found = from;
    for (size_t i = 0; i < (size_t)image->w * (size_t)image->h; i++)
        if (opaque(image->argb[i]) && distance(image->argb[i], from) > distance(found, from))
            found = image->argb[i] & 0xffffff;
    return found;
}

struct sums {
    uint32_t channels[3], n;
};

static void add(struct sums *s, uint32_t argb)
{
    for (unsigned c = 0; c < 3; c++)
        s->channels[c] += (uint32_t)channel(argb, c);
    s->n++;
}

/* The mean of what was added; `otherwise` when that is nothing. */
static uint32_t mean(const struct sums *s, uint32_t otherwise)
{
    uint32_t rgb = 0;
    for (unsigned c = 0; s->n && c < 3; c++)
        rgb = rgb << 8 | (s->channels[c] + s->n / 2) / s->n;
    return s->n ? rgb : otherwise;
}

/* The means of the pixels that are nearer to the one colour and to the other. */
static struct two_colours improve(const struct pointer_image *image,
                                  const struct two_colours *two)
{
    struct sums primary = {0}, secondary = {0};
    for (size_t i = 0; i < (size_t)image->w * (size_t)image->h; i++)
        if (opaque(image->argb[i]))
            add(is_primary(image->argb[i], two) ? &primary : &secondary, image->argb[i]);
    return (struct two_colours){mean(&primary, two->primary), mean(&secondary, two->secondary)};
}

/* Begun at two colours far apart, so that an image of two colours keeps them exactly. */
static struct two_colours two_colours_of(const struct pointer_image *image)
{
    struct two_colours two;
    two.primary = farthest(image, 0xffffff);
    two.secondary = farthest(image, two.primary);
    for (unsigned i = 0; i < TWO_COLOURS_ROUNDS; i++)
        two = improve(image, &two);
    return two;
}

static void put_colour(struct bytes *out, uint32_t rgb)
{
    for (unsigned c = 0; c < 3; c++)
        bytes_put_u8(out, (uint8_t)channel(rgb, c));
}

void server_rect_x_cursor(struct bytes *out, const struct pointer_image *image)
{
    put_head(out, image, ENCODING_X_CURSOR);
    if (!image->w || !image->h)
        return;
    const struct two_colours two = two_colours_of(image);
    put_colour(out, two.primary);
    put_colour(out, two.secondary);
    put_bits(out, image, is_primary, &two);
    put_bits(out, image, is_opaque, NULL);
}

/* Pixels as bytes R, G, B, A. */
static void put_rgba(struct bytes *out, const struct pointer_image *image, bool premultiplied)
{
    size_t n = (size_t)image->w * (size_t)image->h;
    uint8_t *dst = bytes_reserve(out, n * 4);
    if (!dst)
        return;
    for (size_t i = 0; i < n; i++) {
        uint32_t argb = image->argb[i];
        int alpha = (int)(argb >> 24), by = premultiplied ? alpha : 255;
        for (unsigned c = 0; c < 3; c++)
            *dst++ = (uint8_t)((channel(argb, c) * by + 127) / 255);
        *dst++ = (uint8_t)alpha;
    }
    bytes_commit(out, n * 4);
}

void server_rect_cursor_with_alpha(struct bytes *out, const struct pointer_image *image)
{
    put_head(out, image, ENCODING_CURSOR_WITH_ALPHA);
    bytes_put_u32(out, ENCODING_RAW);
    put_rgba(out, image, true);
}

void server_rect_vmware_cursor(struct bytes *out, const struct pointer_image *image)
{
    enum { CLASSIC, ALPHA };
    put_head(out, image, ENCODING_VMWARE_CURSOR);
    bytes_put_u8(out, ALPHA);
    bytes_put_u8(out, 0);
    put_rgba(out, image, false);
}
