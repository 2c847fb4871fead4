/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/attach/fixture.h"

#include <stdlib.h>
#include <string.h>

int fixture_set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    watcher_init(&f->w);
    f->q = fake_qemu_new(f->w.loop);
    f->c = &f->q->display.consoles[0];
    *state = f;
    return 0;
}

int fixture_tear_down(void **state)
{
    struct fixture *f = *state;
    watcher_close(&f->w);
    watcher_settle(&f->w);
    fake_qemu_free(&f->q);
    watcher_fini(&f->w);
    free(f);
    return 0;
}

void fixture_open(struct fixture *f)
{
    char place[128];
    snprintf(place, sizeof(place), "qmp:%s", f->q->path);
    watcher_open(&f->w, place);
}

void fixture_watch(struct fixture *f)
{
    fixture_open(f);
    f->w.place->ops->watch(f->w.place, true);
    watcher_until(&f->w, "complete");
    watcher_settle(&f->w);
}

struct wanted_text {
    struct fixture *f;
    const char *text;
};

static bool is_logged(void *self)
{
    struct wanted_text *wanted = self;
    return strstr(fake_qemu_log(wanted->f->q), wanted->text);
}

void fixture_until(struct fixture *f, const char *text)
{
    watcher_until_true(&f->w, is_logged, &(struct wanted_text){f, text}, text);
}

struct wanted_count {
    const unsigned *number;
    unsigned value;
};

static bool is_reached(void *self)
{
    struct wanted_count *wanted = self;
    return *wanted->number >= wanted->value;
}

void fixture_until_count(struct fixture *f, const unsigned *number, unsigned value)
{
    watcher_until_true(&f->w, is_reached, &(struct wanted_count){number, value}, "a count");
}
