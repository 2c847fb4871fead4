/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's side of the handshake: versions 3.3, 3.7 and 3.8, security types, result,
 * ClientInit (RFC 6143 7.1 to 7.3, rfbproto). Unofficial versions above 3.8 (3.889, 4.000,
 * 4.001) are spoken to as 3.8, everything else as 3.3. What happens inside a security type is
 * auth's. Pure: bytes in, bytes out.
 */
#ifndef HF_RFB_HANDSHAKE_H
#define HF_RFB_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/reader.h"

enum { SECURITY_TYPES_MOST = 16 };

enum handshake_step {
    HANDSHAKE_MORE,   /* waits for bytes */
    HANDSHAKE_METHOD, /* a type was agreed on (h->type): run it, then call handshake_verdict */
    HANDSHAKE_INIT,   /* ClientInit came (h->shared): answer with ServerInit; that was all */
    HANDSHAKE_BAD,    /* protocol error or refusal (h->why): send what is in out, then close */
};

struct handshake {
    int state;
    int minor; /* 3, 7 or 8: how the client is spoken to */
    uint8_t types[SECURITY_TYPES_MOST];
    unsigned n_types;
    uint8_t type; /* agreed */
    bool shared;
    const char *refusal; /* to be told once the version is known */
    const char *why;
};

/* Whether the client has said its version: before, it has said nothing. */
bool handshake_has_version(const struct handshake *h);

/*
 * Starts: writes the server's version into out. types: offered, best first, at most
 * SECURITY_TYPES_MOST; a 3.3 client, which cannot choose, gets the first of them that 3.3 knows
 * (None, VNC). With no type at all the client is refused.
 */
void handshake_start(struct handshake *h, const uint8_t *types, unsigned n, struct bytes *out);
/*
 * The same for macOS Screen Sharing, which speaks 3.3 to servers of 3.3 to 3.8 and knows no
 * names there: version 003.889 is announced, whose handshake is that of 3.8.
 */
void handshake_start_apple(struct handshake *h, const uint8_t *types, unsigned n,
                           struct bytes *out);
/*
 * Reads on. Call again while it returns something else than MORE and bytes are left (not after
 * METHOD, before the verdict). METHOD, INIT and BAD are returned again, nothing is read, until
 * something else ends them. A first byte that no version has is BAD at once.
 */
enum handshake_step handshake_feed(struct handshake *h, struct reader *in, struct bytes *out);
/*
 * The method's end: writes SecurityResult as the version wants it (3.3 and 3.7: none for type
 * None; a reason only from 3.8 on). reason: NULL for a plain one; kept in h->why after a
 * refusal. Then the connection is to be closed when out is gone.
 */
void handshake_verdict(struct handshake *h, bool ok, const char *reason, struct bytes *out);
/*
 * Refuses a client before any type was agreed on (too many connections, ...). How to tell it
 * depends on its version, so handshake_feed writes zero types and the reason when that comes,
 * and returns BAD. Once types were offered, it is BAD without a word. reason must live as long
 * as h.
 */
void handshake_refuse(struct handshake *h, const char *reason);

#endif
