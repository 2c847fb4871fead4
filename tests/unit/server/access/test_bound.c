/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is let in by what counts at one machine only stays at that machine. */
#include <config.h>
#include "auth/vnc.h"
#include "server/viewer.h"
#include "tests/unit/server/core/parlour.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define UUID_1 "1b4e28ba-2fa1-11d2-883f-0016d3cca421"
#define UUID_2 "1b4e28ba-2fa1-11d2-883f-0016d3cca422"

static void open_with(struct parlour *p, const char *auth)
{
    char config[512];
    snprintf(config, sizeof(config),
             "auth { %s }\n"
             "machine web1 { place = {\"qmp:/a\"} password-file = \"%%s/pw\" }\n"
             "machine web2 { place = {\"qmp:/b\"} }\n",
             auth);
    parlour_open(p, config);
    parlour_file(p, "pw", "sesame\n");
    parlour_run_place("/a", UUID_1, 16, 16);
    parlour_run_place("/b", UUID_2, 16, 16);
    parlour_settle(p);
}

static bool may_go(struct parlour *p, const char *name)
{
    const char *why = NULL;
    assert_non_null(p->server.viewers);
    return viewer_move(p->server.viewers, machines_find(&p->server.machines, name), &why);
}

static void log_in_by_password(struct guest *g)
{
    uint8_t response[VNC_CHALLENGE_SIZE];
    guest_hears(g, "'RFB 003.008' 0a");
    guest_says(g, "'RFB 003.008' 0a");
    guest_hears(g, "01 02");
    guest_says(g, "02");
    vnc_respond(response, (const uint8_t *)"sesame\0\0", guest_takes(g, VNC_CHALLENGE_SIZE));
    guest_says_bytes(g, response, sizeof(response));
    guest_hears(g, "00000000");
    guest_says(g, "01");
    guest_takes(g, 24 + 4);
}

static void a_machines_password_opens_no_other(void **state)
{
    (void)state;
    struct parlour p;
    struct guest g;
    open_with(&p, "methods = {vnc}");
    guest_come(&g, &p, NULL, "192.0.2.1");
    log_in_by_password(&g);
    assert_string_equal(p.server.viewers->machine->name, "web1");
    assert_false(may_go(&p, "web2"));
    assert_int_equal(p.server.viewers->stage, VIEWER_RUNNING);
    guest_go(&g);
    parlour_close(&p);
}

static void who_comes_to_a_machines_port_without_a_name_stays_there(void **state)
{
    (void)state;
    struct parlour p;
    struct guest g;
    open_with(&p, "methods = {none}");
    guest_come(&g, &p, "web1", "192.0.2.1");
    guest_logs_in(&g, 16, 16, "web1");
    assert_false(may_go(&p, "web2"));
    guest_go(&g);
    parlour_close(&p);
}

static void who_may_come_to_all_goes_where_the_rules_say(void **state)
{
    (void)state;
    struct parlour p;
    struct guest g;
    open_with(&p, "methods = {none}");
    guest_come(&g, &p, NULL, "192.0.2.1");
    guest_hears(&g, "'RFB 003.008' 0a");
    guest_says(&g, "'RFB 003.008' 0a");
    guest_hears(&g, "01 01");
    guest_says(&g, "01 01");
    guest_takes(&g, 4 + 24);
    assert_true(may_go(&p, "web2"));
    assert_true(may_go(&p, "web1"));
    guest_go(&g);
    parlour_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_machines_password_opens_no_other),
        cmocka_unit_test(who_comes_to_a_machines_port_without_a_name_stays_there),
        cmocka_unit_test(who_may_come_to_all_goes_where_the_rules_say),
    };
    return cmocka_run_group_tests_name("server/access/bound", tests, NULL, NULL);
}
