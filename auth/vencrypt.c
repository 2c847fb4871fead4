/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/vencrypt.h"
#include "auth/methods.h"
#include "auth/plain.h"
#include "base/alloc.h"
#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

enum { VERSION_MAJOR = 0, VERSION_MINOR = 2 };
enum { VERSION_OK = 0, VERSION_REFUSED = 0xff };
enum { TLS_REFUSED = 0, TLS_OK = 1 };

enum inner { INNER_NONE, INNER_VNC, INNER_PLAIN };

static const struct subtype {
    uint32_t number;
    const char *name;
    bool tls;
    enum auth_wrap_kind wrap;
    enum inner inner;
} subtypes[] = {
    {VENCRYPT_PLAIN, "plain", false, 0, INNER_PLAIN},
    {VENCRYPT_TLS_NONE, "tls-none", true, AUTH_WRAP_TLS_ANON, INNER_NONE},
    {VENCRYPT_TLS_VNC, "tls-vnc", true, AUTH_WRAP_TLS_ANON, INNER_VNC},
    {VENCRYPT_TLS_PLAIN, "tls-plain", true, AUTH_WRAP_TLS_ANON, INNER_PLAIN},
    {VENCRYPT_X509_NONE, "x509-none", true, AUTH_WRAP_TLS_X509, INNER_NONE},
    {VENCRYPT_X509_VNC, "x509-vnc", true, AUTH_WRAP_TLS_X509, INNER_VNC},
    {VENCRYPT_X509_PLAIN, "x509-plain", true, AUTH_WRAP_TLS_X509, INNER_PLAIN},
};

enum { N_SUBTYPES = sizeof(subtypes) / sizeof(subtypes[0]) };

enum state { STATE_VERSION, STATE_SUBTYPE, STATE_WRAP, STATE_INNER, STATE_WAIT, STATE_OVER };

struct vencrypt {
    struct auth_method method;
    const struct auth_realm *realm;
    enum state state;
    const struct subtype *subtype;
    struct auth_method *vnc; /* of the subtypes with VNC Authentication inside */
    bool certified, ok;
    struct auth_login login;
    struct auth_verdict verdict; /* what is known of the client, then its verdict */
};

static const struct subtype *find_subtype(uint32_t number)
{
    for (unsigned i = 0; i < N_SUBTYPES; i++)
        if (subtypes[i].number == number)
            return &subtypes[i];
    return NULL;
}

const char *vencrypt_subtype_name(uint32_t subtype)
{
    const struct subtype *found = find_subtype(subtype);
    return found ? found->name : NULL;
}

static struct auth_method *start(const struct auth_realm *realm, struct bytes *out,
                                 const char **why_r)
{
    if (!realm->n_subtypes || realm->n_subtypes > N_SUBTYPES) {
        *why_r = "no subtype of VeNCrypt is offered here";
        return NULL;
    }
    struct vencrypt *v = ALLOC(struct vencrypt);
    v->method.ops = &auth_vencrypt_ops;
    v->realm = realm;
    bytes_put_u8(out, VERSION_MAJOR);
    bytes_put_u8(out, VERSION_MINOR);
    return &v->method;
}

static enum auth_step feed_version(struct vencrypt *v, struct reader *in, struct bytes *out,
                                   struct auth_verdict *verdict_r)
{
    if (reader_left(in) < 2)
        return AUTH_MORE;
    unsigned major = reader_u8(in), minor = reader_u8(in);
    if (major != VERSION_MAJOR || minor != VERSION_MINOR) {
        bytes_put_u8(out, VERSION_REFUSED);
        return auth_end(AUTH_BAD, "another version of VeNCrypt than 0.2", verdict_r);
    }
    bytes_put_u8(out, VERSION_OK);
    bytes_put_u8(out, (uint8_t)v->realm->n_subtypes);
    for (unsigned i = 0; i < v->realm->n_subtypes; i++)
        bytes_put_u32(out, v->realm->subtypes[i]);
    v->state = STATE_SUBTYPE;
    return AUTH_MORE;
}

static bool offered(const struct auth_realm *realm, uint32_t number)
{
    for (unsigned i = 0; i < realm->n_subtypes; i++)
        if (realm->subtypes[i] == number)
            return true;
    return false;
}

static enum auth_step feed_subtype(struct vencrypt *v, struct reader *in, struct bytes *out,
                                   struct auth_verdict *verdict_r)
{
    if (reader_left(in) < 4)
        return AUTH_MORE;
    uint32_t number = reader_u32(in);
    v->subtype = offered(v->realm, number) ? find_subtype(number) : NULL;
    if (!v->subtype) {
        bytes_put_u8(out, TLS_REFUSED);
        return auth_end(AUTH_BAD, "a subtype of VeNCrypt that was not offered", verdict_r);
    }
    v->method.subtype = number;
    v->state = STATE_INNER;
    if (!v->subtype->tls)
        return AUTH_MORE;
    v->state = STATE_WRAP;
    v->method.wrap.kind = v->subtype->wrap;
    bytes_put_u8(out, TLS_OK);
    return AUTH_WRAP;
}

static void wrapped(struct auth_method *m, const struct auth_peer *peer)
{
    struct vencrypt *v = (struct vencrypt *)m;
    size_t n = peer->user ? strlen(peer->user) : 0;
    v->state = STATE_INNER;
    v->certified = n > 0 && n <= AUTH_USER_MOST;
    if (v->certified)
        memcpy(v->verdict.user, peer->user, n + 1);
}

static enum auth_step feed_none(struct vencrypt *v, struct auth_verdict *verdict_r)
{
    if (v->realm->certificate_needed && !v->certified)
        return auth_end(AUTH_REJECT, "a client certificate is needed here", verdict_r);
    *verdict_r = v->verdict;
    return AUTH_ACCEPT;
}

/* A certificate says who it is; the password then says only that this user may come in. */
static enum auth_step feed_vnc(struct vencrypt *v, struct reader *in, struct bytes *out,
                               struct auth_verdict *verdict_r)
{
    const char *why = "";
    if (!v->vnc)
        v->vnc = auth_vnc_ops.start(v->realm, out, &why);
    enum auth_step step = v->vnc->ops->feed(v->vnc, in, out, verdict_r);
    if (step == AUTH_ACCEPT)
        memcpy(verdict_r->user, v->verdict.user, sizeof(verdict_r->user));
    return step;
}

static enum auth_step feed_plain(struct vencrypt *v, struct reader *in,
                                 struct auth_verdict *verdict_r)
{
    switch (plain_read(in, &v->login)) {
    case PLAIN_MORE:
        return AUTH_MORE;
    case PLAIN_BAD:
        return auth_end(AUTH_REJECT, "the user name or the password is too long", verdict_r);
    case PLAIN_DONE:
        break;
    }
    v->method.login = &v->login;
    v->state = STATE_WAIT;
    return AUTH_WAIT;
}

static enum auth_step feed_inner(struct vencrypt *v, struct reader *in, struct bytes *out,
                                 struct auth_verdict *verdict_r)
{
    switch (v->subtype->inner) {
    case INNER_NONE:
        return feed_none(v, verdict_r);
    case INNER_VNC:
        return feed_vnc(v, in, out, verdict_r);
    case INNER_PLAIN:
        break;
    }
    return feed_plain(v, in, verdict_r);
}

static void resume(struct auth_method *m, bool ok, const struct auth_verdict *verdict)
{
    struct vencrypt *v = (struct vencrypt *)m;
    secret_wipe(&v->login, sizeof(v->login));
    m->login = NULL;
    v->ok = ok;
    v->verdict = *verdict;
    v->state = STATE_OVER;
}

static enum auth_step feed_state(struct vencrypt *v, struct reader *in, struct bytes *out,
                                 struct auth_verdict *verdict_r)
{
    switch (v->state) {
    case STATE_VERSION:
        return feed_version(v, in, out, verdict_r);
    case STATE_SUBTYPE:
        return feed_subtype(v, in, out, verdict_r);
    case STATE_WRAP:
        return AUTH_WRAP;
    case STATE_INNER:
        return feed_inner(v, in, out, verdict_r);
    case STATE_WAIT:
        return AUTH_WAIT;
    case STATE_OVER:
        break;
    }
    *verdict_r = v->verdict;
    return v->ok ? AUTH_ACCEPT : AUTH_REJECT;
}

/* A state that is done with says MORE, and the next one may have its bytes already. */
static enum auth_step feed(struct auth_method *m, struct reader *in, struct bytes *out,
                           struct auth_verdict *verdict_r)
{
    struct vencrypt *v = (struct vencrypt *)m;
    enum auth_step step;
    enum state before;
    do {
        before = v->state;
        step = feed_state(v, in, out, verdict_r);
    } while (step == AUTH_MORE && v->state != before);
    return step;
}

static void vencrypt_free(struct auth_method *m)
{
    struct vencrypt *v = (struct vencrypt *)m;
    if (v->vnc)
        v->vnc->ops->free(v->vnc);
    secret_wipe(v, sizeof(*v));
    free(v);
}

const struct auth_method_ops auth_vencrypt_ops = {
    .name = "vencrypt",
    .type = 19,
    .start = start,
    .feed = feed,
    .resume = resume,
    .wrapped = wrapped,
    .free = vencrypt_free,
};
