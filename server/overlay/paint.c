/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/overlay/paint.h"
#include "base/alloc.h"

#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

#define FAMILY "DejaVu Sans, sans-serif"
#define LEAST_PX 12
#define MOST_PX 64

struct paint {
    struct surface *target;
    cairo_surface_t *surface;
    cairo_t *cairo;
};

static int lower(int a, int b)
{
    return a < b ? a : b;
}

/* 54 lines from top to bottom: 14 px at 720 x 400 to 768 lines, 20 at 1080, 40 at 2160. */
int paint_text_px(int w, int h)
{
    int px = lower(h / 54, w / 64);
    px = px < 14 && w >= 480 ? 14 : px;
    return px < LEAST_PX ? LEAST_PX : lower(px, MOST_PX);
}

/* ---- text ---- */

static void set_style(PangoLayout *layout, const struct paint_style *style, const char *text)
{
    PangoFontDescription *font = pango_font_description_from_string(FAMILY);
    char *valid = g_utf8_make_valid(text, -1);
    pango_font_description_set_absolute_size(font, style->size_px * PANGO_SCALE);
    pango_font_description_set_weight(font,
                                      style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_auto_dir(layout, FALSE);
    pango_layout_set_text(layout, valid, -1);
    pango_font_description_free(font);
    g_free(valid);
}

/* Grey edges: what a screen's subpixels are is the client's affair, and few colours compress
 * better. */
static void set_options(PangoContext *context)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
    pango_cairo_context_set_font_options(context, options);
    pango_cairo_context_set_resolution(context, 96);
    cairo_font_options_destroy(options);
}

static PangoLayout *layout_of(const struct paint_style *style, const char *text)
{
    PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    set_options(context);
    PangoLayout *layout = pango_layout_new(context);
    g_object_unref(context);
    set_style(layout, style, text);
    return layout;
}

int paint_text_width(const struct paint_style *style, const char *text)
{
    int w = 0, h = 0;
    PangoLayout *layout = layout_of(style, text);
    pango_layout_get_pixel_size(layout, &w, &h);
    g_object_unref(layout);
    return w;
}

void paint_warm_up(void)
{
    struct surface s;
    const struct paint_style style = {.size_px = LEAST_PX};
    surface_init(&s);
    surface_resize(&s, 64, 16);
    struct paint *p = paint_begin(&s);
    paint_text(p, surface_rect(&s), &style, "Holdfast");
    paint_end(&p);
    surface_fini(&s);
}

void paint_cool_down(void)
{
    pango_cairo_font_map_set_default(NULL);
}

#ifdef __has_feature
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
/* fontconfig keeps its configuration to the end, and what it hands to pango by its own count.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}
#endif

/* ---- drawing ---- */

static void set_colour(struct paint *p, uint32_t colour)
{
    cairo_set_source_rgb(p->cairo, (colour >> 16 & 0xff) / 255.0, (colour >> 8 & 0xff) / 255.0,
                         (colour & 0xff) / 255.0);
}

struct paint *paint_begin(struct surface *s)
{
    struct paint *p = ALLOC(struct paint);
    p->target = s;
    p->surface = cairo_image_surface_create_for_data(
        (unsigned char *)s->pixels, CAIRO_FORMAT_RGB24, s->w, s->h, s->stride * 4);
    p->cairo = cairo_create(p->surface);
    return p;
}

/* cairo may leave anything in the byte that it does not use; surfaces keep it zero. */
static void clear_top_bytes(struct surface *s)
{
    for (int y = 0; y < s->h; y++) {
        uint32_t *row = surface_at(s, 0, y);
        for (int x = 0; x < s->w; x++)
            row[x] &= 0xffffff;
    }
}

void paint_end(struct paint **at)
{
    struct paint *p = *at;
    *at = NULL;
    if (!p)
        return;
    cairo_destroy(p->cairo);
    cairo_surface_flush(p->surface);
    cairo_surface_destroy(p->surface);
    clear_top_bytes(p->target);
    free(p);
}

void paint_box(struct paint *p, struct rect r, uint32_t colour)
{
    set_colour(p, colour);
    cairo_rectangle(p->cairo, r.x, r.y, r.w, r.h);
    cairo_fill(p->cairo);
}

void paint_frame(struct paint *p, struct rect r, int width_px, uint32_t colour)
{
    paint_box(p, (struct rect){r.x, r.y, r.w, width_px}, colour);
    paint_box(p, (struct rect){r.x, r.y + r.h - width_px, r.w, width_px}, colour);
    paint_box(p, (struct rect){r.x, r.y, width_px, r.h}, colour);
    paint_box(p, (struct rect){r.x + r.w - width_px, r.y, width_px, r.h}, colour);
}

void paint_text(struct paint *p, struct rect r, const struct paint_style *style,
                const char *text)
{
    int w = 0, h = 0;
    if (rect_empty(&r) || !*text)
        return;
    PangoLayout *layout = layout_of(style, text);
    pango_layout_set_width(layout, r.w * PANGO_SCALE);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_alignment(layout, style->centred ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
    pango_layout_get_pixel_size(layout, &w, &h);
    cairo_save(p->cairo);
    cairo_rectangle(p->cairo, r.x, r.y, r.w, r.h);
    cairo_clip(p->cairo);
    set_colour(p, style->colour);
    cairo_move_to(p->cairo, r.x, r.y + (r.h - h) / 2);
    pango_cairo_show_layout(p->cairo, layout);
    cairo_restore(p->cairo);
    g_object_unref(layout);
}
