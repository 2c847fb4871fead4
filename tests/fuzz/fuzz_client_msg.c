/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of a client. First byte: bit 0 extended buttons, the others how many bytes come at a
 * time (0: all). */
#include <config.h>
#include "rfb/client_msg.h"
#include "rfb/pixel_translator.h"
#include "tests/fuzz/fuzz.h"

static void on_format(void *self, const struct pixel_format *f)
{
    struct pixel_translator t;
    uint8_t pixels[2 * 4];
    const uint32_t words[2] = {0x123456, 0xffffff};
    (void)self;
    fuzz_check(f->bpp == 8 || f->bpp == 16 || f->bpp == 32);
    pixel_translator_init(&t, f);
    pixel_translate(&t, pixels, words, 2);
}

static void on_encodings(void *self, const struct encodings *e)
{
    (void)self;
    fuzz_check(encoding_name(e->best) && e->quality >= -1 && e->quality <= 100);
}

static void on_rect(void *self, bool flag, struct rect r)
{
    (void)self;
    (void)flag;
    fuzz_check(r.x >= 0 && r.y >= 0 && r.w <= 0xffff && r.h <= 0xffff);
}

static void on_key(void *self, uint32_t keysym, bool down)
{
    (void)self;
    (void)keysym;
    (void)down;
}

static void on_extended_key(void *self, uint32_t keysym, uint32_t xt_code, bool down)
{
    on_key(self, keysym ^ xt_code, down);
}

static void on_pointer(void *self, unsigned mask, unsigned x, unsigned y)
{
    (void)self;
    fuzz_check(mask <= 0x7fff && x <= 0xffff && y <= 0xffff);
}

static void on_cut_text(void *self, const uint8_t *latin1, size_t n)
{
    (void)self;
    fuzz_check(n <= CUT_TEXT_MOST);
    fuzz_read(latin1, n);
}

static void on_fence(void *self, uint32_t flags, const uint8_t *data, size_t n)
{
    (void)self;
    (void)flags;
    fuzz_check(n <= FENCE_DATA_MOST);
    fuzz_read(data, n);
}

static void on_size(void *self, unsigned w, unsigned h, const struct screen *screens, size_t n)
{
    (void)self;
    fuzz_check(w <= 0xffff && h <= 0xffff && n <= SCREENS_MOST);
    fuzz_read(screens, n * sizeof(screens[0]));
}

static void on_xvp(void *self, uint8_t version, uint8_t code)
{
    (void)self;
    (void)version;
    (void)code;
}

static const struct client_msg_handler handler = {
    .set_pixel_format = on_format,
    .set_encodings = on_encodings,
    .update_request = on_rect,
    .key = on_key,
    .extended_key = on_extended_key,
    .pointer = on_pointer,
    .cut_text = on_cut_text,
    .continuous_updates = on_rect,
    .fence = on_fence,
    .set_desktop_size = on_size,
    .xvp = on_xvp,
};

/* Reads on while there are whole messages. What is not done stays where it is. */
static enum parse read_on(struct client_msg_parser *p, struct reader *in)
{
    enum parse result = PARSE_DONE;
    while (result == PARSE_DONE) {
        const uint8_t *before = in->at;
        const char *why = NULL;
        result = client_msg_parse(p, in, &handler, NULL, &why);
        fuzz_check(result == PARSE_DONE ? in->at > before : in->at == before);
        fuzz_check((result == PARSE_BAD) == (why != NULL));
    }
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (!n)
        return 0;
    struct client_msg_parser p = {.extended_buttons = data[0] & 1};
    size_t step = data[0] >> 1 ? data[0] >> 1 : n;
    struct reader in = {.at = data + 1, .end = data + 1};
    enum parse result = PARSE_MORE;
    while (result == PARSE_MORE && in.end < data + n) {
        size_t left = (size_t)(data + n - in.end);
        in.end += left < step ? left : step;
        result = read_on(&p, &in);
    }
    return 0;
}
