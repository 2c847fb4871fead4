/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Certificates of the nodes of a cluster, and of the authority that signs them. Knows no
 * configuration.
 */
#ifndef HF_SERVER_CERTIFICATE_NODE_H
#define HF_SERVER_CERTIFICATE_NODE_H

#include "server/certificate.h"

struct certificate_node_wish {
    const char *node;             /* see link_node_name_good; not "ca" */
    const char *const *addresses; /* numeric, to stand in it, too */
    size_t n_addresses;
    unsigned days; /* 1 to CERTIFICATE_DAYS_MOST, but no longer than the authority */
    bool replace;  /* the node's files, never the authority's */
};

struct certificate_node_files {
    char *ca, *ca_key, *certificate, *key;
};

/* FOLDER/ca.crt, ca.key, NODE.crt, NODE.key. */
void certificate_node_files_init(struct certificate_node_files *f, const char *folder,
                                 const char *node);
void certificate_node_files_fini(struct certificate_node_files *f);

/*
 * Makes the authority (ECDSA, P-256, 3650 days) when neither of its files is there, and a key
 * and a certificate of the node, signed by it, with the node's name as common name and as
 * alternative name (DNS), for both ends of TLS. Modes as in certificate.h. *ca_made_r: whether
 * the authority is new. 0, or -errno with *why_r a text for a person, and *path_r the file it
 * is about (lent from f) or NULL; an authority that was made stays.
 */
int certificate_node_create(const struct certificate_node_files *f,
                            const struct certificate_node_wish *wish, int64_t realtime_s,
                            bool *ca_made_r, const char **path_r, const char **why_r);

#endif
