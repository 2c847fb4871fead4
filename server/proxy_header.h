/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The header that a proxy puts before a connection to say whom it is for: PROXY protocol,
 * versions 1 and 2 (proxy-protocol.txt of HAProxy). Knows no sockets and does not ask whether
 * the sender may be believed. Pure.
 */
#ifndef HF_SERVER_PROXY_HEADER_H
#define HF_SERVER_PROXY_HEADER_H

#include <sys/socket.h>

#include "base/reader.h"

enum {
    PROXY_TEXT_MOST = 107,    /* version 1, with the line's end; its section 2.1 */
    PROXY_BINARY_MOST = 2048, /* version 2, with all its extensions */
};

/*
 * Reads a header of either version. 1: it was there, *in stands behind it, and *peer_r is the
 * address and port of whom the connection is for; or its ss_family is AF_UNSPEC when the
 * header does not say (UNKNOWN, LOCAL, other families), and the connection's own address
 * stands. 0: more bytes are needed, *in is as it was; a header that cannot become one is never
 * waited for. -EINVAL: it is none, *why_r says what is wrong. A longer header than the limits
 * above is none.
 */
int proxy_header_parse(struct reader *in, struct sockaddr_storage *peer_r, const char **why_r);

#endif
