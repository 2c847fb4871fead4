/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What another node says about machines. First byte: the message's type. */
#include <config.h>
#include "server/cluster/machine_msg.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void check_events(const struct machine_msg_events *input)
{
    for (unsigned i = 0; i < input->n; i++) {
        const struct input_event *e = &input->events[i];
        fuzz_check(e->head < HEADS_MOST && e->kind <= INPUT_BUTTON);
        if (e->kind == INPUT_KEY)
            fuzz_check(e->a > 0 && e->a < 256);
        if (e->kind == INPUT_BUTTON)
            fuzz_check(e->a >= 0 && e->a < BUTTON_COUNT);
    }
}

static void check_heads(const struct machine_msg *msg)
{
    fuzz_check(msg->heads.n <= HEADS_MOST);
    for (unsigned i = 0; i < msg->heads.n; i++) {
        const struct place_head *head = &msg->heads.heads[i];
        fuzz_check((!head->w && !head->h) || surface_size_ok(head->w, head->h));
    }
}

static void check_image(const struct machine_msg *msg)
{
    struct pointer_image *image = machine_msg_pointer_image(&msg->image);
    fuzz_check(msg->image.head < HEADS_MOST && image != NULL);
    pointer_image_unref(&image);
}

/* What was read is put again as it was, but for what is rounded when it is read. */
static void check_again(enum link_type type, const struct machine_msg *msg, const uint8_t *data,
                        size_t n)
{
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    machine_msg_put(&b, type, msg);
    fuzz_check(b.len == n);
    if (type == LINK_OPEN || type == LINK_STATE || type == LINK_HEADS)
        fuzz_check(memcmp(b.data, data, n) == 0);
    bytes_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct machine_msg msg;
    if (n < 1)
        return 0;
    enum link_type type = (enum link_type)data[0];
    struct reader r = reader_over(data + 1, n - 1);
    if (machine_msg_read(&r, type, &msg))
        return 0;
    if (type == LINK_INPUT || type == LINK_INPUT_BACK)
        check_events(&msg.input);
    if (type == LINK_HEADS)
        check_heads(&msg);
    if (type == LINK_POINTER_IMAGE)
        check_image(&msg);
    if (type == LINK_PLACE)
        fuzz_check(strlen(msg.place.key) > 5 && msg.place.state <= PLACE_LOST);
    check_again(type, &msg, data + 1, n - 1);
    return 0;
}
