/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which security types a listener offers: the names of the configuration in their order, made
 * into RFB's types and VeNCrypt's subtypes. Pure.
 */
#ifndef HF_AUTH_OFFER_H
#define HF_AUTH_OFFER_H

#include <stdbool.h>
#include <stdint.h>

enum { OFFER_TYPES_MOST = 16, OFFER_SUBTYPES_MOST = 8 };

/* What the listener and the daemon have. */
struct offer_means {
    bool private_channel; /* a Unix socket, loopback or wss: passwords may go as they are */
    bool tls;
    bool certificate; /* and TLS */
    bool ra2_key;
};

struct offer {
    uint8_t types[OFFER_TYPES_MOST];
    unsigned n_types;
    uint32_t subtypes[OFFER_SUBTYPES_MOST]; /* of VeNCrypt */
    unsigned n_subtypes;
};

enum offer_result {
    OFFER_ADDED,
    OFFER_UNKNOWN,  /* no such name */
    OFFER_NOT_HERE, /* "plain" where others could listen */
    OFFER_NO_MEANS, /* no certificate, key, ... */
};

/*
 * Adds what the name stands for behind what is there; types go by first appearance, VeNCrypt's
 * subtypes in order inside it. "ra2" is the types 129 and 5, "ra2ne" 130 and 6. What is there
 * already is not added twice. Start with an offer of zeros.
 */
enum offer_result offer_add(struct offer *o, const char *name, const struct offer_means *means);

/* Whether the configuration may name it. */
bool offer_name_known(const char *name);
/* Whether it protects neither the password nor the session from those who listen on the way. */
bool offer_name_is_open(const char *name);

/* "x509-plain", "ra2", ...: what a viewer logged in by. subtype counts with type 19 only. */
const char *offer_name_of(uint8_t type, uint32_t subtype);

#endif
