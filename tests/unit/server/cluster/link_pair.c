/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/cluster/link_pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <cmocka.h>

static bool on_up(void *self, struct link *link, const char *node, const char **why_r)
{
    struct link_end *end = self;
    assert_true(link == end->link || !end->link);
    end->n_up++;
    snprintf(end->node, sizeof(end->node), "%s", node);
    if (end->free_in_up)
        link_free(&end->link);
    *why_r = end->unwelcome;
    return !end->unwelcome;
}

static const char *on_message(void *self, enum link_type type, struct reader *payload)
{
    struct link_end *end = self;
    if (end->n_messages < LINK_END_MESSAGES)
        end->types[end->n_messages] = type;
    end->n_messages++;
    if (end->free_in_message)
        link_free(&end->link);
    size_t n = reader_left(payload);
    bytes_put(&end->received, reader_bytes(payload, n), n);
    return end->objection;
}

static void on_down(void *self, const char *why)
{
    struct link_end *end = self;
    end->n_down++;
    snprintf(end->why, sizeof(end->why), "%s", why);
    if (end->free_in_down)
        link_free(&end->link);
}

const struct link_owner_ops link_end_ops = {
    .up = on_up, .message = on_message, .down = on_down};

void link_end_fini(struct link_end *end)
{
    link_free(&end->link);
    bytes_fini(&end->received);
}

struct link_options link_end_options(struct link_end *end, sd_event *loop, const char *node)
{
    bytes_init(&end->received, SIZE_MAX);
    return (struct link_options){.loop = loop, .node = node, .ops = &link_end_ops, .self = end};
}

void link_pair_sockets(int fds_r[2])
{
    int made = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds_r);
    assert_int_equal(made, 0);
}

void link_pair_open(struct link_end *a, struct link_end *b, sd_event *loop)
{
    int fds[2];
    link_pair_sockets(fds);
    struct stream *to_b = stream_from_fd(fds[0]), *to_a = stream_from_fd(fds[1]);
    struct link_options options = link_end_options(a, loop, "a");
    options.dialed = true;
    options.other = "b";
    a->link = link_new(&to_b, &options);
    options = link_end_options(b, loop, "b");
    b->link = link_new(&to_a, &options);
    assert_null(to_a);
    assert_null(to_b);
}

void link_pair_settle(sd_event *loop)
{
    while (sd_event_run(loop, 0) > 0)
        ;
}

bool link_end_is_up(void *self)
{
    return ((struct link_end *)self)->n_up > 0;
}

bool link_end_is_down(void *self)
{
    return ((struct link_end *)self)->n_down > 0;
}
