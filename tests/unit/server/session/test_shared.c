/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sessions of several nodes: away from home, coming home, and whose writes count. */
#include <config.h>
#include "base/alloc.h"
#include "server/session/home.h"
#include "tests/unit/server/core/rig.h"
#include "tests/unit/server/waiting.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { CHAIRS = 8, NODES = 2 };

struct node;

/* A viewer, as sessions see it. */
struct chair {
    struct seat seat; /* first */
    struct node *n;
    const char *name;
};

struct node {
    struct session_observer observer; /* first */
    const char *name;
    struct sessions all;
    struct chair chairs[CHAIRS];
    char told[4096];
    bool unreachable;
    uint32_t n_wishes; /* what is asked of home */
};

struct fixture {
    sd_event *loop;
    struct store *store;
    struct config *config;
    struct node nodes[NODES];
    char read[8192]; /* what the store has, "key=value;" */
    size_t n_read;
    bool answered;
};

static void told(struct node *n, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void told(struct node *n, const char *format, ...)
{
    size_t len = strlen(n->told);
    va_list args;
    va_start(args, format);
    vsnprintf(n->told + len, sizeof(n->told) - len, format, args);
    va_end(args);
}

static void expect_told(struct node *n, const char *text)
{
    assert_string_equal(n->told, text);
    n->told[0] = 0;
}

/* ---- seats ---- */

static void on_lift(struct seat *seat)
{
    struct chair *c = (struct chair *)seat;
    told(c->n, "lift %s; ", c->name);
}

static void on_changed(struct seat *seat)
{
    (void)seat;
}

static void on_leave(struct seat *seat, const char *why)
{
    struct chair *c = (struct chair *)seat;
    told(c->n, "%s must go: %s; ", c->name, why);
}

static const struct seat_ops chair_ops = {
    .lift = on_lift, .changed = on_changed, .leave = on_leave};

static void on_event(struct session_observer *o, const struct session_event *e)
{
    struct node *n = (struct node *)o;
    told(n, "%s", session_event_name(e->kind));
    if (e->session)
        told(n, " %s", session_user(e->session));
    if (e->other)
        told(n, " (%s)", session_user(e->other));
    if (e->text)
        told(n, " '%s'", e->text);
    told(n, "; ");
}

static const struct console_key web1 = {"web1", NULL};

static struct chair *come(struct node *n, const char *user, enum role role)
{
    const char *why = NULL;
    struct chair *c = n->chairs;
    while (c->seat.session)
        c++;
    *c = (struct chair){.seat.ops = &chair_ops, .n = n, .name = user[0] ? user : "nobody"};
    assert_true(session_join(&n->all, &c->seat, &web1, user, role, &why));
    return c;
}

/* ---- a home that is asked ---- */

static void ask_join(void *self, struct seat *seat)
{
    told(self, "join %s %s; ", ((struct chair *)seat)->name, role_name(seat->role));
}

static void ask_leave(void *self, struct seat *seat)
{
    told(self, "leave %s; ", ((struct chair *)seat)->name);
}

static void ask_role(void *self, struct seat *seat)
{
    told(self, "%s is %s; ", ((struct chair *)seat)->name, role_name(seat->role));
}

static uint32_t ask_act(void *self, const struct console_wish *w)
{
    struct node *n = self;
    if (n->unreachable)
        return 0;
    told(n, "wish %d event %d", (int)w->kind, (int)w->event);
    if (w->kind == WISH_ROLE)
        told(n, " %s", role_name(w->role));
    if (w->text)
        told(n, " '%s'", w->text);
    told(n, "; ");
    return ++n->n_wishes;
}

static const struct console_home_ops home_ops = {
    .join = ask_join, .leave = ask_leave, .role = ask_role, .act = ask_act};

static struct console *console(struct node *n)
{
    return console_get(&n->all, &web1);
}

/* What `from` knows, told to `to` by its home. */
static void tell(struct node *from, struct node *to, bool answered)
{
    struct console_image image;
    const char *why = NULL;
    char *text = console_image_of(console(from));
    if (console_image_parse(&image, text, strlen(text), &why) < 0)
        fail_msg("%s: %s", why, text);
    console_told(console(to), &image, answered);
    console_image_fini(&image);
    free(text);
}

static void remember(struct node *from, struct node *at)
{
    struct console_image image;
    const char *why = NULL;
    char *text = console_image_of(console(from));
    assert_int_equal(console_image_parse(&image, text, strlen(text), &why), 0);
    console_remember(console(at), &image);
    console_image_fini(&image);
    free(text);
}

static const char *driver(struct node *n)
{
    const struct session *s = console_driver(console(n));
    return s ? session_user(s) : "nobody";
}

/* ---- the fixture ---- */

static void no_home(void *self, struct console *c)
{
    (void)self;
    (void)c;
}

static void start(struct fixture *f, int i)
{
    static const char *const names[NODES] = {"a", "b"};
    struct node *n = &f->nodes[i];
    *n = (struct node){.name = names[i], .observer.on_event = on_event};
    sessions_init_shared(&n->all, f->loop, f->store, f->config, n->name);
    n->all.on_console = no_home;
    sessions_observe(&n->all, &n->observer);
}

static int set_up(void **state)
{
    struct fixture *f = ALLOC(struct fixture);
    char *why = NULL;
    *state = f;
    assert_int_equal(sd_event_new(&f->loop), 0);
    f->config = rig_config("machine web1 { place = {\"pattern:64x64\"} }\n");
    if (store_sqlite_open(&f->store, f->loop, ":memory:", &why) < 0)
        fail_msg("%s", why);
    for (int i = 0; i < NODES; i++)
        start(f, i);
    return 0;
}

static void run(struct fixture *f)
{
    f->store->ops->settle(f->store);
    while (sd_event_run(f->loop, 0) > 0)
        f->store->ops->settle(f->store);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    run(f);
    for (int i = 0; i < NODES; i++)
        sessions_fini(&f->nodes[i].all);
    f->store->ops->close(f->store);
    config_free(&f->config);
    sd_event_unref(f->loop);
    free(f);
    return 0;
}

static void on_read(void *self, const struct store_answer *a)
{
    struct fixture *f = self;
    f->n_read = a->n;
    f->read[0] = 0;
    for (size_t i = 0; i < a->n; i++) {
        size_t len = strlen(f->read);
        snprintf(f->read + len, sizeof(f->read) - len, "%s=%s;", a->entries[i].key,
                 a->entries[i].value);
    }
}

static void read_store(struct fixture *f, const char *from, const char *to)
{
    run(f);
    f->store->ops->get(f->store, from, to, on_read, f);
    run(f);
}

static void read_sessions(struct fixture *f)
{
    read_store(f, "session/name:web1/", "session/name:web10");
}

/* ---- how tests begin ---- */

/* The store has answered what was asked so far, and the machine is at this node. */
static void make_home(struct fixture *f, struct node *n)
{
    run(f);
    console_come_home(console(n));
}

static struct chair *come_and_drive(struct node *n, const char *user)
{
    struct chair *c = come(n, user, ROLE_DRIVE);
    assert_true(seat_input(&c->seat, WHEEL_PRESS));
    return c;
}

static void ask_for_wheel(struct node *n, const char *user)
{
    session_act(console_find(console(n), user), WHEEL_ASK, NULL, NULL);
}

/* ---- numbers ---- */

static void numbers_are_unique_among_nodes(void **state)
{
    struct fixture *f = *state;
    make_home(f, &f->nodes[0]);
    console_come_home(console(&f->nodes[1]));
    for (int i = 0; i < 300; i++) {
        struct chair *a = come(&f->nodes[0], "", ROLE_WATCH);
        struct chair *b = come(&f->nodes[1], "", ROLE_WATCH);
        assert_true(a->seat.session->id != b->seat.session->id);
        assert_true(a->seat.session->id < 5000 && b->seat.session->id < 5000);
        session_leave(&a->seat);
        session_leave(&b->seat);
        run(f);
    }
}

static void numbers_without_a_store_are_of_a_range_of_their_own(void **state)
{
    struct fixture *f = *state;
    console_come_home(console(&f->nodes[0])); /* nothing was answered yet */
    struct chair *a = come(&f->nodes[0], "alice", ROLE_DRIVE);
    assert_true(a->seat.session->id >= UINT64_C(1) << 52);
    assert_true(a->seat.session->id < UINT64_C(1) << 53);
}

/* ---- away ---- */

static void what_is_wished_away_from_home_is_asked_there(void **state)
{
    struct fixture *f = *state;
    struct node *a = &f->nodes[0], *b = &f->nodes[1];
    make_home(f, a);
    struct console *c = console(b);
    struct chair *alice = come(b, "alice", ROLE_DRIVE);
    expect_told(b, "");
    console_go_away(c, &home_ops, b);
    expect_told(b, "join alice drive; ");
    assert_true(seat_input(&alice->seat, WHEEL_PRESS)); /* counts as taken */
    expect_told(b, "wish 0 event 0; ");
    assert_true(seat_drives(&alice->seat));
    assert_true(seat_input(&alice->seat, WHEEL_PRESS)); /* is not asked again */
    expect_told(b, "");
    tell(a, b, false); /* was said before it was heard */
    assert_true(seat_drives(&alice->seat));
    tell(a, b, true);
    assert_false(seat_drives(&alice->seat));
    expect_told(b, "lift alice; ");
    seat_set_role(&alice->seat, ROLE_WATCH);
    assert_non_null(strstr(b->told, "alice is watch; "));
    assert_false(seat_input(&alice->seat, WHEEL_PRESS));
    b->told[0] = 0;
    assert_null(session_set_role(alice->seat.session, ROLE_ADMIN));
    assert_null(console_message(c, "hello"));
    expect_told(b, "wish 1 event 0 admin; wish 3 event 0 'hello'; ");
    b->unreachable = true;
    assert_non_null(session_end(alice->seat.session, "x"));
    session_leave(&alice->seat);
    expect_told(b, "leave alice; ");
}

static void what_home_says_is_known_away(void **state)
{
    struct fixture *f = *state;
    struct node *a = &f->nodes[0], *b = &f->nodes[1];
    make_home(f, a);
    struct chair *carol = come(b, "carol", ROLE_DRIVE);
    console_go_away(console(b), &home_ops, b);
    struct chair *alice = come(a, "alice", ROLE_DRIVE), *bob = come(a, "bob", ROLE_DRIVE);
    seat_input(&alice->seat, WHEEL_PRESS);
    session_act(bob->seat.session, WHEEL_ASK, NULL, NULL);
    tell(a, b, true);
    assert_string_equal(driver(b), "alice");
    assert_int_equal(console(b)->wheel.n_queue, 1);
    assert_true(session_is_here(console_find(console(b), "bob")));
    assert_false(seat_input(&carol->seat, WHEEL_PRESS));
    session_end(bob->seat.session, "enough");
    tell(a, b, true);
    assert_null(console_find(console(b), "bob"));
    assert_int_equal(console(b)->wheel.n_queue, 0);
    assert_non_null(console_find(console(b), "carol")); /* is here, if not there yet */
}

static void a_number_that_home_gives_is_taken(void **state)
{
    struct fixture *f = *state;
    struct node *b = &f->nodes[1];
    run(f);
    struct chair *alice = come(b, "alice", ROLE_ADMIN), *nobody = come(b, "", ROLE_WATCH),
                 *other = come(b, "", ROLE_WATCH);
    console_go_away(console(b), &home_ops, b);
    console_seat_joined(&alice->seat, 4711, ROLE_DRIVE);
    assert_int_equal(alice->seat.session->id, 4711);
    assert_int_equal(alice->seat.role, ROLE_DRIVE);
    console_seat_joined(&other->seat, 4712, ROLE_WATCH);
    console_seat_joined(&nobody->seat, 4712, ROLE_ADMIN);
    assert_ptr_equal(nobody->seat.session, other->seat.session);
    assert_int_equal(nobody->seat.role, ROLE_WATCH); /* never more than its login */

    /* Another user's: home will say more. */
    console_seat_joined(&nobody->seat, 4711, ROLE_WATCH);
    assert_ptr_equal(nobody->seat.session, other->seat.session);
}

/* What home says counts, whatever numbers they had here. */
static void numbers_are_homes_even_where_two_change_places(void **state)
{
    struct fixture *f = *state;
    struct node *b = &f->nodes[1];
    run(f);
    struct chair *alice = come(b, "alice", ROLE_DRIVE), *bob = come(b, "bob", ROLE_DRIVE);
    uint64_t first = alice->seat.session->id, second = bob->seat.session->id;
    console_go_away(console(b), &home_ops, b);
    struct image_session sessions[] = {
        {.id = first, .user = "bob", .role = ROLE_DRIVE, .viewers = 1},
        {.id = second, .user = "alice", .role = ROLE_DRIVE, .viewers = 1},
    };
    const struct console_image image = {
        .epoch = 1, .serial = 1, .driver = second, .sessions = sessions, .n_sessions = 2};
    console_told(console(b), &image, true);
    assert_int_equal(alice->seat.session->id, second);
    assert_int_equal(bob->seat.session->id, first);
    assert_true(seat_drives(&alice->seat));
    assert_int_equal(alice->seat.session->n_seats, 1);
    assert_int_equal(bob->seat.session->n_seats, 1);
}

/* ---- another home ---- */

static void who_drove_drives_on_at_a_new_home(void **state)
{
    struct fixture *f = *state;
    struct node *a = &f->nodes[0], *b = &f->nodes[1];
    make_home(f, a);
    struct chair *alice = come(a, "alice", ROLE_DRIVE), *bob = come(b, "bob", ROLE_DRIVE);
    console_go_away(console(b), &home_ops, b);
    seat_input(&alice->seat, WHEEL_PRESS);
    come(a, "carol", ROLE_DRIVE);
    ask_for_wheel(a, "carol");
    tell(a, b, true);
    console_come_home(console(b));
    assert_string_equal(driver(b), "alice");
    assert_true(console(b)->wheel.driver_here); /* is waited for */
    assert_false(seat_input(&bob->seat, WHEEL_PRESS));
    b->told[0] = 0;
    struct chair *again = come(b, "alice", ROLE_DRIVE);
    expect_told(b, ""); /* was never away */
    assert_true(seat_input(&again->seat, WHEEL_PRESS));
    assert_int_equal(console(b)->wheel.n_queue, 1);
}

static void a_new_home_remembers_what_others_do(void **state)
{
    struct fixture *f = *state;
    struct node *a = &f->nodes[0], *b = &f->nodes[1];
    make_home(f, a);
    come_and_drive(a, "alice");
    console_come_home(console(b)); /* knew nothing */
    come(b, "alice", ROLE_DRIVE);
    remember(a, b);
    assert_string_equal(driver(b), "alice");
    assert_true(console(b)->epoch > console(a)->epoch);
}

static void what_was_decided_since_counts_more_than_memories(void **state)
{
    struct fixture *f = *state;
    struct node *a = &f->nodes[0], *b = &f->nodes[1];
    make_home(f, a);
    come_and_drive(a, "alice");
    console_come_home(console(b));
    come_and_drive(b, "bob");
    remember(a, b);
    assert_string_equal(driver(b), "bob");
    assert_true(console(b)->epoch > console(a)->epoch);
}

static void guests_leave_a_home_that_is_none(void **state)
{
    struct fixture *f = *state;
    struct node *a = &f->nodes[0];
    make_home(f, a);
    struct chair *alice = come(a, "alice", ROLE_DRIVE), *guest = come(a, "bob", ROLE_DRIVE);
    guest->seat.guest = true;
    a->told[0] = 0;
    console_go_away(console(a), &home_ops, a);
    expect_told(a, "bob must go: the machine is at another node now; join alice drive; ");
    assert_null(guest->seat.session);
    assert_non_null(alice->seat.session);
    assert_true(session_is_here(console_find(console(a), "bob")));
    const char *why = NULL;
    assert_false(session_join(&a->all, &guest->seat, &web1, "bob", ROLE_DRIVE, &why));
    assert_string_equal(why, CONSOLE_MOVED);
}

static void a_guest_whose_link_broke_is_waited_for(void **state)
{
    struct fixture *f = *state;
    struct node *a = &f->nodes[0];
    make_home(f, a);
    struct chair *guest = come(a, "", ROLE_DRIVE);
    guest->seat.guest = true;
    come(a, "bob", ROLE_DRIVE);
    seat_input(&guest->seat, WHEEL_PRESS);
    ask_for_wheel(a, "bob");
    uint64_t id = guest->seat.session->id;
    const char *why = NULL;
    console_seat_lost(&guest->seat);
    assert_int_equal(console(a)->wheel.driver, id);
    assert_true(session_join_as(&a->all, &guest->seat, &web1, "", ROLE_DRIVE, id, &why));
    assert_int_equal(guest->seat.session->id, id);
    assert_true(seat_drives(&guest->seat));
}

/* ---- the store ---- */

static bool may_only_watch(void *self)
{
    return ((const struct session *)self)->role == ROLE_WATCH;
}

/* Its other viewer may only watch. */
static void who_is_waited_for_gives_its_role_until_it_comes_no_more(void **state)
{
    struct fixture *f = *state;
    struct node *a = &f->nodes[0];
    make_home(f, a);
    struct chair *guest = come(a, "bob", ROLE_DRIVE), *other = come(a, "bob", ROLE_WATCH);
    struct session *bob = other->seat.session;
    guest->seat.guest = true;
    assert_true(seat_input(&guest->seat, WHEEL_PRESS));
    console_seat_lost(&guest->seat);
    seat_set_role(&other->seat, ROLE_WATCH);
    assert_int_equal(bob->role, ROLE_DRIVE);
    assert_ptr_equal(console_driver(console(a)), bob);
    assert_false(seat_drives(&other->seat));
    bob->expected_us = 1;
    sessions_reload(&a->all, f->config); /* looks at the times again */
    wait_until(f->loop, may_only_watch, bob);
    assert_null(console_driver(console(a)));
}

static void the_store_is_taken_up_by_who_becomes_home(void **state)
{
    struct fixture *f = *state;
    struct node *a = &f->nodes[0], *b = &f->nodes[1];
    make_home(f, a);
    struct chair *alice = come_and_drive(a, "alice");
    uint64_t id = alice->seat.session->id;
    read_sessions(f);
    assert_int_equal(f->n_read, 1);
    assert_non_null(strstr(f->read, "\"driving\":true"));
    console_come_home(console(b));
    assert_string_equal(driver(b), "nobody");
    run(f);
    assert_string_equal(driver(b), "alice");
    assert_int_equal(console_driver(console(b))->id, id);
    read_store(f, "home/name:web1", NULL);
    assert_non_null(strstr(f->read, "\"node\":\"b\""));
    assert_non_null(strstr(f->read, "\"epoch\":2"));
}

static void late_writes_of_an_old_home_are_refused(void **state)
{
    struct fixture *f = *state;
    struct node *a = &f->nodes[0], *b = &f->nodes[1];
    make_home(f, a);
    struct chair *alice = come_and_drive(a, "alice");
    run(f);
    console_come_home(console(b));
    run(f);
    assert_int_equal(console(b)->fence, FENCE_HELD);
    come(b, "alice", ROLE_DRIVE);
    struct chair *bob = come(b, "bob", ROLE_ADMIN);
    session_act(bob->seat.session, WHEEL_TAKE, NULL, NULL);
    read_sessions(f);
    char *before = alloc_text(f->read);
    session_act(alice->seat.session, WHEEL_RELEASE, NULL, NULL); /* it does not know yet */
    read_sessions(f);
    assert_string_equal(f->read, before);
    assert_int_equal(console(a)->fence, FENCE_LOST);
    session_end(alice->seat.session, "x");
    read_sessions(f);
    assert_string_equal(f->read, before);
    free(before);
}

static void decisions_wait_for_no_store(void **state)
{
    struct fixture *f = *state;
    struct node *a = &f->nodes[0];
    console_come_home(console(a)); /* what it asks is not answered before run() */
    struct chair *alice = come(a, "alice", ROLE_DRIVE);
    assert_true(seat_input(&alice->seat, WHEEL_PRESS));
    read_store(f, "session/", "session0");
    assert_int_equal(f->n_read, 1);
    assert_non_null(strstr(f->read, "\"driving\":true"));
    session_end(alice->seat.session, "enough");
    read_store(f, "session/", "session0");
    assert_int_equal(f->n_read, 0);
}

static void sessions_that_ended_elsewhere_are_forgotten(void **state)
{
    struct fixture *f = *state;
    struct node *a = &f->nodes[0], *b = &f->nodes[1];
    make_home(f, a);
    struct chair *alice = come(a, "alice", ROLE_DRIVE);
    come(a, "bob", ROLE_DRIVE);
    run(f);
    console_go_away(console(b), &home_ops, b);
    tell(a, b, true);
    console_come_home(console(b)); /* knows both; then alice's is ended there */
    run(f);
    session_end(console_find(console(b), "alice"), "enough");
    read_store(f, "session/", "session0");
    assert_int_equal(f->n_read, 1);
    assert_non_null(strstr(f->read, "bob"));
    assert_non_null(alice->seat.session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        T(numbers_are_unique_among_nodes),
        T(numbers_without_a_store_are_of_a_range_of_their_own),
        T(what_is_wished_away_from_home_is_asked_there),
        T(what_home_says_is_known_away),
        T(a_number_that_home_gives_is_taken),
        T(numbers_are_homes_even_where_two_change_places),
        T(who_drove_drives_on_at_a_new_home),
        T(a_new_home_remembers_what_others_do),
        T(what_was_decided_since_counts_more_than_memories),
        T(guests_leave_a_home_that_is_none),
        T(a_guest_whose_link_broke_is_waited_for),
        T(who_is_waited_for_gives_its_role_until_it_comes_no_more),
        T(the_store_is_taken_up_by_who_becomes_home),
        T(late_writes_of_an_old_home_are_refused),
        T(decisions_wait_for_no_store),
        T(sessions_that_ended_elsewhere_are_forgotten),
    };
    return cmocka_run_group_tests_name("shared sessions", tests, NULL, NULL);
}
