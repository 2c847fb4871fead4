/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places: what they tell, how they come and go. */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/machine/discover.h"
#include "server/machine/machine_private.h"
#include "server/machine/machines.h"
#include "server/machine/place_picture.h"

#include <stdlib.h>
#include <string.h>

static const char *machine_name(const struct place *p)
{
    return p->machine ? p->machine->name : "(unknown)";
}

static bool is_active(const struct place *p)
{
    return p->machine && p->machine->active == p;
}

/* Whether what it shows is what viewers see. */
static bool is_shown(const struct place *p)
{
    return is_active(p) && !p->picture;
}

/* ---- what a place tells ---- */

static void set_problem(struct place *p, const char *text)
{
    free(p->problem);
    p->problem = alloc_text(text);
}

/* Other nodes are told of ours. */
static void tell_problem(const struct place *p)
{
    if (p->machine && !place_is_elsewhere(p))
        machine_tell(p->machine, MACHINE_NEWS_STATE);
}

/* Another kind of place goes nowhere. */
static bool is_qemu(const struct place *p)
{
    return strncmp(p->text, "qmp:", 4) == 0;
}

static void on_identity(void *self, const struct place_identity *identity)
{
    struct place *p = self;
    if (!machines_place_identified(p->all, p, identity))
        return;
    if (!identity->has_uuid && is_qemu(p) && !p->warned_no_uuid) {
        log_warning("machine %s: %s has no UUID and cannot be followed when it moves; start "
                    "QEMU with -uuid",
                    machine_name(p), p->text);
        p->warned_no_uuid = true;
    }
}

static void on_state(void *self, enum place_state state, const char *why)
{
    struct place *p = self;
    enum place_state before = p->state;
    if (state != before)
        log_info("machine %s: %s is %s%s%s", machine_name(p), p->text, place_state_name(state),
                 why ? ": " : "", why ? why : "");
    p->state = state;
    bool cured = state == PLACE_RUNNING && p->problem;
    if (cured)
        set_problem(p, NULL);
    if (p->machine)
        machine_place_state(p->machine, p, before);
    if (cured)
        tell_problem(p);
}

static void on_event(void *self, enum place_event event)
{
    static const char *const names[] = {
        [PLACE_RESET] = "reset",
        [PLACE_SHUTDOWN] = "shut down",
        [PLACE_POWERDOWN] = "asked to power down",
        [PLACE_PANIC] = "the guest panicked",
    };
    struct place *p = self;
    if (event == PLACE_STOPPED) {
        sd_event_now(p->all->loop, CLOCK_MONOTONIC, &p->stopped_us);
        return;
    }
    log_info("machine %s: %s", machine_name(p), names[event]);
    if (p->machine && event == PLACE_RESET)
        machine_place_reset(p->machine, p);
}

static void on_heads(void *self, const struct place_head *heads, unsigned n)
{
    struct place *p = self;
    p->n_heads = n;
    for (unsigned i = 0; i < n; i++) {
        p->heads[i] = heads[i];
        p->heads[i].label = NULL;
    }
    if (p->picture)
        place_picture_take_heads(p->picture, p->heads, n);
    if (is_shown(p)) {
        machine_take_heads(p->machine, heads, n);
        machine_tell(p->machine, MACHINE_NEWS_STATE);
    }
}

static void on_pixels(void *self, unsigned head, struct rect r, const void *src,
                      size_t src_stride, enum source_format format)
{
    struct place *p = self;
    if (is_active(p) && !p->drew_us)
        sd_event_now(p->all->loop, CLOCK_MONOTONIC, &p->drew_us);
    if (p->picture)
        place_picture_take_pixels(p->picture, head, r, src, src_stride, format);
    else if (is_active(p))
        machine_take_pixels(p->machine, head, r, src, src_stride, format);
}

static void on_blank(void *self, unsigned head)
{
    struct place *p = self;
    if (p->picture)
        place_picture_blank(p->picture, head);
    else if (is_active(p))
        machine_blank_head(p->machine, head);
}

static void on_pointer_image(void *self, unsigned head, struct pointer_image *image)
{
    struct place *p = self;
    (void)head;
    if (p->picture)
        place_picture_set_pointer_image(p->picture, image);
    else if (is_active(p))
        machine_set_pointer_image(p->machine, image);
}

static void on_pointer_moved(void *self, unsigned head, int x, int y, bool visible)
{
    struct place *p = self;
    if (p->picture)
        place_picture_point(p->picture, head, x, y, visible);
    if (!is_shown(p) || (!visible && head != p->machine->pointer_head))
        return; /* heads tell in any order: where it left is no news when it is elsewhere
                   already */
    machine_pointer_at(p->machine, head, x, y, visible);
}

static void on_leds(void *self, unsigned leds)
{
    struct place *p = self;
    p->leds = leds;
    if (is_active(p))
        machine_set_leds(p->machine, leds);
}

static void on_absolute(void *self, bool absolute)
{
    struct place *p = self;
    p->absolute = absolute;
    if (is_active(p))
        machine_set_absolute(p->machine, absolute);
}

static void on_problem(void *self, const char *text)
{
    struct place *p = self;
    if (text)
        log_warning("machine %s: %s: %s", machine_name(p), p->text, text);
    set_problem(p, text);
    tell_problem(p);
}

static void on_picture_complete(void *self)
{
    struct place *p = self;
    bool cured = p->problem;
    set_problem(p, NULL);
    if (cured)
        tell_problem(p);
    if (!p->machine)
        return;
    bool shown = is_shown(p);
    machine_place_complete(p->machine, p);
    if (!shown)
        return;
    p->machine->picture_complete = true;
    machine_tell(p->machine, MACHINE_NEWS_PICTURE);
}

static void on_input_back(void *self, const struct input_event *events, size_t n)
{
    struct place *p = self;
    if (p->machine)
        machine_place_gives_back(p->machine, p, events, n);
}

static const struct attach_handler place_handler = {
    .identity = on_identity,
    .state = on_state,
    .event = on_event,
    .heads = on_heads,
    .pixels = on_pixels,
    .blank = on_blank,
    .pointer_image = on_pointer_image,
    .pointer_moved = on_pointer_moved,
    .leds = on_leds,
    .absolute = on_absolute,
    .problem = on_problem,
    .picture_complete = on_picture_complete,
    .input_back = on_input_back,
};

/* ---- coming and going ---- */

static void unlink_place(struct place *p)
{
    struct machine *m = p->machine;
    *p->link = p->next;
    if (p->next)
        p->next->link = p->link;
    p->machine = NULL;
    if (m)
        machine_place_leaves(m, p);
}

/* Behind the machine's others; of the unknown ones there may be many. */
static void link_place(struct place *p, struct machine *m)
{
    struct place **at = m ? &m->places : &p->all->unknown;
    while (m && *at)
        at = &(*at)->next;
    p->next = *at;
    if (p->next)
        p->next->link = &p->next;
    p->link = at;
    *at = p;
    p->machine = m;
    if (m)
        machine_place_joins(m, p);
}

void place_move(struct place *p, struct machine *m)
{
    struct machine *before = p->machine;
    if (before == m)
        return;
    unlink_place(p);
    link_place(p, m);
    if (before)
        machines_collect(before);
}

struct place *place_open(struct machines *all, struct machine *m, const char *text,
                         const char **why_r)
{
    const char *address;
    const struct attach_ops *ops = attach_ops_for(text, &address);
    if (!ops) {
        *why_r = "a place is qmp:/path/to/socket or pattern:WIDTHxHEIGHT";
        return NULL;
    }
    struct place *p = ALLOC(struct place);
    struct attach_context context = {
        .loop = all->loop, .dialer = all->dialer, .cluster = all->cluster};
    p->all = all;
    p->text = alloc_text(text);
    text_map_add(&all->places, &p->by_text, p->text);
    link_place(p, m);
    if (ops->open(&p->attach, &context, address, &place_handler, p, why_r) < 0) {
        p->attach = NULL;
        place_close(p);
        return NULL;
    }
    return p;
}

void place_close(struct place *p)
{
    unlink_place(p);
    text_map_remove(&p->all->places, &p->by_text);
    discover_place_closed(p->all->discover, p);
    if (p->attach)
        p->attach->ops->close(p->attach);
    free(p->text);
    free(p->file_name);
    free(p->problem);
    free(p);
}
