/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/decode.h"

#include <string.h>

#include "tests/client/encodings.h"

static const struct {
    int32_t encoding;
    client_decode_fn *decode;
} decoders[] = {
    {CLIENT_ENCODING_RAW, client_decode_raw},
    {CLIENT_ENCODING_COPY_RECT, client_decode_copy_rect},
    {CLIENT_ENCODING_RRE, client_decode_rre},
    {CLIENT_ENCODING_CORRE, client_decode_corre},
    {CLIENT_ENCODING_HEXTILE, client_decode_hextile},
    {CLIENT_ENCODING_ZLIB, client_decode_zlib},
    {CLIENT_ENCODING_TIGHT, client_decode_tight},
    {CLIENT_ENCODING_TIGHT_PNG, client_decode_tight_png},
    {CLIENT_ENCODING_TRLE, client_decode_trle},
    {CLIENT_ENCODING_ZRLE, client_decode_zrle},
    {CLIENT_ENCODING_JPEG, client_decode_jpeg},
};

client_decode_fn *client_decode_find(int32_t encoding)
{
    for (size_t i = 0; i < sizeof decoders / sizeof decoders[0]; i++)
        if (decoders[i].encoding == encoding)
            return decoders[i].decode;
    return NULL;
}

void client_decoder_init(struct client_decoder *decoder, struct client_fault *fault)
{
    memset(decoder, 0, sizeof *decoder);
    decoder->fault = fault;
}

void client_decoder_fini(struct client_decoder *decoder)
{
    client_inflate_reset(&decoder->zlib);
    client_inflate_reset(&decoder->zrle);
    for (int i = 0; i < 4; i++)
        client_inflate_reset(&decoder->tight[i]);
    client_jpeg_tables_fini(&decoder->jpeg);
}

uint64_t client_decode_most_compressed(uint64_t size)
{
    return size + size / 8 + 1024;
}

uint64_t client_target_bytes(const struct client_target *target, unsigned pixel_bytes)
{
    return (uint64_t)target->width_px * (uint64_t)target->height_px * pixel_bytes;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

bool client_target_tile(const struct client_target *target, int tile_px, int index,
                        struct client_target *tile_r)
{
    int across = (target->width_px + tile_px - 1) / tile_px;
    int x_px = across ? index % across * tile_px : 0;
    int y_px = across ? index / across * tile_px : 0;

    if (across == 0 || y_px >= target->height_px)
        return false;
    tile_r->picture = target->picture;
    tile_r->x_px = target->x_px + x_px;
    tile_r->y_px = target->y_px + y_px;
    tile_r->width_px = smaller(tile_px, target->width_px - x_px);
    tile_r->height_px = smaller(tile_px, target->height_px - y_px);
    return true;
}

void client_target_put_rgb(const struct client_target *target, const uint8_t *rgb)
{
    for (int y = 0; y < target->height_px; y++)
        for (int x = 0; x < target->width_px; x++, rgb += 3)
            client_picture_put_rgb(target->picture, target->x_px + x, target->y_px + y, rgb);
}
