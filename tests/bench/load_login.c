/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/load_login.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <rfb/rfbproto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { LOGIN_S = 60, LOOK_AGAIN_US = 10000, NAME_MOST = 4096 };

/* ---- classes ---- */

#define TIGHT (int32_t) rfbEncodingTight
#define QUALITY(level) (int32_t)(rfbEncodingQualityLevel0 + (level))

const char load_class_names[] = "raw, hextile, zlib, tight, tight-q8, zrle";

static const struct load_class classes[] = {
    {"raw", {rfbEncodingRaw}, 1},         {"hextile", {rfbEncodingHextile}, 1},
    {"zlib", {rfbEncodingZlib}, 1},       {"tight", {TIGHT}, 1},
    {"tight-q8", {TIGHT, QUALITY(8)}, 2}, {"zrle", {rfbEncodingZRLE}, 1},
};

const struct load_class *load_class_find(const char *name)
{
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (strcmp(classes[i].name, name) == 0)
            return &classes[i];
    }
    return NULL;
}

/* ---- connecting ---- */

static void give_up(const char *address, const char *why)
{
    fprintf(stderr, "%s: %s\n", address, why);
    exit(EXIT_FAILURE);
}

static int connect_to(int family, const void *address, socklen_t size)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, address, size) == 0)
        return fd;
    close(fd);
    return -1;
}

static int connect_unix(const char *path)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    strncpy(un.sun_path, path, sizeof(un.sun_path) - 1);
    return connect_to(AF_UNIX, &un, sizeof(un));
}

static int connect_tcp(const char *address)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    char host[64];
    const char *colon = strrchr(address, ':');
    snprintf(host, sizeof(host), "%.*s", colon ? (int)(colon - address) : 0, address);
    if (!colon || inet_pton(AF_INET, host, &in.sin_addr) != 1)
        give_up(address, "not an address such as 127.0.0.1:5900");
    in.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    int fd = connect_to(AF_INET, &in, sizeof(in)), on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

/* -1 when nobody listens (errno). */
static int try_connect(const char *address)
{
    return strncmp(address, "unix:", 5) == 0 ? connect_unix(address + 5) : connect_tcp(address);
}

void load_wait_for(const char *address)
{
    uint64_t until_us = load_now_us() + LOGIN_S * 1000000ull;
    int fd;
    while ((fd = try_connect(address)) < 0) {
        if (load_now_us() > until_us)
            give_up(address, "nobody listens");
        usleep(LOOK_AGAIN_US);
    }
    close(fd);
}

static void read_all(const struct load_viewer *v, const char *address, void *data, size_t n)
{
    for (size_t done = 0; done < n;) {
        char *to = (char *)data + done;
        ssize_t got = v->transport
                          ? v->options.transport->recv(v->transport, to, n - done, true)
                          : recv(v->fd, to, n - done, 0);
        if (got == 0 || (got < 0 && errno != EINTR))
            give_up(address, got ? strerror(errno) : "the server closed during the login");
        done += got > 0 ? (size_t)got : 0;
    }
}

/* Messages of a viewer are small: a socket that does not take one at once is of no use. */
static void send_all(const struct load_viewer *v, const void *data, size_t n)
{
    if (v->ended)
        return;
    ssize_t put = v->transport ? v->options.transport->send(v->transport, data, n)
                               : send(v->fd, data, n, MSG_NOSIGNAL);
    if (put != (ssize_t)n)
        fprintf(stderr, "a viewer cannot send: %s\n", strerror(errno));
}

/* ---- messages ---- */

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

static void send_format(const struct load_viewer *v)
{
    static const uint8_t message[] = {
        rfbSetPixelFormat, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0};
    send_all(v, message, sizeof(message));
}

static void send_encodings(const struct load_viewer *v)
{
    static const int32_t common[] = {rfbEncodingCopyRect, (int32_t)rfbEncodingRichCursor,
                                     (int32_t)rfbEncodingNewFBSize,
                                     (int32_t)rfbEncodingLastRect};
    static const int32_t flow[] = {LOAD_ENCODING_FENCE, LOAD_ENCODING_CONTINUOUS};
    const struct load_class *class = v->options.class;
    const struct {
        const int32_t *list;
        size_t n;
    } parts[] = {{class->encodings, class->n_encodings},
                 {common, sizeof(common) / sizeof(common[0])},
                 {flow, v->options.continuous ? 2 : 0}};
    uint8_t message[128] = {rfbSetEncodings};
    unsigned n = 0;
    for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
        for (size_t i = 0; i < parts[p].n; i++)
            put32(message + 4 + 4 * n++, (uint32_t)parts[p].list[i]);
    }
    put16(message + 2, n);
    send_all(v, message, 4 + 4 * n);
}

void load_send_request(struct load_viewer *v, bool incremental)
{
    uint8_t message[10] = {rfbFramebufferUpdateRequest, incremental};
    put16(message + 6, (unsigned)v->w);
    put16(message + 8, (unsigned)v->h);
    send_all(v, message, sizeof(message));
}

void load_send_continuous(struct load_viewer *v)
{
    uint8_t message[10] = {150, 1};
    put16(message + 6, (unsigned)v->w);
    put16(message + 8, (unsigned)v->h);
    send_all(v, message, sizeof(message));
}

void load_send_fence(struct load_viewer *v, uint32_t flags, const uint8_t *payload,
                     unsigned length)
{
    uint8_t message[9 + 64] = {248};
    put32(message + 4, flags);
    message[8] = (uint8_t)length;
    memcpy(message + 9, payload, length);
    send_all(v, message, 9 + length);
}

/* ---- login ---- */

static void choose_type(struct load_viewer *v, const char *address)
{
    const struct load_transport *transport = v->options.transport;
    uint8_t types[256], result[4], type = transport ? transport->security_type : rfbSecTypeNone;
    read_all(v, address, types, 1);
    read_all(v, address, types + 1, types[0]);
    if (!memchr(types + 1, type, types[0]))
        give_up(address, "the server does not offer the security type");
    send_all(v, &type, 1);
    if (transport)
        v->transport = transport->open(v->fd);
    read_all(v, address, result, 4);
    if (result[0] | result[1] | result[2] | result[3])
        give_up(address, "the server refused the login");
}

static void read_init(struct load_viewer *v, const char *address)
{
    uint8_t init[24];
    char name[NAME_MOST];
    read_all(v, address, init, sizeof(init));
    v->w = init[0] << 8 | init[1];
    v->h = init[2] << 8 | init[3];
    size_t n = (size_t)init[22] << 8 | init[23];
    if (init[20] || init[21] || n > sizeof(name))
        give_up(address, "the machine's name is too long");
    read_all(v, address, name, n);
}

void load_login(struct load_viewer *v, const char *address)
{
    char version[12];
    const struct timeval patience = {.tv_sec = LOGIN_S};
    v->drops = strncmp(address, "unix:", 5) != 0;
    v->fd = try_connect(address);
    if (v->fd < 0)
        give_up(address, strerror(errno));
    setsockopt(v->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    read_all(v, address, version, sizeof(version));
    send_all(v, "RFB 003.008\n", 12);
    choose_type(v, address);
    send_all(v, "\1", 1);
    read_init(v, address);
    send_format(v);
    send_encodings(v);
}
