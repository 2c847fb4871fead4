/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who gets what, without a machine, a pool or pixels. */
#include <config.h>
#include "server/serve.h"
#include "server/view.h"
#include "tests/unit/server/core/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct client {
    struct view_client base;
    bool ready, copies;
    enum view_news news;
    struct rect area;
    unsigned n_news; /* deliveries of news alone */
    bool ready_after_news;
};

static bool ready(struct view_client *c, uint64_t now_us, struct rect *area_r)
{
    const struct client *client = (const struct client *)c;
    (void)now_us;
    *area_r = client->area;
    return client->ready;
}

static enum view_news has_news(struct view_client *c)
{
    return ((struct client *)c)->news;
}

static bool takes_moves(struct view_client *c)
{
    return ((struct client *)c)->copies;
}

static void deliver(struct view_client *c, const struct fanout_update *update)
{
    struct client *client = (struct client *)c;
    assert_null(update);
    client->n_news++;
    client->news = VIEW_NEWS_NONE;
    client->ready = client->ready_after_news;
}

static const struct view_client_ops ops = {ready, has_news, takes_moves, deliver, NULL};

struct table {
    struct view view;
    struct rest rest;
    struct client client;
    struct encode_group *groups;
};

static void set_up(struct table *t, int w, int h)
{
    *t = (struct table){.view = {.frame = {.w = w, .h = h}}};
    struct damage *all[] = {&t->view.fresh, &t->view.rest, &t->client.base.pending,
                            &t->client.base.lossy};
    for (size_t i = 0; i < COUNT(all); i++) {
        damage_init(all[i]);
        damage_resize(all[i], w, h);
    }
    rest_init(&t->rest);
    rest_advance(&t->rest, w, h, 1);
    t->client =
        (struct client){.base = t->client.base, .ready = true, .area = {0, 0, 65535, 65535}};
    t->client.base.ops = &ops;
    t->client.base.view = &t->view;
    t->client.base.class = judge_class(ENCODING_TIGHT, 60);
    t->view.clients = &t->client.base;
}

static void tear_down(struct table *t)
{
    group_free_all(&t->groups);
    damage_fini(&t->view.fresh);
    damage_fini(&t->view.rest);
    damage_fini(&t->client.base.pending);
    damage_fini(&t->client.base.lossy);
    rest_fini(&t->rest);
}

static void serve(struct table *t)
{
    t->client.base.group = NULL;
    group_free_all(&t->groups);
    serve_clients(&t->view, &t->rest, 1, &t->groups);
}

static void has_got(struct view_client *c, const struct encode_group *group)
{
    struct fanout_update update = group_update(group);
    view_client_has_got(c, &update);
}

/* What is owed is given away piece by piece, each of which fits into one update. */
static void an_update_never_holds_more_rectangles_than_can_be_counted(void **state)
{
    static const struct {
        int w, h, every; /* every so many tiles in a row are owed */
        unsigned updates;
    } rows[] = {
        {3840, 2160, 1, 1}, {7680, 4320, 1, 1}, {8192, 8192, 1, 2}, {16384, 4096, 1, 2},
        {7680, 4320, 2, 3}, {8192, 8192, 2, 5}, {16, 16384, 1, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct table t;
        unsigned updates = 0;
        set_up(&t, rows[i].w, rows[i].h);
        struct damage *pending = &t.client.base.pending;
        for (int y = 0; y < pending->rows; y++) {
            for (int x = 0; x < pending->cols; x += rows[i].every)
                damage_set_tile(pending, x, y);
        }
        size_t left = damage_count(pending);
        for (; left; updates++) {
            serve(&t);
            struct rect_list list = {0};
            cut_damage(&t.groups->damage, &t.groups->class, &list);
            size_t cells = 0;
            for (size_t k = 0; k < list.n; k++)
                cells += (size_t)((list.rects[k].w + 63) / 64) *
                         (size_t)((list.rects[k].h + 15) / 16);
            assert_in_range(cells, 1, FANOUT_RECTS_MOST);
            rect_list_fini(&list);
            assert_int_equal(damage_count(pending) + damage_count(&t.groups->damage), left);
            left = damage_count(pending);
        }
        assert_int_equal(updates, rows[i].updates);
        tear_down(&t);
    }
}

static void where_memory_is_scarce_updates_are_small(void **state)
{
    static const struct {
        int w, h;
        size_t updates;
    } rows[] = {{1920, 1080, 8}, {640, 400, 1}, {16384, 16, 1}, {16400, 16, 2}};
    struct bytes much;
    (void)state;
    bytes_init(&much, SIZE_MAX);
    bytes_put_zero(&much, BLOB_BYTES_MOST + 1);
    struct blob *held = blob_from_bytes(&much);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct table t;
        size_t updates = 0, left;
        set_up(&t, rows[i].w, rows[i].h);
        damage_set_all(&t.client.base.pending);
        for (left = damage_count(&t.client.base.pending); left; updates++) {
            serve(&t);
            assert_in_range(damage_count(&t.groups->damage), 1, SCARCE_TILES_MOST);
            left -= damage_count(&t.groups->damage);
            assert_int_equal(damage_count(&t.client.base.pending), left);
        }
        assert_int_equal(updates, rows[i].updates);
        tear_down(&t);
    }
    blob_unref(&held);
}

static void only_what_was_asked_for_is_given(void **state)
{
    struct table t;
    (void)state;
    set_up(&t, 320, 200);
    damage_set_all(&t.client.base.pending);
    t.client.area = (struct rect){20, 20, 30, 10}; /* touches tiles 1 to 3 of row 1 */
    serve(&t);
    assert_int_equal(damage_count(&t.groups->damage), 3);
    assert_int_equal(damage_count(&t.client.base.pending), 20 * 13 - 3);
    serve(&t);
    assert_null(t.groups);
    t.client.area = (struct rect){5000, 5000, 10, 10};
    serve(&t);
    assert_null(t.groups);
    tear_down(&t);
}

static void what_rests_is_sent_exactly_when_nothing_else_is_owed(void **state)
{
    struct table t;
    (void)state;
    set_up(&t, 320, 200);
    damage_set_tile(&t.client.base.lossy, 1, 1);
    damage_set_tile(&t.client.base.lossy, 5, 5);
    damage_set_tile(&t.view.fresh, 5, 5);
    rest_note(&t.rest, &t.view.fresh);
    damage_set_tile(&t.client.base.pending, 7, 7);
    serve(&t);
    assert_int_equal(t.groups->class.quality, 60);
    assert_true(damage_tile(&t.groups->damage, 7, 7));
    assert_true(serve_any_lossy(&t.view));
    serve(&t);
    assert_int_equal(t.groups->class.quality, -1);
    assert_int_equal(damage_count(&t.groups->damage), 1);
    assert_true(damage_tile(&t.groups->damage, 1, 1));
    has_got(&t.client.base, t.groups);
    serve(&t);
    assert_null(t.groups); /* tile 5,5 has changed lately */
    tear_down(&t);
}

static void on_a_slow_path_few_tiles_are_refreshed_at_once(void **state)
{
    struct table t;
    size_t left;
    (void)state;
    set_up(&t, 320, 200);
    t.client.base.refresh_most = 50;
    damage_set_all(&t.client.base.lossy);
    for (left = 20 * 13; left; left -= damage_count(&t.groups->damage)) {
        serve(&t);
        assert_int_equal(t.groups->class.quality, -1);
        assert_int_equal(damage_count(&t.groups->damage), left < 50 ? left : 50);
        has_got(&t.client.base, t.groups);
    }
    damage_set_all(&t.client.base.pending); /* what is new is not held back */
    serve(&t);
    assert_int_equal(damage_count(&t.groups->damage), 20 * 13);
    tear_down(&t);
}

/* ---- late clients ---- */

enum { LATE = 5, TURN_US = 16667 };

struct late {
    struct table t;
    struct client clients[LATE];
    uint64_t busy_until_us[LATE];
    unsigned given[LATE], rounds;
};

/* One frame at `now_us`, in which everything changed; each client is busy for so long after
 * what it is given. */
static void late_frame(struct late *l, uint64_t now_us, const uint64_t *takes_us, unsigned n)
{
    struct encode_group *groups = NULL;
    damage_set_all(&l->t.view.fresh);
    for (unsigned i = 0; i < n; i++)
        l->clients[i].ready = now_us >= l->busy_until_us[i];
    serve_note_frame(&l->t.view);
    serve_clients(&l->t.view, &l->t.rest, now_us, &groups);
    l->rounds += groups != NULL;
    for (unsigned i = 0; i < n; i++) {
        struct view_client *c = &l->clients[i].base;
        if (!c->group)
            continue;
        has_got(c, c->group);
        c->delivered_us = now_us;
        l->busy_until_us[i] = now_us + takes_us[i];
        l->given[i]++;
    }
    group_free_all(&groups);
}

static void run_late(struct late *l, const uint64_t *takes_us, unsigned n)
{
    *l = (struct late){0};
    set_up(&l->t, 320, 200);
    l->t.view.clients = NULL;
    for (unsigned i = 0; i < n; i++) {
        struct view_client *c = &l->clients[i].base;
        l->clients[i] = (struct client){.ready = true, .area = {0, 0, 65535, 65535}};
        damage_resize(&c->pending, 320, 200);
        damage_resize(&c->lossy, 320, 200);
        c->ops = &ops;
        c->view = &l->t.view;
        c->class = judge_class(ENCODING_TIGHT, -1);
        c->next = l->t.view.clients;
        l->t.view.clients = c;
        l->busy_until_us[i] = i * 31000; /* they do not begin together */
    }
    for (uint64_t now_us = 1000000; now_us < 11000000; now_us += TURN_US)
        late_frame(l, now_us, takes_us, n);
    for (unsigned i = 0; i < n; i++) {
        damage_fini(&l->clients[i].base.pending);
        damage_fini(&l->clients[i].base.lossy);
    }
    tear_down(&l->t);
}

static void late_clients_are_served_together_and_wait_little(void **state)
{
    static const uint64_t takes_us[LATE] = {410000, 430000, 440000, 470000, 500000};
    struct late l;
    unsigned given = 0;
    (void)state;
    run_late(&l, takes_us, LATE);
    for (size_t i = 0; i < LATE; i++) {
        given += l.given[i];
        /* At most the beat longer than it takes. */
        assert_true(l.given[i] >= 10000000 / (takes_us[i] + 2 * TURN_US + 270000));
    }
    assert_true(l.rounds * 2 < given);
    run_late(&l, takes_us, 2); /* two do not wait for one another */
    for (size_t i = 0; i < 2; i++)
        assert_true(l.given[i] + 1 >= 10000000 / (takes_us[i] + TURN_US));
}

static void clients_that_keep_up_never_wait(void **state)
{
    static const uint64_t takes_us[LATE] = {410000, 430000, 440000, 470000, 10000};
    struct late l;
    (void)state;
    run_late(&l, takes_us, LATE);
    assert_in_range(l.given[4], 598, 601);
}

static void news_that_go_first_go_alone(void **state)
{
    static const struct {
        enum view_news news;
        bool owed, ready_after;
        unsigned n_news;
        bool group;
    } rows[] = {
        {VIEW_NEWS_NONE, false, false, 0, false}, {VIEW_NEWS_NONE, true, false, 0, true},
        {VIEW_NEWS_SOME, false, false, 1, false}, {VIEW_NEWS_SOME, true, false, 0, true},
        {VIEW_NEWS_FIRST, true, false, 1, false}, {VIEW_NEWS_FIRST, true, true, 1, true},
        {VIEW_NEWS_FIRST, false, true, 1, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct table t;
        set_up(&t, 320, 200);
        if (rows[i].owed)
            damage_set_all(&t.client.base.pending);
        t.client.news = rows[i].news;
        t.client.ready_after_news = rows[i].ready_after;
        serve(&t);
        assert_int_equal(t.client.n_news, rows[i].n_news);
        assert_int_equal(t.groups != NULL, rows[i].group);
        tear_down(&t);
    }
}

static void moves_are_for_clients_in_step_that_ask_for_everything(void **state)
{
    static const struct {
        bool in_step, copies, whole, moves;
    } rows[] = {
        {true, true, true, true},
        {false, true, true, false},
        {true, false, true, false},
        {true, true, false, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct table t;
        set_up(&t, 320, 200);
        damage_set_all(&t.view.fresh);
        damage_set_tile(&t.view.rest, 0, 12);
        t.view.moves[0] = (struct scroll_move){{0, 0, 320, 192}, 0, -16};
        t.view.n_moves = 1;
        t.client.copies = rows[i].copies;
        if (!rows[i].whole)
            t.client.area = (struct rect){0, 0, 319, 200};
        if (!rows[i].in_step)
            damage_set_tile(&t.client.base.pending, 3, 3);
        serve_note_frame(&t.view);
        serve(&t);
        assert_int_equal(t.groups->n_moves, rows[i].moves);
        assert_int_equal(damage_count(&t.groups->damage), rows[i].moves ? 1 : 20 * 13);
        assert_false(damage_any(&t.client.base.pending));
        tear_down(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_update_never_holds_more_rectangles_than_can_be_counted),
        cmocka_unit_test(where_memory_is_scarce_updates_are_small),
        cmocka_unit_test(only_what_was_asked_for_is_given),
        cmocka_unit_test(what_rests_is_sent_exactly_when_nothing_else_is_owed),
        cmocka_unit_test(on_a_slow_path_few_tiles_are_refreshed_at_once),
        cmocka_unit_test(late_clients_are_served_together_and_wait_little),
        cmocka_unit_test(clients_that_keep_up_never_wait),
        cmocka_unit_test(news_that_go_first_go_alone),
        cmocka_unit_test(moves_are_for_clients_in_step_that_ask_for_everything),
    };
    return cmocka_run_group_tests_name("serve", tests, NULL, NULL);
}
