/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/server_msg.h"
#include "rfb/encodings.h"

#include <string.h>

enum message {
    MESSAGE_FRAMEBUFFER_UPDATE = 0,
    MESSAGE_SET_COLOUR_MAP_ENTRIES = 1,
    MESSAGE_BELL = 2,
    MESSAGE_END_OF_CONTINUOUS_UPDATES = 150,
    MESSAGE_FENCE = 248,
    MESSAGE_XVP = 250,
};

enum { COLOURS = 256 };

/* How much of a name goes out: all, or what ends with a whole character of UTF-8 within the
 * limit. */
static size_t name_size(const char *name)
{
    size_t n = strlen(name);
    if (n <= DESKTOP_NAME_MOST)
        return n;
    for (n = DESKTOP_NAME_MOST; n > DESKTOP_NAME_MOST - 4; n--)
        if (((uint8_t)name[n] & 0xc0) != 0x80)
            return n;
    return DESKTOP_NAME_MOST; /* not UTF-8 at all */
}

static void put_name(struct bytes *out, const char *name)
{
    size_t n = name_size(name);
    bytes_put_u32(out, (uint32_t)n);
    bytes_put(out, name, n);
}

static void put_rect(struct bytes *out, unsigned x, unsigned y, unsigned w, unsigned h)
{
    bytes_put_u16(out, (uint16_t)x);
    bytes_put_u16(out, (uint16_t)y);
    bytes_put_u16(out, (uint16_t)w);
    bytes_put_u16(out, (uint16_t)h);
}

static void put_head(struct bytes *out, unsigned x, unsigned y, unsigned w, unsigned h,
                     int32_t encoding)
{
    put_rect(out, x, y, w, h);
    bytes_put_u32(out, (uint32_t)encoding);
}

void server_msg_init(struct bytes *out, unsigned w, unsigned h, const struct pixel_format *f,
                     const char *name)
{
    bytes_put_u16(out, (uint16_t)w);
    bytes_put_u16(out, (uint16_t)h);
    pixel_format_write(out, f);
    put_name(out, name);
}

void server_msg_update(struct bytes *out, unsigned n_rects)
{
    bytes_put_u8(out, MESSAGE_FRAMEBUFFER_UPDATE);
    bytes_put_u8(out, 0);
    bytes_put_u16(out, (uint16_t)n_rects);
}

void server_msg_last_rect(struct bytes *out)
{
    put_head(out, 0, 0, 0, 0, ENCODING_LAST_RECT);
}

void server_msg_colour_map(struct bytes *out)
{
    bytes_put_u8(out, MESSAGE_SET_COLOUR_MAP_ENTRIES);
    bytes_put_u8(out, 0);
    bytes_put_u16(out, 0);
    bytes_put_u16(out, COLOURS);
    for (unsigned i = 0; i < COLOURS; i++) {
        uint16_t rgb[3];
        pixel_colour_map_entry(i, rgb);
        for (unsigned channel = 0; channel < 3; channel++)
            bytes_put_u16(out, rgb[channel]);
    }
}

void server_msg_bell(struct bytes *out)
{
    bytes_put_u8(out, MESSAGE_BELL);
}

void server_msg_fence(struct bytes *out, uint32_t flags, const uint8_t *data, size_t n)
{
    if (n > FENCE_DATA_MOST)
        n = FENCE_DATA_MOST;
    bytes_put_u8(out, MESSAGE_FENCE);
    bytes_put_zero(out, 3);
    bytes_put_u32(out, flags);
    bytes_put_u8(out, (uint8_t)n);
    bytes_put(out, data, n);
}

void server_msg_end_of_continuous_updates(struct bytes *out)
{
    bytes_put_u8(out, MESSAGE_END_OF_CONTINUOUS_UPDATES);
}

void server_msg_xvp(struct bytes *out, uint8_t version, uint8_t code)
{
    bytes_put_u8(out, MESSAGE_XVP);
    bytes_put_u8(out, 0);
    bytes_put_u8(out, version);
    bytes_put_u8(out, code);
}

void server_rect_desktop_size(struct bytes *out, unsigned w, unsigned h)
{
    put_head(out, 0, 0, w, h, ENCODING_DESKTOP_SIZE);
}

void server_rect_extended_desktop_size(struct bytes *out, unsigned reason, unsigned status,
                                       unsigned w, unsigned h, const struct screen *screens,
                                       size_t n)
{
    if (n > SCREENS_MOST)
        n = SCREENS_MOST;
    put_head(out, reason, status, w, h, ENCODING_EXTENDED_DESKTOP_SIZE);
    bytes_put_u8(out, (uint8_t)n);
    bytes_put_zero(out, 3);
    for (size_t i = 0; i < n; i++) {
        const struct rect *r = &screens[i].r;
        bytes_put_u32(out, screens[i].id);
        put_rect(out, (unsigned)r->x, (unsigned)r->y, (unsigned)r->w, (unsigned)r->h);
        bytes_put_u32(out, screens[i].flags);
    }
}

void server_rect_desktop_name(struct bytes *out, const char *name)
{
    put_head(out, 0, 0, 0, 0, ENCODING_DESKTOP_NAME);
    put_name(out, name);
}

void server_rect_pointer_pos(struct bytes *out, unsigned x, unsigned y)
{
    put_head(out, x, y, 0, 0, ENCODING_POINTER_POS);
}

void server_rect_qemu_led(struct bytes *out, unsigned leds)
{
    put_head(out, 0, 0, 0, 0, ENCODING_QEMU_LED);
    bytes_put_u8(out, (uint8_t)leds);
}

void server_rect_vmware_led(struct bytes *out, unsigned leds)
{
    put_head(out, 0, 0, 0, 0, ENCODING_VMWARE_LED);
    bytes_put_u32(out, leds);
}

void server_rect_announce(struct bytes *out, int32_t encoding)
{
    put_head(out, 0, 0, 0, 0, encoding);
}

void server_rect_qemu_pointer_motion(struct bytes *out, bool absolute)
{
    put_head(out, absolute, 0, 0, 0, ENCODING_QEMU_POINTER_MOTION);
}
