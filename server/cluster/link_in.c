/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/link_frame.h"
#include "server/cluster/link_hello.h"
#include "server/cluster/link_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    READ_STEP = 64 << 10,
    READ_MOST = 1 << 20, /* bytes in one turn of the loop; then others have theirs */
    IN_KEPT = 1 << 20,   /* more memory than this is given back when it is empty */
};

static const char *take_hello(struct link *l, struct reader *payload)
{
    const struct link_hello ours = {.lowest = LINK_VERSION_LOWEST, .highest = LINK_VERSION};
    struct link_hello hello;
    const char *why = link_hello_parse(payload, &hello);
    if (why)
        return why;
    if (l->o.proof && !l->o.proof->names(l->stream, hello.node, &why))
        return why ? why : "its certificate is not that node's";
    if (l->o.other && strcmp(hello.node, l->o.other) != 0) {
        snprintf(l->why, sizeof(l->why), "it is node %s, and %s was dialed", hello.node,
                 l->o.other);
        return l->why;
    }
    if (strcmp(hello.node, l->o.node) == 0)
        return "two nodes have the same name";
    l->version = link_hello_version(&ours, &hello);
    if (!l->version) {
        snprintf(l->why, sizeof(l->why),
                 "node %s speaks versions %u to %u of what nodes speak, and we %u to %u",
                 hello.node, hello.lowest, hello.highest, ours.lowest, ours.highest);
        return l->why;
    }
    if (l->o.dialed)
        link_put_hello(l);
    l->stage = LINK_UP;
    sd_event_source_set_time(l->timer, link_now_us(l));
    why = "it is not welcome";
    return l->o.ops->up(l->o.self, l, hello.node, &why) ? NULL : why;
}

static const char *take_ping(struct link *l, struct reader *payload)
{
    uint64_t time = link_read_u64(payload);
    if (payload->more || !time)
        return "a PING without its time";
    l->pong_owed = time;
    link_pay_pong(l);
    return NULL;
}

static const char *take_pong(struct link *l, struct reader *payload)
{
    uint64_t time = link_read_u64(payload);
    if (payload->more)
        return "a PONG without its time";
    link_life_answered(&l->life, time, link_now_us(l));
    return NULL;
}

/* The other end's text, in what a log can hold. */
static const char *take_bye(struct link *l, struct reader *payload)
{
    char text[LINK_NODE_NAME_MOST + LINK_BYE_MOST] = "";
    if (!link_read_text(payload, text, LINK_BYE_MOST + 1))
        snprintf(text, sizeof(text), "no reason");
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f)
            *c = '?';
    snprintf(l->why, sizeof(l->why), "the other end closed it: '%s'", text);
    link_end(l, l->why);
    return NULL;
}

static const char *take(struct link *l, struct link_frame *frame)
{
    if (frame->type == LINK_BYE)
        return take_bye(l, &frame->payload);
    if (l->stage == LINK_GREETING)
        return frame->type == LINK_HELLO ? take_hello(l, &frame->payload)
                                         : "it did not say who it is";
    if (frame->type == LINK_HELLO)
        return "it said twice who it is";
    if (frame->type == LINK_PING)
        return take_ping(l, &frame->payload);
    if (frame->type == LINK_PONG)
        return take_pong(l, &frame->payload);
    return l->o.ops->message(l->o.self, frame->type, &frame->payload);
}

/* All messages that are there. */
static void take_all(struct link *l)
{
    struct reader in = reader_over(l->in.data, l->in.len);
    const char *why = NULL;
    while (l->stage != LINK_DOWN && !l->broken && !why) {
        struct link_frame frame;
        size_t most = l->stage == LINK_UP ? LINK_MESSAGE_MOST : LINK_FRAME_FIRST_MOST;
        enum parse parse = link_frame_parse(&in, most, &frame, &why);
        if (parse == PARSE_MORE)
            break;
        if (parse == PARSE_DONE)
            why = take(l, &frame);
    }
    if (why)
        link_refuse(l, why);
    if (l->stage == LINK_DOWN)
        return;
    bytes_consume(&l->in, l->in.len - reader_left(&in));
    if (!l->in.len && l->in.cap > IN_KEPT)
        bytes_fini(&l->in);
}

static const char *end_of(const struct link *l, ssize_t got)
{
    if (got < 0)
        return link_trouble(l, (int)got);
    return l->stage == LINK_UP ? "the other end closed it"
                               : "the other end closed it before it said who it is";
}

void link_receive(struct link *l)
{
    size_t total = 0;
    while (l->stage != LINK_DOWN && !l->broken && total < READ_MOST) {
        ssize_t got = stream_read(l->stream, bytes_reserve(&l->in, READ_STEP), READ_STEP);
        if (got == -EINTR)
            continue;
        if (got == -EAGAIN)
            return;
        if (got <= 0) {
            link_end(l, end_of(l, got));
            return;
        }
        bytes_commit(&l->in, (size_t)got);
        total += (size_t)got;
        link_life_heard(&l->life, link_now_us(l));
        take_all(l);
    }
}
