/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/fanout_daemon.h"
#include "base/alloc.h"
#include "tests/bench/measure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *write_config(const char *place)
{
    char *path = alloc_printf("%s/holdfast.conf", measure_folder());
    FILE *f = fopen(path, "w");
    if (!f)
        measure_fail(path, strerror(errno));
    fprintf(f,
            "server { listen = {\"127.0.0.1:0\"} control = \"%s/control.sock\" }\n"
            "auth { methods = {none} max-pending = 2000 max-pending-per-address = 2000 }\n",
            measure_folder());
    if (place)
        fprintf(f, "machine bench { place = {\"%s\"} }\n", place);
    fclose(f);
    return path;
}

void fanout_daemon_start(struct fanout_daemon *d, const char *program, const char *place)
{
    char *built = program ? NULL : measure_sibling("holdfastd"), *config = write_config(place);
    const char *const argv[] = {program ? program : built, "-c", config, NULL};
    d->pid = measure_start("holdfastd", argv);
    free(measure_wait_log("holdfastd", "ready"));
    d->address = measure_wait_log("holdfastd", "listening on ");
    free(config);
    free(built);
}

void fanout_daemon_stop(struct fanout_daemon *d)
{
    measure_stop(d->pid);
    free(d->address);
    d->address = NULL;
}
