/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/core/fake_attach.h"
#include "base/alloc.h"
#include "server/attach/attach_private.h"
#include "server/attach/kinds.h"
#include "server/machine/machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fake_place *places; /* all that are open */
static struct fake_place *closed; /* kept a while: a test may be making them say something */
static unsigned n_opened;

static const struct attach_ops fake_ops;

struct fake_place *fake_place_find(const char *address)
{
    struct fake_place *p = places;
    while (p && strcmp(p->address, address) != 0)
        p = p->next;
    return p;
}

unsigned fake_places_open(void)
{
    unsigned n = 0;
    for (const struct fake_place *p = places; p; p = p->next)
        n++;
    return n;
}

static void bury(void)
{
    for (struct fake_place **at = &closed; *at;) {
        struct fake_place *p = *at;
        if (p->attach.busy) {
            at = &p->next;
            continue;
        }
        *at = p->next;
        free(p->address);
        free(p);
    }
}

static int fake_open(struct attach **attach_r, const struct attach_context *context,
                     const char *address, const struct attach_handler *handler, void *self,
                     const char **why_r)
{
    (void)context;
    *why_r = "this address can never work";
    if (strcmp(address, "bad") == 0)
        return -EINVAL;
    bury();
    struct fake_place *p = ALLOC(struct fake_place);
    p->attach = (struct attach){.ops = &fake_ops, .handler = handler, .self = self};
    p->address = alloc_text(address);
    p->opened = ++n_opened;
    p->power = -1;
    p->next = places;
    places = p;
    *attach_r = &p->attach;
    return 0;
}

static void fake_close(struct attach *a)
{
    struct fake_place *p = (struct fake_place *)a, **at = &places;
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    a->closed = true;
    p->next = closed;
    closed = p;
}

static void fake_watch(struct attach *a, bool on)
{
    struct fake_place *p = (struct fake_place *)a;
    p->watching = on;
    p->n_watches += on;
}

static int fake_resize(struct attach *a, unsigned head, int w, int h)
{
    struct fake_place *p = (struct fake_place *)a;
    (void)head;
    p->resize_w = w;
    p->resize_h = h;
    return p->resize_answer;
}

static int fake_power(struct attach *a, enum power_action action)
{
    ((struct fake_place *)a)->power = (int)action;
    return 0;
}

#define NOTE(p, ...)                                                                           \
    snprintf((p)->input + strlen((p)->input), sizeof((p)->input) - strlen((p)->input),         \
             __VA_ARGS__)

static void take_key(void *sink, uint8_t qnum, bool down)
{
    struct fake_place *p = sink;
    NOTE(p, "%c%u ", down ? '+' : '-', qnum);
}

static void take_move_to(void *sink, unsigned head, int x, int y)
{
    struct fake_place *p = sink;
    NOTE(p, "@%u:%d,%d ", head, x, y);
}

static void take_move_by(void *sink, unsigned head, int dx, int dy)
{
    struct fake_place *p = sink;
    NOTE(p, "~%u:%d,%d ", head, dx, dy);
}

static void take_button(void *sink, unsigned head, enum pointer_button button, bool down)
{
    struct fake_place *p = sink;
    (void)head;
    NOTE(p, "%cB%u ", down ? '+' : '-', (unsigned)button);
}

static const struct input_sink_ops fake_input = {take_key, take_move_to, take_move_by,
                                                 take_button};

static void fake_set_input(struct attach *a, enum input_mode mode)
{
    struct fake_place *p = (struct fake_place *)a;
    p->mode = mode;
    if (mode == INPUT_HELD && !p->slow)
        fake_gives_back(p, NULL, 0);
}

static const struct attach_ops fake_ops = {
    .scheme = "fake",
    .open = fake_open,
    .close = fake_close,
    .watch = fake_watch,
    .input = &fake_input,
    .set_input = fake_set_input,
    .resize = fake_resize,
    .power = fake_power,
};

/* ---- what stands in attach.c ---- */

const char *place_state_name(enum place_state state)
{
    static const char *const names[] = {"connecting", "incoming", "running", "paused",
                                        "switching",  "gone",     "lost"};
    return names[state];
}

const struct attach_ops *attach_ops_for(const char *place, const char **address_r)
{
    static const struct {
        const char *scheme;
        const struct attach_ops *ops;
    } rows[] = {{"fake:", &fake_ops},
                {"qmp:", &fake_ops},
                {"pattern:", &pattern_attach_ops},
                {"node:", &node_attach_ops}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t n = strlen(rows[i].scheme);
        if (strncmp(place, rows[i].scheme, n) == 0) {
            *address_r = place + n;
            return rows[i].ops;
        }
    }
    return NULL;
}

/* ---- what it is made to say ---- */

#define SAY(p, ...)                                                                            \
    do {                                                                                       \
        attach_enter(&(p)->attach);                                                            \
        attach_tell(&(p)->attach, __VA_ARGS__);                                                \
        attach_leave(&(p)->attach);                                                            \
    } while (0)

void fake_says_identity(struct fake_place *p, const char *name, const char *uuid)
{
    struct place_identity identity = {.name = name};
    static const uint8_t null_uuid[16];
    identity.has_uuid = uuid && machine_uuid_parse(uuid, identity.uuid) &&
                        memcmp(identity.uuid, null_uuid, 16) != 0;
    SAY(p, identity, &identity);
}

void fake_says_state(struct fake_place *p, enum place_state state)
{
    SAY(p, state, state, NULL);
}

void fake_says_heads(struct fake_place *p, const struct place_head *heads, unsigned n)
{
    SAY(p, heads, heads, n);
}

void fake_says_size(struct fake_place *p, int w, int h)
{
    const struct place_head head = {.w = w, .h = h, .can_resize = true};
    fake_says_heads(p, &head, 1);
}

void fake_says_pixels(struct fake_place *p, unsigned head, const struct surface *picture,
                      struct rect r)
{
    SAY(p, pixels, head, r, surface_at(picture, r.x, r.y), (size_t)picture->stride * 4,
        SOURCE_XRGB);
}

void fake_says_complete(struct fake_place *p)
{
    SAY(p, picture_complete);
}

void fake_says_pointer(struct fake_place *p, struct pointer_image *image)
{
    SAY(p, pointer_image, 0, image);
}

void fake_says_pointer_at(struct fake_place *p, unsigned head, int x, int y, bool visible)
{
    SAY(p, pointer_moved, head, x, y, visible);
}

void fake_says_leds(struct fake_place *p, unsigned leds)
{
    SAY(p, leds, leds);
}

void fake_says_absolute(struct fake_place *p, bool absolute)
{
    SAY(p, absolute, absolute);
}

void fake_gives_back(struct fake_place *p, const struct input_event *events, size_t n)
{
    SAY(p, input_back, events, n);
}

void fake_runs(struct fake_place *p, const char *name, const char *uuid, int w, int h)
{
    attach_enter(&p->attach); /* it may be closed after each */
    fake_says_identity(p, name, uuid);
    fake_says_state(p, PLACE_RUNNING);
    fake_says_size(p, w, h);
    fake_says_absolute(p, true);
    attach_leave(&p->attach);
}
