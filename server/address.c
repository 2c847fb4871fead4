/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#define WANTED "write \"127.0.0.1:5900\", \"[::1]:5900\" or \"unix:/path\""

static int parse_unix(const char *path, struct address *a, const char **why_r)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    if (path[0] != '/' || path[1] == 0) {
        *why_r = "a Unix socket needs an absolute path, like \"unix:/run/holdfast/rfb.sock\"";
        return -EINVAL;
    }
    if (strlen(path) >= sizeof(un.sun_path)) {
        *why_r = "the path of a Unix socket has at most 107 bytes";
        return -EINVAL;
    }
    strcpy(un.sun_path, path);
    memcpy(&a->sa, &un, sizeof(un));
    a->len = sizeof(un);
    return 0;
}

static bool parse_port(const char *text, uint16_t *port_r)
{
    char *end;
    size_t n = strspn(text, "0123456789");
    unsigned long port = n && n <= 5 && !text[n] ? strtoul(text, &end, 10) : 65536;
    if (port > 65535)
        return false;
    *port_r = htons((uint16_t)port);
    return true;
}

static bool parse_v4(const char *host, uint16_t port, struct address *a)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = port};
    if (inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, &in.sin_addr) !=
        1)
        return false;
    memcpy(&a->sa, &in, sizeof(in));
    a->len = sizeof(in);
    return true;
}

static bool parse_v6(const char *host, uint16_t port, struct address *a)
{
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = port};
    if (inet_pton(AF_INET6, host, &in6.sin6_addr) != 1)
        return false;
    memcpy(&a->sa, &in6, sizeof(in6));
    a->len = sizeof(in6);
    return true;
}

static int parse_tcp(const char *text, struct address *a, const char **why_r)
{
    char host[64];
    const char *colon = strrchr(text, ':');
    bool v6 = text[0] == '[';
    size_t n = colon ? (size_t)(colon - text) : 0;
    if (!colon || n >= sizeof(host) || (v6 && (n < 2 || text[n - 1] != ']'))) {
        *why_r = "this is no address and port: " WANTED;
        return -EINVAL;
    }
    uint16_t port;
    if (!parse_port(colon + 1, &port)) {
        *why_r = "the port is a number from 0 (any free one) to 65535";
        return -EINVAL;
    }
    memcpy(host, v6 ? text + 1 : text, v6 ? n - 2 : n);
    host[v6 ? n - 2 : n] = 0;
    if (v6 ? parse_v6(host, port, a) : parse_v4(host, port, a))
        return 0;
    *why_r = "the host must be a numeric address (IPv6 in brackets) or localhost: " WANTED;
    return -EINVAL;
}

int address_parse(const char *text, struct address *address_r, const char **why_r)
{
    struct address a = {0};
    const char *why;
    int r = strncmp(text, "unix:", 5) == 0 ? parse_unix(text + 5, &a, &why)
                                           : parse_tcp(text, &a, &why);
    if (r < 0 && why_r)
        *why_r = why;
    if (r == 0 && address_r)
        *address_r = a;
    return r;
}

bool address_is_unix(const struct address *a)
{
    return a->sa.ss_family == AF_UNIX;
}

bool address_is_local(const struct address *a)
{
    if (a->sa.ss_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, &a->sa, sizeof(in));
        return ntohl(in.sin_addr.s_addr) >> 24 == 127;
    }
    if (a->sa.ss_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, &a->sa, sizeof(in6));
        return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr) ||
               (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr) && in6.sin6_addr.s6_addr[12] == 127);
    }
    return true;
}
