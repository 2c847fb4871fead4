/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/pointer_image.h"
#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A guest may put its pointer anywhere; beyond this it is out of every picture all the same. */
enum { POSITION_MOST = 1 << 20 };

static const char *const arrow[] = {
    "#           ", "##          ", "#.#         ", "#..#        ", "#...#       ",
    "#....#      ", "#.....#     ", "#......#    ", "#.......#   ", "#........#  ",
    "#.........# ", "#......#####", "#...#..#    ", "#..##..#    ", "#.#  #..#   ",
    "##   #..#   ", "#     #..#  ", "      #..#  ", "       ##   ",
};

enum { ARROW_W = 12, ARROW_H = sizeof(arrow) / sizeof(arrow[0]) };

static int clamp(int v, int low, int high)
{
    return v < low ? low : v > high ? high : v;
}

static bool size_ok(int w, int h)
{
    if (w == 0 && h == 0)
        return true;
    return w >= 1 && h >= 1 && w <= POINTER_SIDE_MOST && h <= POINTER_SIDE_MOST;
}

int pointer_image_new(struct pointer_image **image_r, int w, int h, int hot_x, int hot_y,
                      const void *argb)
{
    if (!size_ok(w, h))
        return -EINVAL;
    size_t size = (size_t)w * (size_t)h * sizeof(uint32_t);
    struct pointer_image *image = alloc_zero(1, sizeof(*image) + size);
    image->refs = 1;
    image->w = w;
    image->h = h;
    image->hot_x = w ? clamp(hot_x, 0, w - 1) : 0;
    image->hot_y = h ? clamp(hot_y, 0, h - 1) : 0;
    if (size)
        memcpy(image->argb, argb, size);
    *image_r = image;
    return 0;
}

/* Rounded, so that multiplying again gives what was there. */
static uint32_t unmultiply(uint32_t argb)
{
    uint32_t alpha = argb >> 24, out = argb & 0xff000000;
    for (unsigned shift = 0; alpha && shift < 24; shift += 8) {
        uint32_t c = ((argb >> shift & 0xff) * 255 + alpha / 2) / alpha;
        out |= (c > 255 ? 255 : c) << shift;
    }
    return out;
}

int pointer_image_new_premultiplied(struct pointer_image **image_r, int w, int h, int hot_x,
                                    int hot_y, const void *argb)
{
    int r = pointer_image_new(image_r, w, h, hot_x, hot_y, argb);
    for (size_t i = 0; r == 0 && i < (size_t)w * (size_t)h; i++)
        (*image_r)->argb[i] = unmultiply((*image_r)->argb[i]);
    return r;
}

static uint32_t arrow_pixel(char c)
{
    return c == '#' ? 0xff000000 : c == '.' ? 0xffffffff : 0;
}

struct pointer_image *pointer_image_arrow(void)
{
    uint32_t argb[ARROW_H * ARROW_W];
    for (int i = 0; i < ARROW_H * ARROW_W; i++)
        argb[i] = arrow_pixel(arrow[i / ARROW_W][i % ARROW_W]);
    struct pointer_image *image = NULL;
    (void)pointer_image_new(&image, ARROW_W, ARROW_H, 0, 0, argb);
    return image;
}

struct pointer_image *pointer_image_ref(struct pointer_image *image)
{
    image->refs++;
    return image;
}

void pointer_image_unref(struct pointer_image **image)
{
    if (*image && --(*image)->refs == 0)
        free(*image);
    *image = NULL;
}

struct rect pointer_image_rect(const struct pointer_image *image, int x, int y)
{
    return (struct rect){
        .x = clamp(x, -POSITION_MOST, POSITION_MOST) - image->hot_x,
        .y = clamp(y, -POSITION_MOST, POSITION_MOST) - image->hot_y,
        .w = image->w,
        .h = image->h,
    };
}

/* (over * alpha + under * (255 - alpha)) / 255, rounded, for one 8-bit channel of each word. */
static uint32_t blend_channel(uint32_t under, uint32_t over, uint32_t alpha, unsigned shift)
{
    uint32_t u = under >> shift & 0xff, o = over >> shift & 0xff;
    return (o * alpha + u * (255 - alpha) + 127) / 255 << shift;
}

static uint32_t blend(uint32_t under, uint32_t over)
{
    uint32_t alpha = over >> 24;
    return blend_channel(under, over, alpha, 16) | blend_channel(under, over, alpha, 8) |
           blend_channel(under, over, alpha, 0);
}

void pointer_image_draw(const struct pointer_image *image, struct surface *s, int x, int y,
                        struct rect clip)
{
    struct rect all = pointer_image_rect(image, x, y);
    struct rect r = rect_intersect(rect_intersect(all, surface_rect(s)), clip);
    for (int row = r.y; row < r.y + r.h; row++) {
        const uint32_t *from =
            image->argb + (size_t)(row - all.y) * (size_t)all.w + (r.x - all.x);
        uint32_t *to = surface_at(s, r.x, row);
        for (int i = 0; i < r.w; i++)
            to[i] = blend(to[i], from[i]);
    }
}
