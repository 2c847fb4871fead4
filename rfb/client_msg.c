/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/client_msg.h"

/* One call of the parser. `in` is a copy: the caller's reader moves only when the message is
 * complete. */
struct turn {
    struct client_msg_parser *p;
    struct reader in;
    const struct client_msg_handler *on;
    void *self;
    const char *why;
};

static enum parse bad(struct turn *t, const char *why)
{
    t->why = why;
    return PARSE_BAD;
}

static struct rect read_rect(struct reader *in)
{
    struct rect r;
    r.x = reader_u16(in);
    r.y = reader_u16(in);
    r.w = reader_u16(in);
    r.h = reader_u16(in);
    return r;
}

static enum parse set_pixel_format(struct turn *t)
{
    reader_skip(&t->in, 3);
    struct pixel_format f = pixel_format_read(&t->in);
    if (!pixel_format_accept(&f, &t->why))
        return PARSE_BAD;
    t->on->set_pixel_format(t->self, &f);
    return PARSE_DONE;
}

static enum parse set_encodings(struct turn *t)
{
    int32_t numbers[ENCODINGS_MOST];
    reader_skip(&t->in, 1);
    size_t n = reader_u16(&t->in);
    if (n > ENCODINGS_MOST)
        return bad(t, "too many encodings");
    if (reader_left(&t->in) < n * 4)
        return PARSE_MORE;
    for (size_t i = 0; i < n; i++)
        numbers[i] = (int32_t)reader_u32(&t->in);
    const struct encodings e = encodings_from_list(numbers, n);
    t->on->set_encodings(t->self, &e);
    return PARSE_DONE;
}

static enum parse update_request(struct turn *t)
{
    bool incremental = reader_u8(&t->in);
    t->on->update_request(t->self, incremental, read_rect(&t->in));
    return PARSE_DONE;
}

static enum parse key_event(struct turn *t)
{
    bool down = reader_u8(&t->in);
    reader_skip(&t->in, 2);
    t->on->key(t->self, reader_u32(&t->in), down);
    return PARSE_DONE;
}

/* The top bit of the mask is a button of its own until it was agreed that it marks one byte
 * more. */
static enum parse pointer_event(struct turn *t)
{
    unsigned mask = reader_u8(&t->in), x = reader_u16(&t->in), y = reader_u16(&t->in);
    if (t->p->extended_buttons && mask & 0x80) {
        mask = (mask & 0x7f) | (unsigned)reader_u8(&t->in) << 7;
        if (t->in.more)
            return PARSE_MORE;
    }
    t->on->pointer(t->self, mask, x, y);
    return PARSE_DONE;
}

/* Throws away what is there of a text that nobody takes; the rest as it comes. */
static enum parse skip_text(struct turn *t)
{
    size_t n = reader_left(&t->in);
    if (n > t->p->skip)
        n = t->p->skip;
    reader_skip(&t->in, n);
    t->p->skip -= (uint32_t)n;
    return PARSE_DONE;
}

/* A negative length marks an extended clipboard message of so many bytes (rfbproto, Extended
 * Clipboard). */
static enum parse cut_text(struct turn *t)
{
    reader_skip(&t->in, 3);
    uint32_t n = reader_u32(&t->in);
    bool extended = n >> 31;
    if (extended || n > CUT_TEXT_MOST) {
        t->p->skip = extended ? 0u - n : n;
        return skip_text(t);
    }
    const uint8_t *text = reader_bytes(&t->in, n);
    if (!text)
        return PARSE_MORE;
    t->on->cut_text(t->self, text, n);
    return PARSE_DONE;
}

static enum parse continuous_updates(struct turn *t)
{
    bool enable = reader_u8(&t->in);
    t->on->continuous_updates(t->self, enable, read_rect(&t->in));
    return PARSE_DONE;
}

static enum parse fence(struct turn *t)
{
    reader_skip(&t->in, 3);
    uint32_t flags = reader_u32(&t->in);
    size_t n = reader_u8(&t->in);
    if (n > FENCE_DATA_MOST)
        return bad(t, "too much data in a fence");
    const uint8_t *data = reader_bytes(&t->in, n);
    if (!data)
        return PARSE_MORE;
    t->on->fence(t->self, flags, data, n);
    return PARSE_DONE;
}

static enum parse xvp(struct turn *t)
{
    reader_skip(&t->in, 1);
    uint8_t version = reader_u8(&t->in), code = reader_u8(&t->in);
    t->on->xvp(t->self, version, code);
    return PARSE_DONE;
}

static enum parse set_desktop_size(struct turn *t)
{
    struct screen screens[SCREENS_MOST];
    reader_skip(&t->in, 1);
    unsigned w = reader_u16(&t->in), h = reader_u16(&t->in);
    size_t n = reader_u8(&t->in);
    reader_skip(&t->in, 1);
    if (n > SCREENS_MOST)
        return bad(t, "too many screens");
    if (reader_left(&t->in) < n * 16)
        return PARSE_MORE;
    for (size_t i = 0; i < n; i++) {
        screens[i].id = reader_u32(&t->in);
        screens[i].r = read_rect(&t->in);
        screens[i].flags = reader_u32(&t->in);
    }
    t->on->set_desktop_size(t->self, w, h, screens, n);
    return PARSE_DONE;
}

static enum parse qemu_key(struct turn *t)
{
    bool down = reader_u16(&t->in);
    uint32_t keysym = reader_u32(&t->in), code = reader_u32(&t->in);
    if (t->in.more)
        return PARSE_MORE;
    t->on->extended_key(t->self, keysym, code, down);
    return PARSE_DONE;
}

/* Sound is not served; what a client says of it is read past. */
static enum parse qemu_audio(struct turn *t)
{
    enum { ENABLE, DISABLE, SET_FORMAT };
    unsigned operation = reader_u16(&t->in);
    if (operation > SET_FORMAT)
        return bad(t, "unknown QEMU audio operation");
    if (operation == SET_FORMAT)
        reader_skip(&t->in, 6);
    return t->in.more ? PARSE_MORE : PARSE_DONE;
}

static enum parse qemu(struct turn *t)
{
    static enum parse (*const take[])(struct turn *) = {qemu_key, qemu_audio};
    unsigned submessage = reader_u8(&t->in);
    if (submessage >= sizeof(take) / sizeof(take[0]))
        return bad(t, "unknown QEMU submessage");
    return take[submessage](t);
}

/*
 * By message type. `take` is called when `size` bytes, the type's own byte included, are there;
 * what follows them it checks itself.
 */
static const struct message {
    size_t size;
    enum parse (*take)(struct turn *t);
} messages[256] = {
    [0] = {4 + PIXEL_FORMAT_WIRE_SIZE, set_pixel_format},
    [2] = {4, set_encodings},
    [3] = {10, update_request},
    [4] = {8, key_event},
    [5] = {6, pointer_event},
    [6] = {8, cut_text},
    [150] = {10, continuous_updates},
    [248] = {9, fence},
    [250] = {4, xvp},
    [251] = {8, set_desktop_size},
    [255] = {4, qemu},
};

static enum parse take_message(struct turn *t)
{
    const struct message *m = &messages[*t->in.at];
    if (!m->take)
        return bad(t, "unknown message type");
    if (reader_left(&t->in) < m->size)
        return PARSE_MORE;
    reader_skip(&t->in, 1);
    return m->take(t);
}

enum parse client_msg_parse(struct client_msg_parser *p, struct reader *in,
                            const struct client_msg_handler *handler, void *self,
                            const char **why_r)
{
    if (!reader_left(in))
        return PARSE_MORE;
    struct turn t = {
        .p = p, .in = reader_over(in->at, reader_left(in)), .on = handler, .self = self};
    enum parse result = p->skip ? skip_text(&t) : take_message(&t);
    if (result == PARSE_DONE)
        in->at = t.in.at;
    else if (result == PARSE_BAD)
        *why_r = t.why;
    return result;
}
