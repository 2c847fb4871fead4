/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/session/console_image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/session/sessions.h"

/* alice drives, bob asks; dave has no name and does neither. */
struct people {
    struct sessions all;
    struct console c;
    struct session alice, bob, nobody;
};

static void gather(struct people *p)
{
    *p = (struct people){.c = {.all = &p->all, .epoch = 7, .serial = 3}};
    p->alice = (struct session){.next = &p->bob,
                                .console = &p->c,
                                .id = 1,
                                .user = "alice",
                                .role = ROLE_DRIVE,
                                .n_seats = 2};
    p->bob = (struct session){.next = &p->nobody,
                              .console = &p->c,
                              .id = 2,
                              .user = "b\"ob",
                              .role = ROLE_ADMIN,
                              .role_set = true,
                              .n_away = 1};
    p->nobody = (struct session){.console = &p->c, .id = 3, .user = "", .role = ROLE_WATCH};
    p->all.first = &p->alice;
    p->c.wheel.driver = 1;
    p->c.wheel.released_by = 3;
    p->c.wheel.queue[0].id = 2;
    p->c.wheel.n_queue = 1;
}

static void what_was_put_is_read(void **state)
{
    struct people p;
    struct console_image image;
    const char *why;
    (void)state;
    gather(&p);
    char *text = console_image_of(&p.c);
    assert_int_equal(console_image_parse(&image, text, strlen(text), &why), 0);
    assert_int_equal(image.epoch, 7);
    assert_int_equal(image.serial, 3);
    assert_int_equal(image.driver, 1);
    assert_int_equal(image.released_by, 3);
    assert_int_equal(image.n_queue, 1);
    assert_int_equal(image.n_sessions, 3);
    assert_string_equal(image.sessions[1].user, "b\"ob");
    assert_true(image.sessions[1].role_set);
    assert_int_equal(image.sessions[1].viewers, 1);
    assert_int_equal(image.sessions[0].viewers, 2);
    console_image_fini(&image);
    free(text);
    p.c.wheel.released_by = 0;
    text = console_image_of(&p.c);
    assert_int_equal(console_image_parse(&image, text, strlen(text), &why), 0);
    assert_int_equal(image.n_sessions, 2); /* who has no name and does nothing is left out */
    console_image_fini(&image);
    free(text);
}

static void every_proper_prefix_is_refused(void **state)
{
    struct people p;
    struct console_image image;
    const char *why;
    (void)state;
    gather(&p);
    char *text = console_image_of(&p.c);
    for (size_t n = 0; n < strlen(text); n++) {
        char *exact = malloc(n + 1);
        memcpy(exact, text, n);
        assert_true(console_image_parse(&image, exact, n, &why) < 0);
        free(exact);
    }
    free(text);
}

#define HEAD "{\"epoch\":1,\"serial\":1,\"sharing\":\"single\","
#define ONE                                                                                    \
    "{\"id\":1,\"user\":\"a\",\"role\":\"drive\",\"role-set\":false,\"viewers\":1,"            \
    "\"since-us\":1,\"active-us\":1}"

static void what_cannot_be_is_refused(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {HEAD "\"driver\":1,\"released-by\":0,\"queue\":[],\"sessions\":[" ONE "]}", true},
        {HEAD "\"driver\":0,\"released-by\":0,\"queue\":[1],\"sessions\":[" ONE "]}", true},
        {HEAD "\"driver\":2,\"released-by\":0,\"queue\":[],\"sessions\":[" ONE "]}", false},
        {HEAD "\"driver\":-1,\"released-by\":0,\"queue\":[],\"sessions\":[" ONE "]}", false},
        {HEAD "\"driver\":1,\"released-by\":9,\"queue\":[],\"sessions\":[" ONE "]}", false},
        {HEAD "\"driver\":1,\"released-by\":0,\"queue\":[1],\"sessions\":[" ONE "]}", false},
        {HEAD "\"driver\":0,\"released-by\":0,\"queue\":[1,1],\"sessions\":[" ONE "]}", false},
        {HEAD "\"driver\":0,\"released-by\":0,\"queue\":[\"1\"],\"sessions\":[" ONE "]}",
         false},
        {HEAD "\"driver\":0,\"released-by\":0,\"queue\":[],\"sessions\":[" ONE "," ONE "]}",
         false},
        {HEAD "\"driver\":0,\"released-by\":0,\"queue\":[],\"sessions\":{}}", false},
        {"[]", false},
        {"{\"epoch\":1,\"serial\":1,\"sharing\":\"no\",\"driver\":0,\"released-by\":0,"
         "\"queue\":[],\"sessions\":[]}",
         false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct console_image image;
        const char *why = NULL;
        int err = console_image_parse(&image, rows[i].text, strlen(rows[i].text), &why);
        if ((err == 0) != rows[i].good)
            fail_msg("%s", rows[i].text);
        if (err == 0)
            console_image_fini(&image);
        else
            assert_non_null(why);
    }
}

static void a_crowd_fits_a_message(void **state)
{
    enum { MANY = 20000 };
    struct people p;
    struct console_image image;
    const char *why;
    char name[AUTH_USER_MOST + 1] = {0};
    (void)state;
    gather(&p);
    memset(name, 1, AUTH_USER_MOST); /* six bytes each in JSON */
    struct session *crowd = calloc(MANY, sizeof(*crowd));
    for (size_t i = 0; i < MANY; i++)
        crowd[i] = (struct session){.next = i + 1 < MANY ? &crowd[i + 1] : NULL,
                                    .console = &p.c,
                                    .id = 10 + i,
                                    .user = name,
                                    .role = ROLE_WATCH};
    p.nobody.next = crowd;
    char *text = console_image_of(&p.c);
    assert_true(strlen(text) <= CONSOLE_IMAGE_BYTES_MOST);
    assert_int_equal(console_image_parse(&image, text, strlen(text), &why), 0);
    assert_int_equal(image.driver, 1);
    console_image_fini(&image);
    free(text);
    free(crowd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_read),
        cmocka_unit_test(every_proper_prefix_is_refused),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(a_crowd_fits_a_message),
    };
    return cmocka_run_group_tests_name("images of consoles", tests, NULL, NULL);
}
