/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An address or a network of addresses, as text: "10.0.0.7", "10.0.0.0/24", "2001:db8::/32".
 * Asks no resolver. Pure.
 */
#ifndef HF_SERVER_NETWORK_H
#define HF_SERVER_NETWORK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "server/text_list.h"

/* IPv4 addresses are kept as IPv6 has them, ::ffff:10.0.0.7. */
struct network {
    uint8_t address[16];
    unsigned bits; /* of the address that count, from the front */
};

/*
 * 0, or -EINVAL: it is none, it has more bits than its family, or bits behind those that count.
 */
int network_parse(const char *text, struct network *network_r);
/* Whether the peer's address is in it. No address but IPv4's and IPv6's is. */
bool network_has(const struct network *network, const struct sockaddr_storage *peer);
/* Whether it is in one of these texts; those that are no networks have nobody. */
bool network_list_has(const struct text_list *list, const struct sockaddr_storage *peer);

#endif
