/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A handshake with its methods. First byte: how many of the types below are offered (bits 0 to
 * 2) and how many bytes come at a time (bits 3 to 7, 0: all). The challenge is 16 zeros, the
 * passwords are "a" and, for watching, "b".
 */
#include <config.h>
#include "auth/vnc.h"
#include "rfb/handshake.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static const uint8_t types[] = {2, 1, 19, 5, 30};

static unsigned give_passwords(void *self, struct vnc_password *list_r)
{
    (void)self;
    memset(list_r, 0, 2 * sizeof(list_r[0]));
    list_r[0].key[0] = 'a';
    list_r[1].key[0] = 'b';
    list_r[1].watch_only = true;
    return 2;
}

static const struct auth_realm realm = {.vnc_passwords = give_passwords};

static void no_randomness(void *p, size_t n)
{
    memset(p, 0, n);
}

static struct auth_method *start(uint8_t type, struct bytes *out)
{
    const struct auth_method_ops *ops = auth_method_by_type(type);
    const char *why = NULL;
    if (type == 2)
        return vnc_start(&realm, out, no_randomness);
    return type == 1 ? ops->start(&realm, out, &why) : NULL;
}

struct client {
    struct handshake h;
    struct auth_method *method;
    struct bytes out;
};

/* Runs the method agreed on. True when the handshake can go on. */
static bool authenticate(struct client *c, struct reader *in)
{
    struct auth_verdict verdict = {.reason = "no such method"};
    if (!c->method)
        c->method = start(c->h.type, &c->out);
    enum auth_step step =
        c->method ? c->method->ops->feed(c->method, in, &c->out, &verdict) : AUTH_REJECT;
    if (step == AUTH_MORE)
        return false;
    fuzz_check(step == AUTH_ACCEPT || verdict.reason);
    handshake_verdict(&c->h, step == AUTH_ACCEPT, verdict.reason, &c->out);
    return true;
}

/* True while more bytes can change something. */
static bool feed(struct client *c, struct reader *in)
{
    enum handshake_step step = handshake_feed(&c->h, in, &c->out);
    while (step == HANDSHAKE_METHOD && authenticate(c, in))
        step = handshake_feed(&c->h, in, &c->out);
    fuzz_check((step == HANDSHAKE_BAD) == (c->h.why != NULL));
    return step == HANDSHAKE_MORE || step == HANDSHAKE_METHOD;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (!n)
        return 0;
    struct client c = {.method = NULL};
    size_t step = data[0] >> 3 ? data[0] >> 3 : n;
    unsigned n_types = data[0] & 7;
    struct reader in = {.at = data + 1, .end = data + 1};
    bytes_init(&c.out, 4096);
    handshake_start(&c.h, types, n_types < sizeof(types) ? n_types : sizeof(types), &c.out);
    for (bool go = true; go && in.end < data + n;) {
        size_t left = (size_t)(data + n - in.end);
        in.end += left < step ? left : step;
        go = feed(&c, &in);
    }
    fuzz_check(!c.out.overflow);
    if (c.method)
        c.method->ops->free(c.method);
    bytes_fini(&c.out);
    return 0;
}
