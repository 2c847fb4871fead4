/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/core/rig.h"
#include "server/part.h"
#include "tests/unit/server/waiting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void note(struct rig *rig, char sign, const struct machine *m)
{
    size_t n = strlen(rig->events);
    snprintf(rig->events + n, sizeof(rig->events) - n, "%c%s ", sign, m->name);
}

static void on_added(void *self, struct machine *m)
{
    note(self, '+', m);
}

static void on_removed(void *self, struct machine *m)
{
    note(self, '-', m);
}

struct config *rig_config(const char *text)
{
    char path[] = "/tmp/hf-rig-XXXXXX", *error = NULL;
    struct config *config = NULL;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    dprintf(
        fd,
        "server { listen = {\"unix:/nowhere/rfb.sock\"} control = \"/nowhere/control.sock\" }\n"
        "auth { methods = {none} }\n%s",
        text);
    close(fd);
    int err = config_load(&config, path, &error);
    unlink(path);
    if (err < 0)
        fail_msg("%s", error);
    return config;
}

void rig_reload(struct rig *rig, const char *text)
{
    struct config *before = rig->config;
    rig->config = rig_config(text);
    machines_reload(&rig->machines, rig->config);
    config_free(&before);
}

void rig_start(struct rig *rig, struct config *config)
{
    *rig = (struct rig){.config = config ? config : config_builtin()};
    assert_int_equal(sd_event_new(&rig->loop), 0);
    assert_int_equal(loop_pool_start(&rig->workers, rig->loop, 2, &part_scratch_ops), 0);
    rig->fanout =
        (struct fanout_shared){.loop = rig->loop, .pool = rig->workers.pool, .n_workers = 2};
    rig->machines.keep_view = fanout_new;
    rig->machines.keeper_self = &rig->fanout;
    rig->machines.on_added = on_added;
    rig->machines.on_removed = on_removed;
    rig->machines.self = rig;
    machines_start(&rig->machines, rig->loop, rig->config);
}

void rig_stop(struct rig *rig)
{
    machines_stop(&rig->machines);
    loop_pool_stop(&rig->workers);
    sd_event_unref(rig->loop);
    config_free(&rig->config);
}

void rig_turn(struct rig *rig)
{
    assert_true(sd_event_run(rig->loop, 20000) >= 0);
}

void rig_wait(struct rig *rig, bool (*done)(void *self), void *self)
{
    wait_until(rig->loop, done, self);
}

void rig_settle(struct rig *rig)
{
    for (int i = 0; i < 100 && sd_event_run(rig->loop, 0) > 0; i++)
        ;
}

struct machine *rig_machine(struct rig *rig, const char *name)
{
    struct machine *m = machines_find(&rig->machines, name);
    if (!m)
        fail_msg("no machine %s among: %s", name, rig_names(rig));
    return m;
}

const char *rig_names(const struct rig *rig)
{
    static char text[1024];
    text[0] = 0;
    for (const struct machine *m = rig->machines.first; m; m = m->next) {
        size_t n = strlen(text);
        snprintf(text + n, sizeof(text) - n, "%s%s", n ? " " : "", m->name);
    }
    return text;
}

uint32_t dice_next(struct dice *d)
{
    d->state = d->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(d->state >> 33);
}

int dice_below(struct dice *d, int n)
{
    return n > 0 ? (int)(dice_next(d) % (uint32_t)n) : 0;
}
