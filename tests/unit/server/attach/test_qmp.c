/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qmp.h"
#include "tests/fakeqemu/fake_qmp.h"
#include "tests/unit/server/attach/groups.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

struct talk {
    sd_event *loop;
    struct fake_qmp server;
    char folder[32], path[64];
    struct qmp *qmp;
    char heard[512];
    int lost; /* the error */
    bool close_when_ready, close_on_event;
    struct stat fd_seen;
};

static void hear(struct talk *t, const char *format, const char *text)
{
    size_t at = strlen(t->heard);
    snprintf(t->heard + at, sizeof(t->heard) - at, format, text);
}

static void on_ready(void *self)
{
    struct talk *t = self;
    hear(t, "ready;", "");
    if (t->close_when_ready)
        qmp_close(&t->qmp);
}

static void on_event(void *self, const char *name, json_t *data)
{
    struct talk *t = self;
    hear(t, json_is_object(data) ? "event %s;" : "bare event %s;", name);
    if (t->close_on_event)
        qmp_close(&t->qmp);
}

static void on_lost(void *self, int error, const char *why)
{
    struct talk *t = self;
    t->lost = error;
    hear(t, "lost %s;", why);
    qmp_close(&t->qmp);
}

static const struct qmp_handler handler = {on_ready, on_event, on_lost};

static void on_done(void *self, json_t *result, const char *error)
{
    struct talk *t = self;
    if (result)
        hear(t, "result %s;", json_string_value(json_object_get(result, "of")));
    else
        hear(t, "error %s;", error);
}

static json_t *on_command(void *self, const char *command, json_t *arguments, int *fd,
                          const char **error)
{
    struct talk *t = self;
    (void)arguments;
    if (!strcmp(command, "refuse"))
        *error = "no such thing";
    if (!strcmp(command, "silence") || *error)
        return NULL;
    if (!strcmp(command, "getfd"))
        fstat(*fd, &t->fd_seen);
    return json_pack("{s:s}", "of", command);
}

static int set_up(void **state)
{
    struct talk *t = calloc(1, sizeof(*t));
    assert_true(sd_event_new(&t->loop) >= 0);
    strcpy(t->folder, "/tmp/test_qmp-XXXXXX");
    assert_non_null(mkdtemp(t->folder));
    snprintf(t->path, sizeof(t->path), "%s/qmp.sock", t->folder);
    fake_qmp_init(&t->server, t->loop, t->path);
    t->server.on_command = on_command;
    t->server.self = t;
    *state = t;
    return 0;
}

static int tear_down(void **state)
{
    struct talk *t = *state;
    qmp_close(&t->qmp);
    fake_qmp_fini(&t->server);
    unlink(t->path);
    rmdir(t->folder);
    sd_event_unref(t->loop);
    free(t);
    return 0;
}

static void open_it(struct talk *t)
{
    assert_int_equal(qmp_open(&t->qmp, t->loop, t->path, &handler, t), 0);
}

static void until(struct talk *t, const char *text)
{
    while (!strstr(t->heard, text)) {
        int r = sd_event_run(t->loop, 10000000);
        if (r <= 0)
            fail_msg("waited in vain for '%s', heard '%s'", text, t->heard);
    }
}

static void commands_wait_for_the_greeting_and_are_answered_in_order(void **state)
{
    struct talk *t = *state;
    open_it(t);
    qmp_call(t->qmp, "one", NULL, -1, on_done, t);
    qmp_call(t->qmp, "refuse", NULL, -1, on_done, t);
    qmp_call(t->qmp, "two", json_pack("{s:i}", "a", 1), -1, on_done, t);
    until(t, "two");
    assert_string_equal(t->heard, "ready;result one;error no such thing;result two;");
}

static void answers_in_another_order_find_their_command(void **state)
{
    struct talk *t = *state;
    open_it(t);
    until(t, "ready;");
    qmp_call(t->qmp, "silence", NULL, -1, on_done, t); /* id 1: 0 was qmp_capabilities */
    qmp_call(t->qmp, "silence", NULL, -1, on_done, t);
    static const char answers[] =
        "{\"return\":{\"of\":\"nobody\"},\"id\":77}\n{\"return\":{\"of\":\"none\"}}\n"
        "{\"return\":{\"of\":\"second\"},\"id\":2}\n{\"return\":{\"of\":\"first\"},\"id\":1}\n"
        "{\"return\":{\"of\":\"again\"},\"id\":1}\n{\"event\":\"END\"}\n";
    fake_qmp_say(&t->server, answers, strlen(answers));
    until(t, "END");
    assert_string_equal(t->heard, "ready;result second;result first;bare event END;");
}

static void a_descriptor_goes_with_its_command(void **state)
{
    struct talk *t = *state;
    int ends[2];
    char nothing;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    open_it(t);
    qmp_call(t->qmp, "getfd", NULL, ends[1], on_done, t);
    until(t, "getfd");
    assert_true(S_ISFIFO(t->fd_seen.st_mode));
    /* It was taken over: the server's is the last one. */
    close(t->server.hold_fd);
    t->server.hold_fd = -1;
    assert_int_equal(read(ends[0], &nothing, 1), 0);
    close(ends[0]);
}

static void events_are_told(void **state)
{
    struct talk *t = *state;
    open_it(t);
    until(t, "ready;");
    fake_qmp_event(&t->server, "STOP");
    fake_qmp_event(&t->server, "RESUME");
    until(t, "RESUME");
    assert_string_equal(t->heard, "ready;event STOP;event RESUME;");
}

static void silence_ends_after_two_seconds(void **state)
{
    struct talk *t = *state;
    t->server.greeting = NULL;
    open_it(t);
    until(t, "lost");
    assert_int_equal(t->lost, -ETIMEDOUT);
}

static void what_does_not_greet_as_qmp_is_lost(void **state)
{
    static const char *const greetings[] = {"SSH-2.0-x\r\n", "{\"return\": {}}\n",
                                            "RFB 003.008\n", "[]\n"};
    struct talk *t = *state;
    for (size_t i = 0; i < sizeof(greetings) / sizeof(greetings[0]); i++) {
        t->heard[0] = 0;
        t->server.greeting = greetings[i];
        open_it(t);
        until(t, "lost");
        assert_int_equal(t->lost, -EPROTO);
        assert_null(t->qmp);
    }
}

static void a_peer_that_hangs_up_is_lost_once_and_commands_get_no_answer(void **state)
{
    struct talk *t = *state;
    open_it(t);
    until(t, "ready;");
    qmp_call(t->qmp, "silence", NULL, -1, on_done, t);
    fake_qmp_hang_up(&t->server);
    until(t, "lost");
    while (sd_event_run(t->loop, 1000) > 0)
        continue;
    assert_string_equal(t->heard, "ready;lost QEMU closed the connection;");
}

static void it_may_be_closed_in_a_callback(void **state)
{
    struct talk *t = *state;
    t->close_when_ready = true;
    open_it(t);
    until(t, "ready;");
    assert_null(t->qmp);
    t->close_when_ready = false;
    t->close_on_event = true;
    t->heard[0] = 0;
    open_it(t);
    until(t, "ready;");
    fake_qmp_event(&t->server, "A");
    fake_qmp_event(&t->server, "B");
    until(t, "event A;");
    while (sd_event_run(t->loop, 1000) > 0)
        continue;
    assert_string_equal(t->heard, "ready;event A;");
}

static void what_was_forgotten_is_not_answered(void **state)
{
    struct talk *t = *state;
    int other;
    open_it(t);
    qmp_call(t->qmp, "one", NULL, -1, on_done, t);
    qmp_call(t->qmp, "two", NULL, -1, on_done, &other);
    qmp_forget(t->qmp, &other);
    qmp_call(t->qmp, "three", NULL, -1, on_done, t);
    until(t, "three");
    assert_string_equal(t->heard, "ready;result one;result three;");
}

static void a_socket_that_cannot_be_reached_is_an_error_at_once(void **state)
{
    struct talk *t = *state;
    char long_path[200];
    memset(long_path, 'x', sizeof(long_path));
    long_path[0] = '/';
    long_path[sizeof(long_path) - 1] = 0;
    assert_int_equal(qmp_open(&t->qmp, t->loop, "/nonexistent/qmp.sock", &handler, t), -ENOENT);
    assert_int_equal(qmp_open(&t->qmp, t->loop, long_path, &handler, t), -ENAMETOOLONG);
    assert_null(t->qmp);
}

#define with_talk(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int test_qmp(void)
{
    const struct CMUnitTest tests[] = {
        with_talk(commands_wait_for_the_greeting_and_are_answered_in_order),
        with_talk(answers_in_another_order_find_their_command),
        with_talk(a_descriptor_goes_with_its_command),
        with_talk(events_are_told),
        with_talk(silence_ends_after_two_seconds),
        with_talk(what_does_not_greet_as_qmp_is_lost),
        with_talk(a_peer_that_hangs_up_is_lost_once_and_commands_get_no_answer),
        with_talk(it_may_be_closed_in_a_callback),
        with_talk(what_was_forgotten_is_not_answered),
        with_talk(a_socket_that_cannot_be_reached_is_an_error_at_once),
    };
    return cmocka_run_group_tests_name("qmp", tests, NULL, NULL);
}
