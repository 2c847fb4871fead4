/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/relay.h"
#include "base/alloc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    CHUNK_MOST = 4096,
    RECEIVE_BUFFER = 16384, /* towards the server; the kernel doubles it */
    AHEAD_US = 2000,        /* how far ahead of the link bytes are taken */
    QUEUED_MOST = 4u << 20, /* bytes on a link of high rate and latency */
};

/* Bytes on their way. */
struct chunk {
    struct chunk *next;
    uint64_t due_us;
    size_t n, done;
    uint8_t bytes[CHUNK_MOST];
};

struct direction {
    int from, to;
    uint64_t rate_bps;
    uint64_t free_us; /* when the link has sent all that it was given */
    struct chunk *first, **end;
    size_t queued;
    bool ended; /* nothing more comes */
};

struct relay_connection {
    struct relay_connection *next;
    struct direction down, up; /* from and to the server */
    uint32_t from;             /* the client's address, in network order */
};

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

/* ---- one direction ---- */

static void direction_init(struct direction *d, int from, int to, uint64_t rate_bps)
{
    *d = (struct direction){.from = from, .to = to, .rate_bps = rate_bps};
    d->end = &d->first;
}

static void drop_first(struct direction *d)
{
    struct chunk *c = d->first;
    d->queued -= c->n;
    d->first = c->next;
    if (!d->first)
        d->end = &d->first;
    free(c);
}

static bool may_take(const struct direction *d, uint64_t now)
{
    return !d->ended && d->free_us <= now + AHEAD_US && d->queued < QUEUED_MOST;
}

/* What the link carries in a few milliseconds, so that a slow one is not given too much at
 * once. */
static size_t chunk_size(const struct direction *d)
{
    uint64_t n = d->rate_bps ? d->rate_bps * AHEAD_US / 8000000u : CHUNK_MOST;
    return n < 64 ? 64 : n > CHUNK_MOST ? CHUNK_MOST : (size_t)n;
}

/* Whether something came. */
static bool take(struct direction *d, uint64_t now, uint64_t latency_us)
{
    struct chunk *c = ALLOC(struct chunk);
    ssize_t got = recv(d->from, c->bytes, chunk_size(d), MSG_DONTWAIT);
    if (got <= 0) {
        d->ended = got == 0 || (errno != EAGAIN && errno != EINTR);
        free(c);
        return false;
    }
    c->n = (size_t)got;
    d->free_us = d->free_us > now ? d->free_us : now;
    d->free_us += d->rate_bps ? c->n * 8000000u / d->rate_bps : 0;
    c->due_us = d->free_us + latency_us;
    *d->end = c;
    d->end = &c->next;
    d->queued += c->n;
    return true;
}

static bool is_due(const struct direction *d, uint64_t now)
{
    return d->first && d->first->due_us <= now;
}

/* Whether something went. */
static bool give(struct direction *d)
{
    struct chunk *c = d->first;
    ssize_t put = send(d->to, c->bytes + c->done, c->n - c->done, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0) {
        d->ended = d->ended || (errno != EAGAIN && errno != EINTR);
        return false;
    }
    c->done += (size_t)put;
    if (c->done == c->n)
        drop_first(d);
    return true;
}

static void move(struct direction *d, uint64_t now, uint64_t latency_us)
{
    while (may_take(d, now) && take(d, now, latency_us))
        ;
    while (is_due(d, now) && give(d))
        ;
}

/* ---- connections ---- */

static bool parse_address(const char *text, struct sockaddr_in *in_r)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    char host[64];
    const char *colon = strrchr(text, ':');
    snprintf(host, sizeof(host), "%.*s", colon ? (int)(colon - text) : 0, text);
    if (!colon || inet_pton(AF_INET, host, &in.sin_addr) != 1)
        return false;
    in.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    *in_r = in;
    return true;
}

static int connect_server(const char *server)
{
    struct sockaddr_in in;
    int size = RECEIVE_BUFFER;
    if (!parse_address(server, &in))
        return -1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    if (connect(fd, (const struct sockaddr *)&in, sizeof(in)) == 0)
        return fd;
    close(fd);
    return -1;
}

static enum relay_way way_of(const struct relay *relay, uint32_t from)
{
    enum relay_way way = RELAY_OPEN;
    for (unsigned i = 0; i < relay->n_rules; i++)
        if (relay->rules[i].from == from)
            return relay->rules[i].way;
        else if (!relay->rules[i].from)
            way = relay->rules[i].way;
    return way;
}

static void accept_one(struct relay *relay)
{
    const int on = 1;
    struct sockaddr_in in = {0};
    socklen_t len = sizeof(in);
    int client = accept4(relay->listen_fd, (struct sockaddr *)&in, &len, SOCK_CLOEXEC);
    bool cut = client >= 0 && way_of(relay, in.sin_addr.s_addr) == RELAY_CUT;
    int server = client < 0 || cut ? -1 : connect_server(relay->server);
    if (server < 0) {
        if (client >= 0)
            close(client);
        return;
    }
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    struct relay_connection *c = ALLOC(struct relay_connection);
    direction_init(&c->down, server, client, relay->link.rate_bps);
    direction_init(&c->up, client, server, 0);
    c->from = in.sin_addr.s_addr;
    c->next = relay->connections;
    relay->connections = c;
    relay->n++;
}

static void close_connection(struct relay_connection *c)
{
    while (c->down.first)
        drop_first(&c->down);
    while (c->up.first)
        drop_first(&c->up);
    close(c->down.from);
    close(c->down.to);
    free(c);
}

static void close_ended(struct relay *relay)
{
    for (struct relay_connection **at = &relay->connections, *c; (c = *at);) {
        enum relay_way way = way_of(relay, c->from);
        bool ended = (c->down.ended && !c->down.first) || c->up.ended;
        ended = way == RELAY_CUT || (way == RELAY_OPEN && ended);
        if (!ended) {
            at = &c->next;
            continue;
        }
        *at = c->next;
        relay->n--;
        close_connection(c);
    }
}

/* ---- the relay ---- */

unsigned relay_init(struct relay *relay, const char *server, const struct relay_link *link)
{
    return relay_init_at(relay, "127.0.0.1:0", server, link);
}

unsigned relay_init_at(struct relay *relay, const char *at, const char *server,
                       const struct relay_link *link)
{
    const int on = 1;
    struct sockaddr_in in = {0};
    socklen_t len = sizeof(in);
    memset(relay, 0, sizeof(*relay));
    relay->command_fd = -1;
    if (!parse_address(at, &in))
        return 0;
    relay->server = alloc_text(server);
    relay->link = *link;
    relay->begin_us = now_us();
    relay->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    setsockopt(relay->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(relay->listen_fd, (struct sockaddr *)&in, len) || listen(relay->listen_fd, 512) ||
        getsockname(relay->listen_fd, (struct sockaddr *)&in, &len))
        return 0;
    return ntohs(in.sin_port);
}

void relay_fini(struct relay *relay)
{
    for (struct relay_connection *c = relay->connections, *next; c; c = next) {
        next = c->next;
        close_connection(c);
    }
    close(relay->listen_fd);
    free(relay->server);
    memset(relay, 0, sizeof(*relay));
}

/* How long the present interruption still lasts; 0: there is none. */
static uint64_t stalled_us(const struct relay *relay, uint64_t now)
{
    if (!relay->link.stall_every_us)
        return 0;
    uint64_t at = (now - relay->begin_us) % relay->link.stall_every_us;
    uint64_t left = relay->link.stall_every_us - at;
    return left <= relay->link.stall_us ? left : 0;
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What to wait for in one direction: bytes, room, or a moment (then *until_us comes earlier).
 */
static void plan(const struct direction *d, uint64_t now, struct pollfd *from,
                 struct pollfd *to, uint64_t *until_us)
{
    if (may_take(d, now))
        from->events |= POLLIN;
    else if (!d->ended && d->queued < QUEUED_MOST)
        *until_us = sooner(*until_us, d->free_us - AHEAD_US);
    if (is_due(d, now))
        to->events |= POLLOUT;
    else if (d->first)
        *until_us = sooner(*until_us, d->first->due_us);
}

static void wait(const struct relay *relay, uint64_t now, uint64_t until)
{
    struct pollfd *fds = alloc_zero(2 + 2 * (size_t)relay->n, sizeof(*fds));
    nfds_t n = 0;
    fds[n++] = (struct pollfd){.fd = relay->listen_fd, .events = POLLIN};
    fds[n++] = (struct pollfd){.fd = relay->command_fd, .events = POLLIN};
    for (const struct relay_connection *c = relay->connections; c; c = c->next, n += 2) {
        fds[n].fd = c->down.from;
        fds[n + 1].fd = c->down.to;
        if (way_of(relay, c->from) == RELAY_HELD)
            continue;
        plan(&c->down, now, &fds[n], &fds[n + 1], &until);
        plan(&c->up, now, &fds[n + 1], &fds[n], &until);
    }
    for (nfds_t i = 1; i < n; i++) /* a closed peer is looked at when it is its turn */
        fds[i].fd = fds[i].events ? fds[i].fd : -1;
    uint64_t us = until > now ? until - now : 0;
    struct timespec t = {(time_t)(us / 1000000u), (long)(us % 1000000u) * 1000};
    ppoll(fds, n, &t, NULL);
    free(fds);
}

void relay_step(struct relay *relay, uint64_t wait_us)
{
    uint64_t now = now_us(), stall = stalled_us(relay, now);
    if (stall) {
        usleep((useconds_t)sooner(stall, wait_us));
        return;
    }
    wait(relay, now, now + wait_us);
    now = now_us();
    accept_one(relay);
    for (struct relay_connection *c = relay->connections; c; c = c->next) {
        if (way_of(relay, c->from) == RELAY_HELD)
            continue;
        move(&c->down, now, relay->link.latency_us);
        move(&c->up, now, relay->link.latency_us);
    }
    close_ended(relay);
}

/* ---- commands ---- */

static bool set_rule(struct relay *relay, enum relay_way way, const char *from)
{
    struct in_addr in = {0};
    unsigned i = 0;
    if (*from && inet_pton(AF_INET, from, &in) != 1)
        return false;
    if (!*from)
        relay->n_rules = 0;
    while (i < relay->n_rules && relay->rules[i].from != in.s_addr)
        i++;
    if (i == RELAY_RULES_MOST)
        return false;
    relay->rules[i] = (struct relay_rule){in.s_addr, way};
    relay->n_rules += i == relay->n_rules;
    close_ended(relay);
    return true;
}

static bool set_rate(struct relay *relay, uint64_t kbit)
{
    relay->link.rate_bps = kbit * 1000;
    for (struct relay_connection *c = relay->connections; c; c = c->next)
        c->down.rate_bps = kbit * 1000;
    return true;
}

bool relay_command(struct relay *relay, const char *text)
{
    char word[16] = "", from[32] = "";
    unsigned a, b;
    sscanf(text, "%15s %31s", word, from);
    if (strcmp(word, "hold") == 0)
        return set_rule(relay, RELAY_HELD, from);
    if (strcmp(word, "cut") == 0)
        return set_rule(relay, RELAY_CUT, from);
    if (strcmp(word, "mend") == 0)
        return set_rule(relay, RELAY_OPEN, from);
    if (sscanf(text, "rate %u", &a) == 1)
        return set_rate(relay, a);
    if (sscanf(text, "latency %u", &a) == 1)
        relay->link.latency_us = a * 1000u;
    else if (sscanf(text, "stall %u %u", &a, &b) == 2)
        relay->link.stall_us = a * 1000u, relay->link.stall_every_us = b * 1000u;
    else
        return false;
    return true;
}
