/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that draw one thing, flush exactly that, and answer. */
#include "tests/guest/commands.h"

#include "tests/guest/draw.h"

static const char no_surface[] = "the head shows no pixels";
static const char outside[] = "outside the picture";

static bool take_rect(struct args *args, struct rect *rect_r)
{
    int32_t x, y, w, h;

    if (!args_take_int(args, 0, INT32_MAX, &x) || !args_take_int(args, 0, INT32_MAX, &y) ||
        !args_take_int(args, 1, INT32_MAX, &w) || !args_take_int(args, 1, INT32_MAX, &h))
        return false;
    *rect_r = (struct rect){(uint32_t)x, (uint32_t)y, (uint32_t)w, (uint32_t)h};
    return true;
}

/* NULL, or why the rectangle cannot be drawn on the head. */
static const char *find_surface(const struct guest *guest, unsigned head,
                                const struct rect *rect, const struct surface **surface_r)
{
    const struct surface *surface = display_surface(&guest->display, head);

    if (surface == NULL)
        return no_surface;
    if (!surface_holds(surface, rect))
        return outside;
    *surface_r = surface;
    return NULL;
}

const char *cmd_fill(struct guest *guest, struct args *args, struct line *answer)
{
    const struct surface *surface;
    struct rect rect;
    uint32_t rgb;
    unsigned head;

    (void)answer;
    if (!take_rect(args, &rect) || !args_take_hex(args, 0xffffff, &rgb) ||
        !command_take_head(guest, args, &head))
        return command_usage;
    const char *why = find_surface(guest, head, &rect, &surface);
    if (why != NULL)
        return why;
    draw_fill(surface, rect, rgb);
    return display_flush(&guest->display, head, rect);
}

static const char *put_cells(int32_t column, int32_t row, const char *text)
{
    if (column >= (int32_t)VGA_COLUMNS || row >= (int32_t)VGA_ROWS)
        return outside;
    for (uint32_t at = (uint32_t)column; *text != '\0'; text++)
        vga_put(at++, (uint32_t)row, *text, VGA_ATTRIBUTE_NORMAL);
    return NULL;
}

const char *cmd_text(struct guest *guest, struct args *args, struct line *answer)
{
    const struct surface *surface;
    int32_t x, y;

    (void)answer;
    if (!args_take_int(args, 0, INT32_MAX, &x) || !args_take_int(args, 0, INT32_MAX, &y) ||
        args_at_end(args))
        return command_usage;
    if (display_is_text(&guest->display))
        return put_cells(x, y, args_rest(args));
    struct rect rect = {(uint32_t)x, (uint32_t)y, 1, 1};
    const char *why = find_surface(guest, guest->head, &rect, &surface);
    if (why != NULL)
        return why;
    rect.w = draw_string(surface, rect.x, rect.y, args_rest(args), 1, 0xffffff, 0x000000);
    rect.h = GLYPH_H;
    return display_flush(&guest->display, guest->head, surface_clip(surface, rect));
}

const char *cmd_copy(struct guest *guest, struct args *args, struct line *answer)
{
    const struct surface *surface;
    struct rect from;
    int32_t x, y;
    unsigned head;

    (void)answer;
    if (!take_rect(args, &from) || !args_take_int(args, 0, INT32_MAX, &x) ||
        !args_take_int(args, 0, INT32_MAX, &y) || !command_take_head(guest, args, &head))
        return command_usage;
    struct rect to = {(uint32_t)x, (uint32_t)y, from.w, from.h};
    const char *why = find_surface(guest, head, &from, &surface);
    if (why == NULL)
        why = find_surface(guest, head, &to, &surface);
    if (why != NULL)
        return why;
    draw_copy(surface, from, to.x, to.y);
    return display_flush(&guest->display, head, to);
}

const char *cmd_noise(struct guest *guest, struct args *args, struct line *answer)
{
    const struct surface *surface;
    struct rect rect;
    int32_t seed;
    unsigned head;

    (void)answer;
    if (!take_rect(args, &rect) || !args_take_int(args, 0, INT32_MAX, &seed) ||
        !command_take_head(guest, args, &head))
        return command_usage;
    const char *why = find_surface(guest, head, &rect, &surface);
    if (why != NULL)
        return why;
    draw_noise(surface, rect, (uint32_t)seed);
    return display_flush(&guest->display, head, rect);
}

const char *cmd_gradient(struct guest *guest, struct args *args, struct line *answer)
{
    const struct surface *surface;
    struct rect rect;
    unsigned head;

    (void)answer;
    if (!take_rect(args, &rect) || !command_take_head(guest, args, &head))
        return command_usage;
    const char *why = find_surface(guest, head, &rect, &surface);
    if (why != NULL)
        return why;
    draw_gradient(surface, rect);
    return display_flush(&guest->display, head, rect);
}

const char *cmd_hash(struct guest *guest, struct args *args, struct line *answer)
{
    unsigned head;

    if (!command_take_head(guest, args, &head))
        return command_usage;
    const struct surface *surface = display_surface(&guest->display, head);
    bool text = display_is_text(&guest->display) && head == 0;
    if (surface == NULL && !text)
        return no_surface;
    line_add_field(answer, text ? (int32_t)VGA_COLUMNS : (int32_t)surface->w);
    line_add_field(answer, text ? (int32_t)VGA_ROWS : (int32_t)surface->h);
    line_add(answer, " ");
    line_add_hex(answer, text ? vga_hash() : surface_hash(surface), 8);
    return NULL;
}
