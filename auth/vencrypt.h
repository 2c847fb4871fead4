/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VeNCrypt 0.2 (rfbproto, security type 19): a list of subtypes, each with or without TLS
 * below and with no, a VNC, or a plain password above. Knows no TLS: it asks for the wrap.
 */
#ifndef HF_AUTH_VENCRYPT_H
#define HF_AUTH_VENCRYPT_H

#include "auth/method.h"

enum {
    VENCRYPT_PLAIN = 256,
    VENCRYPT_TLS_NONE = 257,
    VENCRYPT_TLS_VNC = 258,
    VENCRYPT_TLS_PLAIN = 259,
    VENCRYPT_X509_NONE = 260,
    VENCRYPT_X509_VNC = 261,
    VENCRYPT_X509_PLAIN = 262,
};

/* The subtype's name as in the configuration, "x509-plain"; NULL when it is none of these. */
const char *vencrypt_subtype_name(uint32_t subtype);

#endif
