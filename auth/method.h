/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One way to prove who one is: a security type of RFB, or a step inside one. Takes bytes, gives
 * bytes, and in the end a verdict. Methods know no sockets; what they must ask (passwords) they
 * ask their realm.
 */
#ifndef HF_AUTH_METHOD_H
#define HF_AUTH_METHOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/reader.h"

enum { VNC_PASSWORDS_MOST = 16 };

/* A VNC password that may match: 8 bytes, padded with zeros. */
struct vnc_password {
    uint8_t key[8];
    bool watch_only;  /* the second password of a file: view only */
    unsigned machine; /* the realm's own number, handed back in the verdict */
};

/* What a listener's users may prove themselves against; implemented by the server. */
struct auth_realm {
    /* Fills list_r with at most VNC_PASSWORDS_MOST, returns how many. The caller wipes them. */
    unsigned (*vnc_passwords)(void *self, struct vnc_password *list_r);
    void *self;
};

enum auth_step {
    AUTH_MORE,   /* waits for bytes */
    AUTH_WAIT,   /* waits for a verdict that comes later; bytes are left alone */
    AUTH_ACCEPT, /* see the verdict */
    AUTH_REJECT, /* see the verdict's reason */
};

struct auth_verdict {
    char user[256]; /* "" : anonymous */
    bool watch_only;
    bool machine_known; /* `machine` is set by the password that matched */
    unsigned machine;
    const char *reason; /* static text for the client after AUTH_REJECT */
};

struct auth_method;

struct auth_method_ops {
    const char *name; /* as in the config: "none", "vnc", ... */
    uint8_t type;     /* RFB security type */
    /*
     * Begins for one connection; may write to out. realm must outlive the method. NULL when it
     * cannot (*why_r, for the log).
     */
    struct auth_method *(*start)(const struct auth_realm *realm, struct bytes *out,
                                 const char **why_r);
    /*
     * Goes on with what is in `in`; called once after start, without bytes if need be, and then
     * whenever some came. MORE and WAIT leave `in` where it stood or behind what is done with.
     * verdict_r is set whole by ACCEPT and REJECT. Not called again after those.
     */
    enum auth_step (*feed)(struct auth_method *m, struct reader *in, struct bytes *out,
                           struct auth_verdict *verdict_r);
    void (*free)(struct auth_method *m); /* wipes */
};

struct auth_method {
    const struct auth_method_ops *ops;
};

/* The table of all methods. NULL when there is none of that name or type. */
const struct auth_method_ops *auth_method_by_name(const char *name);
const struct auth_method_ops *auth_method_by_type(uint8_t type);

/*
 * Reads a VNC password file: first line the password, optional second line the read-only one;
 * at most 8 bytes of each count (rfbproto, VNC Authentication); longer lines, an empty first
 * line and a file that others may read are errors. Fills list_r (two entries) with machine 0.
 * Returns the number or -errno; *why_r says what is wrong with the file.
 */
int vnc_password_file_read(const char *path, struct vnc_password list_r[2], const char **why_r);

#endif
