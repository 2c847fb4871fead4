/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "server/session/store.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define DEADLINE_US (60 * UINT64_C(1000000))

struct fixture {
    char folder[64], path[96];
    sd_event *loop;
    struct store *store;
    char told[4096]; /* answers and changes, each with a space behind */
    int answers;
    uint64_t lease;
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

static void open_store(struct fixture *f)
{
    char *why = NULL;
    assert_int_equal(sd_event_new(&f->loop), 0);
    if (store_sqlite_open(&f->store, f->loop, f->path, &why) < 0)
        fail_msg("%s: %s", f->path, why);
}

static void close_store(struct fixture *f)
{
    f->store->ops->close(f->store);
    sd_event_unref(f->loop);
}

static int set_up(void **state)
{
    struct fixture *f = ALLOC(struct fixture);
    const char *tmp = getenv("TMPDIR");
    snprintf(f->folder, sizeof(f->folder), "%s/holdfast-store-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof(f->path), "%s/state/x.db", f->folder);
    open_store(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char *command = alloc_printf("rm -rf '%s'", f->folder);
    close_store(f);
    assert_int_equal(system(command), 0);
    free(command);
    free(f);
    return 0;
}

static void on_answer(void *self, const struct store_answer *a)
{
    struct fixture *f = self;
    f->answers++;
    f->lease = a->lease;
    if (a->err)
        told(f, "%s ", strerrorname_np(-a->err));
    for (size_t i = 0; i < a->n; i++)
        told(f, "%s=%s/%d ", a->entries[i].key, a->entries[i].value,
             (int)a->entries[i].version);
}

/* Runs the loop until n answers have come; what they told. */
static const char *answers(struct fixture *f, int n)
{
    static char text[sizeof(f->told)];
    uint64_t now, end;
    sd_event_now(f->loop, CLOCK_MONOTONIC, &end);
    end += DEADLINE_US;
    while (f->answers < n) {
        assert_true(sd_event_run(f->loop, 1000000) >= 0);
        sd_event_now(f->loop, CLOCK_MONOTONIC, &now);
        assert_true(now < end);
    }
    f->answers = 0;
    strcpy(text, f->told);
    f->told[0] = 0;
    return text;
}

static void put(struct fixture *f, const char *key, const char *value)
{
    f->store->ops->put(f->store, key, value, 0, on_answer, f);
}

static const char *all(struct fixture *f)
{
    f->store->ops->get(f->store, "", "\x7f", on_answer, f);
    return answers(f, 1);
}

static void what_is_put_is_got_in_order(void **state)
{
    struct fixture *f = *state;
    put(f, "b/2", "two");
    put(f, "b/1", "one");
    put(f, "a", "alpha");
    put(f, "b/1", "uno");
    assert_int_equal(f->answers, 0); /* never before the operation returns */
    assert_string_equal(answers(f, 4), "");
    f->store->ops->get(f->store, "a", NULL, on_answer, f);
    f->store->ops->get(f->store, "b/", "b0", on_answer, f);
    f->store->ops->get(f->store, "c", NULL, on_answer, f);
    assert_string_equal(answers(f, 3), "a=alpha/1 b/1=uno/2 b/2=two/1 ");
}

static void it_is_there_after_closing(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    put(f, "k", "Zeile \303\244\n'quoted'");
    close_store(f); /* without waiting for the answer */
    f->answers = 0;
    open_store(f);
    assert_string_equal(all(f), "k=Zeile \303\244\n'quoted'/1 ");
    assert_int_equal(stat(f->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void deleting_takes_one_or_a_range(void **state)
{
    struct fixture *f = *state;
    static const char *const keys[] = {"a", "a/1", "a/2", "b"};
    for (size_t i = 0; i < 4; i++)
        put(f, keys[i], "x");
    f->store->ops->delete (f->store, "a", NULL, on_answer, f);
    (void)answers(f, 5);
    assert_string_equal(all(f), "a/1=x/1 a/2=x/1 b=x/1 ");
    f->store->ops->delete (f->store, "a/", "a0", on_answer, f);
    (void)answers(f, 1);
    assert_string_equal(all(f), "b=x/1 ");
}

static void a_transaction_is_made_whole_or_not_at_all(void **state)
{
    struct fixture *f = *state;
    const struct store_change changes[] = {{.key = "x", .value = "2"}, {.key = "y"}};
    const struct store_condition holds[] = {{"x", 1}, {"z", 0}}, fails[] = {{"x", 2}, {"y", 7}};
    put(f, "x", "1");
    put(f, "y", "1");
    (void)answers(f, 2);
    f->store->ops->transact(f->store, fails, 2, changes, 2, on_answer, f);
    assert_string_equal(answers(f, 1), "EAGAIN ");
    assert_string_equal(all(f), "x=1/1 y=1/1 ");
    f->store->ops->transact(f->store, holds, 2, changes, 2, on_answer, f);
    assert_string_equal(answers(f, 1), "");
    assert_string_equal(all(f), "x=2/2 ");
}

struct listener {
    struct store_watch watch; /* first */
    struct fixture *f;
};

static void on_changed(struct store_watch *w, const char *key, const char *value)
{
    told(((struct listener *)w)->f, "%s:%s ", key, value ? value : "-");
}

static void watchers_hear_of_changes_of_their_keys(void **state)
{
    struct fixture *f = *state;
    struct listener l = {{.prefix = "a/", .changed = on_changed}, f};
    f->store->ops->watch(f->store, &l.watch);
    put(f, "a/1", "x");
    put(f, "b/1", "x");
    put(f, "a/2", "y");
    f->store->ops->delete (f->store, "a/", "b0", on_answer, f);
    assert_string_equal(answers(f, 4), "a/1:x a/2:y a/1:- a/2:- ");
    f->store->ops->unwatch(f->store, &l.watch);
    put(f, "a/1", "x");
    assert_string_equal(answers(f, 1), "");
}

static void on_listed(struct store_watch *w)
{
    told(((struct listener *)w)->f, "listed ");
}

static void a_watch_begins_with_what_is_there_if_it_wants_that(void **state)
{
    struct fixture *f = *state;
    struct listener l = {
        {.prefix = "a/", .changed = on_changed, .existing = true, .listed = on_listed}, f};
    put(f, "a", "-");
    put(f, "a/1", "x");
    put(f, "a/2", "y");
    put(f, "a0", "-");
    assert_string_equal(answers(f, 4), "");
    f->store->ops->watch(f->store, &l.watch);
    put(f, "a/3", "z");
    assert_string_equal(answers(f, 1), "a/1:x a/2:y listed a/3:z ");
    f->store->ops->unwatch(f->store, &l.watch);
    f->store->ops->watch(f->store, &l.watch);
    f->store->ops->unwatch(f->store, &l.watch);
    put(f, "a/4", "z");
    assert_string_equal(answers(f, 1), "");
}

static void what_is_put_with_a_lease_goes_with_it(void **state)
{
    struct fixture *f = *state;
    struct listener l = {{.prefix = "n", .changed = on_changed}, f};
    f->store->ops->lease(f->store, 0, DEADLINE_US * 10, on_answer, f);
    (void)answers(f, 1);
    uint64_t lease = f->lease;
    assert_true(lease != 0);
    f->store->ops->put(f->store, "node", "here", lease, on_answer, f);
    f->store->ops->put(f->store, "nobody", "here", lease + 1, on_answer, f);
    put(f, "stays", "x");
    assert_string_equal(answers(f, 3), "ENOENT ");
    assert_string_equal(all(f), "node=here/1 stays=x/1 ");
    f->store->ops->watch(f->store, &l.watch);
    f->store->ops->lease(f->store, lease, 0, NULL, NULL);
    while (!f->told[0])
        assert_true(sd_event_run(f->loop, DEADLINE_US) > 0);
    assert_string_equal(answers(f, 0), "node:- ");
    assert_string_equal(all(f), "stays=x/1 ");
    f->store->ops->lease(f->store, lease, 1, on_answer, f);
    assert_string_equal(answers(f, 1), "ENOENT ");
    f->store->ops->unwatch(f->store, &l.watch);
}

static void a_lease_ends_with_its_daemon(void **state)
{
    struct fixture *f = *state;
    f->store->ops->lease(f->store, 0, DEADLINE_US, on_answer, f);
    (void)answers(f, 1);
    f->store->ops->put(f->store, "node", "here", f->lease, on_answer, f);
    (void)answers(f, 1);
    close_store(f);
    open_store(f);
    assert_string_equal(all(f), "");
}

static void one_daemon_at_a_time(void **state)
{
    struct fixture *f = *state;
    struct store *other;
    char *why = NULL;
    assert_int_equal(store_sqlite_open(&other, f->loop, f->path, &why), -EBUSY);
    assert_string_equal(why, "another daemon has it");
    free(why);
}

static void what_is_no_database_is_refused(void **state)
{
    struct fixture *f = *state;
    char *path = alloc_printf("%s/none", f->folder), *why = NULL;
    struct store *other;
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("this is no database ", file);
    fclose(file);
    assert_int_equal(store_sqlite_open(&other, f->loop, path, &why), -EIO);
    assert_non_null(why);
    free(why);
    free(path);
}

/* ---- a daemon that is killed ---- */

struct writer {
    struct fixture *f;
    int out, n;
};

static void write_next(void *self, const struct store_answer *a)
{
    struct writer *w = self;
    char key[32];
    if (a && (a->err || write(w->out, &w->n, sizeof(w->n)) != sizeof(w->n)))
        _exit(1);
    snprintf(key, sizeof(key), "n/%08d", ++w->n);
    w->f->store->ops->put(w->f->store, key, "x", 0, write_next, w);
}

static _Noreturn void write_until_killed(struct fixture *f, int out)
{
    struct writer w = {f, out, 0};
    open_store(f);
    write_next(&w, NULL);
    sd_event_loop(f->loop);
    _exit(1);
}

/* All that was answered is there, and nothing has a hole. */
static void what_was_answered_survives_a_kill(void **state)
{
    struct fixture *f = *state;
    int pipe_fds[2], acknowledged = 0;
    close_store(f);
    assert_int_equal(pipe(pipe_fds), 0);
    pid_t child = fork();
    if (child == 0) {
        close(pipe_fds[0]);
        write_until_killed(f, pipe_fds[1]);
    }
    close(pipe_fds[1]);
    while (acknowledged < 50)
        assert_int_equal(read(pipe_fds[0], &acknowledged, sizeof(int)), sizeof(int));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    for (int n; read(pipe_fds[0], &n, sizeof(n)) == sizeof(n);)
        acknowledged = n;
    close(pipe_fds[0]);
    open_store(f);
    char key[32];
    for (int i = 1; i <= acknowledged; i++) {
        snprintf(key, sizeof(key), "n/%08d", i);
        f->store->ops->get(f->store, key, NULL, on_answer, f);
        assert_string_not_equal(answers(f, 1), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_put_is_got_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_there_after_closing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(deleting_takes_one_or_a_range, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_transaction_is_made_whole_or_not_at_all, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_watch_begins_with_what_is_there_if_it_wants_that,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(watchers_hear_of_changes_of_their_keys, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_put_with_a_lease_goes_with_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_lease_ends_with_its_daemon, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_daemon_at_a_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_database_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_answered_survives_a_kill, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
