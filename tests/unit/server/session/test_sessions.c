/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "server/session/sessions.h"
#include "tests/unit/server/core/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define DEADLINE_US (60 * UINT64_C(1000000))

enum { CHAIRS = 8 };

struct fixture;

/* A viewer, as sessions see it; notes what it is told. */
struct chair {
    struct seat seat; /* first */
    struct fixture *f;
    const char *name;
};

struct fixture {
    struct session_observer observer; /* first */
    char folder[64], path[96];
    sd_event *loop;
    struct store *store;
    struct config *config;
    struct sessions all;
    struct chair chairs[CHAIRS];
    char told[4096];
};

static void told(struct fixture *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void told(struct fixture *f, const char *format, ...)
{
    size_t n = strlen(f->told);
    va_list args;
    va_start(args, format);
    vsnprintf(f->told + n, sizeof(f->told) - n, format, args);
    va_end(args);
}

static void expect_told(struct fixture *f, const char *text)
{
    assert_string_equal(f->told, text);
    f->told[0] = 0;
}

static void forget(struct fixture *f)
{
    f->told[0] = 0;
}

/* ---- chairs ---- */

static void on_lift(struct seat *seat)
{
    struct chair *c = (struct chair *)seat;
    told(c->f, "lift %s; ", c->name);
}

static void on_changed(struct seat *seat)
{
    (void)seat;
}

static void on_leave(struct seat *seat, const char *why)
{
    struct chair *c = (struct chair *)seat;
    told(c->f, "%s must go: %s; ", c->name, why);
    session_leave(seat);
}

static const struct seat_ops chair_ops = {
    .lift = on_lift, .changed = on_changed, .leave = on_leave};

static void on_event(struct session_observer *o, const struct session_event *e)
{
    struct fixture *f = (struct fixture *)o;
    told(f, "%s", session_event_name(e->kind));
    if (e->session)
        told(f, " %s", session_user(e->session));
    if (e->other)
        told(f, " (%s)", session_user(e->other));
    if (e->text)
        told(f, " '%s'", e->text);
    told(f, "; ");
}

static const struct console_key web1 = {"web1", NULL};

/* Takes a free chair; NULL when refused. */
static struct chair *come(struct fixture *f, const char *user, enum role role)
{
    const char *why = NULL;
    struct chair *c = f->chairs;
    while (c->seat.session)
        c++;
    *c = (struct chair){.seat.ops = &chair_ops, .f = f, .name = user[0] ? user : "nobody"};
    if (session_join(&f->all, &c->seat, &web1, user, role, &why))
        return c;
    told(f, "refused: %s; ", why);
    return NULL;
}

static void go(struct chair *c)
{
    session_leave(&c->seat);
}

static bool press(struct chair *c)
{
    return seat_input(&c->seat, WHEEL_PRESS);
}

static const char *act(struct chair *c, enum wheel_event event)
{
    return session_act(c->seat.session, event, NULL, NULL);
}

/* ---- the fixture ---- */

static void start(struct fixture *f, const char *machine)
{
    char *why = NULL,
         *text = alloc_printf("machine web1 { place = {\"pattern:64x64\"}\n%s }\n", machine);
    assert_int_equal(sd_event_new(&f->loop), 0);
    f->config = rig_config(text);
    free(text);
    if (store_sqlite_open(&f->store, f->loop, f->path, &why) < 0)
        fail_msg("%s", why);
    sessions_init(&f->all, f->loop, f->store, f->config);
    while (!sessions_ready(&f->all))
        assert_true(sd_event_run(f->loop, DEADLINE_US) > 0);
    f->observer = (struct session_observer){.on_event = on_event};
    sessions_observe(&f->all, &f->observer);
}

static void stop(struct fixture *f)
{
    while (sd_event_run(f->loop, 0) > 0)
        ;
    sessions_fini(&f->all);
    f->store->ops->close(f->store);
    config_free(&f->config);
    sd_event_unref(f->loop);
}

static void restart(struct fixture *f, const char *machine)
{
    stop(f);
    start(f, machine);
    forget(f);
}

/* Runs the loop until this was told. */
static void wait_told(struct fixture *f, const char *text)
{
    uint64_t now, end;
    sd_event_now(f->loop, CLOCK_MONOTONIC, &end);
    end += DEADLINE_US;
    while (!strstr(f->told, text)) {
        assert_true(sd_event_run(f->loop, 1000000) >= 0);
        sd_event_now(f->loop, CLOCK_MONOTONIC, &now);
        if (now > end)
            fail_msg("waited for '%s' in vain; told: %s", text, f->told);
    }
}

static int set_up(void **state)
{
    struct fixture *f = ALLOC(struct fixture);
    const char *tmp = getenv("TMPDIR");
    snprintf(f->folder, sizeof(f->folder), "%s/holdfast-sessions-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof(f->path), "%s/x.db", f->folder);
    start(f, "");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char *command = alloc_printf("rm -rf '%s'", f->folder);
    stop(f);
    assert_int_equal(system(command), 0);
    free(command);
    free(f);
    return 0;
}

/* ---- tests ---- */

static void the_first_input_takes_the_wheel(void **state)
{
    struct fixture *f = *state;
    struct chair *alice = come(f, "alice", ROLE_DRIVE), *bob = come(f, "bob", ROLE_DRIVE);
    expect_told(f, "session-attached alice; session-attached bob; ");
    assert_false(seat_drives(&bob->seat));
    assert_true(press(bob));
    expect_told(f, "driver-changed bob; ");
    assert_true(seat_drives(&bob->seat));
    assert_false(press(alice));
    assert_false(seat_drives(&alice->seat));
    expect_told(f, "");
}

static void a_user_finds_the_session_again(void **state)
{
    struct fixture *f = *state;
    struct chair *alice = come(f, "alice", ROLE_DRIVE);
    press(alice);
    uint64_t id = alice->seat.session->id;
    go(alice);
    struct chair *bob = come(f, "bob", ROLE_DRIVE);
    assert_false(press(bob));
    forget(f);
    alice = come(f, "alice", ROLE_DRIVE);
    assert_true(alice->seat.session->id == id);
    assert_true(seat_drives(&alice->seat));
    expect_told(f, "session-attached alice; ");
}

static void two_viewers_of_a_user_are_one_session(void **state)
{
    struct fixture *f = *state;
    struct chair *one = come(f, "alice", ROLE_DRIVE), *two = come(f, "alice", ROLE_DRIVE);
    assert_ptr_equal(one->seat.session, two->seat.session);
    press(one);
    assert_true(press(two));
    go(one);
    assert_true(seat_drives(&two->seat));
    expect_told(f, "session-attached alice; viewer-joined alice; driver-changed alice; "
                   "viewer-left alice; ");
}

static void nobodys_session_ends_with_its_viewer(void **state)
{
    struct fixture *f = *state;
    struct chair *one = come(f, "", ROLE_DRIVE), *two = come(f, "", ROLE_DRIVE);
    assert_ptr_not_equal(one->seat.session, two->seat.session);
    press(one);
    forget(f);
    go(one);
    expect_told(f, "driver-changed (anonymous); session-ended anonymous; ");
    assert_true(press(two));
}

static void an_absent_driver_keeps_the_wheel_until_asked(void **state)
{
    struct fixture *f = *state;
    struct chair *alice = come(f, "alice", ROLE_DRIVE), *bob = come(f, "bob", ROLE_DRIVE);
    press(alice);
    go(alice);
    assert_false(press(bob));
    forget(f);
    assert_null(act(bob, WHEEL_ASK));
    expect_told(f, "driver-changed bob (alice); ");
}

static void silence_hands_over_and_lifts(void **state)
{
    struct fixture *f = *state;
    restart(f, "ask = 1ms");
    struct chair *alice = come(f, "alice", ROLE_DRIVE), *bob = come(f, "bob", ROLE_DRIVE);
    bool queued = false;
    press(alice);
    forget(f);
    assert_null(session_act(bob->seat.session, WHEEL_ASK, NULL, &queued));
    assert_true(queued);
    wait_told(f, "driver-changed");
    expect_told(f, "asked bob (alice); lift alice; driver-changed bob (alice); ");
    assert_true(press(bob));
}

static void a_driver_may_say_no_give_and_let_go(void **state)
{
    struct fixture *f = *state;
    struct chair *alice = come(f, "alice", ROLE_DRIVE), *bob = come(f, "bob", ROLE_DRIVE);
    press(alice);
    act(bob, WHEEL_ASK);
    forget(f);
    assert_null(act(alice, WHEEL_DENY));
    expect_told(f, "denied bob (alice); ");
    assert_null(session_act(alice->seat.session, WHEEL_GIVE, bob->seat.session, NULL));
    expect_told(f, "lift alice; driver-changed bob (alice); ");
    assert_null(act(bob, WHEEL_RELEASE));
    expect_told(f, "lift bob; driver-changed (bob); ");
    assert_non_null(session_act(alice->seat.session, WHEEL_GIVE, NULL, NULL));
}

static void an_operator_gives_and_takes_away(void **state)
{
    struct fixture *f = *state;
    struct chair *alice = come(f, "alice", ROLE_DRIVE), *bob = come(f, "bob", ROLE_DRIVE);
    struct console *c = alice->seat.session->console;
    press(alice);
    forget(f);
    assert_null(console_act(c, WHEEL_GIVE, bob->seat.session));
    expect_told(f, "lift alice; driver-changed bob (alice); ");
    assert_null(console_act(c, WHEEL_RELEASE, NULL));
    expect_told(f, "lift bob; driver-changed (bob); ");
    assert_non_null(console_act(c, WHEEL_TAKE, NULL));
}

static void a_lowered_role_lets_go_at_once(void **state)
{
    struct fixture *f = *state;
    struct chair *alice = come(f, "alice", ROLE_DRIVE);
    press(alice);
    forget(f);
    seat_set_role(&alice->seat, ROLE_WATCH);
    assert_non_null(
        strstr(f->told, "role-changed alice; lift alice; driver-changed (alice); "));
    assert_false(press(alice));
    forget(f);
    session_set_role(alice->seat.session, ROLE_DRIVE);
    assert_true(press(alice));
    seat_set_role(&alice->seat, ROLE_WATCH); /* an admin's word counts more */
    assert_true(press(alice));
    session_set_role(alice->seat.session, ROLE_WATCH);
    assert_false(press(alice));
}

/* A ticket for watching does not lower what the same user's other viewer may. */
static void each_viewer_does_what_its_login_allows(void **state)
{
    struct fixture *f = *state;
    struct chair *one = come(f, "alice", ROLE_DRIVE), *two = come(f, "alice", ROLE_WATCH);
    assert_false(press(two));
    assert_true(press(one));
    assert_false(press(two));
    assert_false(seat_drives(&two->seat));
}

static void a_session_that_is_ended_is_gone(void **state)
{
    struct fixture *f = *state;
    struct chair *alice = come(f, "alice", ROLE_DRIVE);
    uint64_t id = alice->seat.session->id;
    come(f, "alice", ROLE_DRIVE);
    press(alice);
    forget(f);
    session_end(alice->seat.session, "so it is");
    expect_told(f, "alice must go: so it is; viewer-left alice; alice must go: so it is; "
                   "session-detached alice; driver-changed (alice); session-ended alice; ");
    assert_null(sessions_find(&f->all, id));
    assert_null(alice->seat.session);
    assert_true(come(f, "alice", ROLE_DRIVE)->seat.session->id != id);
}

static void one_user_may_have_so_many_viewers(void **state)
{
    struct fixture *f = *state;
    restart(f, "max-viewers-per-user = 2");
    come(f, "alice", ROLE_DRIVE);
    come(f, "alice", ROLE_DRIVE);
    come(f, "bob", ROLE_DRIVE);
    forget(f);
    assert_null(come(f, "alice", ROLE_DRIVE));
    expect_told(f, "refused: you have as many viewers here as one user may have; ");
    assert_non_null(come(f, "", ROLE_DRIVE));
}

static void it_ends_after_lingering(void **state)
{
    struct fixture *f = *state;
    restart(f, "linger = 1ms");
    struct chair *alice = come(f, "alice", ROLE_DRIVE);
    press(alice);
    forget(f);
    go(alice);
    wait_told(f, "session-ended");
    expect_told(f, "session-detached alice; driver-changed (alice); session-ended alice; ");
    assert_null(f->all.first);
}

static void all_drive_in_mode_free_and_none_in_mode_watch(void **state)
{
    struct fixture *f = *state;
    restart(f, "sharing = free");
    struct chair *alice = come(f, "alice", ROLE_DRIVE), *bob = come(f, "bob", ROLE_WATCH);
    struct chair *carol = come(f, "carol", ROLE_DRIVE);
    assert_true(press(alice) && press(carol) && !press(bob));
    forget(f);
    session_set_role(carol->seat.session, ROLE_WATCH);
    assert_non_null(strstr(f->told, "lift carol"));
    struct config *before = f->config;
    f->config = rig_config("machine web1 { place = {\"pattern:64x64\"} sharing = watch }");
    forget(f);
    sessions_reload(&f->all, f->config);
    config_free(&before);
    assert_non_null(strstr(f->told, "lift alice"));
    assert_false(press(alice));
}

static void a_message_reaches_observers(void **state)
{
    struct fixture *f = *state;
    struct chair *alice = come(f, "alice", ROLE_DRIVE);
    forget(f);
    console_message(alice->seat.session->console, "it reboots at noon");
    expect_told(f, "message 'it reboots at noon'; ");
}

/* ---- what is kept ---- */

static void sessions_outlive_the_daemon(void **state)
{
    struct fixture *f = *state;
    static const char *const users[] = {"alice", "bob", "carol", "dave"};
    struct chair *chairs[4];
    uint64_t ids[4];
    for (int i = 0; i < 4; i++) {
        chairs[i] = come(f, users[i], i == 3 ? ROLE_ADMIN : ROLE_DRIVE);
        ids[i] = chairs[i]->seat.session->id;
    }
    come(f, "", ROLE_DRIVE);
    press(chairs[1]);
    act(chairs[2], WHEEL_ASK);
    act(chairs[0], WHEEL_ASK);
    session_set_role(chairs[3]->seat.session, ROLE_WATCH);
    restart(f, "");
    int n = 0;
    for (struct session *s = f->all.first; s; s = s->next)
        assert_true(s->id == ids[n] && strcmp(s->user, users[n]) == 0 && ++n);
    assert_int_equal(n, 4);
    struct wheel *w = &f->all.first->console->wheel;
    assert_true(w->driver == ids[1]);
    assert_true(wheel_place(w, ids[2]) == 1 && wheel_place(w, ids[0]) == 2);
    struct chair *bob = come(f, "bob", ROLE_DRIVE), *dave = come(f, "dave", ROLE_ADMIN);
    assert_true(seat_drives(&bob->seat));
    assert_int_equal(dave->seat.session->role, ROLE_WATCH);
    assert_true(come(f, "erin", ROLE_DRIVE)->seat.session->id > ids[3]);
}

static void what_ended_does_not_come_back(void **state)
{
    struct fixture *f = *state;
    session_end(come(f, "alice", ROLE_DRIVE)->seat.session, "so it is");
    restart(f, "");
    assert_null(f->all.first);
    assert_true(come(f, "alice", ROLE_DRIVE)->seat.session->id > 1);
}

/* By UUID, also under another name. */
static void a_machine_is_known_by_its_uuid(void **state)
{
    struct fixture *f = *state;
    static const uint8_t uuid[16] = {1, 2, 3}, other[16] = {9};
    const struct console_key before = {"vm", uuid}, after = {"web1", uuid},
                             twin = {"vm", other};
    const char *why;
    struct chair a = {.seat.ops = &chair_ops, .f = f, .name = "a"}, b = a;
    assert_true(session_join(&f->all, &a.seat, &before, "alice", ROLE_DRIVE, &why));
    restart(f, "");
    a.seat = (struct seat){.ops = &chair_ops};
    assert_true(session_join(&f->all, &a.seat, &after, "alice", ROLE_DRIVE, &why));
    assert_true(a.seat.session->id == 1);
    assert_string_equal(a.seat.session->console->machine, "web1");
    assert_true(session_join(&f->all, &b.seat, &twin, "alice", ROLE_DRIVE, &why));
    assert_true(b.seat.session->id != 1);
    session_leave(&a.seat);
    session_leave(&b.seat);
}

static void on_history(void *self, const struct store_answer *a)
{
    struct fixture *f = self;
    for (size_t i = 0; i < a->n; i++)
        told(f, "%s\n", a->entries[i].value);
    told(f, ".");
}

static void on_count(void *self, const struct store_answer *a)
{
    told(self, "%zu.", a->n);
}

static void settle(struct fixture *f)
{
    while (sd_event_run(f->loop, 0) > 0)
        ;
}

static void history_says_who_drove_and_goes_with_time(void **state)
{
    struct fixture *f = *state;
    settle(f); /* what was too old went at the start */
    struct chair *alice = come(f, "alice", ROLE_DRIVE);
    press(alice);
    settle(f);
    forget(f);
    f->store->ops->get(f->store, "history/", "history0", on_history, f);
    wait_told(f, ".");
    expect_told(f, "{\"event\":\"session-attached\",\"machine\":\"web1\",\"user\":\"alice\"}\n"
                   "{\"event\":\"driver-changed\",\"machine\":\"web1\",\"user\":\"alice\"}\n.");
    struct chair *nobody = come(f, "", ROLE_DRIVE);
    for (int i = 0; i < 6000; i++) { /* more than an hour has room for */
        session_act(alice->seat.session, WHEEL_RELEASE, NULL, NULL);
        press(alice);
    }
    go(nobody);
    settle(f);
    forget(f);
    f->store->ops->get(f->store, "history/", "history0", on_count, f);
    wait_told(f, ".");
    expect_told(f, "5000.");
    f->config->history_us = 0;
    sd_event_source_set_time_relative(f->all.sweeper, 0);
    sd_event_source_set_enabled(f->all.sweeper, SD_EVENT_ONESHOT);
    settle(f);
    f->store->ops->get(f->store, "history/", "history0", on_history, f);
    wait_told(f, ".");
    expect_told(f, ".");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static unsigned count_sessions(const struct fixture *f)
{
    unsigned n = 0;
    for (const struct session *s = f->all.first; s; s = s->next)
        n++;
    return n;
}

/* Keys were numbers alone; with the next change they name the machine. */
static void sessions_of_an_earlier_database_are_taken_up(void **state)
{
    struct fixture *f = *state;
    f->store->ops->put(f->store, "session/00000000000000000005",
                       "{\"user\":\"alice\",\"machine\":\"web1\",\"uuid\":\"\",\"role\":"
                       "\"drive\",\"role-set\":false,\"driving\":false,\"place\":0,"
                       "\"since-us\":1,\"active-us\":1}",
                       0, NULL, NULL);
    restart(f, "");
    assert_int_equal(count_sessions(f), 1);
    struct chair *alice = come(f, "alice", ROLE_DRIVE);
    assert_int_equal(alice->seat.session->id, 5);
    assert_true(press(alice));
    restart(f, "");
    assert_int_equal(count_sessions(f), 1);
    assert_int_equal(console_driver(f->all.consoles)->id, 5);
    assert_non_null(strstr(console_driver(f->all.consoles)->kept_key, "/name:web1/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_first_input_takes_the_wheel),
        TEST(a_user_finds_the_session_again),
        TEST(two_viewers_of_a_user_are_one_session),
        TEST(nobodys_session_ends_with_its_viewer),
        TEST(an_absent_driver_keeps_the_wheel_until_asked),
        TEST(silence_hands_over_and_lifts),
        TEST(a_driver_may_say_no_give_and_let_go),
        TEST(an_operator_gives_and_takes_away),
        TEST(a_lowered_role_lets_go_at_once),
        TEST(each_viewer_does_what_its_login_allows),
        TEST(a_session_that_is_ended_is_gone),
        TEST(one_user_may_have_so_many_viewers),
        TEST(it_ends_after_lingering),
        TEST(all_drive_in_mode_free_and_none_in_mode_watch),
        TEST(a_message_reaches_observers),
        TEST(sessions_outlive_the_daemon),
        TEST(what_ended_does_not_come_back),
        TEST(a_machine_is_known_by_its_uuid),
        TEST(history_says_who_drove_and_goes_with_time),
        TEST(sessions_of_an_earlier_database_are_taken_up),
    };
    return cmocka_run_group_tests_name("sessions", tests, NULL, NULL);
}
