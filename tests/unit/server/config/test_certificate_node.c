/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/certificate_node.h"
#include "auth/tls_node.h"
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

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct place {
    char folder[64];
    struct certificate_node_files a, b;
    const char *path, *why; /* of the last create */
    bool ca_made;
};

static int make_folder(void **state)
{
    struct place *p = ALLOC(struct place);
    strcpy(p->folder, "/tmp/holdfast-certificate-node-XXXXXX");
    if (!mkdtemp(p->folder))
        return -1;
    certificate_node_files_init(&p->a, p->folder, "a");
    certificate_node_files_init(&p->b, p->folder, "b.example_1");
    *state = p;
    return 0;
}

/* Fails when something else was left in the folder. */
static int remove_folder(void **state)
{
    struct place *p = *state;
    const char *files[] = {p->a.ca,  p->a.ca_key,      p->a.certificate,
                           p->a.key, p->b.certificate, p->b.key};
    for (size_t i = 0; i < COUNT(files); i++)
        unlink(files[i]);
    int result = rmdir(p->folder);
    certificate_node_files_fini(&p->a);
    certificate_node_files_fini(&p->b);
    free(p);
    return result;
}

static int create_at(struct place *p, const struct certificate_node_files *f,
                     const struct certificate_node_wish *wish, int64_t moment)
{
    p->path = p->why = NULL;
    int result = certificate_node_create(f, wish, moment, &p->ca_made, &p->path, &p->why);
    assert_true((result == 0) == (p->why == NULL));
    return result;
}

static int create(struct place *p, const struct certificate_node_files *f, const char *node)
{
    return create_at(p, f, &(struct certificate_node_wish){.node = node, .days = 30},
                     time(NULL));
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777;
}

static int load(const struct certificate_node_files *f, const char *node)
{
    const struct tls_node_options options = {
        .ca = f->ca, .certificate = f->certificate, .key = f->key, .node = node};
    struct tls_node_credentials *c = NULL;
    const char *path, *why;
    int result = tls_node_credentials_load(&options, &c, &path, &why);
    tls_node_credentials_unref(&c);
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

static void the_first_node_makes_the_authority_and_the_next_ones_use_it(void **state)
{
    struct place *p = *state;
    char before[FINGERPRINT_SIZE], after[FINGERPRINT_SIZE];
    const char *why;
    assert_int_equal(create(p, &p->a, "a"), 0);
    assert_true(p->ca_made);
    assert_int_equal(certificate_fingerprint(p->a.ca, before, &why), 0);
    assert_int_equal(create(p, &p->b, "b.example_1"), 0);
    assert_false(p->ca_made);
    assert_int_equal(certificate_fingerprint(p->a.ca, after, &why), 0);
    assert_string_equal(before, after);
    assert_int_equal(mode_of(p->a.ca), 0644);
    assert_int_equal(mode_of(p->a.ca_key), 0600);
    assert_int_equal(mode_of(p->a.certificate), 0644);
    assert_int_equal(mode_of(p->a.key), 0600);
    assert_int_equal(load(&p->a, "a"), 0);
    assert_int_equal(load(&p->b, "b.example_1"), 0);
    assert_true(load(&p->b, "a") < 0);
}

static void a_node_may_have_addresses_and_does_not_outlive_the_authority(void **state)
{
    struct place *p = *state;
    static const char *const addresses[] = {"192.0.2.7", "2001:db8::7"};
    const struct certificate_node_wish wish = {
        .node = "a", .addresses = addresses, .n_addresses = 2, .days = CERTIFICATE_DAYS_MOST};
    int64_t now = time(NULL);
    assert_int_equal(create_at(p, &p->a, &wish, now), 0);
    gnutls_x509_crt_t c = read_certificate(p->a.certificate);
    assert_true(gnutls_x509_crt_check_ip(c, (const uint8_t[]){192, 0, 2, 7}, 4, 0));
    assert_true(gnutls_x509_crt_get_expiration_time(c) == now + CERTIFICATE_DAYS * 86400L);
    assert_false(gnutls_x509_crt_get_ca_status(c, NULL) > 0);
    gnutls_x509_crt_deinit(c);
}

static void what_is_there_is_replaced_by_wish_only_and_never_the_authority(void **state)
{
    struct place *p = *state;
    struct certificate_node_wish wish = {.node = "a", .days = 30};
    char first[FINGERPRINT_SIZE], second[FINGERPRINT_SIZE];
    const char *why;
    assert_int_equal(create(p, &p->a, "a"), 0);
    assert_int_equal(certificate_fingerprint(p->a.certificate, first, &why), 0);
    assert_int_equal(create(p, &p->a, "a"), -EEXIST);
    assert_int_equal(certificate_fingerprint(p->a.certificate, second, &why), 0);
    assert_string_equal(first, second);
    wish.replace = true;
    assert_int_equal(create_at(p, &p->a, &wish, time(NULL)), 0);
    assert_false(p->ca_made);
    assert_int_equal(certificate_fingerprint(p->a.certificate, second, &why), 0);
    assert_string_not_equal(first, second);
    assert_int_equal(load(&p->a, "a"), 0);
}

static void what_cannot_be_a_node_leaves_nothing_behind(void **state)
{
    struct place *p = *state;
    static const struct {
        const char *node, *address;
        unsigned days;
    } rows[] = {
        {"", NULL, 1},   {"../a", NULL, 1},  {"a b", NULL, 1},        {"-a", NULL, 1},
        {"ca", NULL, 1}, {"*", NULL, 1},     {"a", "a.example", 1},   {"a", "", 1},
        {"a", NULL, 0},  {"a", NULL, 36501}, {"a", "192.0.2.7/8", 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct certificate_node_wish wish = {.node = rows[i].node,
                                                   .addresses = &rows[i].address,
                                                   .n_addresses = rows[i].address ? 1 : 0,
                                                   .days = rows[i].days};
        assert_int_equal(create_at(p, &p->a, &wish, time(NULL)), -EINVAL);
        assert_false(p->ca_made);
        assert_int_not_equal(access(p->a.ca, F_OK), 0);
    }
}

static void half_an_authority_is_left_alone(void **state)
{
    struct place *p = *state;
    assert_int_equal(create(p, &p->a, "a"), 0);
    assert_int_equal(rename(p->a.ca_key, p->b.key), 0);
    assert_int_equal(create(p, &p->b, "b.example_1"), -EEXIST);
    assert_int_equal(unlink(p->b.key), 0);
    assert_int_equal(create(p, &p->b, "b.example_1"), -ENOENT);
    assert_string_equal(p->path, p->b.ca_key);
    assert_int_not_equal(access(p->a.ca_key, F_OK), 0);
}

static void what_is_no_authority_signs_nothing(void **state)
{
    struct place *p = *state;
    int64_t now = time(NULL);
    const struct certificate_node_wish wish = {.node = "b.example_1", .days = 1};
    assert_int_equal(create(p, &p->a, "a"), 0);
    /* Its time is over. */
    assert_int_equal(create_at(p, &p->b, &wish, now + (CERTIFICATE_DAYS + 1) * 86400L),
                     -EINVAL);
    assert_string_equal(p->path, p->b.ca);
    /* Another's key. */
    assert_int_equal(rename(p->a.key, p->a.ca_key), 0);
    assert_int_equal(create(p, &p->b, "b.example_1"), -EINVAL);
    assert_string_equal(p->path, p->b.ca_key);
    assert_string_equal(p->why, "is not the key of ca.crt");
    /* A node. */
    assert_int_equal(rename(p->a.certificate, p->a.ca), 0);
    assert_int_equal(create(p, &p->b, "b.example_1"), -EINVAL);
    assert_string_equal(p->why, "is not the certificate of an authority");
    /* A key that others can read. */
    assert_int_equal(chmod(p->a.ca_key, 0644), 0);
    assert_true(create(p, &p->b, "b.example_1") < 0);
    assert_string_equal(p->path, p->b.ca_key);
    assert_int_not_equal(access(p->b.key, F_OK), 0);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    struct place *p = *state;
    struct certificate_node_files f;
    certificate_node_files_init(&f, "/nonexistent", "a");
    assert_int_equal(create(p, &f, "a"), -ENOENT);
    assert_false(p->ca_made);
    assert_non_null(p->path);
    certificate_node_files_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
        TEST(the_first_node_makes_the_authority_and_the_next_ones_use_it),
        TEST(a_node_may_have_addresses_and_does_not_outlive_the_authority),
        TEST(what_is_there_is_replaced_by_wish_only_and_never_the_authority),
        TEST(what_cannot_be_a_node_leaves_nothing_behind),
        TEST(half_an_authority_is_left_alone),
        TEST(what_is_no_authority_signs_nothing),
        TEST(a_folder_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests_name("certificate_node", tests, NULL, NULL);
}
