/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A viewer's stream gets encryption around it. */
#include <config.h>
#include "auth/client_name.h"
#include "auth/ra2_stream.h"
#include "auth/tls_stream.h"
#include "base/log.h"
#include "server/viewer_login.h"

#include <errno.h>
#include <inttypes.h>

static void wrapped(struct viewer *v, const char *user)
{
    struct login *l = v->login;
    const struct auth_peer peer = {.user = user};
    l->wait = LOGIN_READS;
    l->method->ops->wrapped(l->method, &peer);
    viewer_go_on(v);
}

/* ---- TLS ---- */

/* The user of the client's certificate, which is good; NULL: none. */
static const char *certified_user(struct viewer *v, char user_r[AUTH_USER_MOST + 1])
{
    struct client_subject subject;
    const char *why = NULL;
    if (!tls_stream_subject(v->stream, &subject))
        return NULL;
    if (client_name(&v->server->config->tls_client_name, &subject, user_r, &why))
        return user_r;
    log_info("viewer %" PRIu64 " (%s): the certificate names no user: %s", v->id, v->address,
             why);
    return NULL;
}

static void tls_stands(struct viewer *v)
{
    struct login *l = v->login;
    char text[80], user[AUTH_USER_MOST + 1];
    v->stream = l->shaking;
    l->shaking = NULL;
    tls_stream_describe(v->stream, text, sizeof(text));
    if (!tls_stream_server_name(v->stream, l->asked, sizeof(l->asked)))
        l->asked[0] = 0;
    log_debug("viewer %" PRIu64 " (%s): %s%s", v->id, v->address, text,
              tls_stream_resumed(v->stream) ? ", resumed" : "");
    wrapped(v, certified_user(v, user));
}

static void run_shake(struct pool_job *job, void *scratch)
{
    struct login *l = login_of_job(job);
    (void)scratch;
    l->shaken = stream_prepare(l->shaking, &l->shake_why);
}

static void on_shaken(struct pool_job *job)
{
    struct viewer *v = login_job_over(job);
    if (!v)
        return;
    if (v->login->shaken == 0)
        tls_stands(v);
    else if (v->login->shaken == -EAGAIN)
        viewer_want_events(v);
    else
        viewer_close(v, v->login->shake_why);
}

void login_shake(struct viewer *v)
{
    login_submit(v, run_shake, on_shaken);
    viewer_want_events(v);
}

/* The handshake computes for milliseconds; meanwhile the stream is the login's. */
static void wrap_tls(struct viewer *v, bool x509)
{
    struct login *l = v->login;
    const char *why = "TLS is not to be had";
    struct stream *s =
        tls_stream_new(&v->stream, v->server->access->tls, x509, v->in.data, v->in.len, &why);
    if (!s) {
        viewer_close(v, why);
        return;
    }
    bytes_clear(&v->in);
    v->stream = NULL;
    l->shaking = s;
    l->wait = LOGIN_SHAKES;
    login_shake(v);
}

/* ---- RSA-AES ---- */

static void wrap_ra2(struct viewer *v)
{
    v->stream =
        ra2_stream_new(&v->stream, v->login->method->wrap.ciphers, v->in.data, v->in.len);
    bytes_clear(&v->in);
    wrapped(v, NULL);
}

void login_wrap(struct viewer *v)
{
    switch (v->login->method->wrap.kind) {
    case AUTH_WRAP_TLS_ANON:
        wrap_tls(v, false);
        return;
    case AUTH_WRAP_TLS_X509:
        wrap_tls(v, true);
        return;
    case AUTH_WRAP_RA2:
        break;
    }
    wrap_ra2(v);
}
