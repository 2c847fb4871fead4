/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/verifier_dialer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void on_done(void *self, int fd, int error)
{
    (void)self;
    (void)fd;
    (void)error;
    fail();
}

/* Nobody is asked: there is no verifier here. What is named is reached in an end-to-end test.
 */
static void what_was_not_named_is_not_asked_for(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/run/vm/web1.sock2",
        "/run/vm/web1.soc",
        "/run/vm",
        "/run/holdfast/qmp",
        "/run/holdfast/qmp/",
        "/run/holdfast/qmp/sub/a.sock",
        "/run/holdfast/qmp/../a.sock",
        "/run/holdfast/qmp2/a.sock",
        "relative/a.sock",
        "",
    };
    char *places[] = {(char *)"pattern:64x48", (char *)"qmp:/run/vm/web1.sock"};
    struct machine_config machine = {.places = {places, 2}};
    const struct config config = {
        .discover_qmp = (char *)"/run/holdfast/qmp/", .machines = &machine, .n_machines = 1};
    struct verifier_dialer *dialer = verifier_dialer_new(NULL, &config);
    struct dialer *d = verifier_dialer_lend(dialer);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        assert_null(d->connect(d, paths[i], on_done, NULL));
    verifier_dialer_free(&dialer);
    assert_null(dialer);
}

static void none_is_lent_as_none(void **state)
{
    (void)state;
    struct verifier_dialer *none = NULL;
    struct dialer_request *request = NULL;
    const struct config config = {0};
    assert_null(verifier_dialer_lend(none));
    verifier_dialer_free(&none);
    struct verifier_dialer *empty = verifier_dialer_new(NULL, &config);
    verifier_dialer_lend(empty)->cancel(&request);
    verifier_dialer_free(&empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_not_named_is_not_asked_for),
        cmocka_unit_test(none_is_lent_as_none),
    };
    return cmocka_run_group_tests_name("verifier_dialer", tests, NULL, NULL);
}
