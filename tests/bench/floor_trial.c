/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/floor_trial.h"
#include "tests/bench/floor_server.h"
#include "tests/bench/load.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <unistd.h>

enum { PATIENCE_US = 60000000 };

struct floor_result floor_trial(unsigned n_viewers, size_t bytes, unsigned fps,
                                unsigned seconds)
{
    struct floor_server server = {.fps = fps, .bytes = bytes < 32 ? 32 : bytes};
    struct load_options options = {.class = load_class_find("zrle")};
    struct load load;
    char address[32];
    snprintf(address, sizeof(address), "127.0.0.1:%u", floor_server_listen(&server));
    pid_t pid = measure_fork(floor_server_run, &server);
    close(server.listen_fd);
    load_init(&load);
    for (unsigned i = 0; i < n_viewers; i++)
        load_add(&load, address, &options);
    if (!load_run_until_all_have(&load, 2, load_now_us() + PATIENCE_US))
        measure_fail("floor", "no updates came");
    load_mark(&load);
    struct floor_result result = {.cpu_us = 0 - measure_cpu_us(pid)};
    load_run(&load, load_now_us() + seconds * 1000000ull);
    result.cpu_us += measure_cpu_us(pid);
    result.updates = load_summary(&load, LOAD_ALL).updates;
    load_fini(&load);
    measure_stop(pid);
    result.us_per_update =
        (double)result.cpu_us / (double)(result.updates ? result.updates : 1);
    return result;
}
