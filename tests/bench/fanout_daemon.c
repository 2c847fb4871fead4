/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/fanout_daemon.h"
#include "base/alloc.h"
#include "tests/bench/control_talk.h"
#include "tests/bench/measure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *write_config(const char *place, const char *methods, const char *sections)
{
    char *path = alloc_printf("%s/holdfast.conf", measure_folder());
    FILE *f = fopen(path, "w");
    if (!f)
        measure_fail(path, strerror(errno));
    fprintf(f,
            "server { listen = {\"127.0.0.1:0\"} control = \"%s/control.sock\" "
            "state = \"%s/state.db\" }\n"
            "auth { methods = {%s} max-pending = 2000 max-pending-per-address = 2000 }\n%s\n",
            measure_folder(), measure_folder(), methods, sections ? sections : "");
    if (place)
        fprintf(f, "machine bench { place = {\"%s\"} }\n", place);
    fclose(f);
    return path;
}

void fanout_daemon_start(struct fanout_daemon *d, const char *program, const char *place)
{
    fanout_daemon_start_with(d, program, place, "none", NULL);
}

void fanout_daemon_start_with(struct fanout_daemon *d, const char *program, const char *place,
                              const char *methods, const char *sections)
{
    char *built = program ? NULL : measure_sibling("holdfastd");
    char *config = write_config(place, methods, sections);
    const char *const argv[] = {program ? program : built, "-c", config, NULL};
    d->pid = measure_start("holdfastd", argv);
    free(measure_wait_log("holdfastd", "ready"));
    d->address = measure_wait_log("holdfastd", "listening on ");
    free(config);
    free(built);
}

/* ---- counters ---- */

uint64_t fanout_daemon_counter(const char *name)
{
    char *socket = alloc_printf("%s/control.sock", measure_folder());
    json_t *status = control_get(socket, "/v1/status");
    uint64_t value = (uint64_t)json_integer_value(
        json_object_get(json_object_get(status, "counters"), name));
    json_decref(status);
    free(socket);
    return value;
}

void fanout_daemon_stop(struct fanout_daemon *d)
{
    measure_stop(d->pid);
    free(d->address);
    d->address = NULL;
}
