/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/machine/machine_names.h"

enum { MACHINES = 200 };

static void assert_in_order(const struct machine_names *names, const struct machine *first)
{
    size_t n = 0;
    for (const struct machine *m = first; m; m = m->next, n++) {
        assert_ptr_equal(names->in_order[n], m);
        assert_ptr_equal(machine_names_find(names, m->name), m);
        assert_true(!m->next || strcmp(m->name, m->next->name) < 0);
    }
    assert_int_equal(n, names->n);
}

static void machines_that_come_and_go_stay_in_order(void **state)
{
    struct machine *all = calloc(MACHINES, sizeof(*all)), *first = NULL;
    bool here[MACHINES] = {false};
    struct machine_names names = {0};
    unsigned seed = 1;
    (void)state;
    assert_non_null(all);
    for (int i = 0; i < MACHINES; i++)
        assert_true(asprintf(&all[i].name, "web%d", i) > 0);
    for (int step = 0; step < 3000; step++) {
        int i = rand_r(&seed) % MACHINES;
        if (here[i]) {
            machine_names_remove(&names, &all[i], &first);
            assert_null(machine_names_find(&names, all[i].name));
        } else {
            machine_names_add(&names, &all[i], &first);
        }
        here[i] = !here[i];
        if (step % 50 == 0)
            assert_in_order(&names, first);
    }
    assert_in_order(&names, first);
    for (int i = 0; i < MACHINES; i++)
        free(all[i].name);
    machine_names_fini(&names);
    free(all);
}

static void nobody_is_found_where_nobody_is(void **state)
{
    struct machine_names names = {0};
    (void)state;
    assert_null(machine_names_find(&names, "web1"));
    assert_null(machine_names_find(&names, ""));
    machine_names_fini(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(machines_that_come_and_go_stay_in_order),
        cmocka_unit_test(nobody_is_found_where_nobody_is),
    };
    return cmocka_run_group_tests_name("server/machine/machine_names", tests, NULL, NULL);
}
