/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's side of the handshake: versions 3.3, 3.7 and 3.8, security types, result, ClientInit (RFC 6143 7.1 to
 * 7.3, rfbproto). Odd versions are read as the RFC says: 3.889 and other unknown ones above 3.7 as 3.8 where they
 * say so, everything else as 3.3. What happens inside a security type is auth's. Pure: bytes in, bytes out.
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
    HANDSHAKE_INIT,   /* ClientInit came (h->shared): answer with ServerInit; the handshake is over */
    HANDSHAKE_BAD,    /* protocol error; h->why says which; what is in out still goes out, then close */
};

struct handshake {
    int state;
    int minor; /* 3, 7 or 8: how the client is spoken to */
    uint8_t types[SECURITY_TYPES_MOST];
    unsigned n_types;
    uint8_t type; /* agreed */
    bool shared;
    const char *why;
};

/*
 * Starts: writes the server's version into out. types: offered, best first; a 3.3 client, which cannot choose, gets
 * the first of them that 3.3 knows (None, VNC). No type at all is answered to the client with `reason`.
 */
void handshake_start(struct handshake *h, const uint8_t *types, unsigned n, struct bytes *out);
/* Reads on. Call again while it returns something else than MORE and bytes are left (not after METHOD, before the verdict). */
enum handshake_step handshake_feed(struct handshake *h, struct reader *in, struct bytes *out);
/*
 * The method's end: writes SecurityResult as the version wants it (3.3 and 3.7: none for type None; a reason only from
 * 3.8 on). After a refusal the connection is to be closed when out is gone.
 */
void handshake_verdict(struct handshake *h, bool ok, const char *reason, struct bytes *out);
/* Refuses a client before any type was agreed on (too many connections, ...): zero types and the reason. */
void handshake_refuse(struct handshake *h, const char *reason, struct bytes *out);

#endif
