/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/offer.h"
#include "auth/ra2.h"
#include "auth/vencrypt.h"

#include <stddef.h>
#include <string.h>

enum { TYPE_NONE = 1, TYPE_VNC = 2, TYPE_VENCRYPT = 19, TYPE_DH = 30 };

enum needs { NEEDS_NOTHING, NEEDS_PRIVACY, NEEDS_TLS, NEEDS_CERTIFICATE, NEEDS_RA2_KEY };

static const struct row {
    const char *name;
    uint8_t types[2];
    uint32_t subtype;
    enum needs needs;
    bool open; /* to those who listen: the password, or what follows it */
} rows[] = {
    {"none", {TYPE_NONE}, 0, NEEDS_NOTHING, true},
    {"vnc", {TYPE_VNC}, 0, NEEDS_NOTHING, true},
    {"plain", {TYPE_VENCRYPT}, VENCRYPT_PLAIN, NEEDS_PRIVACY, true},
    {"tls-none", {TYPE_VENCRYPT}, VENCRYPT_TLS_NONE, NEEDS_TLS, false},
    {"tls-vnc", {TYPE_VENCRYPT}, VENCRYPT_TLS_VNC, NEEDS_TLS, false},
    {"tls-plain", {TYPE_VENCRYPT}, VENCRYPT_TLS_PLAIN, NEEDS_TLS, false},
    {"x509-none", {TYPE_VENCRYPT}, VENCRYPT_X509_NONE, NEEDS_CERTIFICATE, false},
    {"x509-vnc", {TYPE_VENCRYPT}, VENCRYPT_X509_VNC, NEEDS_CERTIFICATE, false},
    {"x509-plain", {TYPE_VENCRYPT}, VENCRYPT_X509_PLAIN, NEEDS_CERTIFICATE, false},
    {"ra2", {RA2_TYPE_256, RA2_TYPE}, 0, NEEDS_RA2_KEY, false},
    {"ra2ne", {RA2_TYPE_NE_256, RA2_TYPE_NE}, 0, NEEDS_RA2_KEY, true},
    {"apple-dh", {TYPE_DH}, 0, NEEDS_NOTHING, true},
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

static const struct row *find_row(const char *name)
{
    for (unsigned i = 0; i < N_ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

static bool has_means(enum needs needs, const struct offer_means *means)
{
    switch (needs) {
    case NEEDS_NOTHING:
        return true;
    case NEEDS_PRIVACY:
        return means->private_channel;
    case NEEDS_TLS:
        return means->tls;
    case NEEDS_CERTIFICATE:
        return means->tls && means->certificate;
    case NEEDS_RA2_KEY:
        break;
    }
    return means->ra2_key;
}

static void add_type(struct offer *o, uint8_t type)
{
    if (type && !memchr(o->types, type, o->n_types) && o->n_types < OFFER_TYPES_MOST)
        o->types[o->n_types++] = type;
}

static void add_subtype(struct offer *o, uint32_t subtype)
{
    for (unsigned i = 0; i < o->n_subtypes; i++)
        if (o->subtypes[i] == subtype)
            return;
    if (subtype && o->n_subtypes < OFFER_SUBTYPES_MOST)
        o->subtypes[o->n_subtypes++] = subtype;
}

enum offer_result offer_add(struct offer *o, const char *name, const struct offer_means *means)
{
    const struct row *row = find_row(name);
    if (!row)
        return OFFER_UNKNOWN;
    if (!has_means(row->needs, means))
        return row->needs == NEEDS_PRIVACY ? OFFER_NOT_HERE : OFFER_NO_MEANS;
    add_type(o, row->types[0]);
    add_type(o, row->types[1]);
    add_subtype(o, row->subtype);
    return OFFER_ADDED;
}

bool offer_name_known(const char *name)
{
    return find_row(name) != NULL;
}

bool offer_name_is_open(const char *name)
{
    const struct row *row = find_row(name);
    return row && row->open;
}

const char *offer_name_of(uint8_t type, uint32_t subtype)
{
    for (unsigned i = 0; i < N_ROWS; i++) {
        bool same = rows[i].types[0] == type || rows[i].types[1] == type;
        if (same && (type != TYPE_VENCRYPT || rows[i].subtype == subtype))
            return rows[i].name;
    }
    return NULL;
}
