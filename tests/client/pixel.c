/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/pixel.h"

uint32_t client_pixel_take(struct client_source *source, const struct client_format *format)
{
    uint8_t wire[4];

    client_source_bytes(source, wire, client_format_pixel_bytes(format));
    return client_format_value(format, wire);
}

uint32_t client_pixel_take_c(struct client_source *source, const struct client_format *format)
{
    uint8_t wire[4] = {0};
    bool upper = false;

    if (!client_format_cpixel_is_short(format, &upper))
        return client_pixel_take(source, format);
    /* The byte left out is the first on the wire: the lowest of little, the highest of big
     * endian. */
    client_source_bytes(source, wire + (upper != format->big_endian), 3);
    return client_format_value(format, wire);
}

uint32_t client_pixel_take_t(struct client_source *source, const struct client_format *format)
{
    uint8_t rgb[3];

    if (!client_format_tpixel_is_rgb(format))
        return client_pixel_take(source, format);
    client_source_bytes(source, rgb, 3);
    return client_format_pack(format, rgb);
}

unsigned client_pixel_c_bytes(const struct client_format *format)
{
    bool upper;

    return client_format_cpixel_is_short(format, &upper) ? 3
                                                         : client_format_pixel_bytes(format);
}

unsigned client_pixel_t_bytes(const struct client_format *format)
{
    return client_format_tpixel_is_rgb(format) ? 3 : client_format_pixel_bytes(format);
}
