/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/cluster/stage.h"
#include "server/machine/machine.h"

#include <stdio.h>

#define UUID "11111111-2222-3333-4444-555555555555"

struct machine *stage_at_gateway(struct stage *s)
{
    return host_machine(&s->all.g);
}

bool stage_runs_there(void *self)
{
    const struct machine *m = stage_at_gateway(self);
    return m && m->state == MACHINE_RUNNING && machine_elsewhere(m);
}

/* The machine runs at this host, and all of its picture is told there. */
static void runs_at(struct stage *s, struct host *h, const char *address, int w, int height)
{
    s->home = h;
    s->c.w.place = host_attach(h, address);
    fake_runs(s->c.w.place, "m", UUID, 0, 0);
    s->c.w.machine = host_machine(h);
    machine_watch(s->c.w.machine);
    world_set_heads(&s->c.w, &(struct place_head){.w = w, .h = height}, 1);
    world_draw(&s->c.w, 0, (struct rect){0, 0, w, height}, 1);
    fake_says_complete(s->c.w.place);
}

void stage_start(struct stage *s, int w, int h)
{
    *s = (struct stage){.c.w = {.pointer_visible = true, .dice.state = 1}};
    hosts_start(&s->all);
    runs_at(s, &s->all.a, "a", w, h);
    hosts_join(&s->all, &s->all.g, &s->all.a);
    hosts_wait(&s->all, stage_runs_there, s);
    machine_watch(stage_at_gateway(s));
}

void stage_stop(struct stage *s)
{
    crowd_leave_all(&s->c);
    for (unsigned i = 0; i < WORLD_HEADS_MOST; i++)
        surface_fini(&s->c.w.heads[i]);
    pointer_image_unref(&s->c.w.pointer);
    hosts_stop(&s->all);
}

void stage_move_to(struct stage *s, struct host *to)
{
    char address[16];
    struct place_head heads[WORLD_HEADS_MOST];
    snprintf(address, sizeof(address), "%u", ++s->moves);
    struct fake_place *from = s->c.w.place, *there = host_attach(to, address);
    fake_says_identity(there, "m", UUID);
    fake_says_state(there, PLACE_INCOMING);
    hosts_settle(&s->all);
    from->attach.handler->event(from->attach.self, PLACE_STOPPED);
    fake_says_state(from, PLACE_SWITCHING);
    hosts_settle(&s->all);
    fake_says_state(there, PLACE_RUNNING);
    fake_says_state(from, PLACE_GONE);
    s->c.w.place = there;
    s->home = to;
    s->c.w.machine = host_machine(to);
    hosts_settle(&s->all);
    for (unsigned i = 0; i < s->c.w.n_heads; i++)
        heads[i] = (struct place_head){.w = s->c.w.heads[i].w, .h = s->c.w.heads[i].h};
    fake_says_heads(there, heads, s->c.w.n_heads);
    if (s->c.w.pointer)
        fake_says_pointer(there, s->c.w.pointer);
    fake_says_pointer_at(there, s->c.w.pointer_head, s->c.w.pointer_x, s->c.w.pointer_y,
                         s->c.w.pointer_visible);
    world_draw(&s->c.w, 0,
               rect_intersect(surface_rect(&s->c.w.heads[0]), (struct rect){0, 0, 16, 16}), 2);
    for (unsigned i = 0; i < s->c.w.n_heads; i++)
        fake_says_pixels(there, i, &s->c.w.heads[i], surface_rect(&s->c.w.heads[i]));
    fake_says_complete(there);
}

void stage_know_all(struct stage *s)
{
    struct hosts *all = &s->all;
    struct host *hosts[] = {&all->a, &all->b, &all->g};
    for (size_t i = 0; i < HOSTS; i++) {
        for (size_t k = 0; k < HOSTS; k++) {
            if (i != k && !(i == 2 && k == 0))
                hosts_join(all, hosts[i], hosts[k]);
        }
    }
}
