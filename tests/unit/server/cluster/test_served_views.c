/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a home does for a node that asks for pictures: a node of few words, and a hostile one.
 */
#include <config.h>
#include "base/alloc.h"
#include "server/cluster/machine_msg.h"
#include "server/cluster/view_msg.h"
#include "tests/unit/server/cluster/hosts.h"
#include "tests/unit/server/core/judge.h"
#include "tests/unit/server/core/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#define UUID "11111111-2222-3333-4444-555555555555"
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { WIDTH = 640, HEIGHT = 400, BLOCKS = 3 * 7 };

struct guest {
    struct hosts all;
    struct fake_place *place;
    struct surface picture;
    struct dice dice;
    struct link *link, *door;
    bool up, down;
    unsigned sizes, units, blocks;
    uint32_t layout;
    uint32_t block_numbers[BLOCKS * 2];
    struct view_msg last;  /* unit or block; without what it points to */
    struct damage covered; /* by units */
    bool acks;
};

/* ---- the node that asks ---- */

static void put(struct guest *g, enum link_type type, struct view_msg *msg)
{
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    view_msg_put(&b, type, msg);
    link_put(g->link, type, &b, NULL, 0);
    bytes_fini(&b);
}

static void acknowledge(struct guest *g)
{
    struct view_msg ack = {
        .view = 1, .ack = {.stream = g->last.update.stream, .mark = g->last.update.mark}};
    if (g->last.update.mark)
        put(g, LINK_ACK, &ack);
}

static void note_update(struct guest *g, enum link_type type, const struct view_msg *msg)
{
    const struct view_msg_update *u = &msg->update;
    g->last = *msg;
    assert_int_equal(u->layout, g->layout);
    for (size_t i = 0; i < u->rows.n; i++) {
        struct piece_source s = view_msg_source(&u->rows, i);
        if (type == LINK_UNIT)
            piece_add_block_tiles(&g->covered, s.block, 3, s.covered);
        else
            g->block_numbers[g->blocks] = s.block;
    }
    *(type == LINK_UNIT ? &g->units : &g->blocks) += 1;
    if (g->acks)
        acknowledge(g);
}

static const char *on_message(void *self, enum link_type type, struct reader *payload)
{
    struct guest *g = self;
    struct view_msg msg;
    if (type < LINK_VIEW_SIZE || type > LINK_BLOCK)
        return NULL;
    const char *why = view_msg_read(payload, type, &msg);
    if (why)
        fail_msg("message %d: %s", (int)type, why);
    if (type != LINK_VIEW_SIZE) {
        note_update(g, type, &msg);
        return NULL;
    }
    g->sizes++;
    g->layout = msg.size.layout;
    return NULL;
}

static bool on_up(void *self, struct link *link, const char *node, const char **why_r)
{
    struct guest *g = self;
    (void)link;
    (void)node;
    (void)why_r;
    g->up = true;
    return true;
}

static void on_down(void *self, const char *why)
{
    struct guest *g = self;
    (void)why;
    g->down = true;
    link_free(&g->link);
}

static const struct link_owner_ops guest_ops = {on_up, on_message, on_down};

static bool on_door_up(void *self, struct link *link, const char *node, const char **why_r)
{
    struct guest *g = self;
    (void)why_r;
    g->door = NULL;
    served_new(&g->all.a.cluster, link, node);
    return true;
}

static const char *on_door_message(void *self, enum link_type type, struct reader *payload)
{
    (void)self;
    (void)type;
    (void)payload;
    return "too early";
}

static void on_door_down(void *self, const char *why)
{
    (void)self;
    fail_msg("the link never was up: %s", why);
}

static const struct link_owner_ops door_ops = {on_door_up, on_door_message, on_door_down};

static bool is_up(void *self)
{
    const struct guest *g = self;
    return g->up && !g->door;
}

static void call(struct guest *g)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
                     0);
    struct stream *near = stream_from_fd(fds[0]), *far = stream_from_fd(fds[1]);
    const struct link_options ours = {.loop = g->all.loop,
                                      .node = "x",
                                      .other = "a",
                                      .dialed = true,
                                      .ops = &guest_ops,
                                      .self = g},
                              theirs = {.loop = g->all.loop,
                                        .node = "a",
                                        .ops = &door_ops,
                                        .self = g};
    g->link = link_new(&near, &ours);
    g->door = link_new(&far, &theirs);
    hosts_wait(&g->all, is_up, g);
}

static void ask_machine(struct guest *g, enum link_type type, struct machine_msg *msg)
{
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    msg->machine = 1;
    machine_msg_put(&b, type, msg);
    link_put(g->link, type, &b, NULL, 0);
    bytes_fini(&b);
}

static struct view_msg view_open(void)
{
    return (struct view_msg){.view = 1, .open = {1, {.head = VIEW_ALL_HEADS}}};
}

static struct view_msg stream_open(uint32_t number, int32_t encoding)
{
    return (struct view_msg){.view = 1,
                             .stream = {.stream = number,
                                        .moves = true,
                                        .begins = true,
                                        .class = judge_class(encoding, -1)}};
}

static void draw(struct guest *g, struct rect r)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        for (int x = r.x; x < r.x + r.w; x++)
            *surface_at(&g->picture, x, y) = dice_next(&g->dice) & 0xffffff;
    }
    fake_says_pixels(g->place, 0, &g->picture, r);
}

static const struct rect all_of_it = {0, 0, WIDTH, HEIGHT};

static bool is_watched(void *self)
{
    return ((struct guest *)self)->place->watching;
}

/* It has opened machine 1 and asked for pixels. */
static void start(struct guest *g)
{
    struct machine_msg msg = {.key = "uuid:" UUID};
    *g = (struct guest){.dice.state = 1, .acks = true};
    damage_resize(&g->covered, WIDTH, HEIGHT);
    surface_resize(&g->picture, WIDTH, HEIGHT);
    hosts_start(&g->all);
    g->place = host_attach(&g->all.a, "a");
    fake_runs(g->place, "m", UUID, WIDTH, HEIGHT);
    call(g);
    ask_machine(g, LINK_OPEN, &msg);
    msg.on = true;
    ask_machine(g, LINK_WATCH, &msg);
    hosts_wait(&g->all, is_watched, g);
}

static void stop(struct guest *g)
{
    link_free(&g->link);
    hosts_stop(&g->all);
    surface_fini(&g->picture);
    damage_fini(&g->covered);
}

static bool has_all(void *self)
{
    const struct guest *g = self;
    return damage_count(&g->covered) == WIDTH / TILE * (HEIGHT / TILE);
}

static void open_view(struct guest *g)
{
    struct view_msg view = view_open(), stream = stream_open(2, ENCODING_ZRLE);
    put(g, LINK_VIEW_OPEN, &view);
    put(g, LINK_STREAM_OPEN, &stream);
}

static void start_with_stream(struct guest *g)
{
    start(g);
    open_view(g);
    draw(g, all_of_it);
    fake_says_complete(g->place);
    hosts_wait(&g->all, has_all, g);
}

/* ---- what it is told ---- */

static void nothing_is_told_of_a_picture_before_it_is_complete(void **state)
{
    struct guest g;
    (void)state;
    start(&g);
    open_view(&g);
    draw(&g, (struct rect){0, 0, WIDTH, HEIGHT / 2});
    hosts_settle(&g.all);
    assert_int_equal(g.sizes + g.units, 0);
    draw(&g, all_of_it);
    fake_says_complete(g.place);
    hosts_wait(&g.all, has_all, &g);
    assert_int_equal(g.sizes, 1);
    stop(&g);
}

static void one_that_has_it_all_is_sent_nothing(void **state)
{
    struct guest g;
    struct block_hashes hashes;
    struct damage all;
    (void)state;
    start(&g);
    draw(&g, all_of_it);
    block_hashes_init(&hashes);
    block_hashes_resize(&hashes, WIDTH, HEIGHT);
    damage_init(&all);
    damage_resize(&all, WIDTH, HEIGHT);
    damage_set_all(&all);
    block_hashes_note(&hashes, &g.picture, &all);
    struct view_msg view = view_open(), stream = stream_open(2, ENCODING_ZRLE);
    stream.stream.w = WIDTH;
    stream.stream.h = HEIGHT;
    stream.stream.blocks = hashes.blocks;
    put(&g, LINK_VIEW_OPEN, &view);
    put(&g, LINK_STREAM_OPEN, &stream);
    hosts_settle(&g.all);
    fake_says_complete(g.place);
    draw(&g, (struct rect){300, 0, 5, 5});
    for (int i = 0; i < 20 || !g.units; i++)
        hosts_settle(&g.all);
    assert_int_equal(g.units, 1);
    assert_in_range(damage_count(&g.covered), 1, BLOCK_TILES_W * BLOCK_TILES_H);
    block_hashes_fini(&hashes);
    damage_fini(&all);
    stop(&g);
}

static bool has_size(void *self)
{
    return ((struct guest *)self)->sizes > 1;
}

static void another_size_is_told_before_what_it_shows(void **state)
{
    struct guest g;
    (void)state;
    start_with_stream(&g);
    uint32_t before = g.layout;
    fake_says_size(g.place, 320, 200);
    hosts_wait(&g.all, has_size, &g);
    assert_int_equal(g.layout, before + 1);
    hosts_settle(&g.all); /* note_update checks the layout of what follows */
    stop(&g);
}

static bool has_a_unit_more(void *self)
{
    return ((struct guest *)self)->units > 0;
}

/* Each frame is some 700 KB. */
static void one_that_does_not_acknowledge_is_sent_little_and_then_the_latest(void **state)
{
    struct guest g;
    (void)state;
    start_with_stream(&g);
    hosts_settle(&g.all);
    g.acks = false;
    g.units = 0;
    for (int i = 0; i < 30; i++) {
        struct machine *m = host_machine(&g.all.a);
        draw(&g, all_of_it);
        while (m->views->version == 0 || damage_any(&m->views->changed))
            hosts_settle(&g.all);
    }
    assert_in_range(g.units, 0, 14);
    assert_true(link_unsent(g.all.a.cluster.served->link) < 16 << 20);
    g.acks = true;
    unsigned units = g.units;
    damage_clear(&g.covered);
    acknowledge(&g);
    hosts_wait(&g.all, has_all, &g);
    assert_in_range(g.units, units + 1, units + 2);
    assert_true(has_a_unit_more(&g));
    stop(&g);
}

static bool has_three_blocks(void *self)
{
    return ((struct guest *)self)->blocks >= 3;
}

static void blocks_that_are_asked_for_come_and_no_others(void **state)
{
    static const uint32_t wanted[] = {20, 1, 7};
    struct guest g;
    (void)state;
    start_with_stream(&g);
    struct view_msg msg = {.view = 1,
                           .wanted = {.layout = g.layout,
                                      .class = judge_class(ENCODING_TIGHT, 60),
                                      .blocks = wanted,
                                      .rows = {.n = 3}}};
    put(&g, LINK_BLOCKS_WANTED, &msg);
    hosts_wait(&g.all, has_three_blocks, &g);
    hosts_settle(&g.all);
    assert_int_equal(g.blocks, 3);
    assert_int_equal(g.block_numbers[0], 1);
    assert_int_equal(g.block_numbers[1], 7);
    assert_int_equal(g.block_numbers[2], 20);
    assert_int_equal(g.last.update.class.quality, 60);
    msg.wanted.layout++; /* of a size that there is not: no answer */
    put(&g, LINK_BLOCKS_WANTED, &msg);
    draw(&g, (struct rect){0, 0, 10, 10});
    g.units = 0;
    hosts_wait(&g.all, has_a_unit_more, &g);
    assert_int_equal(g.blocks, 3);
    stop(&g);
}

static void a_view_that_is_closed_is_no_more(void **state)
{
    struct guest g;
    struct view_msg close = {.view = 1};
    (void)state;
    start_with_stream(&g);
    assert_int_equal(g.all.a.cluster.served->n_views, 1);
    assert_non_null(host_machine(&g.all.a)->views);
    put(&g, LINK_VIEW_CLOSE, &close);
    hosts_settle(&g.all);
    assert_int_equal(g.all.a.cluster.served->n_views, 0);
    assert_null(host_machine(&g.all.a)->views);
    stop(&g);
}

/* ---- what it may not ---- */

static void put_row(struct guest *g, size_t row)
{
    static const uint32_t far[] = {BLOCKS};
    struct view_msg msg = view_open();
    enum link_type type = LINK_VIEW_OPEN;
    if (row == 0) /* a number that is taken */
        msg.view = 1;
    if (row == 1) { /* a machine that it did not open */
        msg.view = 2;
        msg.open.machine = 9;
    }
    if (row == 2) { /* a stream's number that is taken */
        msg = stream_open(2, ENCODING_TIGHT);
        type = LINK_STREAM_OPEN;
    }
    if (row == 3) { /* a view that is not open */
        msg = stream_open(3, ENCODING_TIGHT);
        msg.view = 7;
        type = LINK_STREAM_OPEN;
    }
    if (row == 4) { /* a stream that is not open */
        msg = stream_open(3, ENCODING_TIGHT);
        msg.stream.begins = false;
        type = LINK_STREAM_OPEN;
    }
    if (row == 5) { /* a block that is not there */
        msg = (struct view_msg){.view = 1,
                                .wanted = {.layout = g->layout,
                                           .class = judge_class(ENCODING_RAW, -1),
                                           .blocks = far,
                                           .rows = {.n = 1}}};
        type = LINK_BLOCKS_WANTED;
    }
    put(g, type, &msg);
}

static bool is_closed(void *self)
{
    return ((struct guest *)self)->down;
}

static void one_that_asks_for_what_there_is_not_is_closed(void **state)
{
    (void)state;
    for (size_t row = 0; row < 6; row++) {
        struct guest g;
        start_with_stream(&g);
        put_row(&g, row);
        hosts_wait(&g.all, is_closed, &g);
        hosts_settle(&g.all);
        assert_null(g.all.a.cluster.served);
        assert_null(host_machine(&g.all.a)->views);
        stop(&g);
    }
}

static void more_streams_than_classes_are_refused(void **state)
{
    struct guest g;
    (void)state;
    start_with_stream(&g);
    for (uint32_t i = 0; i < 3 * SERVED_STREAMS_MOST; i++) {
        struct view_msg msg = stream_open(100 + i, ENCODING_ZRLE);
        if (g.link)
            put(&g, LINK_STREAM_OPEN, &msg);
    }
    hosts_wait(&g.all, is_closed, &g);
    stop(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_of_a_picture_before_it_is_complete),
        cmocka_unit_test(one_that_has_it_all_is_sent_nothing),
        cmocka_unit_test(another_size_is_told_before_what_it_shows),
        cmocka_unit_test(one_that_does_not_acknowledge_is_sent_little_and_then_the_latest),
        cmocka_unit_test(blocks_that_are_asked_for_come_and_no_others),
        cmocka_unit_test(a_view_that_is_closed_is_no_more),
        cmocka_unit_test(one_that_asks_for_what_there_is_not_is_closed),
        cmocka_unit_test(more_streams_than_classes_are_refused),
    };
    return cmocka_run_group_tests_name("served_views", tests, NULL, NULL);
}
