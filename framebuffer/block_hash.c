/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/block_hash.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define HAVE_AVX2_CODE 1
#define AVX2 __attribute__((target("avx2")))
#endif

enum { LANES = TILE * 4 / 8, KEYS = LANES + TILE - 1, PLACES = BLOCK_TILES_W * BLOCK_TILES_H };

/* Digits of pi (the fractional part, as Blowfish takes them): numbers without a purpose. */
static const uint64_t keys[KEYS] = {
    0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89,
    0x452821e638d01377, 0xbe5466cf34e90c6c, 0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917,
    0x9216d5d98979fb1b, 0xd1310ba698dfb5ac, 0x2ffd72dbd01adfb7, 0xb8e1afed6a267e96,
    0xba7c9045f12c7f99, 0x24a19947b3916cf7, 0x0801f2e2858efc16, 0x636920d871574e69,
    0xa458fea3f4933d7e, 0x0d95748f728eb658, 0x718bcd5882154aee, 0x7b54a41dc25a59b5,
    0x9c30d5392af26013, 0xc5d1b023286085f0, 0xca417918b8db38ef,
};

/* The murmur3 finalizer (Appleby, public domain): every bit of x reaches every bit. */
static uint64_t mixed(uint64_t x)
{
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccd;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53;
    return x ^ x >> 33;
}

/* The lanes do not wait for one another; what is left is one product each and a mixed sum. */
static uint64_t fold(const uint64_t lanes[LANES])
{
    uint64_t sum = 0;
    for (int i = 0; i < LANES; i++)
        sum += (lanes[i] ^ lanes[i] >> 29) * (keys[i] | 1);
    sum = mixed(sum);
    return sum ? sum : 1;
}

static void add_rows(uint64_t lanes[LANES], const uint32_t *pixels, int stride)
{
    for (int y = 0; y < TILE; y++) {
        const uint32_t *row = pixels + (ptrdiff_t)y * stride;
        for (int i = 0; i < LANES; i++) {
            uint64_t two = row[2 * i] | (uint64_t)row[2 * i + 1] << 32;
            uint64_t keyed = two ^ keys[y + i];
            lanes[i] += (keyed & 0xffffffff) * (keyed >> 32) + (two << 32 | two >> 32);
        }
    }
}

#ifdef HAVE_AVX2_CODE
AVX2 static __m256i add_four(__m256i lanes, const void *at, const uint64_t *key)
{
    __m256i two = _mm256_loadu_si256(at);
    __m256i keyed = _mm256_xor_si256(two, _mm256_loadu_si256((const __m256i *)key));
    __m256i product = _mm256_mul_epu32(keyed, _mm256_srli_epi64(keyed, 32));
    __m256i swapped = _mm256_shuffle_epi32(two, _MM_SHUFFLE(2, 3, 0, 1));
    return _mm256_add_epi64(lanes, _mm256_add_epi64(product, swapped));
}

AVX2 static void add_rows_avx2(uint64_t lanes[LANES], const uint32_t *pixels, int stride)
{
    __m256i low = _mm256_setzero_si256(), high = low;
    for (int y = 0; y < TILE; y++) {
        const uint32_t *row = pixels + (ptrdiff_t)y * stride;
        low = add_four(low, row, keys + y);
        high = add_four(high, row + TILE / 2, keys + y + LANES / 2);
    }
    _mm256_storeu_si256((__m256i *)lanes, low);
    _mm256_storeu_si256((__m256i *)(lanes + LANES / 2), high);
}
#endif

static uint64_t hash_whole(const uint32_t *pixels, int stride)
{
    uint64_t lanes[LANES] = {0};
#ifdef HAVE_AVX2_CODE
    if (__builtin_cpu_supports("avx2")) {
        add_rows_avx2(lanes, pixels, stride);
        return fold(lanes);
    }
#endif
    add_rows(lanes, pixels, stride);
    return fold(lanes);
}

uint64_t block_hash_tile(const uint32_t *pixels, int stride, int w, int h)
{
    uint32_t padded[TILE * TILE] = {0};
    if (w == TILE && h == TILE)
        return hash_whole(pixels, stride);
    for (int y = 0; y < h; y++)
        memcpy(padded + y * TILE, pixels + (ptrdiff_t)y * stride, (size_t)w * 4);
    return hash_whole(padded, TILE);
}

void block_hashes_init(struct block_hashes *b)
{
    *b = (struct block_hashes){0};
    damage_init(&b->same);
}

void block_hashes_fini(struct block_hashes *b)
{
    free(b->tiles);
    free(b->blocks);
    damage_fini(&b->same);
    *b = (struct block_hashes){0};
}

void block_hashes_resize(struct block_hashes *b, int w, int h)
{
    block_hashes_fini(b);
    block_hashes_init(b);
    damage_resize(&b->same, w, h);
    b->w = w;
    b->h = h;
    b->cols = (w + BLOCK_W - 1) / BLOCK_W;
    b->rows = (h + BLOCK_H - 1) / BLOCK_H;
    b->tile_cols = b->same.cols;
    b->tiles = alloc_zero((size_t)b->same.cols * (size_t)b->same.rows, sizeof(b->tiles[0]));
    b->blocks = alloc_zero((size_t)b->cols * (size_t)b->rows, sizeof(b->blocks[0]));
}

/* An odd number for each place in a block. */
static uint64_t place_factor(int col, int row)
{
    uint64_t place = (uint64_t)(row % BLOCK_TILES_H * BLOCK_TILES_W + col % BLOCK_TILES_W);
    return (place * 2 + 1) * 0x9e3779b97f4a7c15;
}

static void note_tile(struct block_hashes *b, const struct surface *s, int col, int row)
{
    int x = col * TILE, y = row * TILE, w = b->w - x, h = b->h - y;
    uint64_t *tile = &b->tiles[(size_t)row * (size_t)b->tile_cols + (size_t)col];
    uint64_t hash = block_hash_tile(surface_at(s, x, y), s->stride, w < TILE ? w : TILE,
                                    h < TILE ? h : TILE);
    if (hash == *tile) {
        damage_set_tile(&b->same, col, row);
        return;
    }
    b->blocks[row / BLOCK_TILES_H * b->cols + col / BLOCK_TILES_W] +=
        (hash - *tile) * place_factor(col, row);
    *tile = hash;
}

void block_hashes_note(struct block_hashes *b, const struct surface *s,
                       const struct damage *changed)
{
    int col = 0, row = 0;
    damage_clear(&b->same);
    for (int n; (n = damage_next_run(changed, &col, &row)); col += n) {
        for (int i = 0; i < n; i++)
            note_tile(b, s, col + i, row);
    }
}

uint64_t block_hashes_rect(const struct block_hashes *b, struct rect r)
{
    uint64_t sum =
        mixed((uint64_t)r.x << 48 ^ (uint64_t)r.y << 32 ^ (uint64_t)r.w << 16 ^ (uint64_t)r.h);
    for (int row = r.y / TILE; row * TILE < r.y + r.h; row++) {
        const uint64_t *tile = b->tiles + (size_t)row * (size_t)b->tile_cols;
        uint64_t in_row = 0;
        for (int col = r.x / TILE; col * TILE < r.x + r.w; col++)
            in_row = (in_row ^ tile[col]) * 0x9e3779b97f4a7c15;
        sum = mixed(sum + in_row);
    }
    return sum;
}
