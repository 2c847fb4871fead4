/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t v4_prefix[12] = {[10] = 0xff, [11] = 0xff};

enum { V4_OFFSET = 96, BITS = 128 };

static bool parse_address(const char *text, uint8_t address_r[16], unsigned *offset_r)
{
    memcpy(address_r, v4_prefix, sizeof(v4_prefix));
    *offset_r = V4_OFFSET;
    if (inet_pton(AF_INET, text, address_r + sizeof(v4_prefix)) == 1)
        return true;
    *offset_r = 0;
    return inet_pton(AF_INET6, text, address_r) == 1;
}

/* Digits only, 0 to most. */
static bool parse_bits(const char *text, unsigned most, unsigned *bits_r)
{
    size_t n = strspn(text, "0123456789");
    unsigned long bits = n && n <= 3 && !text[n] ? strtoul(text, NULL, 10) : BITS + 1;
    *bits_r = (unsigned)bits;
    return bits <= most;
}

static uint8_t mask_of(unsigned bits, unsigned byte)
{
    unsigned here = bits <= byte * 8 ? 0 : bits - byte * 8;
    return (uint8_t)(here >= 8 ? 0xffu : 0xff00u >> here);
}

static bool has_more_bits(const struct network *n)
{
    for (unsigned i = 0; i < sizeof(n->address); i++)
        if (n->address[i] & ~mask_of(n->bits, i))
            return true;
    return false;
}

int network_parse(const char *text, struct network *network_r)
{
    char address[INET6_ADDRSTRLEN];
    const char *slash = strchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : strlen(text);
    struct network n;
    unsigned offset, bits;
    if (length >= sizeof(address))
        return -EINVAL;
    memcpy(address, text, length);
    address[length] = 0;
    if (!parse_address(address, n.address, &offset))
        return -EINVAL;
    bits = BITS - offset;
    if (slash && !parse_bits(slash + 1, BITS - offset, &bits))
        return -EINVAL;
    n.bits = bits + offset;
    if (has_more_bits(&n))
        return -EINVAL;
    *network_r = n;
    return 0;
}

static bool address_of(const struct sockaddr_storage *peer, uint8_t address_r[16])
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    if (peer->ss_family == AF_INET6) {
        memcpy(&in6, peer, sizeof(in6));
        memcpy(address_r, &in6.sin6_addr, 16);
    } else if (peer->ss_family == AF_INET) {
        memcpy(&in, peer, sizeof(in));
        memcpy(address_r, v4_prefix, sizeof(v4_prefix));
        memcpy(address_r + sizeof(v4_prefix), &in.sin_addr, 4);
    } else {
        return false;
    }
    return true;
}

bool network_has(const struct network *network, const struct sockaddr_storage *peer)
{
    uint8_t address[16];
    if (!address_of(peer, address))
        return false;
    for (unsigned i = 0; i < sizeof(address); i++)
        if ((address[i] ^ network->address[i]) & mask_of(network->bits, i))
            return false;
    return true;
}

bool network_list_has(const struct text_list *list, const struct sockaddr_storage *peer)
{
    struct network network;
    for (size_t i = 0; i < list->n; i++)
        if (network_parse(list->items[i], &network) == 0 && network_has(&network, peer))
            return true;
    return false;
}
