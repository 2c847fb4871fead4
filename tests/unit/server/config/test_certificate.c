/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/certificate.h"
#include "auth/tls_credentials.h"
#include "base/alloc.h"

#include <errno.h>
#include <gnutls/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define MOMENT INT64_C(1800000000)

struct place {
    char folder[64], certificate[96], key[96];
};

static int make_folder(void **state)
{
    struct place *p = ALLOC(struct place);
    strcpy(p->folder, "/tmp/holdfast-certificate-XXXXXX");
    if (!mkdtemp(p->folder))
        return -1;
    snprintf(p->certificate, sizeof(p->certificate), "%s/server.crt", p->folder);
    snprintf(p->key, sizeof(p->key), "%s/server.key", p->folder);
    *state = p;
    return 0;
}

/* Fails when something else was left in the folder. */
static int remove_folder(void **state)
{
    struct place *p = *state;
    unlink(p->certificate);
    unlink(p->key);
    int result = rmdir(p->folder);
    free(p);
    return result;
}

static int create(const struct place *p, const struct certificate_wish *wish)
{
    const char *path = NULL, *why = NULL;
    int result = certificate_create(p->certificate, p->key, wish, MOMENT, &path, &why);
    assert_true((result == 0) == (why == NULL));
    return result;
}

static gnutls_x509_crt_t read_certificate(const char *path)
{
    gnutls_datum_t pem;
    gnutls_x509_crt_t c;
    assert_int_equal(gnutls_load_file(path, &pem), 0);
    assert_int_equal(gnutls_x509_crt_init(&c), 0);
    assert_int_equal(gnutls_x509_crt_import(c, &pem, GNUTLS_X509_FMT_PEM), 0);
    gnutls_free(pem.data);
    return c;
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777;
}

static void a_certificate_is_made_for_its_hosts(void **state)
{
    struct place *p = *state;
    static const char *const hosts[] = {"vm.example.org", "192.0.2.7", "2001:db8::7"};
    const struct certificate_wish wish = {
        .hosts = hosts, .n_hosts = 3, .days = 30, .group = (gid_t)-1};
    const struct tls_options options = {.certificate = p->certificate, .key = p->key};
    struct tls_credentials *credentials = NULL;
    const char *path, *why;
    assert_int_equal(create(p, &wish), 0);
    assert_int_equal(mode_of(p->key), 0600);
    assert_int_equal(mode_of(p->certificate), 0644);
    gnutls_x509_crt_t c = read_certificate(p->certificate);
    for (size_t i = 0; i < 3; i++)
        assert_true(gnutls_x509_crt_check_hostname(c, hosts[i]));
    assert_false(gnutls_x509_crt_check_hostname(c, "other.example.org"));
    assert_true(gnutls_x509_crt_get_activation_time(c) == MOMENT - 3600);
    assert_true(gnutls_x509_crt_get_expiration_time(c) == MOMENT + 30 * 86400);
    gnutls_x509_crt_deinit(c);
    assert_int_equal(tls_credentials_load(&options, &credentials, &path, &why), 0);
    assert_true(tls_credentials_certified(credentials));
    tls_credentials_unref(&credentials);
}

static void without_hosts_it_is_for_this_one(void **state)
{
    struct place *p = *state;
    const struct certificate_wish wish = {.days = CERTIFICATE_DAYS, .group = (gid_t)-1};
    assert_int_equal(create(p, &wish), 0);
    gnutls_x509_crt_t c = read_certificate(p->certificate);
    assert_true(gnutls_x509_crt_check_hostname(c, "localhost"));
    assert_true(gnutls_x509_crt_check_hostname(c, "127.0.0.1"));
    assert_true(gnutls_x509_crt_check_hostname(c, "::1"));
    gnutls_x509_crt_deinit(c);
}

static void a_group_may_read_the_key(void **state)
{
    struct place *p = *state;
    const struct certificate_wish wish = {.days = 1, .group = getegid()};
    struct stat st;
    assert_int_equal(create(p, &wish), 0);
    assert_int_equal(mode_of(p->key), 0640);
    assert_int_equal(mode_of(p->certificate), 0644);
    assert_int_equal(stat(p->key, &st), 0);
    assert_int_equal(st.st_gid, getegid());
}

static void what_is_there_is_replaced_by_wish_only(void **state)
{
    struct place *p = *state;
    struct certificate_wish wish = {.days = 1, .group = (gid_t)-1};
    char first[FINGERPRINT_SIZE], second[FINGERPRINT_SIZE];
    const char *why;
    assert_int_equal(create(p, &wish), 0);
    assert_int_equal(certificate_fingerprint(p->certificate, first, &why), 0);
    assert_int_equal(create(p, &wish), -EEXIST);
    assert_int_equal(certificate_fingerprint(p->certificate, second, &why), 0);
    assert_string_equal(first, second);
    /* One of the two is enough to be left alone. */
    assert_int_equal(unlink(p->certificate), 0);
    assert_int_equal(create(p, &wish), -EEXIST);
    assert_int_not_equal(access(p->certificate, F_OK), 0);
    wish.replace = true;
    assert_int_equal(create(p, &wish), 0);
    assert_int_equal(certificate_fingerprint(p->certificate, second, &why), 0);
    assert_string_not_equal(first, second);
    assert_int_equal(strlen(second), 95);
}

static void what_cannot_be_made_leaves_nothing_behind(void **state)
{
    struct place *p = *state;
    static const struct {
        const char *host;
        unsigned days;
    } rows[] = {
        {"a b", 1}, {"", 1},          {"user@host", 1},    {"[::1]", 1},
        {"a/b", 1}, {"h\xc3\xa9", 1}, {"good.example", 0}, {"good.example", 36501},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct certificate_wish wish = {
            .hosts = &rows[i].host, .n_hosts = 1, .days = rows[i].days, .group = (gid_t)-1};
        assert_int_equal(create(p, &wish), -EINVAL);
        assert_int_not_equal(access(p->key, F_OK), 0);
    }
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    (void)state;
    const struct certificate_wish wish = {.days = 1, .group = (gid_t)-1};
    const char *path = NULL, *why = NULL;
    assert_int_equal(
        certificate_create("/nonexistent/a", "/nonexistent/b", &wish, MOMENT, &path, &why),
        -ENOENT);
    assert_string_equal(path, "/nonexistent/b");
    assert_non_null(why);
}

static void a_file_without_a_certificate_has_no_fingerprint(void **state)
{
    (void)state;
    char text[FINGERPRINT_SIZE];
    const char *why = NULL;
    assert_int_equal(certificate_fingerprint("/nonexistent", text, &why), -ENOENT);
    assert_non_null(why);
    assert_int_equal(certificate_fingerprint("/etc/passwd", text, &why), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_certificate_is_made_for_its_hosts, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(without_hosts_it_is_for_this_one, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_group_may_read_the_key, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(what_is_there_is_replaced_by_wish_only, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(what_cannot_be_made_leaves_nothing_behind, make_folder,
                                        remove_folder),
        cmocka_unit_test(a_folder_that_is_not_there_is_told),
        cmocka_unit_test(a_file_without_a_certificate_has_no_fingerprint),
    };
    return cmocka_run_group_tests_name("certificate", tests, NULL, NULL);
}
