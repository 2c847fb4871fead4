/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/compare_ops.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/* Where each byte of a surface word (blue, green, red, nothing) stands in the source's word. */
static const uint8_t places[][4] = {
    [SOURCE_XRGB] = {0, 1, 2, 0x80},
    [SOURCE_XBGR] = {2, 1, 0, 0x80},
    [SOURCE_BGRX] = {3, 2, 1, 0x80},
    [SOURCE_RGBX] = {1, 2, 3, 0x80},
};

AVX2 static inline __m256i shuffle_for(enum source_format format)
{
    uint8_t control[32];
    for (unsigned i = 0; i < 32; i++)
        control[i] = (uint8_t)(places[format][i % 4] + (i & 0x0c));
    return _mm256_loadu_si256((const __m256i *)control);
}

AVX2 static inline __m256i load_pixels(const uint8_t *src, __m256i shuffle)
{
    return _mm256_shuffle_epi8(_mm256_loadu_si256((const __m256i *)src), shuffle);
}

AVX2 static void tiles_avx2(struct tile_difference *difference, const uint32_t *shadow,
                            const uint8_t *src, size_t n, enum source_format format)
{
    const __m256i shuffle = shuffle_for(format);
    const __m256i *ours = (const __m256i *)shadow;
    __m256i *sum = (__m256i *)difference;
    for (size_t i = 0; i < n; i++) {
        __m256i left = _mm256_xor_si256(load_pixels(src + 64 * i, shuffle), ours[2 * i]);
        __m256i right =
            _mm256_xor_si256(load_pixels(src + 64 * i + 32, shuffle), ours[2 * i + 1]);
        sum[i] = _mm256_or_si256(sum[i], _mm256_or_si256(left, right));
    }
}

AVX2 static void convert_avx2(enum source_format format, uint32_t *dst, const void *src,
                              size_t n)
{
    const __m256i shuffle = shuffle_for(format);
    const uint8_t *from = src;
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm256_storeu_si256((__m256i *)(dst + i), load_pixels(from + 4 * i, shuffle));
    source_format_convert(format, dst + i, from + 4 * i, n - i);
}

static const struct compare_ops avx2 = {
    .tiles = tiles_avx2,
    .convert = convert_avx2,
};

const struct compare_ops *compare_ops_avx2(void)
{
    return __builtin_cpu_supports("avx2") ? &avx2 : NULL;
}

#else

const struct compare_ops *compare_ops_avx2(void)
{
    return NULL;
}

#endif
