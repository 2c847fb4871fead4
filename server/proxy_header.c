/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/proxy_header.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { BINARY_HEAD = 16 };

static const uint8_t text_start[] = {'P', 'R', 'O', 'X', 'Y', ' '};
static const uint8_t binary_start[] = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d,
                                       0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

static int bad(const char *why, const char **why_r)
{
    *why_r = why;
    return -EINVAL;
}

static bool begins(const struct reader *in, const uint8_t *start, size_t n)
{
    size_t left = reader_left(in);
    return memcmp(in->at, start, left < n ? left : n) == 0;
}

static void put_v4(struct sockaddr_storage *peer, const void *address, uint16_t port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
    memcpy(&in.sin_addr, address, sizeof(in.sin_addr));
    memcpy(peer, &in, sizeof(in));
}

static void put_v6(struct sockaddr_storage *peer, const void *address, uint16_t port)
{
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    memcpy(&in6.sin6_addr, address, sizeof(in6.sin6_addr));
    memcpy(peer, &in6, sizeof(in6));
}

/* ---- version 1: one line of text ---- */

/* The next word of the line, with one blank between words; NULL: there is none. */
static char *next_word(char **line)
{
    char *word = *line;
    if (!word || !*word || *word == ' ')
        return NULL;
    char *blank = strchr(word, ' ');
    if (blank)
        *blank = 0;
    *line = blank ? blank + 1 : NULL;
    return word;
}

/* 0 to 65535, no leading zeros. */
static bool parse_port(const char *text, uint16_t *port_r)
{
    size_t n = text ? strspn(text, "0123456789") : 0;
    if (n == 0 || n > 5 || text[n] || (n > 1 && text[0] == '0'))
        return false;
    unsigned long port = strtoul(text, NULL, 10);
    *port_r = (uint16_t)port;
    return port <= UINT16_MAX;
}

/* Behind TCP4 or TCP6: both addresses, both ports, nothing more. */
static bool parse_ends(char *line, int family, struct sockaddr_storage *peer_r)
{
    uint8_t from[16], to[16];
    uint16_t from_port, to_port;
    const char *from_text = next_word(&line), *to_text = next_word(&line);
    const char *from_port_text = next_word(&line), *to_port_text = next_word(&line);
    if (!from_text || !to_text || line || inet_pton(family, from_text, from) != 1 ||
        inet_pton(family, to_text, to) != 1 || !parse_port(from_port_text, &from_port) ||
        !parse_port(to_port_text, &to_port))
        return false;
    if (family == AF_INET)
        put_v4(peer_r, from, from_port);
    else
        put_v6(peer_r, from, from_port);
    return true;
}

static int parse_line(char *line, struct sockaddr_storage *peer_r, const char **why_r)
{
    const char *family = next_word(&line);
    if (!family)
        return bad("the PROXY header names no family", why_r);
    if (strcmp(family, "UNKNOWN") == 0)
        return 1;
    bool v4 = strcmp(family, "TCP4") == 0;
    if (!v4 && strcmp(family, "TCP6") != 0)
        return bad("the PROXY header names an unknown family", why_r);
    if (!parse_ends(line, v4 ? AF_INET : AF_INET6, peer_r))
        return bad("the PROXY header's addresses cannot be read", why_r);
    return 1;
}

static int parse_text(struct reader *in, struct sockaddr_storage *peer_r, const char **why_r)
{
    size_t left = reader_left(in), most = left < PROXY_TEXT_MOST ? left : PROXY_TEXT_MOST;
    const uint8_t *end = memchr(in->at, '\n', most);
    char line[PROXY_TEXT_MOST];
    if (!end)
        return left < PROXY_TEXT_MOST ? 0 : bad("the PROXY header has no end", why_r);
    size_t n = (size_t)(end - in->at) - sizeof(text_start);
    const uint8_t *text = in->at + sizeof(text_start);
    if (n == 0 || text[n - 1] != '\r' || memchr(text, 0, n))
        return bad("the PROXY header's line does not end as it must", why_r);
    memcpy(line, text, n - 1);
    line[n - 1] = 0;
    int result = parse_line(line, peer_r, why_r);
    if (result > 0)
        reader_skip(in, (size_t)(end - in->at) + 1);
    return result;
}

/* ---- version 2: binary ---- */

enum { COMMAND_LOCAL = 0x20, COMMAND_PROXY = 0x21 };

/* Bytes that the addresses of a family take: two addresses, two ports. */
static size_t ends_size(uint8_t family)
{
    switch (family & 0xf0) {
    case 0x10:
        return 12;
    case 0x20:
        return 36;
    case 0x30:
        return 216;
    default:
        return 0;
    }
}

static int parse_binary_ends(struct reader ends, uint8_t family,
                             struct sockaddr_storage *peer_r, const char **why_r)
{
    bool v4 = (family & 0xf0) == 0x10, v6 = (family & 0xf0) == 0x20;
    if ((family & 0xf0) > 0x30 || (family & 0x0f) > 2)
        return bad("the PROXY header names an unknown family", why_r);
    if (reader_left(&ends) < ends_size(family))
        return bad("the PROXY header is too short for its addresses", why_r);
    size_t size = v4 ? 4 : 16;
    const uint8_t *from = v4 || v6 ? reader_bytes(&ends, size) : NULL;
    if (!from || (family & 0x0f) != 1)
        return 1;
    reader_skip(&ends, size);
    uint16_t port = reader_u16(&ends);
    if (v4)
        put_v4(peer_r, from, port);
    else
        put_v6(peer_r, from, port);
    return 1;
}

static int parse_binary(struct reader *in, struct sockaddr_storage *peer_r, const char **why_r)
{
    struct reader r = *in;
    reader_skip(&r, sizeof(binary_start));
    uint8_t command = reader_u8(&r);
    if (!r.more && command != COMMAND_LOCAL && command != COMMAND_PROXY)
        return bad("the PROXY header is of an unknown version or command", why_r);
    uint8_t family = reader_u8(&r);
    uint16_t length = reader_u16(&r);
    if (length > PROXY_BINARY_MOST - BINARY_HEAD)
        return bad("the PROXY header is too long", why_r);
    const uint8_t *ends = reader_bytes(&r, length);
    if (r.more)
        return 0;
    int result = command == COMMAND_LOCAL
                     ? 1
                     : parse_binary_ends(reader_over(ends, length), family, peer_r, why_r);
    if (result > 0)
        *in = r;
    return result;
}

int proxy_header_parse(struct reader *in, struct sockaddr_storage *peer_r, const char **why_r)
{
    struct sockaddr_storage peer = {.ss_family = AF_UNSPEC};
    int result;
    if (reader_left(in) == 0)
        return 0;
    bool text = begins(in, text_start, sizeof(text_start));
    bool binary = !text && begins(in, binary_start, sizeof(binary_start));
    if (!text && !binary)
        return bad("the connection does not begin with a PROXY header", why_r);
    if (reader_left(in) < (text ? sizeof(text_start) : sizeof(binary_start)))
        return 0;
    result = text ? parse_text(in, &peer, why_r) : parse_binary(in, &peer, why_r);
    if (result > 0)
        *peer_r = peer;
    return result;
}
