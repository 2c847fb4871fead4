/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/message.h"
#include "auth/verifier/process.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static int on_request(void *self, const struct verifier_message *m, const char **why_r)
{
    int *calls = self;
    (*calls)++;
    *why_r = "a handler's own word";
    return m->id ? -EINVAL : 0;
}

static const struct permit_row rows[] = {
    {VERIFIER_LIMITS, PERMIT_SETUP, true, on_request},
    {VERIFIER_KEY_ROW, PERMIT_SETUP, false, on_request},
    {VERIFIER_CHECK, PERMIT_SERVING, false, on_request},
};

static void what_is_let_in_reaches_its_handler(void **state)
{
    (void)state;
    static const struct row {
        uint8_t type;
        enum permit_phase phase;
        int result, again; /* what is returned, and the second time */
    } table[] = {
        {VERIFIER_LIMITS, PERMIT_SETUP, 0, -EPERM},
        {VERIFIER_LIMITS, PERMIT_SERVING, -EPERM, -EPERM},
        {VERIFIER_KEY_ROW, PERMIT_SETUP, 0, 0},
        {VERIFIER_KEY_ROW, PERMIT_SERVING, -EPERM, -EPERM},
        {VERIFIER_CHECK, PERMIT_SETUP, -EPERM, -EPERM},
        {VERIFIER_CHECK, PERMIT_SERVING, 0, 0},
        {VERIFIER_CONNECT, PERMIT_SERVING, -EPERM, -EPERM},
        {VERIFIER_CHECKED, PERMIT_SERVING, -EPERM, -EPERM},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct permit p = {rows, 3, table[i].phase, 0};
        const struct verifier_message m = {.type = table[i].type};
        const char *why = NULL;
        int calls = 0;
        assert_int_equal(permit_handle(&p, &calls, &m, &why), table[i].result);
        assert_int_equal(permit_handle(&p, &calls, &m, &why), table[i].again);
        assert_int_equal(calls, (table[i].result == 0) + (table[i].again == 0));
        assert_non_null(why);
    }
}

static void the_word_of_the_handler_is_passed_on(void **state)
{
    (void)state;
    struct permit p = {rows, 3, PERMIT_SERVING, 0};
    const struct verifier_message m = {.type = VERIFIER_CHECK, .id = 1};
    const char *why = NULL;
    int calls = 0;
    assert_int_equal(permit_handle(&p, &calls, &m, &why), -EINVAL);
    assert_string_equal(why, "a handler's own word");
}

/* The verifier's table, said a second time: a request that grows into it must be put here too.
 */
static void the_verifier_lets_in_these_requests_and_no_others(void **state)
{
    (void)state;
    static const struct {
        unsigned phases;
        bool once;
    } expected[VERIFIER_TYPES] = {
        [VERIFIER_LIMITS] = {PERMIT_SETUP, true},
        [VERIFIER_SERVICE_ROW] = {PERMIT_SETUP, false},
        [VERIFIER_KEY_ROW] = {PERMIT_SETUP, false},
        [VERIFIER_SOCKET_ROW] = {PERMIT_SETUP, false},
        [VERIFIER_SEAL] = {PERMIT_SETUP, true},
        [VERIFIER_CHECK] = {PERMIT_SERVING, false},
        [VERIFIER_END_SESSION] = {PERMIT_SERVING, false},
        [VERIFIER_READ_KEY] = {PERMIT_SERVING, false},
        [VERIFIER_USER_NAME] = {PERMIT_SERVING, false},
        [VERIFIER_CONNECT] = {PERMIT_SERVING, false},
    };
    unsigned seen[VERIFIER_TYPES] = {0};
    for (size_t i = 0; i < n_verifier_permits; i++) {
        const struct permit_row *row = &verifier_permits[i];
        assert_int_equal(row->phases, expected[row->type].phases);
        assert_int_equal(row->once, expected[row->type].once);
        assert_non_null(row->handle);
        assert_int_equal(seen[row->type]++, 0);
    }
    for (size_t type = 0; type < VERIFIER_TYPES; type++)
        assert_int_equal(seen[type] != 0, expected[type].phases != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_let_in_reaches_its_handler),
        cmocka_unit_test(the_word_of_the_handler_is_passed_on),
        cmocka_unit_test(the_verifier_lets_in_these_requests_and_no_others),
    };
    return cmocka_run_group_tests_name("verifier/permit", tests, NULL, NULL);
}
