/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/job.h"
#include "rfb/encode/subrects.h"

enum { HEXTILE_TILE = 16 };

/* RFC 6143 7.7.4: bits of a tile's first byte. */
enum {
    HEX_RAW = 1,
    HEX_BACKGROUND = 2,
    HEX_FOREGROUND = 4,
    HEX_SUBRECTS = 8,
    HEX_COLOURED = 16
};

/* What a client keeps from tile to tile. */
struct hex_state {
    bool has_background, has_foreground;
    uint32_t background, foreground;
};

/* The subrectangles of one tile. */
struct hex_tile {
    const struct pixels *px;
    bool coloured; /* more than one colour beside the background */
    size_t most;   /* bytes worth putting */
    unsigned n;
    size_t len;
    uint8_t bytes[HEXTILE_TILE * HEXTILE_TILE * 4 + 8];
};

static bool put_subrect(void *arg, struct rect r, uint32_t colour)
{
    struct hex_tile *t = arg;
    uint8_t *at = t->bytes + t->len;
    if (t->coloured)
        at = pixels_put(t->px, at, colour);
    *at++ = (uint8_t)(r.x << 4 | r.y);
    *at++ = (uint8_t)((r.w - 1) << 4 | (r.h - 1));
    t->len = (size_t)(at - t->bytes);
    t->n++;
    return t->len <= t->most && t->n < 256;
}

static void put_raw(struct encode_job *job, const struct pixels *px, size_t raw,
                    struct hex_state *state)
{
    struct bytes *out = &job->out->bytes;
    bytes_put_u8(out, HEX_RAW);
    uint8_t *at = bytes_reserve(out, raw + 4);
    if (at)
        bytes_commit(out, (size_t)(pixels_pack_all(px, at) - at));
    *state = (struct hex_state){0};
}

static void put_pixel(struct bytes *out, const struct pixels *px, uint32_t colour)
{
    uint8_t pixel[4];
    bytes_put(out, pixel, (size_t)(pixels_put(px, pixel, colour) - pixel));
}

/* What a tile of subrectangles says of itself, by what the tiles before have said. */
static uint8_t mask_of(const struct hex_tile *t, const struct hex_state *state,
                       uint32_t background, uint32_t foreground)
{
    uint8_t mask = 0;
    if (!state->has_background || state->background != background)
        mask |= HEX_BACKGROUND;
    if (t->n)
        mask |= t->coloured ? HEX_SUBRECTS | HEX_COLOURED : HEX_SUBRECTS;
    if (t->n && !t->coloured && (!state->has_foreground || state->foreground != foreground))
        mask |= HEX_FOREGROUND;
    return mask;
}

static void put_subrects(struct bytes *out, const struct hex_tile *t, uint32_t background,
                         uint32_t foreground, struct hex_state *state)
{
    const uint8_t mask = mask_of(t, state, background, foreground);
    bytes_put_u8(out, mask);
    if (mask & HEX_BACKGROUND)
        put_pixel(out, t->px, background);
    if (mask & HEX_FOREGROUND)
        put_pixel(out, t->px, foreground);
    if (mask & HEX_SUBRECTS) {
        bytes_put_u8(out, (uint8_t)t->n);
        bytes_put(out, t->bytes, t->len);
    }
    state->has_background = true;
    state->background = background;
    if (mask & HEX_FOREGROUND)
        state->foreground = foreground;
    /* Colours of subrectangles are not carried over (rfbproto, Hextile Encoding). */
    if (t->n)
        state->has_foreground = !t->coloured;
}

static void put_tile(struct encode_job *job, const struct pixels *px, struct hex_state *state)
{
    struct encode_scratch *s = job->scratch;
    size_t raw = (size_t)px->w * (size_t)px->h * px->bytes;
    uint32_t background = subrects_background(px, &s->palette);
    struct hex_tile t; /* its bytes are not cleared */
    t.px = px;
    t.coloured = s->palette.n > 2;
    t.most = raw;
    t.n = 0;
    t.len = 0;
    if (!subrects_find(px, background, put_subrect, &t)) {
        put_raw(job, px, raw, state);
        return;
    }
    uint32_t foreground = s->palette.colours[s->palette.colours[0] == background];
    put_subrects(&job->out->bytes, &t, background, foreground, state);
}

static void hextile_encode(struct encode_job *job, struct rect r)
{
    struct encode_scratch *s = job->scratch;
    struct pixels px = pixels_of(job->frame, r, &s->translator, PIXEL_PLAIN, &s->words);
    struct rect all = {0, 0, r.w, r.h};
    struct hex_state state = {0};

    job_put_header(job, r, ENCODING_HEXTILE);
    for (int y = 0; y < r.h; y += HEXTILE_TILE) {
        for (int x = 0; x < r.w; x += HEXTILE_TILE) {
            struct pixels tile = pixels_part(
                &px, rect_intersect(all, (struct rect){x, y, HEXTILE_TILE, HEXTILE_TILE}));
            put_tile(job, &tile, &state);
        }
    }
}

const struct encoder_ops hextile_ops = {
    .encoding = ENCODING_HEXTILE,
    .name = "hextile",
    .width_most = SURFACE_SIDE_MOST,
    .area_most = 1 << 20,
    .encode = hextile_encode,
};
