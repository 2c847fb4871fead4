/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/privileges.h"

#include <errno.h>
#include <pthread.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void nobody_named_changes_nothing(void **state)
{
    (void)state;
    struct privileges p;
    const char *why = NULL;
    assert_int_equal(privileges_find(&p, NULL, &why), 0);
    assert_false(p.change);
    assert_int_equal(privileges_drop(&p, &why), 0);
    privileges_fini(&p);
}

static void a_user_is_found_by_name_or_number(void **state)
{
    (void)state;
    struct privileges p;
    const char *why = NULL;
    char number[16];
    const struct passwd *nobody = getpwnam("nobody");
    assert_non_null(nobody);
    uid_t uid = nobody->pw_uid;
    snprintf(number, sizeof(number), "%u", (unsigned)uid);
    const char *const names[] = {"nobody", number};
    for (size_t i = 0; i < 2; i++) {
        int expected = geteuid() == 0 || geteuid() == uid ? 0 : -EPERM;
        assert_int_equal(privileges_find(&p, names[i], &why), expected);
        if (geteuid() == 0)
            assert_int_equal(p.uid, uid);
        privileges_fini(&p);
    }
}

static void who_is_no_user_is_told(void **state)
{
    (void)state;
    static const char *const rows[] = {"no-such-user", "4294967294999", "12x", "", "-1"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct privileges p;
        const char *why = NULL;
        assert_int_equal(privileges_find(&p, rows[i], &why), -ENOENT);
        assert_non_null(why);
        assert_false(p.change);
    }
}

/* ---- in a child of its own, because there is no way back ---- */

struct other_thread {
    pthread_barrier_t barrier;
    uid_t uid;
    int barred;
};

static void *look_at_myself(void *self)
{
    struct other_thread *t = self;
    pthread_barrier_wait(&t->barrier);
    t->uid = geteuid();
    t->barred = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    return NULL;
}

static bool all_threads_are_that_user(const struct privileges *p)
{
    struct other_thread other = {0};
    pthread_t thread;
    const char *why;
    pthread_barrier_init(&other.barrier, NULL, 2);
    if (privileges_bar_new() < 0 || pthread_create(&thread, NULL, look_at_myself, &other) != 0)
        return false;
    int result = privileges_drop(p, &why);
    pthread_barrier_wait(&other.barrier);
    pthread_join(thread, NULL);
    return result == 0 && other.uid == p->uid && other.barred == 1;
}

/* What the child found wrong; 0: nothing. */
static int become_nobody(const char *folder)
{
    struct privileges p;
    struct stat st;
    const char *why;
    if (privileges_find(&p, "nobody", &why) < 0)
        return 1;
    if (privileges_make_folder(&p, folder, 0700) < 0 || stat(folder, &st) < 0)
        return 2;
    if (st.st_uid != p.uid || (st.st_mode & 0777) != 0700)
        return 3;
    if (!all_threads_are_that_user(&p))
        return 4;
    if (geteuid() != p.uid || getuid() != p.uid || getegid() != p.gid)
        return 5;
    if (setuid(0) == 0 || seteuid(0) == 0 || setgid(0) == 0 || access("/root", W_OK) == 0)
        return 6;
    privileges_fini(&p);
    return 0;
}

static void letting_go_is_for_good_and_for_all_threads(void **state)
{
    (void)state;
    char parent[] = "/tmp/holdfast-privileges-XXXXXX", folder[64];
    int status = -1;
    if (geteuid() != 0)
        fail_msg("only root can become somebody else: run this test as root");
    assert_non_null(mkdtemp(parent));
    assert_int_equal(chmod(parent, 0755), 0);
    snprintf(folder, sizeof(folder), "%s/own", parent);
    pid_t child = fork();
    if (child == 0)
        _exit(become_nobody(folder));
    assert_int_equal(waitpid(child, &status, 0), child);
    rmdir(folder);
    rmdir(parent);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_named_changes_nothing),
        cmocka_unit_test(a_user_is_found_by_name_or_number),
        cmocka_unit_test(who_is_no_user_is_told),
        cmocka_unit_test(letting_go_is_for_good_and_for_all_threads),
    };
    return cmocka_run_group_tests_name("privileges", tests, NULL, NULL);
}
