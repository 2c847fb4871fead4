/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A relay between a test that tells it a picture and viewers that decode what they get. */
#include <config.h>
#include "server/relay.h"
#include "server/relay_pixels.h"
#include "server/relay_rects.h"
#include "base/alloc.h"
#include "tests/unit/server/core/fake_attach.h"
#include "tests/unit/server/core/judge.h"
#include "tests/unit/server/core/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { WIDTH = 512, HEIGHT = 128, BLOCKS = 4, JUDGES = 4, STREAM = 7, LAYOUT = 3 };

struct table {
    struct rig rig;
    struct relay *relay;
    struct judge judges[JUDGES];
    unsigned n_judges;
    struct surface picture;
    struct block_hashes hashes;
    struct encode_scratch *scratch;
    unsigned opened, closed, gone, asked; /* how often; blocks */
    uint32_t wanted[16];
    struct encode_class wanted_class;
    bool moves;
    uint64_t had; /* the hash of the first block when the stream was opened */
};

/* ---- what a relay asks ---- */

static uint32_t on_open(void *self, const struct encode_class *class, bool moves,
                        const struct view_known *has)
{
    struct table *t = self;
    (void)class;
    t->opened++;
    t->moves = moves;
    t->had = has->n ? has->blocks[0] : 0;
    return STREAM;
}

static void on_set_moves(void *self, uint32_t stream, bool moves)
{
    assert_int_equal(stream, STREAM);
    ((struct table *)self)->moves = moves;
}

static void on_close(void *self, uint32_t stream)
{
    assert_int_equal(stream, STREAM);
    ((struct table *)self)->closed++;
}

static void on_want(void *self, uint32_t layout, const struct encode_class *class,
                    const uint32_t *blocks, size_t n)
{
    struct table *t = self;
    assert_int_equal(layout, LAYOUT);
    t->wanted_class = *class;
    for (size_t i = 0; i < n; i++)
        t->wanted[t->asked++] = blocks[i];
}

static bool on_suits(const void *self)
{
    (void)self;
    return true;
}

static void on_gone(void *self)
{
    ((struct table *)self)->gone++;
}

static const struct relay_ops ops = {on_open, on_set_moves, on_close,
                                     on_want, on_suits,     on_gone};

static struct view_keeper *keep(void *self, struct view *view)
{
    struct table *t = self;
    t->relay = relay_new(&t->rig.fanout, view, &ops, t);
    return relay_keeper(t->relay);
}

/* ---- the picture ---- */

static void draw(struct table *t, struct rect r, uint32_t colour)
{
    struct damage d;
    surface_fill(&t->picture, r, colour);
    damage_init(&d);
    damage_resize(&d, WIDTH, HEIGHT);
    damage_add_rect(&d, r);
    block_hashes_note(&t->hashes, &t->picture, &d);
    damage_fini(&d);
}

static struct rect block_rect(unsigned i)
{
    return (struct rect){(int)i % 2 * BLOCK_W, (int)i / 2 * BLOCK_H, BLOCK_W, BLOCK_H};
}

static struct piece *piece_for(struct table *t, const struct encode_class *class, struct rect r)
{
    struct piece *p = piece_new(class, 1, 1);
    struct encoded out;
    struct damage covered;
    encoded_init(&out, &t->picture);
    encode_rect(t->scratch, class, &t->picture, r, &out);
    damage_init(&covered);
    damage_resize(&covered, WIDTH, HEIGHT);
    damage_add_rect(&covered, r);
    piece_add(p, &out);
    piece_note_sources(p, &t->hashes, &covered, &out.lossy);
    damage_fini(&covered);
    encoded_fini(&out);
    return p;
}

static const char *tell_unit(struct table *t, const struct encode_class *class, struct rect r)
{
    struct piece *p = piece_for(t, class, r);
    const char *why = relay_told_unit(t->relay, STREAM, LAYOUT, p, NULL, 0);
    piece_unref(&p);
    return why;
}

static void tell_wanted(struct table *t)
{
    for (unsigned i = 0; i < t->asked; i++) {
        struct piece *p = piece_for(t, &t->wanted_class, block_rect(t->wanted[i]));
        assert_null(relay_told_block(t->relay, LAYOUT, p));
        piece_unref(&p);
    }
    t->asked = 0;
}

static const struct view_source source = {0, 0, WIDTH, HEIGHT};

/* ---- the table ---- */

static void join(struct table *t, const struct encode_class *class)
{
    const struct view_key key = {.head = VIEW_ALL_HEADS};
    struct view *view = view_get(rig_machine(&t->rig, "m"), &key);
    judge_join(&t->judges[t->n_judges++], view, class);
    view_unref(&view);
    rig_settle(&t->rig);
}

/* With a viewer who has all of the picture, in blue. */
static void set_up(struct table *t, const struct encode_class *class)
{
    const char *why = NULL;
    *t = (struct table){0};
    rig_start(&t->rig, NULL);
    t->rig.machines.keep_view = keep;
    t->rig.machines.keeper_self = t;
    t->scratch = encode_scratch_new();
    surface_resize(&t->picture, WIDTH, HEIGHT);
    block_hashes_init(&t->hashes);
    block_hashes_resize(&t->hashes, WIDTH, HEIGHT);
    draw(t, surface_rect(&t->picture), 0x3333ff);
    assert_int_equal(machines_attach(&t->rig.machines, "m", "fake:m", &why), 0);
    fake_runs(fake_place_find("m"), "m", "11111111-2222-3333-4444-555555555555", 640, 480);
    join(t, class);
    relay_up(t->relay);
    rig_settle(&t->rig);
    assert_null(relay_told_size(t->relay, LAYOUT, WIDTH, HEIGHT, &source, 1));
    assert_null(tell_unit(t, class, surface_rect(&t->picture)));
    rig_settle(&t->rig);
}

static void tear_down(struct table *t)
{
    for (unsigned i = 0; i < t->n_judges; i++)
        judge_leave(&t->judges[i]);
    rig_stop(&t->rig);
    encode_scratch_free(&t->scratch);
    surface_fini(&t->picture);
    block_hashes_fini(&t->hashes);
    assert_int_equal(t->rig.fanout.shelf.n, 0);
    assert_int_equal(blob_bytes_live(), 0);
}

static void assert_all_show(struct table *t)
{
    rig_settle(&t->rig);
    for (unsigned i = 0; i < t->n_judges; i++) {
        if (!judge_shows(&t->judges[i], &t->picture, 0))
            fail_msg("judge %u: %s", i, judge_difference(&t->judges[i], &t->picture));
    }
}

static bool wants_some(void *self)
{
    return ((struct table *)self)->asked > 0;
}

/* ---- tests ---- */

static void a_unit_goes_to_all_who_are_ready(void **state)
{
    struct table t;
    const struct encode_class hextile = judge_class(ENCODING_HEXTILE, -1);
    (void)state;
    set_up(&t, &hextile);
    assert_int_equal(t.opened, 1);
    assert_true(t.moves);
    assert_all_show(&t);
    draw(&t, (struct rect){16, 16, 64, 32}, 0xff0000);
    assert_null(tell_unit(&t, &hextile, (struct rect){16, 16, 64, 32}));
    assert_all_show(&t);
    assert_int_equal(t.asked, 0);
    tear_down(&t);
    assert_int_equal(t.gone, 1);
}

static void what_is_not_here_is_asked_for_once(void **state)
{
    struct table t;
    const struct encode_class hextile = judge_class(ENCODING_HEXTILE, -1);
    (void)state;
    set_up(&t, &hextile);
    join(&t, &hextile);
    join(&t, &hextile);
    rig_wait(&t.rig, wants_some, &t);
    rig_settle(&t.rig);
    assert_int_equal(t.asked, BLOCKS);
    tell_wanted(&t);
    assert_all_show(&t);
    join(&t, &hextile); /* they are on the shelf */
    assert_all_show(&t);
    assert_int_equal(t.asked, 0);
    tear_down(&t);
}

static void a_block_that_shows_something_else_is_not_given(void **state)
{
    struct table t;
    const struct encode_class hextile = judge_class(ENCODING_HEXTILE, -1);
    (void)state;
    set_up(&t, &hextile);
    join(&t, &hextile);
    rig_wait(&t.rig, wants_some, &t);
    draw(&t, (struct rect){0, 0, 16, 16}, 0x00ff00);
    unsigned updates = t.judges[1].updates;
    t.asked = 1; /* of the four the first, which shows more than was told */
    assert_int_equal(t.wanted[0], 0);
    tell_wanted(&t);
    rig_settle(&t.rig);
    assert_int_equal(t.judges[1].updates, updates);
    assert_int_equal(t.asked, 1); /* again */
    t.asked = 0;
    assert_null(tell_unit(&t, &hextile, (struct rect){0, 0, 16, 16})); /* now it is */
    rig_settle(&t.rig);
    assert_true(t.judges[1].updates > updates);
    tear_down(&t);
}

static void inexact_tiles_are_made_right_by_blocks_of_the_lossless_class(void **state)
{
    struct table t;
    const struct encode_class jpeg = judge_class(ENCODING_TIGHT, 10);
    (void)state;
    set_up(&t, &jpeg);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++)
            *surface_at(&t.picture, x, y) =
                (uint32_t)((x * 5 ^ y * 3) & 0xff) * 0x10305 & 0xffffff;
    }
    struct damage all;
    damage_init(&all);
    damage_resize(&all, WIDTH, HEIGHT);
    damage_set_all(&all);
    block_hashes_note(&t.hashes, &t.picture, &all);
    damage_fini(&all);
    t.asked = 0;
    assert_null(tell_unit(&t, &jpeg, surface_rect(&t.picture)));
    assert_true(damage_any(&t.judges[0].client.lossy));
    rig_wait(&t.rig, wants_some, &t);
    assert_int_equal(t.wanted_class.quality, -1);
    tell_wanted(&t);
    assert_all_show(&t);
    assert_false(damage_any(&t.judges[0].client.lossy));
    tear_down(&t);
}

static void a_stream_is_opened_again_with_what_clients_have(void **state)
{
    struct table t;
    const struct encode_class hextile = judge_class(ENCODING_HEXTILE, -1);
    (void)state;
    set_up(&t, &hextile);
    assert_int_equal(t.had, 0);
    relay_down(t.relay);
    rig_settle(&t.rig);
    assert_int_equal(t.rig.fanout.relay_streams, 0);
    relay_up(t.relay);
    rig_settle(&t.rig);
    assert_int_equal(t.opened, 2);
    assert_true(t.had == t.hashes.blocks[0]);
    relay_detach(t.relay);
    tear_down(&t);
    assert_int_equal(t.gone + t.closed, 0);
}

static void what_does_not_fit_the_picture_is_refused(void **state)
{
    static const struct {
        unsigned block;
        struct scroll_move move; /* none: 0 x 0 */
        unsigned n_rects;
        bool good;
    } rows[] = {
        {BLOCKS - 1, {{0, 0, 0, 0}, 0, 0}, 0, true},
        {BLOCKS, {{0, 0, 0, 0}, 0, 0}, 0, false},
        {UINT32_MAX, {{0, 0, 0, 0}, 0, 0}, 0, false},
        {0, {{0, 0, 0, 0}, 0, 0}, 60001, false},
        {0, {{0, 0, 64, 64}, 0, -64}, 0, true},
        {0, {{0, 0, 64, 64}, 0, 64}, 0, false},
        {0, {{512, 0, 16, 16}, 0, 0}, 0, false},
        {0, {{0, 0, 65535, 65535}, 0, 0}, 0, false},
        {0, {{0, 0, 16, 16}, -16384, 0}, 0, false},
    };
    const struct encode_class hextile = judge_class(ENCODING_HEXTILE, -1);
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct table t;
        set_up(&t, &hextile);
        t.judges[0].ready = false; /* the bytes are none */
        struct piece *p = piece_new(&hextile, 1, 2);
        p->sources = alloc_zero(1, sizeof(p->sources[0]));
        p->sources[0].block = rows[i].block;
        p->n_sources = 1;
        p->n_rects = rows[i].n_rects;
        const char *why =
            relay_told_unit(t.relay, STREAM, LAYOUT, p, &rows[i].move, rows[i].move.to.w != 0);
        if ((why == NULL) != rows[i].good)
            fail_msg("row %zu: %s", i, why ? why : "accepted");
        assert_null(relay_told_unit(t.relay, STREAM, LAYOUT + 1, p, NULL, 0)); /* ignored */
        assert_null(relay_told_unit(t.relay, STREAM + 1, LAYOUT, p, NULL, 0));
        piece_unref(&p);
        tear_down(&t);
    }
}

/* ---- pictures that are read here ---- */

struct asking {
    struct relay_pixels_asker asker;
    const struct surface *want;
    const char *why;
    bool done;
};

static bool same_picture(const struct surface *a, const struct surface *b)
{
    bool same = a->w == b->w && a->h == b->h;
    for (int y = 0; same && y < a->h; y++)
        same = memcmp(surface_at(a, 0, y), surface_at(b, 0, y), (size_t)a->w * 4) == 0;
    return same;
}

static void on_picture(struct relay_pixels_asker *asker, const struct surface *picture,
                       const char *why)
{
    struct asking *a = (struct asking *)asker;
    a->done = true;
    a->why = why;
    if (picture)
        assert_true(same_picture(picture, a->want));
}

static bool is_answered(void *self)
{
    return ((struct asking *)self)->done;
}

static void send_picture(struct table *t)
{
    const struct encode_class class = relay_rects_class();
    assert_null(tell_unit(t, &class, surface_rect(&t->picture)));
}

static void send_another_encoding(struct table *t)
{
    const struct encode_class hextile = judge_class(ENCODING_HEXTILE, -1);
    assert_null(tell_unit(t, &hextile, surface_rect(&t->picture)));
}

/* A tile of it, and a lot besides. */
static void send_too_much(struct table *t)
{
    const struct encode_class class = relay_rects_class();
    struct piece *p = piece_for(t, &class, (struct rect){0, 0, TILE, TILE});
    struct encoded out;
    encoded_init(&out, &t->picture);
    assert_non_null(bytes_reserve(&out.bytes, 2 << 20));
    memset(out.bytes.data, 0, 2 << 20);
    bytes_commit(&out.bytes, 2 << 20);
    piece_add(p, &out);
    assert_null(relay_told_unit(t->relay, STREAM, LAYOUT, p, NULL, 0));
    piece_unref(&p);
    encoded_fini(&out);
}

/* And then what is larger than that. */
static void send_another_size(struct table *t)
{
    const struct view_source small = {0, 0, WIDTH / 2, HEIGHT};
    const struct encode_class class = relay_rects_class();
    struct piece *p = piece_for(t, &class, surface_rect(&t->picture));
    assert_null(relay_told_size(t->relay, LAYOUT + 1, WIDTH / 2, HEIGHT, &small, 1));
    p->n_sources = 2; /* the blocks that there are */
    p->sources[1].block = 1;
    assert_null(relay_told_unit(t->relay, STREAM, LAYOUT + 1, p, NULL, 0));
    piece_unref(&p);
}

static void a_picture_is_read_here_unless_it_is_none(void **state)
{
    static const char bad[] = "the picture that the other node sent cannot be read";
    static const struct {
        void (*send)(struct table *t);
        const char *why;
    } rows[] = {
        {send_picture, NULL},
        {send_another_encoding, bad},
        {send_another_size, bad},
        {send_too_much, "the other node sent more than a picture"},
    };
    static const struct view_key key = {.head = VIEW_ALL_HEADS, .bare = true};
    const struct encode_class hextile = judge_class(ENCODING_HEXTILE, -1);
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct table t;
        struct asking a = {.asker.done = on_picture, .want = &t.picture};
        set_up(&t, &hextile);
        struct relay *shown = t.relay;
        relay_pixels_ask(&a.asker, rig_machine(&t.rig, "m"), &key);
        assert_ptr_not_equal(t.relay, shown);
        relay_up(t.relay);
        rig_settle(&t.rig);
        assert_null(relay_told_size(t.relay, LAYOUT, WIDTH, HEIGHT, &source, 1));
        rows[i].send(&t);
        rig_wait(&t.rig, is_answered, &a);
        if (rows[i].why)
            assert_string_equal(a.why, rows[i].why);
        else
            assert_null(a.why);
        assert_int_equal(t.gone, 1); /* the view is not needed any more */
        tear_down(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_unit_goes_to_all_who_are_ready),
        cmocka_unit_test(what_is_not_here_is_asked_for_once),
        cmocka_unit_test(a_block_that_shows_something_else_is_not_given),
        cmocka_unit_test(inexact_tiles_are_made_right_by_blocks_of_the_lossless_class),
        cmocka_unit_test(a_stream_is_opened_again_with_what_clients_have),
        cmocka_unit_test(what_does_not_fit_the_picture_is_refused),
        cmocka_unit_test(a_picture_is_read_here_unless_it_is_none),
    };
    return cmocka_run_group_tests_name("relay", tests, NULL, NULL);
}
