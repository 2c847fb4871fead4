/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one node says to another: frames, the greeting, and the messages about machines and
 * sessions. The first byte: how many bytes come at a time (0: all at once).
 */
#include <config.h>
#include "server/cluster/link_frame.h"
#include "server/cluster/link_hello.h"
#include "server/cluster/machine_msg.h"
#include "server/cluster/seat_msg.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void take_hello(struct reader payload)
{
    const struct link_hello ours = {.lowest = LINK_VERSION_LOWEST, .highest = LINK_VERSION};
    struct link_hello hello;
    if (link_hello_parse(&payload, &hello))
        return;
    fuzz_check(link_node_name_good(hello.node) && hello.lowest <= hello.highest);
    fuzz_check(link_hello_version(&ours, &hello) <= LINK_VERSION);
}

static void take_text(struct reader payload)
{
    char text[LINK_NODE_NAME_MOST];
    if (link_read_text(&payload, text, sizeof(text)))
        fuzz_check(strlen(text) < sizeof(text));
}

/* What was read can be said again, and is read again. */
static void take_about_machine(enum link_type type, struct reader payload)
{
    static struct machine_msg msg;
    struct bytes again;
    if (!machine_msg_knows(type) || machine_msg_read(&payload, type, &msg))
        return;
    bytes_init(&again, LINK_MESSAGE_MOST);
    machine_msg_put(&again, type, &msg);
    fuzz_check(!again.overflow && again.len <= link_frame_most(type));
    struct reader r = reader_over(again.data, again.len);
    fuzz_check(!machine_msg_read(&r, type, &msg));
    bytes_fini(&again);
}

static void take_about_seat(enum link_type type, struct reader payload)
{
    struct reader r = payload;
    struct seat_msg_join join;
    struct seat_msg_id id;
    struct seat_msg_role role;
    struct seat_msg_gone gone;
    struct seat_msg_act act;
    struct seat_msg_console console;
    struct seat_msg_event event;
    struct seat_msg_verdict verdict;
    if (type == LINK_SEAT_JOIN && seat_msg_read_join(&r, &join))
        fuzz_read(join.groups, join.groups_n);
    else if (type == LINK_SEAT_LEAVE)
        seat_msg_read_id(&r, &id);
    else if (type == LINK_SEAT_ROLE || type == LINK_SEAT_JOINED)
        seat_msg_read_role(&r, &role);
    else if (type == LINK_SEAT_GONE && seat_msg_read_gone(&r, &gone))
        fuzz_check(strlen(gone.why) < sizeof(gone.why));
    else if (type == LINK_ACT && seat_msg_read_act(&r, &act))
        fuzz_check(strlen(act.wish.text) < sizeof(act.text));
    else if ((type == LINK_CONSOLE || type == LINK_REMEMBER) &&
             seat_msg_read_console(&r, &console))
        fuzz_read(console.image, console.image_n);
    else if (type == LINK_SESSION_EVENT && seat_msg_read_event(&r, &event))
        fuzz_check(strlen(event.text) < sizeof(event.text));
    else if (type == LINK_VERDICT && seat_msg_read_verdict(&r, &verdict))
        fuzz_check(strlen(verdict.why) < sizeof(verdict.why));
}

static void take(const struct link_frame *frame)
{
    fuzz_check(reader_left(&frame->payload) <= link_frame_most(frame->type));
    fuzz_read(frame->payload.at, reader_left(&frame->payload));
    if (frame->type == LINK_HELLO)
        take_hello(frame->payload);
    else if (frame->type == LINK_BYE)
        take_text(frame->payload);
    else
        take_about_machine(frame->type, frame->payload);
    take_about_seat(frame->type, frame->payload);
}

/* False: the link would be closed. */
static bool feed(struct reader *in, bool *greeted)
{
    for (;;) {
        struct link_frame frame = {0};
        const uint8_t *before = in->at;
        const char *why = NULL;
        size_t most = *greeted ? LINK_MESSAGE_MOST : LINK_FRAME_FIRST_MOST;
        enum parse parse = link_frame_parse(in, most, &frame, &why);
        fuzz_check(!in->more && (parse == PARSE_BAD) == (why != NULL));
        fuzz_check((parse == PARSE_DONE) == (in->at > before));
        if (parse != PARSE_DONE)
            return parse == PARSE_MORE;
        fuzz_check(in->at == before + LINK_FRAME_HEAD + reader_left(&frame.payload));
        take(&frame);
        *greeted |= frame.type == LINK_HELLO;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (!n)
        return 0;
    size_t step = data[0] ? data[0] : n;
    struct reader in = {.at = data + 1, .end = data + 1};
    bool greeted = false;
    for (bool go = true; go && in.end < data + n;) {
        size_t left = (size_t)(data + n - in.end);
        in.end += left < step ? left : step;
        go = feed(&in, &greeted);
    }
    return 0;
}
