/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VeNCrypt with all its subtypes. First byte: whether a certificate is needed (bit 0), whether
 * the client has one (bit 1), whether its password is right (bit 2), and how many bytes come at
 * a time (bits 3 to 7, 0: all). What follows the wrap comes as it is.
 */
#include <config.h>
#include "auth/methods.h"
#include "auth/vencrypt.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static unsigned give_password(void *self, struct vnc_password *list_r)
{
    (void)self;
    list_r[0] = (struct vnc_password){.key = "a"};
    return 1;
}

static const uint32_t subtypes[] = {262, 261, 260, 259, 258, 257, 256};

struct client {
    struct auth_method *method;
    struct auth_verdict verdict;
    struct bytes out;
    uint8_t flags;
};

static void check(struct client *c)
{
    const struct auth_login *login = c->method->login;
    const struct auth_verdict verdict = {.user = "checked", .reason = "no"};
    fuzz_check(login && strlen(login->user) <= AUTH_USER_MOST &&
               strlen(login->password) <= AUTH_PASSWORD_MOST);
    c->method->ops->resume(c->method, c->flags & 4, &verdict);
}

/* True while more bytes can change something. */
static bool feed(struct client *c, struct reader *in)
{
    const struct auth_peer peer = {.user = c->flags & 2 ? "certified" : NULL};
    for (;;) {
        switch (c->method->ops->feed(c->method, in, &c->out, &c->verdict)) {
        case AUTH_MORE:
            return true;
        case AUTH_WAIT:
            check(c);
            break;
        case AUTH_WRAP:
            c->method->ops->wrapped(c->method, &peer);
            break;
        case AUTH_ACCEPT:
            fuzz_check(strlen(c->verdict.user) <= AUTH_USER_MOST);
            return false;
        case AUTH_REJECT:
        case AUTH_BAD:
            fuzz_check(c->verdict.reason != NULL);
            return false;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (!n)
        return 0;
    struct auth_realm realm = {.vnc_passwords = give_password,
                               .subtypes = subtypes,
                               .n_subtypes = 7,
                               .certificate_needed = data[0] & 1};
    struct client c = {.flags = data[0]};
    size_t step = data[0] >> 3 ? data[0] >> 3 : n;
    struct reader in = {.at = data + 1, .end = data + 1};
    const char *why = NULL;
    bytes_init(&c.out, 4096);
    c.method = auth_vencrypt_ops.start(&realm, &c.out, &why);
    for (bool go = true; go && in.end < data + n;) {
        size_t left = (size_t)(data + n - in.end);
        in.end += left < step ? left : step;
        go = feed(&c, &in);
    }
    fuzz_check(!c.out.overflow);
    c.method->ops->free(c.method);
    bytes_fini(&c.out);
    return 0;
}
