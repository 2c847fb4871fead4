/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A server's certificate that is signed by itself, with its key: for a start without an
 * authority. Knows no configuration. Shared by holdfastd and holdfastctl.
 */
#ifndef HF_SERVER_CERTIFICATE_H
#define HF_SERVER_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    CERTIFICATE_DAYS = 3650, /* viewers that remember it are asked again after it */
    CERTIFICATE_DAYS_MOST = 36500,
    FINGERPRINT_SIZE = 96, /* 32 bytes as "AB:CD:...", and a zero */
};

struct certificate_wish {
    const char *const *hosts; /* names and numeric addresses that viewers connect to; the first
                                 is the subject, too */
    size_t n_hosts;           /* 0: this host's name, localhost, 127.0.0.1 and ::1 */
    unsigned days;            /* that it is good for: 1 to CERTIFICATE_DAYS_MOST */
    bool replace;             /* what is there already; else that is -EEXIST */
    gid_t group;              /* that may read the key, too; (gid_t)-1: none */
};

/*
 * Makes a key (ECDSA, P-256) and a certificate for it, good from an hour before realtime_s on,
 * and writes both as PEM: the key of mode 0600, or 0640 with a group, the certificate of mode
 * 0644. Each file is there whole or not at all, and without `replace` neither is touched when
 * one of them is there. 0, or -errno with *why_r a text for a person, and *path_r the file it
 * is about (lent) or NULL.
 */
int certificate_create(const char *certificate_path, const char *key_path,
                       const struct certificate_wish *wish, int64_t realtime_s,
                       const char **path_r, const char **why_r);

/* SHA-256 of the first certificate in a PEM file. 0, or -errno and *why_r, to stand behind the
 * file's name. */
int certificate_fingerprint(const char *path, char text_r[FINGERPRINT_SIZE],
                            const char **why_r);

#endif
