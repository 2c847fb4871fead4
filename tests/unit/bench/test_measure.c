/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/measure.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

static void the_median_lies_in_the_middle(void **state)
{
    static const struct {
        double values[4];
        size_t n;
        double median;
    } rows[] = {
        {{0}, 0, 0}, {{7}, 1, 7}, {{9, 1}, 2, 5}, {{3, 100, 1}, 3, 3}, {{4, 1, 2, 100}, 4, 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        double values[4];
        memcpy(values, rows[i].values, sizeof(values));
        assert_float_equal((float)measure_median(values, rows[i].n), (float)rows[i].median, 0);
    }
}

static void a_program_s_log_is_waited_for(void **state)
{
    const char *const argv[] = {"sh", "-c", "echo it is ready now; exec sleep 1000", NULL};
    pid_t pid = measure_start("program", argv);
    char *rest = measure_wait_log("program", "ready ");
    (void)state;
    assert_string_equal(rest, "now");
    free(rest);
    measure_stop(pid);
    assert_int_equal(kill(pid, 0), -1);
}

static void memory_that_is_shared_is_seen(void **state)
{
    (void)state;
    assert_false(measure_shares_memory(getpid()));
    int fd = memfd_create("picture", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_true(measure_shares_memory(getpid()));
    close(fd);
}

static void reading_a_file_counts(void **state)
{
    static char buffer[65536];
    uint64_t before = measure_read_bytes(getpid());
    int fd = open("/dev/zero", O_RDONLY);
    (void)state;
    assert_int_equal(read(fd, buffer, sizeof(buffer)), sizeof(buffer));
    close(fd);
    assert_true(measure_read_bytes(getpid()) - before >= sizeof(buffer));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_median_lies_in_the_middle),
        cmocka_unit_test(a_program_s_log_is_waited_for),
        cmocka_unit_test(memory_that_is_shared_is_seen),
        cmocka_unit_test(reading_a_file_counts),
    };
    return cmocka_run_group_tests_name("bench/measure", tests, NULL, NULL);
}
