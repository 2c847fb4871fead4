/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/vnc.h"
#include "auth/methods.h"
#include "base/alloc.h"
#include "base/secret.h"

#include <nettle/des.h>
#include <stdlib.h>

struct vnc {
    struct auth_method method;
    const struct auth_realm *realm;
    uint8_t challenge[VNC_CHALLENGE_SIZE];
};

static uint8_t mirrored(uint8_t byte)
{
    unsigned result = 0;
    for (unsigned i = 0; i < 8; i++)
        result |= (byte >> i & 1u) << (7 - i);
    return (uint8_t)result;
}

void vnc_respond(uint8_t response_r[VNC_CHALLENGE_SIZE], const uint8_t key[VNC_KEY_SIZE],
                 const uint8_t challenge[VNC_CHALLENGE_SIZE])
{
    struct des_ctx des;
    uint8_t des_key[DES_KEY_SIZE];
    for (unsigned i = 0; i < DES_KEY_SIZE; i++)
        des_key[i] = mirrored(key[i]);
    des_set_key(&des, des_key); /* it says that a key is weak, and sets it all the same */
    des_encrypt(&des, VNC_CHALLENGE_SIZE, response_r, challenge);
    secret_wipe(des_key, sizeof(des_key));
    secret_wipe(&des, sizeof(des));
}

/* Index of the first password that gives the response, or n. The time depends on n alone. */
static unsigned find_password(const struct vnc_password *list, unsigned n,
                              const uint8_t *challenge, const uint8_t *response)
{
    uint8_t expected[VNC_CHALLENGE_SIZE];
    unsigned found = n;
    for (unsigned i = n; i-- > 0;) {
        vnc_respond(expected, list[i].key, challenge);
        unsigned keep = secret_equal(expected, response, sizeof(expected)) - 1u;
        found = (found & keep) | (i & ~keep);
    }
    secret_wipe(expected, sizeof(expected));
    return found;
}

struct auth_method *vnc_start(const struct auth_realm *realm, struct bytes *out,
                              void (*randomise)(void *p, size_t n))
{
    struct vnc *v = ALLOC(struct vnc);
    v->method.ops = &auth_vnc_ops;
    v->realm = realm;
    randomise(v->challenge, sizeof(v->challenge));
    bytes_put(out, v->challenge, sizeof(v->challenge));
    return &v->method;
}

static struct auth_method *start(const struct auth_realm *realm, struct bytes *out,
                                 const char **why_r)
{
    (void)why_r;
    return vnc_start(realm, out, secret_random);
}

/* The passwords are asked for when they are needed, so that they stay in memory for this moment
 * only. */
static enum auth_step feed(struct auth_method *m, struct reader *in, struct bytes *out,
                           struct auth_verdict *verdict_r)
{
    (void)out;
    struct vnc *v = (struct vnc *)m;
    struct vnc_password list[VNC_PASSWORDS_MOST];
    if (reader_left(in) < VNC_CHALLENGE_SIZE)
        return AUTH_MORE;
    const uint8_t *response = reader_bytes(in, VNC_CHALLENGE_SIZE);
    unsigned n = v->realm->vnc_passwords(v->realm->self, list);
    unsigned i = find_password(list, n, v->challenge, response);
    *verdict_r = (struct auth_verdict){.reason = i < n ? NULL : "authentication failed"};
    if (i < n) {
        verdict_r->watch_only = list[i].watch_only;
        verdict_r->machine = list[i].machine;
        verdict_r->machine_known = true;
        verdict_r->ticket = list[i].ticket;
    }
    secret_wipe(list, sizeof(list));
    return i < n ? AUTH_ACCEPT : AUTH_REJECT;
}

static void vnc_free(struct auth_method *m)
{
    struct vnc *v = (struct vnc *)m;
    secret_wipe(v->challenge, sizeof(v->challenge));
    free(v);
}

const struct auth_method_ops auth_vnc_ops = {
    .name = "vnc",
    .type = 2,
    .start = start,
    .feed = feed,
    .free = vnc_free,
};
