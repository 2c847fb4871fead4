/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLS between nodes of a cluster: both ends show a certificate that the cluster's authority
 * signed, and what a node may call itself stands in its own as alternative name (DNS,
 * RFC 5280, 4.2.1.6), letter for letter. Knows no messages and no loop.
 */
#ifndef HF_AUTH_TLS_NODE_H
#define HF_AUTH_TLS_NODE_H

#include <stdbool.h>

#include "base/stream.h"

struct bytes;
struct tls_node_credentials;

struct tls_node_options {
    const char *ca, *certificate, *key; /* PEM files */
    const struct bytes *key_content;    /* of the key's file, read by somebody else; or NULL */
    const char *node;                   /* what the certificate must name: we; NULL: anything */
};

/*
 * Reads the files, and checks that others would take the certificate: that the authority signed
 * it, that it is its time and that it names the node. 0 or -errno; then *why_r is text for a
 * person, to stand behind the file's name, and *path_r the file it is about (lent from the
 * options) or NULL. The key's file is read by the rules of auth/key_file.h.
 */
int tls_node_credentials_load(const struct tls_node_options *options,
                              struct tls_node_credentials **c_r, const char **path_r,
                              const char **why_r);
/* Counted: links keep theirs when others are loaded. Does not change after it is loaded. */
struct tls_node_credentials *tls_node_credentials_ref(struct tls_node_credentials *c);
void tls_node_credentials_unref(struct tls_node_credentials **c);

enum tls_node_end { TLS_NODE_CALLS, TLS_NODE_IS_CALLED };

/*
 * Takes *lower over (NULL then, but not after a failure), which may still be connecting, and a
 * reference to c. wanted: the node that is called, whose name the certificate of the other end
 * must have; NULL: whoever has a certificate. TLS 1.3 and 1.2, no tickets. NULL when GnuTLS
 * cannot (*why_r, static). The handshake is stream_prepare.
 */
struct stream *tls_node_stream_new(struct stream **lower, struct tls_node_credentials *c,
                                   enum tls_node_end end, const char *wanted,
                                   const char **why_r);

/* After the handshake: whether the certificate of the other end names this node. False and
 * *why_r (static) when it does not, or s is no stream of tls_node_stream_new. */
bool tls_node_names(const struct stream *s, const char *node, const char **why_r);
/* After a failure: what a person should know, static; NULL: no more than the -errno. */
const char *tls_node_trouble(const struct stream *s);

#endif
