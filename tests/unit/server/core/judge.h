/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A view_client for tests that is also a judge: it decodes what it is delivered with the
 * decoders of tests/client and holds the picture that a client would have.
 */
#ifndef HF_TESTS_UNIT_SERVER_CORE_JUDGE_H
#define HF_TESTS_UNIT_SERVER_CORE_JUDGE_H

#include "rfb/encode/encoder.h"
#include "server/view_client.h"
#include "tests/client/decode.h"

struct judge {
    struct view_client client;
    bool ready;       /* takes updates */
    bool one;         /* takes one, then is not ready any more */
    bool copies;      /* understands CopyRect */
    struct rect area; /* of its requests */
    enum view_news news;

    struct client_fault fault;
    struct client_format format;
    struct client_colours *colours;
    struct client_picture picture;
    struct client_decoder decoder;
    struct encode_scratch *scratch;
    unsigned streams_open;
    unsigned updates, copied;           /* deliveries; CopyRect rectangles among them */
    size_t bytes;                       /* of all deliveries */
    size_t own_bytes;                   /* of what lay over its picture only */
    bool (*on_update)(struct judge *j); /* called after each delivery, or NULL */
};

/* Begins with this class; joins the view. */
void judge_join(struct judge *j, struct view *view, const struct encode_class *class);
/* Leaves and frees all. */
void judge_leave(struct judge *j);
/* Another pixel format or encoding from the next update on. */
void judge_set_class(struct judge *j, const struct encode_class *class);
/* Whether it has all of `want`, exactly (or within tolerance). Fails the test on a fault of the
 * decoders. */
bool judge_shows(struct judge *j, const struct surface *want, int tolerance);
/* What differs, for a message; static memory. */
const char *judge_difference(struct judge *j, const struct surface *want);

struct encode_class judge_class(int32_t encoding, int quality);

#endif
