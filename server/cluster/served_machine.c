/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine here that another node serves to its viewers: what that node is told of it. */
#include <config.h>
#include "base/alloc.h"
#include "server/cluster/cluster.h"
#include "server/cluster/served_private.h"
#include "server/cluster/served_seats.h"
#include "server/cluster/served_views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(struct served_machine *sm, enum link_type type, struct machine_msg *msg)
{
    msg->machine = sm->id;
    served_put(sm->served, type, msg);
}

/* ---- what there is, each thing by itself ---- */

static void tell_state(struct served_machine *sm, enum place_state state, uint64_t ran,
                       const char *why)
{
    struct served_own_machine *own = served_own_machine(sm);
    struct machine_msg msg = {.state = {.state = state, .ran = ran}};
    if (own->told && own->state == state && own->ran == ran)
        return;
    own->told = true;
    own->state = state;
    own->ran = ran;
    snprintf(msg.state.why, sizeof(msg.state.why), "%s", why ? why : "");
    put(sm, LINK_STATE, &msg);
}

/* What somebody should do at this node: of the place that counts, else of any. */
static const char *problem_here(const struct machine *m)
{
    const char *text = "";
    for (const struct place *p = m ? m->places : NULL; p; p = p->next) {
        if (!p->problem || place_is_elsewhere(p))
            continue;
        if (p == m->active)
            return p->problem;
        text = p->problem;
    }
    return text;
}

static void tell_problem(struct served_machine *sm)
{
    struct served_own_machine *own = served_own_machine(sm);
    const char *text = problem_here(sm->machine);
    struct machine_msg msg;
    if (own->problem ? strcmp(own->problem, text) == 0 : !*text)
        return;
    free(own->problem);
    own->problem = alloc_text(text);
    snprintf(msg.text, sizeof(msg.text), "%s", text);
    put(sm, LINK_PROBLEM, &msg);
}

static void describe_heads(const struct machine *m, struct machine_msg *msg)
{
    msg->heads.n = m->n_heads;
    for (unsigned i = 0; i < m->n_heads; i++) {
        const struct machine_head *head = &m->heads[i];
        msg->heads.heads[i] =
            (struct place_head){.w = head->shadow.w,
                                .h = head->shadow.h,
                                .can_resize = head->can_resize && m->config.allow_resize};
    }
}

static bool same_heads(const struct served_own_machine *own, const struct machine_msg *msg)
{
    bool equal = own->n_heads == msg->heads.n;
    for (unsigned i = 0; equal && i < own->n_heads; i++) {
        const struct place_head *a = &own->heads[i], *b = &msg->heads.heads[i];
        equal = a->w == b->w && a->h == b->h && a->can_resize == b->can_resize;
    }
    return equal;
}

static void tell_heads(struct served_machine *sm)
{
    struct served_own_machine *own = served_own_machine(sm);
    struct machine_msg msg;
    describe_heads(sm->machine, &msg);
    if (own->home && same_heads(own, &msg))
        return;
    own->n_heads = msg.heads.n;
    memcpy(own->heads, msg.heads.heads, msg.heads.n * sizeof(own->heads[0]));
    put(sm, LINK_HEADS, &msg);
}

static void tell_pointer(struct served_machine *sm)
{
    const struct machine *m = sm->machine;
    struct machine_msg msg = {.pointer = {.head = m->pointer_head,
                                          .x = m->pointer_x,
                                          .y = m->pointer_y,
                                          .visible = m->pointer_visible}};
    if (!served_own_machine(sm)->pointing)
        put(sm, LINK_POINTER, &msg);
}

/* One that never told a shape draws its own: a node that was told one would draw another. */
static void tell_pointer_image(struct served_machine *sm)
{
    struct bytes b;
    if (sm->machine->pointer_image_known) {
        bytes_init(&b, LINK_MESSAGE_MOST);
        machine_msg_put_pointer_image(&b, sm->id, sm->machine->pointer_head,
                                      sm->machine->pointer_image);
        link_put(sm->served->link, LINK_POINTER_IMAGE, &b, NULL, 0);
        bytes_fini(&b);
    }
    tell_pointer(sm);
}

static void tell_leds(struct served_machine *sm)
{
    struct machine_msg msg = {.leds = sm->machine->leds};
    put(sm, LINK_LEDS, &msg);
}

static void tell_absolute(struct served_machine *sm)
{
    struct machine_msg msg = {.on = sm->machine->pointer.absolute};
    put(sm, LINK_ABSOLUTE, &msg);
}

static void tell_complete(struct served_machine *sm)
{
    struct machine_msg msg;
    const struct machine *m = sm->machine;
    if (sm->watching && m->picture_complete && m->active && !m->active->picture)
        put(sm, LINK_COMPLETE, &msg);
}

static void tell_reset(struct served_machine *sm)
{
    struct machine_msg msg = {.event = PLACE_RESET};
    put(sm, LINK_EVENT, &msg);
}

/* ---- what is new ---- */

static void tell_home(struct served_machine *sm)
{
    tell_heads(sm);
    tell_absolute(sm);
    tell_leds(sm);
    tell_pointer_image(sm);
    served_own_machine(sm)->home = true;
    tell_complete(sm);
}

static void look(struct served_machine *sm)
{
    struct served_own_machine *own = served_own_machine(sm);
    enum place_state state = PLACE_LOST;
    uint64_t ran = 0;
    bool here = machine_state_here(sm->machine, &state, &ran);
    bool home = cluster_is_home(sm->machine);
    tell_state(sm, state, ran, here ? NULL : "it has no place at this node any more");
    tell_problem(sm);
    if (sm->machine->state == MACHINE_WAITING) /* a guest that comes now is another one */
        served_input_lift(sm);
    own->home &= home;
    if (home && !own->home)
        tell_home(sm);
    else if (home)
        tell_heads(sm);
    served_input_go_on(sm);
}

static void leaves(struct served_machine *sm)
{
    machine_input_leaves(sm->machine, &sm->hands, &sm->mouse);
}

static void on_news(struct machine_watcher *w, enum machine_news news)
{
    static const struct {
        bool of_home; /* of its place here only */
        void (*tell)(struct served_machine *sm);
    } rows[] = {
        [MACHINE_NEWS_STATE] = {false, look},
        [MACHINE_NEWS_LEDS] = {true, tell_leds},
        [MACHINE_NEWS_POINTER_IMAGE] = {true, tell_pointer_image},
        [MACHINE_NEWS_POINTER_POS] = {true, tell_pointer},
        [MACHINE_NEWS_POINTER_MODE] = {true, tell_absolute},
        [MACHINE_NEWS_PICTURE] = {true, tell_complete},
        [MACHINE_NEWS_INPUT] = {false, served_input_go_on},
        [MACHINE_NEWS_LEAVES] = {false, leaves},
        [MACHINE_NEWS_RESET] = {true, tell_reset},
    };
    struct served_machine *sm =
        (struct served_machine *)((char *)w - offsetof(struct served_machine, watcher));
    if (!rows[news].of_home || served_own_machine(sm)->home)
        rows[news].tell(sm);
}

/* ---- which machine it is ---- */

static void forget(struct served_machine *sm)
{
    served_views_end(sm);
    served_seats_end(sm);
    served_input_lift(sm);
    sm->machine = NULL;
    served_own_machine(sm)->home = false;
}

static void on_gone(struct machine_watcher *w)
{
    struct served_machine *sm =
        (struct served_machine *)((char *)w - offsetof(struct served_machine, watcher));
    forget(sm);
    tell_state(sm, PLACE_LOST, 0, "there is no such machine at this node any more");
    tell_problem(sm);
    served_input_go_on(sm);
}

void served_machine_unbind(struct served_machine *sm)
{
    struct machine *m = sm->machine;
    if (!m)
        return;
    forget(sm);
    machine_remove_watcher(&sm->watcher);
    if (sm->watching)
        machine_unwatch(m);
}

static void bind(struct served_machine *sm, struct machine *m)
{
    sm->machine = m;
    sm->watcher.news = on_news;
    sm->watcher.gone = on_gone;
    machine_add_watcher(m, &sm->watcher);
    if (sm->watching)
        machine_watch(m);
    served_views_begin(sm);
    served_seats_begin(sm);
}

void served_machine_look(struct served_machine *sm)
{
    if (!sm->machine) {
        struct machine *m = cluster_machine(sm->served->cluster, served_own_machine(sm)->key);
        if (!m) {
            tell_state(sm, PLACE_LOST, 0, "there is no such machine at this node");
            return;
        }
        bind(sm, m);
    }
    look(sm);
}

void served_machine_look_all(struct machine *m)
{
    for (struct machine_watcher *w = m->watchers; w; w = w->next) {
        if (w->news == on_news)
            on_news(w, MACHINE_NEWS_STATE);
    }
}

void served_machine_set_watching(struct served_machine *sm, bool on)
{
    if (sm->watching == on)
        return;
    sm->watching = on;
    if (!sm->machine)
        return;
    if (!on) {
        machine_unwatch(sm->machine);
        return;
    }
    machine_watch(sm->machine);
    if (served_own_machine(sm)->home)
        tell_complete(sm);
}
