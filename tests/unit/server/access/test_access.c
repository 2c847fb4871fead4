/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the configuration makes of the offers, the verifier's rows, and kept passwords. */
#include <config.h>
#include "server/access/access.h"
#include "server/access/rows.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct config *config_of(const char *text)
{
    char path[] = "/tmp/hf-access-XXXXXX", *error = NULL;
    struct config *config = NULL;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    int err = config_load(&config, path, &error);
    unlink(path);
    if (err < 0)
        fail_msg("%s", error);
    return config;
}

static void a_listener_offers_what_it_has_the_means_for(void **state)
{
    (void)state;
    struct config *config = config_of(
        "auth { methods = {x509-plain, tls-plain, plain, ra2, apple-dh, vnc, none} }");
    struct access a = {.config = config};
    struct offer offer;
    access_offer(&a, true, &offer);
    assert_int_equal(offer.n_types, 4);
    assert_memory_equal(offer.types, "\x13\x1e\x02\x01", 4);
    assert_int_equal(offer.n_subtypes, 1);
    assert_int_equal(offer.subtypes[0], 256);
    access_offer(&a, false, &offer);
    assert_int_equal(offer.n_types, 3);
    assert_memory_equal(offer.types, "\x1e\x02\x01", 3);
    config_free(&config);
}

static void a_verifier_is_there_for_those_who_need_one(void **state)
{
    static const struct {
        const char *config;
        bool needed;
    } rows[] = {
        {"auth { methods = {none} }", false},
        {"auth { methods = {vnc, tls-vnc, x509-none} }", false},
        {"auth { methods = {none, x509-plain} }", true},
        {"auth { methods = {plain} }", true},
        {"auth { methods = {ra2ne} }", true},
        {"auth { methods = {apple-dh} }", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config *config = config_of(rows[i].config);
        assert_int_equal(access_rows_needed(config), rows[i].needed);
        config_free(&config);
    }
}

static void the_verifier_is_told_of_each_file_once(void **state)
{
    (void)state;
    struct config *config =
        config_of("tls { certificate = \"/a/crt\" key = \"/a/key\" client-ca = \"/a/ca\" }\n"
                  "auth { methods = {x509-plain} pam-service = \"mine\" pam-session = yes }\n"
                  "discover { qmp = \"/run/qmp\" }\n"
                  "machine \"*\" { password-file = \"/a/pw\" }\n"
                  "machine web1 { place = {\"qmp:/run/web1\", \"pattern:8x8\"} }\n"
                  "machine web2 { password-file = \"/a/web2\" }\n");
    static const struct verifier_key_row keys[] = {{"/a/key", true},
                                                   {"/a/crt", false},
                                                   {"/a/ca", false},
                                                   {"/a/pw", true},
                                                   {"/a/web2", true}};
    struct access_rows rows;
    access_rows_init(&rows, config);
    assert_int_equal(rows.options.n_services, 1);
    assert_string_equal(rows.options.services[0], "mine");
    assert_true(rows.options.sessions > 0);
    assert_int_equal(rows.options.n_keys, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(rows.options.keys[i].path, keys[i].path);
        assert_int_equal(rows.options.keys[i].secret, keys[i].secret);
    }
    assert_int_equal(rows.options.n_sockets, 2);
    assert_string_equal(rows.options.sockets[0].path, "/run/web1");
    assert_false(rows.options.sockets[0].folder);
    assert_string_equal(rows.options.sockets[1].path, "/run/qmp");
    assert_true(rows.options.sockets[1].folder);
    access_rows_fini(&rows);
    config_free(&config);
}

static void the_file_counts_while_it_can_be_read(void **state)
{
    (void)state;
    struct passwords p = {.n = 0};
    struct vnc_password list[2] = {{.watch_only = false}};
    const char *why = NULL;
    char path[] = "/tmp/hf-passwords-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, "one\ntwo\n", 8), 8);
    close(fd);
    passwords_keep(&p, path);
    assert_int_equal(p.n, 1);
    assert_int_equal(passwords_take(&p, path, "kept\n", 5, &why), 0);
    assert_int_equal(passwords_take(&p, path, "\n", 1, &why), -EINVAL);
    assert_string_equal(why, "has no password in its first line");
    assert_int_equal(passwords_read(&p, path, list, &why), 2);
    assert_memory_equal(list[0].key, "one\0\0\0\0\0", 8);
    unlink(path);
    assert_int_equal(passwords_read(&p, path, list, &why), -ENOENT);
    passwords_fini(&p);
    assert_int_equal(p.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_listener_offers_what_it_has_the_means_for),
        cmocka_unit_test(a_verifier_is_there_for_those_who_need_one),
        cmocka_unit_test(the_verifier_is_told_of_each_file_once),
        cmocka_unit_test(the_file_counts_while_it_can_be_read),
    };
    return cmocka_run_group_tests_name("server/access", tests, NULL, NULL);
}
