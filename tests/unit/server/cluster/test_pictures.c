/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures of a machine at one host as viewers of another get them, up to bytes that are decoded
 * again. */
#include <config.h>
#include "server/group.h"
#include "server/relay.h"
#include "server/view.h"
#include "tests/unit/server/cluster/hosts.h"
#include "tests/unit/server/core/judge.h"
#include "tests/unit/server/core/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UUID "11111111-2222-3333-4444-555555555555"
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { JUDGES = 10 };

struct stage {
    struct hosts all;
    struct world w; /* without a rig: the machine at its home, and what it shows */
    struct judge judges[JUDGES];
    bool here[JUDGES];
};

static const struct view_key whole = {.head = VIEW_ALL_HEADS};

/* ---- the stage ---- */

static struct machine *at_gateway(struct stage *s)
{
    return host_machine(&s->all.g);
}

static bool is_running_there(void *self)
{
    const struct machine *m = at_gateway(self);
    return m && m->state == MACHINE_RUNNING && machine_elsewhere(m);
}

/* The machine runs at this host, and all of its picture is told there. */
static void runs_at(struct stage *s, struct host *h, const char *address, int w, int height)
{
    s->w.place = host_attach(h, address);
    fake_runs(s->w.place, "m", UUID, 0, 0);
    s->w.machine = host_machine(h);
    machine_watch(s->w.machine);
    world_set_heads(&s->w, &(struct place_head){.w = w, .h = height}, 1);
    world_draw(&s->w, 0, (struct rect){0, 0, w, height}, 1);
    fake_says_complete(s->w.place);
}

static void start(struct stage *s, int w, int h)
{
    *s = (struct stage){.w = {.pointer_visible = true, .dice.state = 1}};
    hosts_start(&s->all);
    runs_at(s, &s->all.a, "a", w, h);
    hosts_join(&s->all, &s->all.g, &s->all.a);
    hosts_wait(&s->all, is_running_there, s);
    machine_watch(at_gateway(s));
}

static void leave(struct stage *s, size_t i)
{
    if (s->here[i])
        judge_leave(&s->judges[i]);
    s->here[i] = false;
}

static void stop(struct stage *s)
{
    for (size_t i = 0; i < JUDGES; i++)
        leave(s, i);
    for (unsigned i = 0; i < WORLD_HEADS_MOST; i++)
        surface_fini(&s->w.heads[i]);
    pointer_image_unref(&s->w.pointer);
    hosts_stop(&s->all);
}

static void join(struct stage *s, size_t i, const struct view_key *key,
                 const struct encode_class *class)
{
    struct view *view = view_get(at_gateway(s), key);
    judge_join(&s->judges[i], view, class);
    s->here[i] = true;
    view_unref(&view);
}

/* ---- what they must show ---- */

static bool shows_all(struct stage *s, struct judge *j)
{
    struct surface want;
    world_expect(&s->w, &j->client.view->key, &j->client.view->frame, &want);
    bool same = j->picture.width_px == want.w && j->picture.height_px == want.h &&
                judge_shows(j, &want, 0);
    surface_fini(&want);
    return same;
}

static bool all_show_all(void *self)
{
    struct stage *s = self;
    for (size_t i = 0; i < JUDGES; i++) {
        if (s->here[i] && !shows_all(s, &s->judges[i]))
            return false;
    }
    return true;
}

static void settle(struct stage *s)
{
    for (size_t i = 0; i < JUDGES; i++) {
        struct judge *j = &s->judges[i];
        if (!s->here[i])
            continue;
        j->ready = true;
        j->one = false;
        j->area = (struct rect){0, 0, 65535, 65535};
        view_client_wake(&j->client);
    }
    hosts_wait(&s->all, all_show_all, s);
}

/* ---- one thing at a time ---- */

static void what_is_drawn_at_home_is_shown_at_the_gateway(void **state)
{
    struct stage s;
    const struct encode_class class = judge_class(ENCODING_ZRLE, -1);
    (void)state;
    start(&s, 640, 400);
    join(&s, 0, &whole, &class);
    settle(&s);
    world_draw(&s.w, 0, (struct rect){100, 100, 200, 50}, 2);
    settle(&s);
    join(&s, 1, &whole, &class);
    settle(&s);
    assert_int_equal(s.all.g.fanout.relay_streams, 1);
    stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_drawn_at_home_is_shown_at_the_gateway),
    };
    return cmocka_run_group_tests_name("pictures", tests, NULL, NULL);
}
