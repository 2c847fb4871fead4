/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The API as a client meets it: real requests over its Unix socket, machines with a pattern
 * place. */
#include <config.h>
#include "server/session/home.h"
#include "server/control/control.h"
#include "server/session/sessions.h"
#include "auth/ticket.h"
#include "base/alloc.h"
#include "base/bytes.h"
#include "base/log.h"
#include "server/control/http.h"
#include "server/machine/machines.h"
#include "server/machine/typing.h"

#include <errno.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define DEADLINE_US (60 * UINT64_C(1000000))

struct fixture {
    char folder[32], *path;
    sd_event *loop;
    struct config *config;
    struct machines machines;
    struct control *control;
    struct sessions sessions;
    struct store *store;
    struct seat seats[2]; /* of alice and bob, at web1 */
    char said[256];       /* by the keyboard of machine web1 */
    struct ticket_book *tickets;
    unsigned n_audited;
    enum audit_what audited; /* the last */
    uint64_t audited_ticket;
};

struct answer {
    int status;
    char *head;
    json_t *body; /* NULL: no JSON */
    size_t body_len;
};

/* ---- a client ---- */

static int client_connect(const struct fixture *f)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    strcpy(sa.sun_path, f->path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
    return fd;
}

static void run_once(struct fixture *f)
{
    assert_true(sd_event_run(f->loop, 50000) >= 0);
}

static uint64_t now_us(struct fixture *f)
{
    uint64_t now = 0;
    sd_event_now(f->loop, CLOCK_MONOTONIC, &now);
    return now;
}

static void send_all(struct fixture *f, int fd, const char *data, size_t n)
{
    while (n) {
        ssize_t sent = send(fd, data, n, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN)
            return; /* refused early: the answer tells */
        if (sent < 0)
            run_once(f);
        data += sent > 0 ? sent : 0;
        n -= sent > 0 ? (size_t)sent : 0;
    }
}

/* All that comes until the server closes. */
static void receive_all(struct fixture *f, int fd, struct bytes *to)
{
    uint64_t until = now_us(f) + DEADLINE_US;
    for (;;) {
        uint8_t *room = bytes_reserve(to, 65536);
        ssize_t n = recv(fd, room, 65536, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN))
            return;
        if (n > 0)
            bytes_commit(to, (size_t)n);
        else
            run_once(f);
        assert_true(now_us(f) < until);
    }
}

static struct answer take_answer(struct fixture *f, int fd)
{
    struct answer a = {0};
    struct bytes in;
    bytes_init(&in, SIZE_MAX);
    receive_all(f, fd, &in);
    close(fd);
    bytes_put_u8(&in, 0);
    char *end = strstr((char *)in.data, "\r\n\r\n");
    if (end) {
        assert_int_equal(sscanf((char *)in.data, "HTTP/1.1 %d", &a.status), 1);
        *end = 0;
        a.head = alloc_text((char *)in.data);
        a.body_len = in.len - 1 - (size_t)(end + 4 - (char *)in.data);
        a.body = json_loadb(end + 4, a.body_len, 0, NULL);
    }
    bytes_fini(&in);
    return a;
}

static void send_request(struct fixture *f, int fd, const char *method, const char *path,
                         const char *body)
{
    char *text = alloc_printf(
        "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s",
        method, path, strlen(body), body);
    send_all(f, fd, text, strlen(text));
    free(text);
}

static struct answer ask(struct fixture *f, const char *method, const char *path,
                         const char *body)
{
    int fd = client_connect(f);
    send_request(f, fd, method, path, body);
    return take_answer(f, fd);
}

static void answer_fini(struct answer *a)
{
    json_decref(a->body);
    free(a->head);
}

static const char *error_of(const struct answer *a)
{
    const char *text = json_string_value(json_object_get(a->body, "error"));
    return text ? text : "";
}

/* ---- the world ---- */

static void tell_listeners(void *self,
                           void (*each)(void *to, const char *address, const char *machine),
                           void *to)
{
    (void)self;
    each(to, "127.0.0.1:5900", NULL);
    each(to, "127.0.0.1:5901", "web1");
}

static void tell_counters(void *self, void (*each)(void *to, const char *name, uint64_t value),
                          void *to)
{
    (void)self;
    each(to, "frames_total", 7);
}

static void on_audit(void *self, enum audit_what what, const struct audit_facts *facts)
{
    struct fixture *f = self;
    f->n_audited++;
    f->audited = what;
    f->audited_ticket = facts->ticket;
    assert_true(strncmp(facts->by, "uid ", 4) == 0);
}

static void on_key(void *self, uint8_t qnum, bool down)
{
    struct fixture *f = self;
    size_t n = strlen(f->said);
    snprintf(f->said + n, sizeof(f->said) - n, "%s%c%02x", n ? " " : "", down ? '+' : '-',
             qnum);
}

static int start(struct fixture *f)
{
    const struct control_context context = {
        .loop = f->loop,
        .machines = &f->machines,
        .sessions = &f->sessions,
        .path = f->path,
        .listeners = tell_listeners,
        .counters = tell_counters,
        .tickets = f->tickets,
        .audit = on_audit,
        .self = f,
        .home_answer_ms = 200,
    };
    return control_start(&f->control, &context);
}

/* Attaches web1 and takes its keyboard once it runs. */
static void attach_web1(struct fixture *f)
{
    static const struct input_sink_ops ops = {.key = on_key};
    const char *why;
    assert_int_equal(machines_attach(&f->machines, "web1", "pattern:64x48", &why), 0);
    struct machine *m = machines_find(&f->machines, "web1");
    uint64_t until = now_us(f) + DEADLINE_US;
    while (m->state != MACHINE_RUNNING && now_us(f) < until)
        run_once(f);
    assert_int_equal(m->state, MACHINE_RUNNING);
    m->keyboard.sink = (struct input_sink){&ops, f};
}

static int setup(void **state)
{
    struct fixture *f = ALLOC(struct fixture);
    strcpy(f->folder, "/tmp/holdfast-control-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    f->path = alloc_printf("%s/deep/control.sock", f->folder);
    log_set_level(LOG_LEVEL_ERROR);
    assert_true(sd_event_new(&f->loop) >= 0);
    f->config = config_builtin();
    f->tickets = ticket_book_new();
    char *why = NULL;
    assert_int_equal(store_sqlite_open(&f->store, f->loop, ":memory:", &why), 0);
    sessions_init(&f->sessions, f->loop, f->store, f->config);
    f->store->ops->settle(f->store);
    machines_start(&f->machines, f->loop, f->config);
    assert_int_equal(start(f), 0);
    attach_web1(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char *deep = alloc_printf("%s/deep", f->folder);
    sessions_fini(&f->sessions);
    f->store->ops->close(f->store);
    control_stop(&f->control);
    assert_int_equal(access(f->path, F_OK), -1);
    machines_stop(&f->machines);
    ticket_book_free(&f->tickets);
    config_free(&f->config);
    sd_event_unref(f->loop);
    rmdir(deep);
    assert_int_equal(rmdir(f->folder), 0);
    free(deep);
    free(f->path);
    free(f);
    return 0;
}

static void wait_for_keys(struct fixture *f)
{
    uint64_t until = now_us(f) + DEADLINE_US;
    while (!f->said[0] && now_us(f) < until)
        run_once(f);
    assert_true(f->said[0]);
}

/* ---- what it answers ---- */

static void machines_are_listed_as_promised(void **state)
{
    struct fixture *f = *state;
    struct answer a = ask(f, "GET", "/v1/machines", "");
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.head, "Content-Type: application/json"));
    char *text = json_dumps(a.body, JSON_COMPACT);
    assert_string_equal(
        text, "[{\"name\":\"web1\",\"uuid\":null,\"state\":\"running\",\"size\":[64,48],"
              "\"driver\":null,"
              "\"viewers\":0,\"switches\":0,\"last_switch_gap_ms\":null,\"places\":[{\"place\":"
              "\"pattern:64x48\",\"state\":\"running\",\"active\":true}]}]");
    free(text);
    answer_fini(&a);
}

static void status_tells_listeners_and_counters(void **state)
{
    struct fixture *f = *state;
    struct answer a = ask(f, "GET", "/v1/status", "");
    assert_int_equal(a.status, 200);
    assert_true(json_is_null(json_object_get(a.body, "cluster")));
    const json_t *listeners = json_object_get(a.body, "listeners"),
                 *second = json_array_get(listeners, 1);
    assert_int_equal(json_array_size(listeners), 2);
    assert_true(json_is_null(json_object_get(json_array_get(listeners, 0), "machine")));
    assert_string_equal(json_string_value(json_object_get(second, "address")),
                        "127.0.0.1:5901");
    assert_string_equal(json_string_value(json_object_get(second, "machine")), "web1");
    assert_int_equal(json_integer_value(
                         json_object_get(json_object_get(a.body, "counters"), "frames_total")),
                     7);
    assert_string_equal(json_string_value(json_object_get(a.body, "version")), PACKAGE_VERSION);
    assert_int_equal(json_integer_value(json_object_get(a.body, "pid")), getpid());
    assert_int_equal(json_integer_value(json_object_get(a.body, "machines")), 1);
    assert_int_equal(json_integer_value(json_object_get(a.body, "viewers")), 0);
    assert_true(json_is_integer(json_object_get(a.body, "uptime_s")));
    answer_fini(&a);
}

static void refusals_say_what_is_wrong(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *method, *path, *body;
        int status;
        const char *error; /* a part of it */
    } rows[] = {
        {"GET", "/", "", 404, "there is nothing at this path"},
        {"GET", "/v1/machines/", "", 404, "there is nothing at this path"},
        {"GET", "/v1/machines/none/screenshot", "", 404,
         "there is no machine 'none': see holdfastctl machines"},
        {"DELETE", "/v1/machines/none", "", 404, "there is no machine 'none'"},
        {"PUT", "/v1/machines", "", 405, "this path takes GET, POST"},
        {"GET", "/v1/machines/web1/type", "", 405, "this path takes POST"},
        {"POST", "/v1/machines", "", 400, "must be a JSON object"},
        {"POST", "/v1/machines", "[]", 400, "must be a JSON object"},
        {"POST", "/v1/machines", "{\"name\":\"a\",\"name\":\"b\"}", 400,
         "must be a JSON object"},
        {"POST", "/v1/machines", "{\"name\":\"a\"}", 400, "needs \"place\", a string"},
        {"POST", "/v1/machines", "{\"name\":1,\"place\":\"pattern:8x8\"}", 400,
         "needs \"name\", a string"},
        {"POST", "/v1/machines", "{\"name\":\"a\",\"place\":\"pattern:8x8\",\"x\":1}", 400,
         "unknown member \"x\""},
        {"POST", "/v1/machines", "{\"name\":\"a\",\"place\":\"tape:8x8\"}", 400, "a place is "},
        {"POST", "/v1/machines", "{\"name\":\"a/b\",\"place\":\"pattern:9x9\"}", 400, "name"},
        {"POST", "/v1/machines", "{\"name\":\"a\",\"place\":\"pattern:64x48\"}", 409,
         "attached already"},
        {"GET", "/v1/machines/web1/screenshot?head=x", "", 400,
         "head is a number from 0 to 15"},
        {"GET", "/v1/machines/web1/screenshot?head=16", "", 400,
         "head is a number from 0 to 15"},
        {"POST", "/v1/machines/web1/type", "{\"text\":\"a\xe2\x82\xac\"}", 422,
         "no key for U+20AC: nothing was typed"},
        {"POST", "/v1/machines/web1/type", "{\"text\":\"a\\u0000b\"}", 400,
         "must be a JSON object"},
        {"POST", "/v1/machines/web1/keys", "{\"keys\":[]}", 400,
         "a list of one or more strings"},
        {"POST", "/v1/machines/web1/keys", "{\"keys\":[\"a\",1]}", 400,
         "a list of one or more strings"},
        {"POST", "/v1/machines/web1/keys", "{\"keys\":[\"a\",\"ctrl-foo\"]}", 422,
         "'foo' is no key here"},
        {"POST", "/v1/tickets", "{}", 400, "needs \"machine\", a string"},
        {"POST", "/v1/tickets", "{\"machine\":\"none\"}", 404, "there is no machine 'none'"},
        {"POST", "/v1/tickets", "{\"machine\":\"web1\",\"role\":\"none\"}", 400,
         "there is no role 'none'"},
        {"POST", "/v1/tickets", "{\"machine\":\"web1\",\"role\":true}", 400,
         "\"role\" is a string or a whole number"},
        {"POST", "/v1/tickets", "{\"machine\":\"web1\",\"ttl\":0}", 400,
         "1 to 2592000 seconds"},
        {"POST", "/v1/tickets", "{\"machine\":\"web1\",\"ttl\":\"1h\"}", 400,
         "1 to 2592000 seconds"},
        {"POST", "/v1/tickets", "{\"machine\":\"web1\",\"vnc\":1}", 400,
         "\"vnc\" is true or false"},
        {"DELETE", "/v1/tickets/7", "", 404, "there is no ticket '7'"},
        {"DELETE", "/v1/tickets/x", "", 404, "there is no ticket 'x'"},
        {"DELETE", "/v1/tickets/18446744073709551617", "", 404, "there is no ticket"},
        {"GET", "/v1/nodes", "", 409, "this host is alone"},
        {"POST", "/v1/drain", "{}", 409, "this host is alone"},
        {"POST", "/v1/drain", "{\"off\":1}", 400, "\"off\" is true or false"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct answer a = ask(f, rows[i].method, rows[i].path, rows[i].body);
        assert_int_equal(a.status, rows[i].status);
        if (!strstr(error_of(&a), rows[i].error))
            fail_msg("'%s' instead of '%s'", error_of(&a), rows[i].error);
        if (a.status == 405)
            assert_non_null(strstr(a.head, "Allow: "));
        answer_fini(&a);
    }
    assert_string_equal(f->said, "");
}

static json_int_t number(const json_t *o, const char *key)
{
    return json_integer_value(json_object_get(o, key));
}

static const char *text(const json_t *o, const char *key)
{
    return json_string_value(json_object_get(o, key));
}

static void a_ticket_is_made_listed_and_taken_back(void **state)
{
    struct fixture *f = *state;
    struct answer a = ask(f, "POST", "/v1/tickets",
                          "{\"machine\":\"web1\",\"user\":\"alice\",\"role\":\"watch\","
                          "\"ttl\":60}");
    assert_int_equal(a.status, 201);
    assert_non_null(strstr(a.head, "no-store"));
    json_int_t id = number(a.body, "id");
    const struct ticket *t = ticket_by_text(f->tickets, text(a.body, "ticket"), now_us(f));
    assert_non_null(t);
    assert_true(t->id == (uint64_t)id && !t->vnc && t->role == ROLE_WATCH);
    assert_string_equal(t->user, "alice");
    assert_string_equal(t->machine, "web1");
    assert_true(f->n_audited == 1 && f->audited == AUDIT_TICKET && f->audited_ticket == t->id);
    answer_fini(&a);
    a = ask(f, "GET", "/v1/tickets", "");
    assert_int_equal(json_array_size(a.body), 1);
    const json_t *o = json_array_get(a.body, 0);
    assert_true(number(o, "id") == id && number(o, "expires_in_s") <= 60);
    assert_null(json_object_get(o, "ticket"));
    assert_true(json_is_false(json_object_get(o, "used")));
    answer_fini(&a);
    char *path = alloc_printf("/v1/tickets/%d", (int)id);
    a = ask(f, "DELETE", path, "");
    assert_int_equal(a.status, 200);
    assert_true(f->n_audited == 2 && f->audited == AUDIT_REVOKED);
    answer_fini(&a);
    a = ask(f, "GET", "/v1/tickets", "");
    assert_int_equal(json_array_size(a.body), 0);
    answer_fini(&a);
    free(path);
}

static void tickets_for_vnc_are_short_and_few(void **state)
{
    struct fixture *f = *state;
    for (unsigned i = 0; i < 17; i++) {
        struct answer a = ask(f, "POST", "/v1/tickets", "{\"machine\":\"web1\",\"vnc\":true}");
        assert_int_equal(a.status, i < 16 ? 201 : 409);
        if (i < 16) {
            assert_int_equal(strlen(text(a.body, "ticket")), 8);
            assert_int_equal(number(a.body, "expires_in_s"), 60);
            assert_string_equal(text(a.body, "role"), "drive");
            assert_string_equal(text(a.body, "user"), "");
        }
        answer_fini(&a);
    }
    struct answer a = ask(f, "POST", "/v1/tickets", "{\"machine\":\"web1\",\"vnc\":false}");
    assert_int_equal(a.status, 201);
    assert_int_equal(strlen(text(a.body, "ticket")), 27);
    answer_fini(&a);
}

/* ---- people ---- */

static void on_lift(struct seat *seat)
{
    (void)seat;
}

static void on_leave(struct seat *seat, const char *why)
{
    (void)why;
    session_leave(seat);
}

static void on_describe(struct seat *seat, struct seat_description *description_r)
{
    (void)seat;
    *description_r = (struct seat_description){.id = 7,
                                               .address = "192.0.2.7:5",
                                               .transport = "tcp",
                                               .security = "plain",
                                               .encoding = "zrle",
                                               .rtt_us = 1500,
                                               .bytes_out = 10,
                                               .updates_out = 2};
}

static const struct seat_ops seat_ops = {
    .lift = on_lift, .changed = on_lift, .leave = on_leave, .describe = on_describe};

static void come(struct fixture *f, int i, const char *user)
{
    const struct console_key key = {"web1", NULL};
    const char *why;
    f->seats[i].ops = &seat_ops;
    assert_true(session_join(&f->sessions, &f->seats[i], &key, user, ROLE_DRIVE, &why));
}

static void sessions_are_listed_as_promised(void **state)
{
    struct fixture *f = *state;
    come(f, 0, "alice");
    seat_input(&f->seats[0], WHEEL_PRESS);
    struct answer a = ask(f, "GET", "/v1/sessions", "");
    json_t *o = json_array_get(a.body, 0);
    json_object_del(o, "since");
    json_object_del(o, "last_activity");
    char *json = json_dumps(a.body, JSON_COMPACT);
    assert_string_equal(
        json, "[{\"id\":1,\"user\":\"alice\",\"machine\":\"web1\",\"role\":\"drive\","
              "\"state\":\"attached\",\"driving\":true,\"queue\":null,\"viewers\":[{\"id\":7,"
              "\"address\":\"192.0.2.7:5\",\"transport\":\"tcp\",\"security\":\"plain\","
              "\"encoding\":\"zrle\",\"rtt_ms\":1.5,\"bytes_out\":10,\"updates_out\":2}]}]");
    free(json);
    answer_fini(&a);
    a = ask(f, "GET", "/v1/machines", "");
    assert_string_equal(text(json_array_get(a.body, 0), "driver"), "alice");
    answer_fini(&a);
}

static void control_is_handed_over(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *body;
        int status;
        const char *driver, *error;
    } rows[] = {
        {"{\"action\":\"steal\"}", 400, NULL, "give, take or release"},
        {"{\"action\":\"give\"}", 400, NULL, "needs the user"},
        {"{\"action\":\"give\",\"to\":\"carol\"}", 404, NULL, "'carol' has no session"},
        {"{\"action\":\"take\",\"user\":\"carol\"}", 404, NULL, "'carol' has no session"},
        {"{\"action\":\"take\"}", 409, NULL, "who shall drive?"},
        {"{\"action\":\"give\",\"to\":\"bob\"}", 200, "bob", NULL},
        {"{\"action\":\"take\",\"user\":\"alice\"}", 200, "alice", NULL},
        {"{\"action\":\"release\",\"user\":\"bob\"}", 409, NULL, "you do not drive"},
        {"{\"action\":\"release\",\"user\":\"alice\"}", 200, NULL, NULL},
        {"{\"action\":\"take\",\"user\":\"bob\"}", 200, "bob", NULL},
        {"{\"action\":\"release\"}", 200, NULL, NULL},
    };
    struct answer a = ask(f, "POST", "/v1/machines/web1/control", rows[0].body);
    answer_fini(&a);
    a = ask(f, "POST", "/v1/machines/web1/control", rows[5].body);
    assert_int_equal(a.status, 409);
    assert_string_equal(error_of(&a), "nobody is at 'web1'");
    answer_fini(&a);
    come(f, 0, "alice");
    come(f, 1, "bob");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        a = ask(f, "POST", "/v1/machines/web1/control", rows[i].body);
        assert_int_equal(a.status, rows[i].status);
        if (rows[i].error && !strstr(error_of(&a), rows[i].error))
            fail_msg("'%s' instead of '%s'", error_of(&a), rows[i].error);
        const char *driver = text(a.body, "driver");
        assert_int_equal(driver != NULL, rows[i].driver != NULL);
        if (driver)
            assert_string_equal(driver, rows[i].driver);
        answer_fini(&a);
    }
}

static void typing_heeds_who_drives(void **state)
{
    struct fixture *f = *state;
    come(f, 0, "alice");
    seat_input(&f->seats[0], WHEEL_PRESS);
    struct answer a = ask(f, "POST", "/v1/machines/web1/type", "{\"text\":\"x\"}");
    assert_int_equal(a.status, 409);
    assert_non_null(strstr(error_of(&a), "alice drives 'web1'"));
    answer_fini(&a);
    a = ask(f, "POST", "/v1/machines/web1/type", "{\"text\":\"x\",\"force\":true}");
    assert_int_equal(a.status, 200);
    answer_fini(&a);
    assert_string_equal(f->said, "+2d -2d");
}

static void roles_change_and_sessions_end(void **state)
{
    struct fixture *f = *state;
    come(f, 0, "alice");
    struct answer a = ask(f, "POST", "/v1/sessions/1/role", "{\"role\":\"captain\"}");
    assert_int_equal(a.status, 400);
    answer_fini(&a);
    a = ask(f, "POST", "/v1/sessions/1/role", "{\"role\":\"watch\"}");
    assert_string_equal(text(a.body, "role"), "watch");
    assert_int_equal(f->audited, AUDIT_ROLE);
    answer_fini(&a);
    assert_false(seat_may_drive(&f->seats[0]));
    a = ask(f, "DELETE", "/v1/sessions/2", "");
    assert_int_equal(a.status, 404);
    answer_fini(&a);
    a = ask(f, "DELETE", "/v1/sessions/1", "");
    assert_int_equal(a.status, 200);
    assert_int_equal(f->audited, AUDIT_KICKED);
    answer_fini(&a);
    assert_null(f->sessions.first);
}

static void asks_nothing(void *self, struct seat *seat)
{
    (void)self;
    (void)seat;
}

/* A home that is another node. */
struct away {
    bool reached;
    uint32_t n_wishes;
};

static uint32_t asks_if(void *self, const struct console_wish *wish)
{
    struct away *away = self;
    (void)wish;
    return away->reached ? ++away->n_wishes : 0;
}

static const struct console_home_ops away_ops = {
    .join = asks_nothing, .leave = asks_nothing, .role = asks_nothing, .act = asks_if};

static const struct {
    const char *method, *path, *body;
} rows_of_home[] = {
    {"POST", "/v1/sessions/1/role", "{\"role\":\"watch\"}"},
    {"POST", "/v1/machines/web1/message", "{\"text\":\"hello\"}"},
    {"POST", "/v1/machines/web1/control", "{\"action\":\"give\",\"to\":\"alice\"}"},
    {"DELETE", "/v1/sessions/1", ""},
};
enum { ROWS_OF_HOME = sizeof(rows_of_home) / sizeof(rows_of_home[0]) };

static struct console *go_away(struct fixture *f, struct away *away)
{
    come(f, 0, "alice");
    struct console *c = f->seats[0].session->console;
    console_go_away(c, &away_ops, away);
    return c;
}

/* Row i is asked, and home has it. */
static int ask_home(struct fixture *f, struct console *c, size_t i)
{
    int fd = client_connect(f);
    unsigned before = c->n_asked;
    uint64_t until = now_us(f) + DEADLINE_US;
    send_request(f, fd, rows_of_home[i].method, rows_of_home[i].path, rows_of_home[i].body);
    while (c->n_asked == before) {
        run_once(f);
        assert_true(now_us(f) < until);
    }
    return fd;
}

static void what_another_node_decides_is_asked_there(void **state)
{
    static const struct {
        const char *why;
        bool queued;
        unsigned status;
    } verdicts[] = {{NULL, false, 200}, {NULL, true, 202}, {"nobody drives", false, 409}};
    struct fixture *f = *state;
    struct away away = {.reached = true};
    struct console *c = go_away(f, &away);
    for (size_t i = 0; i < ROWS_OF_HOME; i++) {
        for (size_t k = 0; k < sizeof(verdicts) / sizeof(verdicts[0]); k++) {
            int fd = ask_home(f, c, i);
            console_answered(c, away.n_wishes, verdicts[k].why, verdicts[k].queued);
            struct answer a = take_answer(f, fd);
            assert_int_equal(a.status, verdicts[k].status);
            if (verdicts[k].why)
                assert_string_equal(error_of(&a), verdicts[k].why);
            answer_fini(&a);
        }
        away.reached = false;
        struct answer a =
            ask(f, rows_of_home[i].method, rows_of_home[i].path, rows_of_home[i].body);
        assert_int_equal(a.status, i == 2 ? 409 : 503);
        assert_non_null(strstr(error_of(&a), "cannot be reached now"));
        answer_fini(&a);
        away.reached = true;
    }
    assert_non_null(f->seats[0].session); /* until home says so */
    console_go_nowhere(c);
}

static void what_another_node_leaves_open_is_said(void **state)
{
    struct fixture *f = *state;
    struct away away = {.reached = true};
    struct console *c = go_away(f, &away);
    for (size_t i = 0; i < ROWS_OF_HOME; i++) {
        int fd = ask_home(f, c, i);
        console_unanswered(c, "the link broke");
        struct answer a = take_answer(f, fd);
        assert_int_equal(a.status, 503);
        assert_string_equal(error_of(&a), "the link broke");
        answer_fini(&a);
    }
    struct answer a = take_answer(f, ask_home(f, c, 2)); /* home_answer_ms */
    assert_int_equal(a.status, 504);
    assert_non_null(strstr(error_of(&a), "does not answer"));
    answer_fini(&a);
    console_answered(c, away.n_wishes, NULL, false); /* too late */
    close(ask_home(f, c, 0));
    close(ask_home(f, c, 1));
    console_go_nowhere(c);
}

/* Receives until this has come. */
static void wait_for(struct fixture *f, int fd, struct bytes *in, const char *part)
{
    uint64_t until = now_us(f) + DEADLINE_US;
    while (!in->len || !memmem(in->data, in->len, part, strlen(part))) {
        uint8_t *room = bytes_reserve(in, 4096);
        ssize_t n = recv(fd, room, 4096, MSG_DONTWAIT);
        if (n > 0)
            bytes_commit(in, (size_t)n);
        else
            run_once(f);
        if (n == 0 || now_us(f) >= until)
            fail_msg("'%s' has not come, but '%.*s'", part, (int)in->len,
                     (const char *)in->data);
    }
}

static void events_are_told_as_they_happen(void **state)
{
    struct fixture *f = *state;
    struct bytes in;
    int fd = client_connect(f), other = client_connect(f);
    bytes_init(&in, SIZE_MAX);
    send_request(f, fd, "GET", "/v1/events", "");
    send_request(f, other, "GET", "/v1/events", "");
    wait_for(f, fd, &in, "text/event-stream");
    wait_for(f, fd, &in, ":\n\n");
    come(f, 0, "alice");
    wait_for(f, fd, &in, "event: session-attached\ndata: {\"event\":\"session-attached\"");
    close(other); /* who leaves is forgotten with the next event */
    struct answer a = ask(f, "POST", "/v1/machines/web1/message", "{\"text\":\"noon\"}");
    assert_int_equal(a.status, 200);
    assert_int_equal(json_integer_value(json_object_get(a.body, "viewers")), 1);
    answer_fini(&a);
    wait_for(f, fd, &in, "\"text\":\"noon\"}");
    control_machine_event(f->control, machines_find(&f->machines, "web1"),
                          MACHINE_EVENT_WAITING);
    wait_for(f, fd, &in, "event: waiting");
    close(fd);
    bytes_fini(&in);
}

static void history_and_metrics_are_told(void **state)
{
    struct fixture *f = *state;
    struct bytes in;
    come(f, 0, "alice");
    seat_input(&f->seats[0], WHEEL_PRESS);
    run_once(f);
    struct answer a = ask(f, "GET", "/v1/history?machine=web1&days=1", "");
    assert_int_equal(json_array_size(a.body), 2);
    assert_string_equal(text(json_array_get(a.body, 1), "event"), "driver-changed");
    assert_string_equal(text(json_array_get(a.body, 1), "user"), "alice");
    answer_fini(&a);
    a = ask(f, "GET", "/v1/history?machine=web2", "");
    assert_int_equal(json_array_size(a.body), 0);
    answer_fini(&a);
    a = ask(f, "GET", "/v1/history?days=x", "");
    assert_int_equal(a.status, 400);
    answer_fini(&a);
    int fd = client_connect(f);
    bytes_init(&in, SIZE_MAX);
    send_request(f, fd, "GET", "/metrics", "");
    wait_for(f, fd, &in, "# TYPE holdfast_frames_total counter\nholdfast_frames_total 7\n");
    wait_for(f, fd, &in, "holdfast_sessions{state=\"attached\"} 1\n");
    wait_for(f, fd, &in, "holdfast_machine_driven{machine=\"web1\"} 1\n");
    close(fd);
    bytes_fini(&in);
}

static void machines_are_attached_and_detached(void **state)
{
    struct fixture *f = *state;
    struct answer a =
        ask(f, "POST", "/v1/machines", "{\"name\":\"m\xc3\xbc\",\"place\":\"pattern:32x32\"}");
    assert_int_equal(a.status, 201);
    assert_string_equal(json_string_value(json_object_get(a.body, "name")), "m\xc3\xbc");
    answer_fini(&a);
    assert_non_null(machines_find(&f->machines, "m\xc3\xbc"));
    a = ask(f, "DELETE", "/v1/machines/m%C3%BC", "");
    assert_int_equal(a.status, 200);
    answer_fini(&a);
    assert_null(machines_find(&f->machines, "m\xc3\xbc"));
}

static void a_screenshot_is_a_png(void **state)
{
    struct fixture *f = *state;
    static const char *const paths[] = {"/v1/machines/web1/screenshot",
                                        "/v1/machines/web1/screenshot?head=0"};
    for (size_t i = 0; i < 2; i++) {
        struct answer a = ask(f, "GET", paths[i], "");
        assert_int_equal(a.status, 200);
        assert_non_null(strstr(a.head, "Content-Type: image/png"));
        assert_true(a.body_len > 60);
        answer_fini(&a);
    }
}

static void text_is_typed_before_it_is_answered(void **state)
{
    struct fixture *f = *state;
    struct answer a = ask(f, "POST", "/v1/machines/web1/type", "{\"text\":\"aB\\n\"}");
    assert_int_equal(a.status, 200);
    assert_int_equal(json_integer_value(json_object_get(a.body, "typed")), 3);
    assert_string_equal(f->said, "+1e -1e +2a +30 -30 -2a +1c -1c");
    answer_fini(&a);
}

static void keys_are_pressed_in_order(void **state)
{
    struct fixture *f = *state;
    struct answer a =
        ask(f, "POST", "/v1/machines/web1/keys", "{\"keys\":[\"ctrl-alt-delete\",\"f1\"]}");
    assert_int_equal(a.status, 200);
    assert_string_equal(f->said, "+1d +38 +d3 -d3 -38 -1d +3b -3b");
    answer_fini(&a);
}

/* Two clients at once: their texts do not mix. */
static void one_text_is_typed_behind_the_other(void **state)
{
    struct fixture *f = *state;
    int first = client_connect(f), second = client_connect(f);
    send_request(f, first, "POST", "/v1/machines/web1/type", "{\"text\":\"aaa\"}");
    wait_for_keys(f);
    send_request(f, second, "POST", "/v1/machines/web1/keys", "{\"keys\":[\"f1\"]}");
    struct answer a = take_answer(f, first), b = take_answer(f, second);
    assert_int_equal(a.status, 200);
    assert_int_equal(b.status, 200);
    assert_string_equal(f->said, "+1e -1e +1e -1e +1e -1e +3b -3b");
    answer_fini(&a);
    answer_fini(&b);
}

static void a_machine_that_is_not_running_takes_no_keys(void **state)
{
    struct fixture *f = *state;
    machines_find(&f->machines, "web1")->state = MACHINE_PAUSED;
    struct answer a = ask(f, "POST", "/v1/machines/web1/keys", "{\"keys\":[\"a\"]}");
    assert_int_equal(a.status, 409);
    assert_string_equal(error_of(&a), "machine 'web1' is paused: it takes no keys now");
    answer_fini(&a);
}

static void typing_waits_while_the_machine_stands(void **state)
{
    struct fixture *f = *state;
    struct machine *m = machines_find(&f->machines, "web1");
    int fd = client_connect(f);
    send_request(f, fd, "POST", "/v1/machines/web1/type", "{\"text\":\"ab\"}");
    wait_for_keys(f);
    m->state = MACHINE_SWITCHING;
    char before[sizeof(f->said)];
    strcpy(before, f->said);
    for (int i = 0; i < 5; i++)
        run_once(f);
    assert_string_equal(f->said, before);
    m->state = MACHINE_RUNNING;
    struct answer a = take_answer(f, fd);
    assert_int_equal(a.status, 200);
    assert_string_equal(f->said, "+1e -1e +30 -30");
    answer_fini(&a);
}

static void detaching_ends_what_is_being_typed(void **state)
{
    struct fixture *f = *state;
    int fd = client_connect(f);
    send_request(f, fd, "POST", "/v1/machines/web1/type",
                 "{\"text\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}");
    wait_for_keys(f);
    machines_detach(&f->machines, "web1");
    struct answer a = take_answer(f, fd);
    assert_int_equal(a.status, 503);
    assert_string_equal(error_of(&a), "the machine was detached before all was typed");
    answer_fini(&a);
}

static void stopping_answers_those_who_wait(void **state)
{
    struct fixture *f = *state;
    const char *unfinished =
        "POST /v1/machines HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{";
    int typing = client_connect(f), idle = client_connect(f), half = client_connect(f);
    send_request(f, typing, "POST", "/v1/machines/web1/type",
                 "{\"text\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}");
    send_all(f, half, unfinished, strlen(unfinished));
    wait_for_keys(f);
    control_stop(&f->control);
    struct answer a = take_answer(f, typing);
    assert_int_equal(a.status, 503);
    assert_string_equal(error_of(&a), "the daemon is stopping");
    answer_fini(&a);
    close(idle);
    close(half);
    assert_int_equal(start(f), 0);
}

/* A client that goes before its answer disturbs nobody. */
static void a_client_may_leave(void **state)
{
    struct fixture *f = *state;
    int fd = client_connect(f);
    send_request(f, fd, "POST", "/v1/machines/web1/type", "{\"text\":\"abc\"}");
    wait_for_keys(f);
    close(fd);
    fd = client_connect(f);
    send_request(f, fd, "GET", "/v1/machines/web1/screenshot", "");
    run_once(f);
    close(fd);
    struct answer a = ask(f, "POST", "/v1/machines/web1/keys", "{\"keys\":[\"f1\"]}");
    assert_int_equal(a.status, 200);
    assert_string_equal(f->said, "+1e -1e +30 -30 +2e -2e +3b -3b");
    answer_fini(&a);
}

static void too_long_requests_are_refused(void **state)
{
    struct fixture *f = *state;
    char *body = alloc_zero(HTTP_BODY_MOST + 2, 1);
    memset(body, ' ', HTTP_BODY_MOST + 1);
    struct answer a = ask(f, "POST", "/v1/machines", body);
    assert_int_equal(a.status, 413);
    answer_fini(&a);
    body[HTTP_BODY_MOST] = 0;
    a = ask(f, "POST", "/v1/machines", body);
    assert_int_equal(a.status, 400);
    answer_fini(&a);
    int fd = client_connect(f); /* a length that is not told */
    const char *head =
        "POST /v1/machines HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n";
    send_all(f, fd, head, strlen(head));
    send_all(f, fd, body, HTTP_BODY_MOST);
    send_all(f, fd, body, HTTP_BODY_MOST);
    a = take_answer(f, fd);
    assert_int_equal(a.status, 0); /* closed */
    free(body);
    answer_fini(&a);
}

int main(void)
{
#define WITH_DAEMON(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_DAEMON(machines_are_listed_as_promised),
        WITH_DAEMON(status_tells_listeners_and_counters),
        WITH_DAEMON(refusals_say_what_is_wrong),
        WITH_DAEMON(a_ticket_is_made_listed_and_taken_back),
        WITH_DAEMON(tickets_for_vnc_are_short_and_few),
        WITH_DAEMON(sessions_are_listed_as_promised),
        WITH_DAEMON(control_is_handed_over),
        WITH_DAEMON(typing_heeds_who_drives),
        WITH_DAEMON(roles_change_and_sessions_end),
        WITH_DAEMON(what_another_node_decides_is_asked_there),
        WITH_DAEMON(what_another_node_leaves_open_is_said),
        WITH_DAEMON(events_are_told_as_they_happen),
        WITH_DAEMON(history_and_metrics_are_told),
        WITH_DAEMON(machines_are_attached_and_detached),
        WITH_DAEMON(a_screenshot_is_a_png),
        WITH_DAEMON(text_is_typed_before_it_is_answered),
        WITH_DAEMON(keys_are_pressed_in_order),
        WITH_DAEMON(one_text_is_typed_behind_the_other),
        WITH_DAEMON(a_machine_that_is_not_running_takes_no_keys),
        WITH_DAEMON(typing_waits_while_the_machine_stands),
        WITH_DAEMON(detaching_ends_what_is_being_typed),
        WITH_DAEMON(stopping_answers_those_who_wait),
        WITH_DAEMON(a_client_may_leave),
        WITH_DAEMON(too_long_requests_are_refused),
    };
    return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
