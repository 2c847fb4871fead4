/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine at another node as one of its places here: "node:NAME/KEY". */
#include <config.h>
#include "server/attach/node.h"
#include "base/alloc.h"
#include "server/attach/attach_private.h"
#include "server/attach/kinds.h"
#include "server/cluster/cluster.h"
#include "server/cluster/peers.h"
#include "server/machine/machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct node_place {
    struct attach attach;
    struct cluster *cluster;
    struct peer_machine *pm; /* NULL: the peer is forgotten */
    sd_event_source *soon;   /* tells who it is */
    enum place_state state;
    uint64_t ran;
    bool watched;
    enum input_mode mode;
    bool plays, played; /* what is sent was let through before; something of it was sent */
    uint32_t serial;    /* of the last LINK_INPUT_MODE */
    uint32_t held;      /* that of INPUT_HELD, unanswered; 0: none */
    uint32_t arrives;   /* that of what was played; likewise */
};

static struct node_place *enter(struct peer_machine *pm)
{
    struct node_place *p = pm->place;
    if (p)
        attach_enter(&p->attach);
    return p;
}

static void leave(struct node_place *p)
{
    if (attach_leave(&p->attach))
        free(p);
}

static bool is_open(const struct node_place *p)
{
    return p->pm && p->pm->open;
}

static void ask(struct node_place *p, enum link_type type, struct machine_msg *msg)
{
    struct bytes b;
    if (!is_open(p))
        return;
    msg->machine = p->pm->id;
    bytes_init(&b, LINK_MESSAGE_MOST);
    machine_msg_put(&b, type, msg);
    peer_put(p->pm->peer, type, &b);
    bytes_fini(&b);
}

/* ---- who it is ---- */

static bool identity_of_key(const char *key, struct place_identity *identity)
{
    if (strncmp(key, "name:", 5) == 0)
        identity->name = key + 5;
    else
        identity->has_uuid = machine_uuid_parse(key + 5, identity->uuid);
    return identity->name || identity->has_uuid;
}

static void tell_identity(struct node_place *p)
{
    const struct peer_machine *pm = p->pm;
    const struct cluster_place *known = cluster_place_find(p->cluster, pm->peer, pm->key);
    struct place_identity identity = {.name = NULL};
    identity_of_key(pm->key, &identity);
    if (known)
        identity.name = known->name;
    if (!identity.name)
        identity.name = pm->key + 5;
    attach_tell(&p->attach, identity, &identity);
}

static int on_soon(sd_event_source *source, void *self)
{
    struct node_place *p = self;
    (void)source;
    attach_enter(&p->attach);
    if (p->pm)
        tell_identity(p);
    leave(p);
    return 0;
}

/* ---- coming and going ---- */

static struct peer *peer_of(struct cluster *c, const char *address, const char **key_r,
                            const char **why_r)
{
    char node[LINK_NODE_NAME_MOST + 1] = "";
    struct place_identity identity = {.name = NULL};
    const char *slash = strchr(address, '/');
    size_t n = slash ? (size_t)(slash - address) : 0;
    *why_r = "a place at another node is node:NAME/uuid:UUID or node:NAME/name:NAME";
    if (n == 0 || n >= sizeof(node) || strlen(slash + 1) > CLUSTER_KEY_MOST)
        return NULL;
    *key_r = slash + 1;
    if ((strncmp(*key_r, "uuid:", 5) != 0 && strncmp(*key_r, "name:", 5) != 0) ||
        !(*key_r)[5] || !identity_of_key(*key_r, &identity))
        return NULL;
    memcpy(node, address, n);
    *why_r = "no other node of that name is known";
    return c ? cluster_peer(c, node) : NULL;
}

static int node_open(struct attach **attach_r, const struct attach_context *context,
                     const char *address, const struct attach_handler *handler, void *self,
                     const char **why_r)
{
    const char *key = NULL;
    struct peer *peer = peer_of(context->cluster, address, &key, why_r);
    if (!peer)
        return -EINVAL;
    struct node_place *p = ALLOC(struct node_place);
    p->attach = (struct attach){.ops = &node_attach_ops, .handler = handler, .self = self};
    p->cluster = context->cluster;
    int err = sd_event_add_defer(context->loop, &p->soon, on_soon, p);
    if (err < 0) {
        *why_r = "the event loop takes no more sources";
        free(p);
        return err;
    }
    p->pm = peer_machine_new(peer, key, p);
    *attach_r = &p->attach;
    return 0;
}

static void node_close(struct attach *a)
{
    struct node_place *p = (struct node_place *)a;
    a->closed = true;
    p->soon = sd_event_source_disable_unref(p->soon);
    if (p->pm)
        p->pm->place = NULL;
    peer_machine_free(&p->pm);
    if (!a->busy)
        free(p);
}

void node_place_orphan(struct peer_machine *pm)
{
    struct node_place *p = enter(pm);
    if (!p)
        return;
    pm->place = NULL;
    p->pm = NULL;
    p->state = PLACE_LOST;
    attach_tell(&p->attach, state, PLACE_LOST, "this node is not known any more");
    leave(p);
}

static struct peer_machine *node_elsewhere(const struct attach *a)
{
    return ((const struct node_place *)a)->pm;
}

static uint64_t node_ran(const struct attach *a)
{
    return ((const struct node_place *)a)->ran;
}

/* ---- what is asked of it ---- */

static void send_watch(struct node_place *p)
{
    struct machine_msg msg = {.on = p->watched};
    ask(p, LINK_WATCH, &msg);
}

static void node_watch(struct attach *a, bool on)
{
    struct node_place *p = (struct node_place *)a;
    if (p->watched == on || !p->pm)
        return;
    p->watched = on;
    peer_machine_want(p->pm, on);
    send_watch(p);
}

/* In whose name it is asked there no place knows: seat_wish does. */
static int node_resize(struct attach *a, unsigned head, int w, int h)
{
    (void)head;
    (void)w;
    (void)h;
    return is_open((struct node_place *)a) ? -EREMOTE : -EOPNOTSUPP;
}

static int node_power(struct attach *a, enum power_action action)
{
    (void)action;
    return is_open((struct node_place *)a) ? -EREMOTE : -EOPNOTSUPP;
}

/* ---- input ---- */

static void send_events(struct node_place *p, unsigned flags, const struct input_event *events,
                        size_t n)
{
    struct bytes b;
    if (!is_open(p))
        return;
    bytes_init(&b, LINK_MESSAGE_MOST);
    machine_msg_put_events(&b, LINK_INPUT, p->pm->id, flags, events, n);
    peer_put(p->pm->peer, LINK_INPUT, &b);
    bytes_fini(&b);
}

static void send_event(void *sink, struct input_event e)
{
    struct node_place *p = sink;
    p->played |= p->plays;
    send_events(p, p->plays ? MACHINE_MSG_SURE : 0, &e, 1);
}

static void take_key(void *sink, uint8_t qnum, bool down)
{
    send_event(sink, (struct input_event){INPUT_KEY, 0, qnum, 0, down});
}

static void take_move_to(void *sink, unsigned head, int x, int y)
{
    send_event(sink, (struct input_event){INPUT_MOVE_TO, head, x, y, false});
}

static void take_move_by(void *sink, unsigned head, int dx, int dy)
{
    struct input_event e = {INPUT_MOVE_BY, head, input_bound(dx), input_bound(dy), false};
    send_event(sink, e);
}

static void take_button(void *sink, unsigned head, enum pointer_button button, bool down)
{
    send_event(sink, (struct input_event){INPUT_BUTTON, head, (int)button, 0, down});
}

static const struct input_sink_ops node_input = {take_key, take_move_to, take_move_by,
                                                 take_button};

/* Its answer comes when all that was sent before is where it belongs; its number. */
static uint32_t send_mode(struct node_place *p, enum input_mode mode)
{
    p->serial += p->serial == UINT32_MAX ? 2 : 1;
    struct machine_msg msg = {.machine = 0};
    msg.input.serial = p->serial;
    msg.input.mode = mode;
    ask(p, LINK_INPUT_MODE, &msg);
    return p->serial;
}

static void node_set_input(struct attach *a, enum input_mode mode)
{
    struct node_place *p = (struct node_place *)a;
    bool was_held = p->mode == INPUT_HELD;
    p->mode = mode;
    if (mode != INPUT_HELD) {
        if (was_held)
            send_mode(p, INPUT_PASSES);
        return;
    }
    if (is_open(p)) {
        p->held = send_mode(p, INPUT_HELD);
        return;
    }
    attach_enter(a);
    attach_tell(a, input_back, NULL, 0);
    leave(p);
}

static void node_play(struct attach *a, bool on)
{
    struct node_place *p = (struct node_place *)a;
    p->plays = on;
    if (!on && p->played && is_open(p))
        p->arrives = send_mode(p, INPUT_PASSES);
    p->played = false;
}

static bool node_settled(const struct attach *a)
{
    return !((const struct node_place *)a)->arrives;
}

enum { ADOPTED_MOST = 256 + BUTTON_COUNT };

static void node_adopt(struct attach *a, const struct keystate *keys, unsigned buttons)
{
    struct input_event events[ADOPTED_MOST];
    size_t n = 0;
    for (int key = 1; (key = keystate_next(keys, key)) >= 0; key++)
        events[n++] = (struct input_event){INPUT_KEY, 0, key, 0, true};
    for (int button = 0; button < BUTTON_COUNT; button++) {
        if (buttons >> button & 1)
            events[n++] = (struct input_event){INPUT_BUTTON, 0, button, 0, true};
    }
    if (n)
        send_events((struct node_place *)a, MACHINE_MSG_SURE | MACHINE_MSG_ADOPT, events, n);
}

/* ---- what it tells ---- */

static void take_state(struct node_place *p, const struct machine_msg *msg)
{
    bool same = p->state == msg->state.state && p->ran == msg->state.ran;
    p->state = msg->state.state;
    p->ran = msg->state.ran;
    if (!same)
        attach_tell(&p->attach, state, p->state, msg->state.why[0] ? msg->state.why : NULL);
}

static void take_event(struct node_place *p, const struct machine_msg *msg)
{
    attach_tell(&p->attach, event, msg->event);
}

static void take_heads(struct node_place *p, const struct machine_msg *msg)
{
    attach_tell(&p->attach, heads, msg->heads.heads, msg->heads.n);
}

static void take_pointer_image(struct node_place *p, const struct machine_msg *msg)
{
    struct pointer_image *image = machine_msg_pointer_image(&msg->image);
    if (image)
        attach_tell(&p->attach, pointer_image, msg->image.head, image);
    pointer_image_unref(&image);
}

static void take_pointer(struct node_place *p, const struct machine_msg *msg)
{
    attach_tell(&p->attach, pointer_moved, msg->pointer.head, msg->pointer.x, msg->pointer.y,
                msg->pointer.visible);
}

static void take_leds(struct node_place *p, const struct machine_msg *msg)
{
    attach_tell(&p->attach, leds, msg->leds);
}

static void take_absolute(struct node_place *p, const struct machine_msg *msg)
{
    attach_tell(&p->attach, absolute, msg->on);
}

static void take_complete(struct node_place *p, const struct machine_msg *msg)
{
    (void)msg;
    if (p->watched)
        attach_tell(&p->attach, picture_complete);
}

static void take_problem(struct node_place *p, const struct machine_msg *msg)
{
    attach_tell(&p->attach, problem, msg->text[0] ? msg->text : NULL);
}

/* An answer to what was played is told when nothing else is waited for: that one comes later.
 */
static void take_back(struct node_place *p, const struct machine_msg *msg)
{
    uint32_t serial = msg->input.serial;
    if (serial && serial == p->held) {
        p->held = 0;
        attach_tell(&p->attach, input_back, msg->input.events, msg->input.n);
    } else if (serial && serial == p->arrives) {
        p->arrives = 0;
        if (!p->held)
            attach_tell(&p->attach, input_back, NULL, 0);
    }
}

void node_place_told(struct peer_machine *pm, enum link_type type,
                     const struct machine_msg *msg)
{
    static void (*const rows[LINK_TYPES])(struct node_place *, const struct machine_msg *) = {
        [LINK_STATE] = take_state,       [LINK_EVENT] = take_event,
        [LINK_HEADS] = take_heads,       [LINK_POINTER_IMAGE] = take_pointer_image,
        [LINK_POINTER] = take_pointer,   [LINK_LEDS] = take_leds,
        [LINK_ABSOLUTE] = take_absolute, [LINK_COMPLETE] = take_complete,
        [LINK_PROBLEM] = take_problem,   [LINK_INPUT_BACK] = take_back,
    };
    struct node_place *p = rows[type] ? enter(pm) : NULL;
    if (!p)
        return;
    rows[type](p, msg);
    leave(p);
}

void node_place_up(struct peer_machine *pm)
{
    struct node_place *p = pm->place;
    if (p && p->watched)
        send_watch(p);
}

void node_place_down(struct peer_machine *pm, const char *why)
{
    struct node_place *p = enter(pm);
    if (!p)
        return;
    bool held = p->held;
    p->held = p->arrives = 0;
    p->played = false;
    if (held)
        attach_tell(&p->attach, input_back, NULL, 0);
    bool there = p->state != PLACE_CONNECTING;
    p->state = PLACE_CONNECTING; /* it may be there still */
    if (there)
        attach_tell(&p->attach, state, PLACE_CONNECTING, why);
    attach_tell(&p->attach, problem, NULL); /* what is wrong there is told again */
    leave(p);
}

const struct attach_ops node_attach_ops = {
    .scheme = "node",
    .open = node_open,
    .close = node_close,
    .watch = node_watch,
    .input = &node_input,
    .set_input = node_set_input,
    .resize = node_resize,
    .power = node_power,
    .elsewhere = node_elsewhere,
    .ran = node_ran,
    .adopt = node_adopt,
    .play = node_play,
    .settled = node_settled,
};
