/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's pointer image reaches viewers in every form, and is drawn for those without one.
 */
#include <config.h>
#include "tests/e2e/shape.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define SIDE_PX SHAPE_SIDE_PX

/* ---- forms ---- */

struct form {
    const char *encodings;
    enum client_cursor_kind kind;
    bool alpha;       /* has more than opaque and transparent */
    bool straight;    /* its colours are not premultiplied */
    bool two_colours; /* has two colours only */
};

static const struct form forms[] = {
    {"raw,cursor", CLIENT_CURSOR_PLAIN, false, false, false},
    {"raw,xcursor", CLIENT_CURSOR_X, false, false, true},
    {"raw,alphacursor", CLIENT_CURSOR_ALPHA, true, false, false},
    {"raw,vmwarecursor", CLIENT_CURSOR_VMWARE_ALPHA, true, true, false},
};

static uint8_t unmultiply(uint8_t colour, uint8_t alpha)
{
    return alpha ? (uint8_t)((colour * 255 + alpha / 2) / alpha) : 0;
}

/* Whether the viewer's pixel is what this form can make of the shape's. */
static bool pixel_fits(const struct form *form, const uint8_t *got, struct rgba want)
{
    uint8_t colour[3] = {want.r, want.g, want.b};

    for (int c = 0; c < 3 && form->straight; c++)
        colour[c] = unmultiply(colour[c], want.a);
    if (form->alpha)
        return got[3] == want.a && memcmp(got, colour, 3) == 0;
    if (got[3] != (want.a >= 128 ? 255 : 0))
        return false;
    return form->two_colours || got[3] == 0 || memcmp(got, colour, 3) == 0;
}

/* A shape's pixels with partial alpha have no exact colour where there is only yes or no. */
static bool cursor_fits(const struct client_cursor *cursor, const struct form *form,
                        const struct shape *shape, int hot_x_px, int hot_y_px)
{
    if (cursor->width_px != SIDE_PX || cursor->height_px != SIDE_PX ||
        cursor->hot_x_px != hot_x_px || cursor->hot_y_px != hot_y_px ||
        cursor->kind != form->kind)
        return false;
    for (int y = 0; y < SIDE_PX; y++)
        for (int x = 0; x < SIDE_PX; x++) {
            const uint8_t *got = cursor->rgba + 4 * (y * SIDE_PX + x);
            struct rgba want = shape->pixel(x, y);
            bool partial = want.a != 0 && want.a != 255;
            if (!form->alpha && partial ? got[3] != (want.a >= 128 ? 255 : 0)
                                        : !pixel_fits(form, got, want))
                return false;
        }
    return true;
}

static void wait_cursor(struct trial *trial, struct client *client, const struct form *form,
                        const struct shape *shape, int hot_x_px, int hot_y_px)
{
    while (!cursor_fits(&client->cursor, form, shape, hot_x_px, hot_y_px))
        look_must(trial, client, client_wait_update(client, PATIENCE_MS),
                  trial_text(trial, "cursor %s in %s (is of kind %d, %dx%d, hot spot %d,%d)",
                             shape->name, form->encodings, client->cursor.kind,
                             client->cursor.width_px, client->cursor.height_px,
                             client->cursor.hot_x_px, client->cursor.hot_y_px));
}

static void every_form_carries_every_shape(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VIRTIO, "display virtio", NULL);
    struct client *client[ARRAY_SIZE(forms)];

    for (size_t f = 0; f < ARRAY_SIZE(forms); f++) {
        client[f] = stand_look(&stand, forms[f].encodings, NULL);
        look_whole(trial, client[f]);
    }
    for (size_t s = 0; s < ARRAY_SIZE(shapes); s++) {
        int hot_x = (int)s * 7, hot_y = 63 - (int)s * 9;
        guest_say(stand.guest, "cursor %s %d %d", shapes[s].name, hot_x, hot_y);
        for (size_t f = 0; f < ARRAY_SIZE(forms); f++)
            wait_cursor(trial, client[f], &forms[f], &shapes[s], hot_x, hot_y);
    }
}

/* In a viewer's own pixel format, and where there is a map of colours. */
static void a_cursor_follows_the_pixel_format(struct trial *trial)
{
    static const char *const formats[] = {"rgbx", "xrgb", "bgrx-high"};
    struct stand stand = stand_start(trial, STAND_VIRTIO, "display virtio", NULL);
    struct client *first = stand_look(&stand, forms[0].encodings, NULL);

    look_whole(trial, first);
    guest_say(stand.guest, "cursor block 3 4");
    wait_cursor(trial, first, &forms[0], &shapes[SHAPE_BLOCK], 3, 4);
    for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
        struct client *client = stand_look(&stand, forms[0].encodings, formats[i]);
        wait_cursor(trial, client, &forms[0], &shapes[SHAPE_BLOCK], 3, 4);
    }
    struct client *map = stand_look(&stand, forms[0].encodings, "map8");
    while (map->cursor.width_px != SIDE_PX)
        look_must(trial, map, client_wait_update(map, PATIENCE_MS),
                  "a cursor in colours of a map");
}

static void late_viewers_get_it_too(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VIRTIO, "display virtio", NULL);
    struct client *first = stand_look(&stand, forms[2].encodings, NULL);

    look_whole(trial, first);
    guest_say(stand.guest, "cursor glass 1 2");
    wait_cursor(trial, first, &forms[2], &shapes[SHAPE_GLASS], 1, 2);
    for (size_t f = 0; f < ARRAY_SIZE(forms); f++) {
        struct client *late = stand_look(&stand, forms[f].encodings, NULL);
        wait_cursor(trial, late, &forms[f], &shapes[SHAPE_GLASS], 1, 2);
    }
}

static void a_hidden_cursor_is_empty(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VIRTIO, "display virtio", NULL);
    struct client *client[ARRAY_SIZE(forms)];

    for (size_t f = 0; f < ARRAY_SIZE(forms); f++) {
        client[f] = stand_look(&stand, forms[f].encodings, NULL);
        look_whole(trial, client[f]);
    }
    guest_say(stand.guest, "cursor block 3 4");
    for (size_t f = 0; f < ARRAY_SIZE(forms); f++)
        wait_cursor(trial, client[f], &forms[f], &shapes[SHAPE_BLOCK], 3, 4);
    guest_say(stand.guest, "cursor hide");
    for (size_t f = 0; f < ARRAY_SIZE(forms); f++)
        while (client[f]->cursor.width_px * client[f]->cursor.height_px != 0)
            look_must(trial, client[f], client_wait_update(client[f], PATIENCE_MS),
                      "an empty cursor");
}

/* ---- positions ---- */

static void its_position_is_told(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VIRTIO, "display virtio", NULL);
    struct client *client = stand_look(&stand, "raw,cursor,pointerpos", NULL);

    look_whole(trial, client);
    guest_say(stand.guest, "cursor cross 15 15");
    for (int i = 1; i < 8; i++) {
        guest_say(stand.guest, "cursor move %d %d", 90 * i, 70 * i);
        while (client->extras.pointer_x_px != 90 * i || client->extras.pointer_y_px != 70 * i)
            look_must(trial, client, client_wait_update(client, PATIENCE_MS), "the position");
    }
}

/* ---- drawn ---- */

static void a_viewer_without_cursors_gets_it_drawn(struct trial *trial)
{
    static const struct {
        int x_px, y_px;
    } places[] = {{200, 150}, {203, 151}, {5, 3}, {0, 0}, {795, 598}, {400, 300}};
    struct stand stand =
        stand_start(trial, STAND_VIRTIO, "display virtio; mode 800 600; scene still", NULL);
    struct client *plain = stand_look(&stand, "zrle,desktopsize", NULL);
    struct client *has = stand_look(&stand, "zrle,cursor,desktopsize", NULL);

    look_whole(trial, plain);
    look_whole(trial, has);
    for (size_t s = 0; s < ARRAY_SIZE(shapes); s++) {
        guest_say(stand.guest, "cursor %s 9 6", shapes[s].name);
        for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
            guest_say(stand.guest, "cursor move %d %d", places[i].x_px, places[i].y_px);
            struct shot below = guest_screendump(stand.guest, stand.device, 0);
            look_until(trial, has, below, 0);
            shape_draw(below, &shapes[s], places[i].x_px - 9, places[i].y_px - 6);
            look_until(trial, plain, below, 1);
        }
        guest_say(stand.guest, "scene photo %d", (int)s);
        guest_say(stand.guest, "cursor hide");
        look_until(trial, plain, guest_screendump(stand.guest, stand.device, 0), 0);
    }
}

/* What a guest without an image of its own has: the arrow stays where its users point. */
static void what_is_drawn_follows_a_viewer(struct trial *trial)
{
    struct stand stand =
        stand_start(trial, STAND_VIRTIO, "display virtio; mode 800 600; pointer abs", NULL);
    struct client *plain = stand_look(&stand, "zrle,desktopsize", NULL);
    struct client *moves = stand_look(&stand, "zrle,cursor,desktopsize", NULL);

    look_whole(trial, plain);
    look_whole(trial, moves);
    guest_say(stand.guest, "cursor cross 15 15");
    struct shot below = guest_screendump(stand.guest, stand.device, 0);
    look_must(trial, moves, client_send_pointer(moves, 0, 333, 222), "PointerEvent");
    shape_draw(below, &shapes[SHAPE_CROSS], 333 - 15, 222 - 15);
    look_until(trial, plain, below, 0);
}

static const struct trial_row rows[] = {
    {"every form carries every shape", every_form_carries_every_shape, NULL, false},
    {"a cursor follows the pixel format", a_cursor_follows_the_pixel_format, NULL, false},
    {"late viewers get it, too", late_viewers_get_it_too, NULL, false},
    {"a hidden cursor is empty", a_hidden_cursor_is_empty, NULL, false},
    {"its position is told", its_position_is_told, NULL, false},
    {"a viewer without cursors gets it drawn", a_viewer_without_cursors_gets_it_drawn, NULL,
     false},
    {"what is drawn follows a viewer that points", what_is_drawn_follows_a_viewer, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "cursor", rows, ARRAY_SIZE(rows));
}
