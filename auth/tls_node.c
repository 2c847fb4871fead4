/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/tls_node.h"
#include "auth/tls_node_private.h"
#include "auth/tls_private.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* One end of a connection. */
struct node_end {
    struct tls_node_credentials *credentials;
    enum tls_node_end end;
    char *wanted;
    bool judged;     /* the other end's certificate, and it is good */
    const char *why; /* it is not */
};

/* ---- what the other end shows ---- */

static bool peer_names(gnutls_session_t session, const char *node)
{
    unsigned n = 0;
    gnutls_x509_crt_t crt;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &n);
    if (!chain || !n || gnutls_x509_crt_init(&crt) < 0)
        return false;
    bool named = gnutls_x509_crt_import(crt, &chain[0], GNUTLS_X509_FMT_DER) == 0 &&
                 tls_node_certificate_names(crt, node);
    gnutls_x509_crt_deinit(crt);
    return named;
}

static const char *judge(const struct node_end *e, gnutls_session_t session)
{
    bool calls = e->end == TLS_NODE_CALLS;
    unsigned status = 0;
    gnutls_typed_vdata_st purpose = {
        .type = GNUTLS_DT_KEY_PURPOSE_OID,
        .data = (unsigned char *)(calls ? GNUTLS_KP_TLS_WWW_SERVER : GNUTLS_KP_TLS_WWW_CLIENT)};
    if (gnutls_certificate_verify_peers(session, &purpose, 1, &status) < 0)
        return "the other end's certificate cannot be checked";
    if (status)
        return tls_node_status_text(status, true);
    if (e->wanted && !peer_names(session, e->wanted))
        return "the other end's certificate is not that of the node that was called";
    return NULL;
}

int tls_node_judge_peer(gnutls_session_t session)
{
    struct node_end *e = gnutls_session_get_ptr(session);
    e->why = judge(e, session);
    e->judged = !e->why;
    return e->judged ? 0 : GNUTLS_E_CERTIFICATE_ERROR;
}

static int verify(void *self, gnutls_session_t session)
{
    (void)session;
    return ((struct node_end *)self)->judged ? 0 : GNUTLS_E_NO_CERTIFICATE_FOUND;
}

/* ---- what goes wrong ---- */

static const char *alert_text(gnutls_session_t session)
{
    static const struct {
        gnutls_alert_description_t alert;
        const char *text;
    } rows[] = {
        {GNUTLS_A_BAD_CERTIFICATE, "the other end refuses our certificate; its log says why"},
        {GNUTLS_A_CERTIFICATE_UNKNOWN,
         "the other end refuses our certificate; its log says why"},
        {GNUTLS_A_UNSUPPORTED_CERTIFICATE,
         "the other end refuses our certificate; its log says why"},
        {GNUTLS_A_CERTIFICATE_EXPIRED, "the other end says that our certificate has expired"},
        {GNUTLS_A_UNKNOWN_CA, "the other end does not know our certificate's authority"},
        {GNUTLS_A_CERTIFICATE_REQUIRED, "the other end misses our certificate"},
        {GNUTLS_A_HANDSHAKE_FAILURE, "the other end cannot do TLS as we do"},
        {GNUTLS_A_PROTOCOL_VERSION, "the other end speaks other versions of TLS only"},
    };
    gnutls_alert_description_t alert = gnutls_alert_get(session);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].alert == alert)
            return rows[i].text;
    return NULL;
}

static const char *trouble(void *self, gnutls_session_t session, int err)
{
    const struct node_end *e = self;
    if (e->why)
        return e->why;
    if (err == GNUTLS_E_FATAL_ALERT_RECEIVED)
        return alert_text(session);
    if (err == GNUTLS_E_NO_CERTIFICATE_FOUND || err == GNUTLS_E_CERTIFICATE_REQUIRED)
        return "the other end shows no certificate";
    if (err == GNUTLS_E_UNEXPECTED_PACKET || err == GNUTLS_E_UNEXPECTED_PACKET_LENGTH ||
        err == GNUTLS_E_UNSUPPORTED_VERSION_PACKET)
        return "the other end does not speak TLS";
    return NULL;
}

static void release(void *self)
{
    struct node_end *e = self;
    tls_node_credentials_unref(&e->credentials);
    free(e->wanted);
    free(e);
}

static const struct tls_end_ops node_end_ops = {
    .left = "the other end left during the TLS handshake",
    .verify = verify,
    .trouble = trouble,
    .release = release,
};

/* ---- streams ---- */

static int open_session(const struct tls_node_credentials *c, enum tls_node_end end,
                        gnutls_session_t *session_r)
{
    /* Forced: a certificate of a wrong authority is shown, too, so that both hear of it. */
    unsigned side =
        end == TLS_NODE_CALLS ? GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT : GNUTLS_SERVER;
    int err =
        gnutls_init(session_r, side | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);
    if (err < 0)
        return err;
    err = gnutls_priority_set(*session_r, c->priority);
    if (err >= 0)
        err = gnutls_credentials_set(*session_r, GNUTLS_CRD_CERTIFICATE, c->x509);
    if (err < 0)
        gnutls_deinit(*session_r);
    else if (end == TLS_NODE_IS_CALLED)
        gnutls_certificate_server_set_request(*session_r, GNUTLS_CERT_REQUIRE);
    return err;
}

struct stream *tls_node_stream_new(struct stream **lower, struct tls_node_credentials *c,
                                   enum tls_node_end end, const char *wanted,
                                   const char **why_r)
{
    gnutls_session_t session;
    int err = open_session(c, end, &session);
    if (err < 0) {
        *why_r = gnutls_strerror(err);
        return NULL;
    }
    struct node_end *e = ALLOC(struct node_end);
    e->credentials = tls_node_credentials_ref(c);
    e->end = end;
    e->wanted = alloc_text(wanted);
    gnutls_session_set_ptr(session, e);
    return tls_stream_over(lower, session, &node_end_ops, e, NULL, 0);
}

bool tls_node_names(const struct stream *s, const char *node, const char **why_r)
{
    const struct node_end *e = tls_stream_end(s, &node_end_ops);
    *why_r = "its certificate does not have the name that it says";
    return e && e->judged && peer_names(tls_stream_session(s), node);
}

const char *tls_node_trouble(const struct stream *s)
{
    void *e = tls_stream_end(s, &node_end_ops);
    int err = e ? tls_stream_error(s) : 0;
    return err ? trouble(e, tls_stream_session(s), err) : NULL;
}
