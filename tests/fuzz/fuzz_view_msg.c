/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nodes say about pictures: the type in one byte, then the payload. What is accepted and
 * put again is accepted again, and is the same then.
 */
#include <config.h>
#include "server/cluster/view_msg.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/server/cluster/view_again.h"

#include <string.h>

static void check_update(const struct view_msg_update *u)
{
    fuzz_check(u->layout != 0 && u->n_rects <= UINT16_MAX);
    fuzz_check(u->n_moves >= 0 && u->n_moves <= VIEW_MOVES_MOST);
    fuzz_check(u->rows.n <= VIEW_MSG_BLOCKS_MOST);
    fuzz_read(u->bytes, u->n_bytes);
}

static void check(enum link_type type, const struct view_msg *msg)
{
    struct encode_class class;
    if (type == LINK_UNIT || type == LINK_BLOCK)
        check_update(&msg->update);
    if (type == LINK_STREAM_OPEN && msg->stream.begins) {
        class = msg->stream.class;
        fuzz_check(encode_class_good(&class) && msg->stream.stream);
    }
    if (type == LINK_VIEW_SIZE)
        fuzz_check(msg->size.n <= HEADS_MOST && surface_size_ok(msg->size.w, msg->size.h));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct view_msg msg;
    struct bytes first, second;
    if (!n)
        return 0;
    enum link_type type = (enum link_type)data[0];
    struct reader r = reader_over(data + 1, n - 1);
    if (view_msg_read(&r, type, &msg))
        return 0;
    check(type, &msg);
    bytes_init(&first, SIZE_MAX);
    bytes_init(&second, SIZE_MAX);
    view_again_put(&first, type, &msg);
    r = reader_over(first.data, first.len);
    fuzz_check(view_msg_read(&r, type, &msg) == NULL);
    view_again_put(&second, type, &msg);
    fuzz_check(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
    bytes_fini(&first);
    bytes_fini(&second);
    return 0;
}
