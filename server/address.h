/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where to listen, as text: "127.0.0.1:5900", "[::1]:5900", "localhost:0", "unix:/path". Asks
 * no resolver. Pure.
 */
#ifndef HF_SERVER_ADDRESS_H
#define HF_SERVER_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

struct address {
    struct sockaddr_storage sa;
    socklen_t len;
};

/*
 * 0, or -EINVAL with a static text in *why_r (may be NULL). "localhost" is 127.0.0.1; other
 * names are refused. Port 0 takes a free one. A Unix path is absolute and at most 107 bytes.
 * address_r may be NULL.
 */
int address_parse(const char *text, struct address *address_r, const char **why_r);
/* Whether only this host reaches it: a Unix socket, 127.0.0.0/8, ::1 (also
 * ::ffff:127.0.0.0/104). */
bool address_is_local(const struct address *a);
bool address_is_unix(const struct address *a);

#endif
