/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/besieger.h"
#include "base/alloc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 2048, TURNS_MOST = 4, KEY_BYTES = 256, TURN_MS = 2 };

/* What is sent when the server has said something, turn by turn. */
struct turn {
    const char *bytes;
    size_t n;
    enum { SENDS, SENDS_KEY, SENDS_RANDOM } what;
};

#define SAY(bytes)                                                                             \
    {                                                                                          \
        bytes, sizeof(bytes) - 1, SENDS                                                        \
    }
#define SAY_VERSION SAY("RFB 003.008\n")

static const struct script {
    struct turn turns[TURNS_MOST];
    unsigned n;
} scripts[] = {
    {{{0}}, 0},
    {{SAY_VERSION}, 1},
    {{SAY_VERSION, SAY("\x13")}, 2},
    {{SAY_VERSION, SAY("\x02")}, 2},
    {{SAY_VERSION, SAY("\x1e")}, 2},
    {{SAY("GET / HTTP/1.1\r\n\r\n")}, 1},
    {{SAY_VERSION, SAY("\x13"), SAY("\0\2"), SAY("\0\0\1\6")}, 4},
    {{SAY_VERSION, SAY("\x81"), {NULL, 0, SENDS_KEY}, {NULL, 0, SENDS_RANDOM}}, 4},
};

enum { N_SCRIPTS = sizeof(scripts) / sizeof(scripts[0]), SCRIPT_TLS = 6, SCRIPT_RA2 = 7 };

struct besieged {
    int fd; /* -1: free */
    const struct script *script;
    unsigned turn;
    uint64_t leaves_ms,
        turn_ms; /* it speaks at turn_ms, when the server is silent for a while */
    bool heard;
    gnutls_session_t tls;
};

struct besieger {
    const struct besieger_options *options;
    struct besieger_result result;
    gnutls_certificate_credentials_t credentials;
    struct besieged *slots;
    struct pollfd *polled;
    uint32_t next;
};

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- one connection ---- */

static void leave(struct besieged *b)
{
    if (b->tls)
        gnutls_deinit(b->tls);
    close(b->fd);
    *b = (struct besieged){.fd = -1};
}

/* From 127.0.1.1 to 127.0.1.254, in turn. */
static int open_from(uint32_t number, unsigned port)
{
    struct sockaddr_in from = {.sin_family = AF_INET};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    from.sin_addr.s_addr = htonl(0x7f000101 + number % 254);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (bind(fd, (struct sockaddr *)&from, sizeof(from)) == 0 &&
        (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 || errno == EINPROGRESS))
        return fd;
    close(fd);
    return -1;
}

static void begin(struct besieger *all, uint64_t now)
{
    uint32_t number = all->next++;
    struct besieged *b = all->slots;
    while (b < all->slots + SLOTS && b->fd >= 0)
        b++;
    int fd = b < all->slots + SLOTS ? open_from(number, all->options->port) : -1;
    if (fd < 0) {
        all->result.not_begun++;
        return;
    }
    all->result.begun++;
    *b = (struct besieged){.fd = fd,
                           .script = &scripts[number % N_SCRIPTS],
                           .leaves_ms = now + all->options->hold_ms};
}

static void say(const struct besieged *b, const void *data, size_t n)
{
    (void)!send(b->fd, data, n, MSG_NOSIGNAL);
}

/* The ClientHello goes out; what comes back is never read by GnuTLS. */
static void begin_tls(struct besieger *all, struct besieged *b)
{
    if (gnutls_init(&b->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK) < 0)
        return;
    gnutls_set_default_priority(b->tls);
    gnutls_credentials_set(b->tls, GNUTLS_CRD_CERTIFICATE, all->credentials);
    gnutls_transport_set_int(b->tls, b->fd);
    gnutls_handshake(b->tls);
}

/* A key that nobody has: length, an odd modulus, 65537 (rfbproto, RSA-AES). */
static void say_key(const struct besieged *b)
{
    uint8_t key[4 + 2 * KEY_BYTES] = {0, 0, KEY_BYTES * 8 >> 8, KEY_BYTES * 8 & 0xff};
    (void)!getrandom(key + 4, KEY_BYTES, 0);
    key[4] |= 0x80;
    key[4 + KEY_BYTES - 1] |= 1;
    key[sizeof(key) - 3] = 1;
    key[sizeof(key) - 1] = 1;
    say(b, key, sizeof(key));
}

/* The server decrypts it before it can know that there is nothing in it. */
static void say_random(const struct besieged *b)
{
    uint8_t random[2 + KEY_BYTES] = {KEY_BYTES >> 8, KEY_BYTES & 0xff};
    (void)!getrandom(random + 2, KEY_BYTES, 0);
    random[2] = 0;
    say(b, random, sizeof(random));
}

static void take_turn(struct besieger *all, struct besieged *b)
{
    if (b->turn == b->script->n) {
        if (b->script == &scripts[SCRIPT_TLS] && !b->tls)
            begin_tls(all, b);
        return;
    }
    const struct turn *t = &b->script->turns[b->turn++];
    if (t->what == SENDS)
        say(b, t->bytes, t->n);
    else if (t->what == SENDS_KEY)
        say_key(b);
    else
        say_random(b);
    all->result.ra2_answers += t->what == SENDS_RANDOM;
}

/* What the server says is taken in, and thrown away. */
static void hear(struct besieger *all, struct besieged *b, uint64_t now)
{
    char room[4096];
    ssize_t n;
    while ((n = recv(b->fd, room, sizeof(room), MSG_DONTWAIT)) > 0) {
        all->result.tls_answers += b->tls != NULL && !b->heard;
        b->heard = b->tls != NULL;
        b->turn_ms = now + TURN_MS;
    }
    if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        all->result.sent_away++;
        leave(b);
    }
}

static void go_on(struct besieger *all, struct besieged *b, bool readable, uint64_t now)
{
    if (readable)
        hear(all, b, now);
    if (b->fd >= 0 && b->turn_ms && now >= b->turn_ms) {
        b->turn_ms = 0;
        take_turn(all, b);
    }
    if (b->fd >= 0 && now >= b->leaves_ms)
        leave(b);
}

/* ---- all ---- */

static void wait_and_go_on(struct besieger *all)
{
    for (unsigned i = 0; i < SLOTS; i++)
        all->polled[i] = (struct pollfd){.fd = all->slots[i].fd, .events = POLLIN};
    poll(all->polled, SLOTS, TURN_MS);
    uint64_t now = now_ms();
    for (unsigned i = 0; i < SLOTS; i++)
        if (all->slots[i].fd >= 0)
            go_on(all, &all->slots[i], all->polled[i].revents != 0, now);
}

struct besieger_result besieger_run(const struct besieger_options *options)
{
    struct besieger all = {.options = options};
    all.slots = alloc_zero(SLOTS, sizeof(*all.slots));
    all.polled = alloc_zero(SLOTS, sizeof(*all.polled));
    gnutls_certificate_allocate_credentials(&all.credentials);
    for (unsigned i = 0; i < SLOTS; i++)
        all.slots[i].fd = -1;
    uint64_t start = now_ms(), end = start + options->duration_ms;
    for (uint64_t now = start; now < end && !(options->end && *options->end); now = now_ms()) {
        uint64_t due = (now - start) * options->per_minute / 60000;
        while (all.next < due)
            begin(&all, now);
        wait_and_go_on(&all);
    }
    for (unsigned i = 0; i < SLOTS; i++)
        if (all.slots[i].fd >= 0)
            leave(&all.slots[i]);
    gnutls_certificate_free_credentials(all.credentials);
    free(all.polled);
    free(all.slots);
    return all.result;
}
