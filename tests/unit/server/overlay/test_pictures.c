/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon draws itself, as pictures: they are not empty, and look the same each time.
 * With HOLDFAST_PICTURES=FOLDER they are written there; those of docs/images are made so.
 */
#include <config.h>
#include "server/attach/pattern_scenes.h"
#include "server/control/png_write.h"
#include "server/overlay/lobby.h"
#include "server/overlay/menu.h"
#include "server/overlay/notice_strip.h"
#include "server/overlay/thumb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { W = 800, H = 600 };

static void write_picture(const char *name, const struct bytes *png)
{
    char path[4096];
    const char *folder = getenv("HOLDFAST_PICTURES");
    if (!folder)
        return;
    snprintf(path, sizeof(path), "%s/%s.png", folder, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(png->data, 1, png->len, f), png->len);
    assert_int_equal(fclose(f), 0);
}

static void png_of(void (*draw)(struct surface *s), struct bytes *png)
{
    struct surface s;
    surface_init(&s);
    assert_int_equal(surface_resize(&s, W, H), 0);
    pattern_draw(&s, PATTERN_SCROLL, 20);
    draw(&s);
    bytes_init(png, SIZE_MAX);
    assert_int_equal(png_write_surface(&s, png), 0);
    surface_fini(&s);
}

static void make_picture(const char *name, void (*draw)(struct surface *s))
{
    struct bytes first, again;
    png_of(draw, &first);
    png_of(draw, &again);
    assert_true(first.len > 2000);
    assert_int_equal(first.len, again.len);
    assert_memory_equal(first.data, again.data, first.len);
    write_picture(name, &first);
    bytes_fini(&first);
    bytes_fini(&again);
}

static void draw_notice(struct surface *s)
{
    struct notices n = {0};
    struct layer l;
    const struct strip_place at = {.view_w = W, .view_h = H};
    notices_put(&n, NOTICE_MACHINE, "web1 is moving to another place", 1, 0, 1);
    notices_put(&n, NOTICE_CONTROL, "alice drives: press Ctrl three times to ask", 0, 0, 1);
    notices_put(&n, NOTICE_PEOPLE, "bob is here now", 0, 0, 1);
    layer_init(&l);
    notice_strip_draw(&n, 2000001, W, H, &l);
    struct rect r = notice_strip_place(&at, l.picture.w, l.picture.h);
    l.x = r.x;
    l.y = r.y;
    layer_draw(&l, s, surface_rect(s));
    layer_fini(&l);
}

static void draw_menu_of(struct surface *s, const struct menu *m,
                         const struct menu_facts *facts)
{
    struct layer l;
    layer_init(&l);
    menu_draw(m, facts, W, H, &l);
    layer_draw(&l, s, surface_rect(s));
    layer_fini(&l);
}

static void draw_menu(struct surface *s)
{
    const struct menu_facts facts = {
        .bits =
            MENU_DRIVES | MENU_ASKED | MENU_TYPES | MENU_SWITCHES | MENU_OTHERS | MENU_INEXACT,
        .machine = "web1",
        .driver = "alice",
        .asker = "bob",
    };
    const struct menu m = {.chosen = 1};
    draw_menu_of(s, &m, &facts);
}

static void draw_people(struct surface *s)
{
    struct menu_facts facts = {.machine = "web1", .n_people = 3};
    const struct menu m = {.page = MENU_PEOPLE, .chosen = 3};
    strcpy(facts.people[0], "alice drives (you)");
    strcpy(facts.people[1], "bob asks for control");
    strcpy(facts.people[2], "carol watches");
    draw_menu_of(s, &m, &facts);
}

static void draw_lobby(struct surface *s)
{
    static const struct lobby_entry entries[] = {
        {"build-7", "running, 1280x800", "", 1280, 800},
        {"mail", "running, 1024x768", "alice drives, bob", 1024, 768},
        {"old-router", "waiting", "", 0, 0},
        {"web1", "paused, 1280x800", "carol", 1280, 800},
    };
    static const enum pattern_scene scenes[] = {PATTERN_SCROLL, PATTERN_STILL, PATTERN_STILL,
                                                PATTERN_WINDOW};
    const struct lobby_entry *list[4];
    struct lobby_choice choice = {.chosen = 1};
    struct lobby_shape shape;
    for (unsigned i = 0; i < 4; i++)
        list[i] = &entries[i];
    lobby_shape_find(&shape, W, H, &choice, 4);
    lobby_draw(s, &shape, &choice, "Machines for alice", list, 4);
    for (unsigned i = shape.first; i < 4 && lobby_shows(&shape, i); i++) {
        struct surface screen;
        struct rect box = lobby_thumb_box(&shape, i);
        if (!entries[i].w)
            continue;
        surface_init(&screen);
        surface_resize(&screen, entries[i].w, entries[i].h);
        pattern_draw(&screen, scenes[i], 30);
        thumb_draw(&screen, s, thumb_fit(box, screen.w, screen.h), box);
        surface_fini(&screen);
    }
}

static void notices_menu_and_lobby_can_be_shown(void **state)
{
    (void)state;
    make_picture("notice", draw_notice);
    make_picture("menu", draw_menu);
    make_picture("people", draw_people);
    make_picture("lobby", draw_lobby);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notices_menu_and_lobby_can_be_shown),
    };
    return cmocka_run_group_tests_name("pictures", tests, NULL, NULL);
}
