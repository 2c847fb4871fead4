/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The store in a database of SQLite. */
#include <config.h>
#include "base/alloc.h"
#include "tests/unit/server/session/store_rows.h"

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

struct fixture {
    struct store_case c; /* first */
    char folder[64], path[96];
};

static void open_store(struct store_case *c)
{
    const struct fixture *f = (struct fixture *)c;
    char *why = NULL;
    if (store_sqlite_open(&c->store, c->loop, f->path, &why) < 0)
        fail_msg("%s: %s", f->path, why);
}

static int set_up(void **state)
{
    struct fixture *f = ALLOC(struct fixture);
    const char *tmp = getenv("TMPDIR");
    snprintf(f->folder, sizeof(f->folder), "%s/holdfast-store-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof(f->path), "%s/state/x.db", f->folder);
    f->c.open = open_store;
    store_case_open(&f->c);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char *command = alloc_printf("rm -rf '%s'", f->folder);
    store_case_close(&f->c);
    assert_int_equal(system(command), 0);
    free(command);
    free(f);
    return 0;
}

static void only_its_owner_may_read_it(void **state)
{
    const struct fixture *f = *state;
    struct stat st;
    assert_int_equal(stat(f->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_lease_ends_with_its_daemon(void **state)
{
    struct fixture *f = *state;
    struct store_case *c = &f->c;
    c->store->ops->lease(c->store, 0, STORE_DEADLINE_US, store_case_answer, c);
    (void)store_case_answers(c, 1);
    c->store->ops->put(c->store, "node", "here", c->lease, store_case_answer, c);
    (void)store_case_answers(c, 1);
    store_case_open_again(c);
    assert_string_equal(store_case_all(c), "");
}

static void one_daemon_at_a_time(void **state)
{
    struct fixture *f = *state;
    struct store *other;
    char *why = NULL;
    assert_int_equal(store_sqlite_open(&other, f->c.loop, f->path, &why), -EBUSY);
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
    assert_int_equal(store_sqlite_open(&other, f->c.loop, path, &why), -EIO);
    assert_non_null(why);
    free(why);
    free(path);
}

/* ---- a daemon that is killed ---- */

struct writer {
    struct store_case *c;
    int out, n;
};

static void write_next(void *self, const struct store_answer *a)
{
    struct writer *w = self;
    char key[32];
    if (a && (a->err || write(w->out, &w->n, sizeof(w->n)) != sizeof(w->n)))
        _exit(1);
    snprintf(key, sizeof(key), "n/%08d", ++w->n);
    w->c->store->ops->put(w->c->store, key, "x", 0, write_next, w);
}

static _Noreturn void write_until_killed(struct store_case *c, int out)
{
    struct writer w = {c, out, 0};
    store_case_open(c);
    write_next(&w, NULL);
    sd_event_loop(c->loop);
    _exit(1);
}

/* All that was answered is there, and nothing has a hole. */
static void what_was_answered_survives_a_kill(void **state)
{
    struct store_case *c = *state;
    int pipe_fds[2], acknowledged = 0;
    store_case_close(c);
    assert_int_equal(pipe(pipe_fds), 0);
    pid_t child = fork();
    if (child == 0) {
        close(pipe_fds[0]);
        write_until_killed(c, pipe_fds[1]);
    }
    close(pipe_fds[1]);
    while (acknowledged < 50)
        assert_int_equal(read(pipe_fds[0], &acknowledged, sizeof(int)), sizeof(int));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    for (int n; read(pipe_fds[0], &n, sizeof(n)) == sizeof(n);)
        acknowledged = n;
    close(pipe_fds[0]);
    store_case_open(c);
    char key[32];
    for (int i = 1; i <= acknowledged; i++) {
        snprintf(key, sizeof(key), "n/%08d", i);
        c->store->ops->get(c->store, key, NULL, store_case_answer, c);
        assert_string_not_equal(store_case_answers(c, 1), "");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_ROWS(TEST),
        TEST(only_its_owner_may_read_it),
        TEST(a_lease_ends_with_its_daemon),
        TEST(one_daemon_at_a_time),
        TEST(what_is_no_database_is_refused),
        TEST(what_was_answered_survives_a_kill),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
