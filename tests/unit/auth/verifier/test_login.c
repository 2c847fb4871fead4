/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Real PAM, with stacks of modules that every host has, in a folder of the test. */
#include <config.h>
#include "auth/verifier/login.h"
#include "tests/unit/auth/verifier/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum verifier_result check(const struct folder *f, const char *service, const char *user,
                                  const char *password, bool session)
{
    const struct login_request r = {f->path, service, user, password, "192.0.2.7"};
    char name[VERIFIER_USER_MOST + 1] = "";
    struct login login;
    enum verifier_result result = login_check(&login, &r, name);
    login_forget(&login);
    if (result == VERIFIER_OK)
        assert_string_equal(name, user);
    if (result == VERIFIER_OK && session)
        result = login_open_session(&login, name);
    assert_int_equal(login.session, session && result == VERIFIER_OK);
    login_end(&login);
    return result;
}

static void pam_return_codes_become_results(void **state)
{
    const struct folder *f = *state;
    static const struct row {
        const char *stack;
        enum verifier_result result;
    } rows[] = {
        {"auth required pam_permit.so\naccount required pam_permit.so\n", VERIFIER_OK},
        {"auth required pam_deny.so\naccount required pam_permit.so\n", VERIFIER_WRONG},
        {"auth required pam_debug.so auth=user_unknown\n", VERIFIER_WRONG},
        {"auth required pam_debug.so auth=maxtries\n", VERIFIER_WRONG},
        {"auth required pam_debug.so auth=perm_denied\n", VERIFIER_WRONG},
        {"auth required pam_debug.so auth=acct_expired\n", VERIFIER_ACCOUNT_REFUSED},
        {"auth required pam_debug.so auth=authinfo_unavail\n", VERIFIER_NO_SERVICE},
        {"auth required pam_no_such_module.so\n", VERIFIER_NO_SERVICE},
        {"auth required pam_permit.so\naccount required pam_debug.so acct=new_authtok_reqd\n",
         VERIFIER_PASSWORD_EXPIRED},
        {"auth required pam_permit.so\naccount required pam_debug.so acct=authtok_expired\n",
         VERIFIER_PASSWORD_EXPIRED},
        {"auth required pam_permit.so\naccount required pam_debug.so acct=acct_expired\n",
         VERIFIER_ACCOUNT_REFUSED},
        {"auth required pam_permit.so\naccount required pam_deny.so\n",
         VERIFIER_ACCOUNT_REFUSED},
        {"auth required pam_permit.so\naccount required pam_debug.so acct=system_err\n",
         VERIFIER_NO_SERVICE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        folder_write(f, "rows", rows[i].stack, 0644);
        assert_int_equal(check(f, "rows", "alice", "secret", false), rows[i].result);
    }
}

static void a_missing_service_is_not_replaced_by_other(void **state)
{
    const struct folder *f = *state;
    folder_write(f, "other", "auth required pam_permit.so\naccount required pam_permit.so\n",
                 0644);
    assert_int_equal(check(f, "missing", "alice", "secret", false), VERIFIER_NO_SERVICE);
    unlink(folder_file(f, "other").text);
}

static void an_empty_password_or_a_name_that_is_none_is_never_right(void **state)
{
    const struct folder *f = *state;
    folder_write(f, "rows", "auth required pam_permit.so\naccount required pam_permit.so\n",
                 0644);
    assert_int_equal(check(f, "rows", "", "secret", false), VERIFIER_WRONG);
    assert_int_equal(check(f, "rows", "alice", "", false), VERIFIER_WRONG);
    assert_int_equal(check(f, "rows", "alice\nroot", "secret", false), VERIFIER_WRONG);
}

/* pam_exec asks for the password as any module does, and hands it with PAM_RHOST to a program.
 */
static void modules_get_the_password_and_the_address(void **state)
{
    const struct folder *f = *state;
    char stack[512], script[512];
    snprintf(script, sizeof(script),
             "#!/bin/sh\nread -r password\n"
             "[ \"$password $PAM_USER $PAM_RHOST $PAM_TTY\" = 'se cret alice 192.0.2.7 "
             "holdfast' ]\n");
    folder_write(f, "script", script, 0755);
    snprintf(stack, sizeof(stack),
             "auth [success=1 default=ignore] pam_exec.so quiet expose_authtok %s\n"
             "auth requisite pam_deny.so\nauth required pam_permit.so\n"
             "account required pam_permit.so\n",
             folder_file(f, "script").text);
    folder_write(f, "rows", stack, 0644);
    assert_int_equal(check(f, "rows", "alice", "se cret", false), VERIFIER_OK);
    assert_int_equal(check(f, "rows", "alice", "Se cret", false), VERIFIER_WRONG);
    assert_int_equal(check(f, "rows", "bob", "se cret", false), VERIFIER_WRONG);
}

static void sessions_open_and_close_or_are_refused(void **state)
{
    const struct folder *f = *state;
    char stack[512], script[256];
    static const char head[] = "auth required pam_permit.so\naccount required pam_permit.so\n";
    snprintf(script, sizeof(script), "#!/bin/sh\necho $PAM_TYPE >>%s\n",
             folder_file(f, "log").text);
    folder_write(f, "script", script, 0755);
    snprintf(stack, sizeof(stack), "%ssession required pam_exec.so quiet %s\n", head,
             folder_file(f, "script").text);
    folder_write(f, "rows", stack, 0644);
    assert_int_equal(check(f, "rows", "alice", "secret", true), VERIFIER_OK);
    char log[64] = "";
    FILE *file = fopen(folder_file(f, "log").text, "r");
    assert_non_null(file);
    assert_true(fread(log, 1, sizeof(log) - 1, file) > 0);
    fclose(file);
    assert_string_equal(log, "open_session\nclose_session\n");
    snprintf(stack, sizeof(stack), "%ssession required pam_deny.so\n", head);
    folder_write(f, "rows", stack, 0644);
    assert_int_equal(check(f, "rows", "alice", "secret", true), VERIFIER_NO_SESSION);
}

/* A module asks for two seconds after a failure; nobody must wait for them here. */
static void the_delay_after_a_failure_is_left_to_the_daemon(void **state)
{
    const struct folder *f = *state;
    folder_write(f, "rows",
                 "auth optional pam_faildelay.so delay=3600000000\n"
                 "auth required pam_deny.so\n",
                 0644);
    assert_int_equal(check(f, "rows", "alice", "secret", false), VERIFIER_WRONG);
}

static int setup(void **state)
{
    static struct folder folder;
    folder_make(&folder);
    *state = &folder;
    return 0;
}

static int teardown(void **state)
{
    folder_remove(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pam_return_codes_become_results),
        cmocka_unit_test(a_missing_service_is_not_replaced_by_other),
        cmocka_unit_test(an_empty_password_or_a_name_that_is_none_is_never_right),
        cmocka_unit_test(modules_get_the_password_and_the_address),
        cmocka_unit_test(sessions_open_and_close_or_are_refused),
        cmocka_unit_test(the_delay_after_a_failure_is_left_to_the_daemon),
    };
#ifndef HAVE_PAM_START_CONFDIR
    return 77;
#endif
    return cmocka_run_group_tests_name("verifier/login", tests, setup, teardown);
}
