/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/tls_floor.h"
#include "base/alloc.h"
#include "base/bytes.h"
#include "tests/bench/measure.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The built-in choice of the daemon, which a viewer of today's GnuTLS meets. */
static const char priority[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-256-GCM";

enum { REQUEST = 10, WARM_ROUNDS = 3, ROUNDS = 40, SECOND_US = 1000000 };

struct end {
    gnutls_session_t session;
    struct bytes out; /* sealed, for the other end */
    size_t taken;     /* of them, by the other end */
    struct end *other;
};

struct pair {
    gnutls_certificate_credentials_t server_cert, client_cert;
    struct end server, client;
};

static ssize_t push(gnutls_transport_ptr_t self, const void *data, size_t n)
{
    struct end *e = self;
    bytes_put(&e->out, data, n);
    return (ssize_t)n;
}

static ssize_t pull(gnutls_transport_ptr_t self, void *data, size_t n)
{
    struct end *e = self, *other = e->other;
    size_t left = other->out.len - other->taken;
    if (!left) {
        gnutls_transport_set_errno(e->session, EAGAIN);
        return -1;
    }
    n = n < left ? n : left;
    memcpy(data, other->out.data + other->taken, n);
    other->taken += n;
    return (ssize_t)n;
}

static void clear(struct end *e)
{
    bytes_clear(&e->out);
    e->taken = 0;
}

static void open_end(struct end *e, struct end *other, unsigned flags,
                     gnutls_certificate_credentials_t credentials)
{
    *e = (struct end){.other = other};
    bytes_init(&e->out, SIZE_MAX);
    gnutls_init(&e->session, flags);
    if (gnutls_priority_set_direct(e->session, priority, NULL) < 0)
        measure_fail("GnuTLS", "it does not know the priorities");
    gnutls_credentials_set(e->session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_transport_set_ptr(e->session, e);
    gnutls_transport_set_push_function(e->session, push);
    gnutls_transport_set_pull_function(e->session, pull);
}

static void shake(struct pair *p)
{
    int server = GNUTLS_E_AGAIN, client = GNUTLS_E_AGAIN;
    for (int i = 0; i < 20 && (server || client); i++) {
        client = client ? gnutls_handshake(p->client.session) : 0;
        server = server ? gnutls_handshake(p->server.session) : 0;
    }
    if (server || client)
        measure_fail("GnuTLS", gnutls_strerror(server ? server : client));
    clear(&p->server);
    clear(&p->client);
}

static void open_pair(struct pair *p, const char *certificate, const char *key)
{
    gnutls_certificate_allocate_credentials(&p->server_cert);
    gnutls_certificate_allocate_credentials(&p->client_cert);
    int err = gnutls_certificate_set_x509_key_file(p->server_cert, certificate, key,
                                                   GNUTLS_X509_FMT_PEM);
    if (err < 0)
        measure_fail(certificate, gnutls_strerror(err));
    open_end(&p->server, &p->client, GNUTLS_SERVER | GNUTLS_NO_TICKETS, p->server_cert);
    open_end(&p->client, &p->server, GNUTLS_CLIENT, p->client_cert);
    shake(p);
}

static void close_pair(struct pair *p)
{
    gnutls_deinit(p->server.session);
    gnutls_deinit(p->client.session);
    gnutls_certificate_free_credentials(p->server_cert);
    gnutls_certificate_free_credentials(p->client_cert);
    bytes_fini(&p->server.out);
    bytes_fini(&p->client.out);
}

static double cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* The server's side of one update; the client's work is not counted. */
static double one_update(struct pair *p, const uint8_t *update, size_t bytes)
{
    uint8_t request[REQUEST] = {3, 1};
    gnutls_record_send(p->client.session, request, sizeof(request));
    double start = cpu_us();
    gnutls_record_recv(p->server.session, request, sizeof(request));
    for (size_t done = 0; done < bytes;) {
        ssize_t put = gnutls_record_send(p->server.session, update + done, bytes - done);
        if (put <= 0)
            measure_fail("GnuTLS", gnutls_strerror((int)put));
        done += (size_t)put;
    }
    double took = cpu_us() - start;
    clear(&p->server);
    clear(&p->client);
    return took;
}

/* All viewers once. */
static double one_round(struct pair *pairs, const struct tls_floor *f, const uint8_t *update)
{
    double sum = 0;
    for (unsigned i = 0; i < f->viewers; i++)
        sum += one_update(&pairs[i], update, f->bytes);
    usleep(SECOND_US / f->fps);
    return sum;
}

double tls_floor_us(const struct tls_floor *floor)
{
    struct pair *pairs = alloc_zero(floor->viewers, sizeof(*pairs));
    uint8_t *update = alloc_zero(1, floor->bytes + 1);
    double sum = 0;
    for (unsigned i = 0; i < floor->viewers; i++)
        open_pair(&pairs[i], floor->certificate, floor->key);
    for (unsigned i = 0; i < WARM_ROUNDS; i++)
        one_round(pairs, floor, update);
    for (unsigned i = 0; i < ROUNDS; i++)
        sum += one_round(pairs, floor, update);
    for (unsigned i = 0; i < floor->viewers; i++)
        close_pair(&pairs[i]);
    free(update);
    free(pairs);
    return sum / ROUNDS / floor->viewers;
}
