/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/test_logins_ra2.h"

#include <errno.h>
#include <gmp.h>
#include <nettle/bignum.h>
#include <nettle/eax.h>
#include <nettle/rsa.h>
#include <nettle/sha1.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    TYPE_ENCRYPTED = 5,
    OWN_BITS = 1024,
    OWN_SIZE = OWN_BITS / 8,
    SERVER_SIZE_MOST = 1024,
    RANDOM_SIZE = 16,
    RECORD_MOST = 8192,
};

/* One direction of the records. */
struct direction {
    struct eax_aes128_ctx eax;
    uint8_t counter[16]; /* little-endian */
};

struct records {
    struct client_channel lower;
    struct direction in, out;
    uint8_t early[4096]; /* read below before there were records */
    size_t early_at, early_end;
    uint8_t plain[65536]; /* of the last record, what is not read yet */
    size_t at, end;
};

static void randomise(void *context, size_t n, uint8_t *to)
{
    (void)context;
    if (getrandom(to, n, 0) != (ssize_t)n)
        abort();
}

static void direction_init(struct direction *d, const uint8_t *first, const uint8_t *second)
{
    uint8_t digest[SHA1_DIGEST_SIZE];
    struct sha1_ctx sha;

    sha1_init(&sha);
    sha1_update(&sha, RANDOM_SIZE, first);
    sha1_update(&sha, RANDOM_SIZE, second);
    sha1_digest(&sha, sizeof(digest), digest);
    eax_aes128_set_key(&d->eax, digest);
    memset(d->counter, 0, sizeof(d->counter));
}

static void begin_record(struct direction *d, const uint8_t head[2])
{
    eax_aes128_set_nonce(&d->eax, sizeof(d->counter), d->counter);
    eax_aes128_update(&d->eax, 2, head);
    for (size_t i = 0; i < sizeof(d->counter) && ++d->counter[i] == 0; i++)
        ;
}

/* ---- records as a channel ---- */

static ssize_t read_lower(struct records *r, uint8_t *to, size_t size, int64_t deadline_ms)
{
    size_t left = r->early_end - r->early_at;

    if (!left)
        return r->lower.ops->read(r->lower.state, to, size, deadline_ms);
    if (size > left)
        size = left;
    memcpy(to, r->early + r->early_at, size);
    r->early_at += size;
    return (ssize_t)size;
}

static int read_whole(struct records *r, uint8_t *to, size_t size, int64_t deadline_ms)
{
    for (size_t got = 0; got < size;) {
        ssize_t n = read_lower(r, to + got, size - got, deadline_ms);
        if (n <= 0)
            return n < 0 ? (int)n : -ECONNRESET;
        got += (size_t)n;
    }
    return 0;
}

static int read_record(struct records *r, int64_t deadline_ms)
{
    static uint8_t sealed[65536];
    uint8_t head[2], mac[16], expected[16];
    int err = read_whole(r, head, 2, deadline_ms);
    size_t n = (size_t)(head[0] << 8 | head[1]);

    if (err == 0)
        err = read_whole(r, sealed, n, deadline_ms);
    if (err == 0)
        err = read_whole(r, mac, sizeof(mac), deadline_ms);
    if (err < 0)
        return err;
    begin_record(&r->in, head);
    eax_aes128_decrypt(&r->in.eax, n, r->plain, sealed);
    eax_aes128_digest(&r->in.eax, sizeof(expected), expected);
    r->at = 0;
    r->end = n;
    return memcmp(mac, expected, sizeof(mac)) == 0 ? 0 : -EBADMSG;
}

static ssize_t records_read(void *state, void *to, size_t size, int64_t deadline_ms)
{
    struct records *r = state;

    while (r->at == r->end) {
        int err = read_record(r, deadline_ms);
        if (err < 0)
            return err == -ECONNRESET ? 0 : err;
    }
    if (size > r->end - r->at)
        size = r->end - r->at;
    memcpy(to, r->plain + r->at, size);
    r->at += size;
    return (ssize_t)size;
}

static int records_write(void *state, const void *from, size_t size, int64_t deadline_ms)
{
    struct records *r = state;
    const uint8_t *at = from;
    int err = 0;

    while (size && err == 0) {
        size_t n = size < RECORD_MOST ? size : RECORD_MOST;
        uint8_t record[2 + RECORD_MOST + 16] = {(uint8_t)(n >> 8), (uint8_t)n};
        begin_record(&r->out, record);
        eax_aes128_encrypt(&r->out.eax, n, record + 2, at);
        eax_aes128_digest(&r->out.eax, 16, record + 2 + n);
        err = r->lower.ops->write(r->lower.state, record, n + 18, deadline_ms);
        at += n;
        size -= n;
    }
    return err;
}

static void records_close(void *state)
{
    struct records *r = state;

    client_channel_close(&r->lower);
    free(r);
}

static const struct client_channel_ops records_ops = {records_read, records_write,
                                                      records_close};

/* ---- the exchange ---- */

struct exchange {
    struct rsa_public_key public, server;
    struct rsa_private_key private;
    uint8_t own[4 + 2 * OWN_SIZE], theirs[4 + 2 * SERVER_SIZE_MOST];
    size_t server_size;
    uint8_t own_random[RANDOM_SIZE], server_random[RANDOM_SIZE];
};

static void make_key(struct exchange *x)
{
    rsa_public_key_init(&x->public);
    rsa_public_key_init(&x->server);
    rsa_private_key_init(&x->private);
    mpz_set_ui(x->public.e, 65537);
    if (!rsa_generate_keypair(&x->public, &x->private, NULL, randomise, NULL, NULL, OWN_BITS,
                              0))
        abort();
    x->own[2] = OWN_BITS >> 8;
    nettle_mpz_get_str_256(OWN_SIZE, x->own + 4, x->public.n);
    nettle_mpz_get_str_256(OWN_SIZE, x->own + 4 + OWN_SIZE, x->public.e);
}

static void forget(struct exchange *x)
{
    rsa_public_key_clear(&x->public);
    rsa_public_key_clear(&x->server);
    rsa_private_key_clear(&x->private);
}

static bool take_server_key(struct client *client, struct exchange *x)
{
    client_read_bytes(client, x->theirs, 4);
    unsigned bits = (unsigned)(x->theirs[2] << 8 | x->theirs[3]);
    x->server_size = (bits + 7) / 8;
    if (client_fault_is(&client->fault) || bits < 2048 || x->server_size > SERVER_SIZE_MOST)
        return false;
    client_read_bytes(client, x->theirs + 4, 2 * x->server_size);
    nettle_mpz_set_str_256_u(x->server.n, x->server_size, x->theirs + 4);
    nettle_mpz_set_str_256_u(x->server.e, x->server_size, x->theirs + 4 + x->server_size);
    return rsa_public_key_prepare(&x->server);
}

static void say_random(struct client *client, struct exchange *x)
{
    uint8_t message[2 + SERVER_SIZE_MOST] = {(uint8_t)(x->server_size >> 8),
                                             (uint8_t)x->server_size};
    mpz_t number;

    randomise(NULL, RANDOM_SIZE, x->own_random);
    mpz_init(number);
    rsa_encrypt(&x->server, NULL, randomise, RANDOM_SIZE, x->own_random, number);
    nettle_mpz_get_str_256(x->server_size, message + 2, number);
    client_send_raw(client, message, 2 + x->server_size);
    mpz_clear(number);
}

static bool take_random(struct client *client, struct exchange *x)
{
    uint8_t message[OWN_SIZE];
    size_t n = RANDOM_SIZE;
    mpz_t number;

    if (client_read_u16(client) != OWN_SIZE)
        return false;
    client_read_bytes(client, message, OWN_SIZE);
    nettle_mpz_init_set_str_256_u(number, OWN_SIZE, message);
    bool good = rsa_decrypt(&x->private, &n, x->server_random, number) && n == RANDOM_SIZE;
    mpz_clear(number);
    return good;
}

static void hash_keys(const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n, uint8_t *to)
{
    struct sha1_ctx sha;

    sha1_init(&sha);
    sha1_update(&sha, a_n, a);
    sha1_update(&sha, b_n, b);
    sha1_digest(&sha, SHA1_DIGEST_SIZE, to);
}

/* Both sides show that they have seen the same keys. */
static bool compare_keys(struct client *client, const struct exchange *x)
{
    uint8_t own[SHA1_DIGEST_SIZE], expected[SHA1_DIGEST_SIZE], got[SHA1_DIGEST_SIZE];
    size_t theirs_n = 4 + 2 * x->server_size;

    hash_keys(x->own, sizeof(x->own), x->theirs, theirs_n, own);
    hash_keys(x->theirs, theirs_n, x->own, sizeof(x->own), expected);
    client_read_bytes(client, got, sizeof(got));
    client_send_raw(client, own, sizeof(own));
    return memcmp(got, expected, sizeof(got)) == 0;
}

/* The server's first record may come with its random number. */
static void take_early(struct client *client, struct records *r)
{
    size_t n = (size_t)(client->source.end - client->source.at);

    if (n > sizeof(r->early)) {
        client_fault_blame(&client->fault, "the server sends before its turn");
        return;
    }
    memcpy(r->early, client->source.at, n);
    r->early_end = n;
    client->source.at = client->source.end;
}

static struct records *lay_records(struct client *client, const struct exchange *x)
{
    struct records *r = calloc(1, sizeof(*r));

    if (!r)
        abort();
    r->lower = client->channel;
    direction_init(&r->out, x->server_random, x->own_random);
    direction_init(&r->in, x->own_random, x->server_random);
    take_early(client, r);
    client_push_channel(client, &(struct client_channel){&records_ops, r});
    return r;
}

static void say_who(struct client *client, const char *user, const char *password)
{
    uint8_t message[512];
    size_t user_n = strlen(user), password_n = strlen(password);

    message[0] = (uint8_t)user_n;
    memcpy(message + 1, user, user_n);
    message[1 + user_n] = (uint8_t)password_n;
    memcpy(message + 2 + user_n, password, password_n);
    client_send_raw(client, message, 2 + user_n + password_n);
}

static bool agree(struct client *client, struct exchange *x)
{
    if (!take_server_key(client, x))
        return false;
    client_send_raw(client, x->own, sizeof(x->own));
    say_random(client, x);
    return take_random(client, x);
}

void ra2_log_in(struct client *client, const char *user, const char *password)
{
    struct exchange x = {.server_size = 0};
    struct records *r = NULL;

    make_key(&x);
    if (agree(client, &x))
        r = lay_records(client, &x);
    if (!r || !compare_keys(client, &x) || client_read_u8(client) != 1)
        client_fault_blame(&client->fault, "the exchange of keys went wrong");
    else
        say_who(client, user, password);
    forget(&x);
    /* Of type 6 only the login is encrypted. */
    if (r && client->security_type != TYPE_ENCRYPTED) {
        client_push_channel(client, &r->lower);
        free(r);
    }
}
