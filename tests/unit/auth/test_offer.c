/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/offer.h"
#include "auth/method.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct offer_means everything = {true, true, true, true};

static void types_go_by_first_appearance(void **state)
{
    (void)state;
    static const struct {
        const char *names[6];
        uint8_t types[8];
        uint32_t subtypes[4];
    } rows[] = {
        {{"x509-plain", "tls-plain", "ra2", "apple-dh", "vnc"},
         {19, 129, 5, 30, 2},
         {262, 259}},
        {{"vnc", "x509-plain", "none", "x509-vnc"}, {2, 19, 1}, {262, 261}},
        {{"ra2ne", "plain", "tls-none", "x509-none", "tls-vnc"},
         {130, 6, 19},
         {256, 257, 260, 258}},
        {{"vnc", "vnc", "ra2", "ra2", "tls-vnc", "tls-vnc"}, {2, 129, 5, 19}, {258}},
        {{NULL}, {0}, {0}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct offer o = {.n_types = 0};
        for (unsigned k = 0; k < 6 && rows[i].names[k]; k++)
            assert_int_equal(offer_add(&o, rows[i].names[k], &everything), OFFER_ADDED);
        assert_int_equal(o.n_types, strlen((const char *)rows[i].types));
        assert_memory_equal(o.types, rows[i].types, o.n_types);
        for (unsigned k = 0; k < 4; k++)
            assert_int_equal(k < o.n_subtypes ? o.subtypes[k] : 0, rows[i].subtypes[k]);
    }
}

static void what_is_missing_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct offer_means means;
        enum offer_result result;
    } rows[] = {
        {"plain", {.tls = true, .certificate = true}, OFFER_NOT_HERE},
        {"tls-plain", {.private_channel = true}, OFFER_NO_MEANS},
        {"x509-plain", {.tls = true}, OFFER_NO_MEANS},
        {"ra2", {.tls = true, .certificate = true}, OFFER_NO_MEANS},
        {"vnc", {0}, OFFER_ADDED},
        {"none", {0}, OFFER_ADDED},
        {"x509", {true, true, true, true}, OFFER_UNKNOWN},
        {"", {true, true, true, true}, OFFER_UNKNOWN},
        {"vencrypt", {true, true, true, true}, OFFER_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct offer o = {.n_types = 0};
        assert_int_equal(offer_add(&o, rows[i].name, &rows[i].means), rows[i].result);
        assert_int_equal(o.n_types, rows[i].result == OFFER_ADDED);
        assert_int_equal(offer_name_known(rows[i].name), rows[i].result != OFFER_UNKNOWN);
    }
}

static void every_type_has_a_method_and_a_name(void **state)
{
    (void)state;
    static const char *const names[] = {"none",       "vnc",       "plain",     "tls-none",
                                        "tls-vnc",    "tls-plain", "x509-none", "x509-vnc",
                                        "x509-plain", "ra2",       "ra2ne",     "apple-dh"};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct offer o = {.n_types = 0};
        offer_add(&o, names[i], &everything);
        for (unsigned k = 0; k < o.n_types; k++) {
            assert_non_null(auth_method_by_type(o.types[k]));
            assert_string_equal(offer_name_of(o.types[k], o.subtypes[0]), names[i]);
        }
    }
    assert_null(offer_name_of(16, 0));
    assert_null(offer_name_of(19, 0));
}

static void what_listeners_could_read_is_known(void **state)
{
    (void)state;
    static const char *const open[] = {"none", "vnc", "plain", "ra2ne", "apple-dh"};
    static const char *const closed[] = {"tls-none", "tls-vnc", "x509-plain", "ra2", "other"};
    for (size_t i = 0; i < COUNT(open); i++)
        assert_true(offer_name_is_open(open[i]));
    for (size_t i = 0; i < COUNT(closed); i++)
        assert_false(offer_name_is_open(closed[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_go_by_first_appearance),
        cmocka_unit_test(what_is_missing_is_told),
        cmocka_unit_test(every_type_has_a_method_and_a_name),
        cmocka_unit_test(what_listeners_could_read_is_known),
    };
    return cmocka_run_group_tests_name("auth/offer", tests, NULL, NULL);
}
