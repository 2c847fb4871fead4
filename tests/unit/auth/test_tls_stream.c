/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The server's stream against a client of GnuTLS, both ends of a socket pair in turns. */
#include <config.h>
#include "auth/tls_stream.h"
#include "base/bytes.h"
#include "base/pool.h"
#include "tests/unit/auth/certificates.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define TURNS 100000 /* more than anything here takes */

/* ---- what all tests share ---- */

static struct {
    char folder[32];
    struct certificate ca, other_ca, server, alice, server_like, stranger, late;
    struct tls_credentials *plain, *asking; /* asking: for client certificates */
} common;

static struct tls_credentials *load(const char *certificate, const char *key, const char *ca,
                                    const char *priority, const char **why_r)
{
    char paths[3][64];
    const char *names[3] = {certificate, key, ca}, *path = NULL;
    struct tls_credentials *c = NULL;
    struct tls_options options = {.priority = priority};
    const char **targets[3] = {&options.certificate, &options.key, &options.client_ca};
    for (unsigned i = 0; i < 3; i++)
        if (names[i]) {
            snprintf(paths[i], sizeof(paths[i]), "%s/%s", common.folder, names[i]);
            *targets[i] = paths[i];
        }
    int result = tls_credentials_load(&options, &c, &path, why_r);
    assert_int_equal(result == 0, c != NULL);
    return c;
}

static int make_common(void **state)
{
    (void)state;
    const char *why = NULL;
    strcpy(common.folder, "test-tls-XXXXXX");
    if (!mkdtemp(common.folder))
        return -1;
    certificate_make(&common.ca, &(struct certificate_wish){.cn = "CA", .authority = true},
                     NULL);
    certificate_make(&common.other_ca,
                     &(struct certificate_wish){.cn = "Other", .authority = true}, NULL);
    certificate_make(&common.server,
                     &(struct certificate_wish){.cn = "server", .dns = "web1.example"},
                     &common.ca);
    certificate_make(&common.alice,
                     &(struct certificate_wish){.cn = "Alice",
                                                .uid = "alice",
                                                .email = "alice@example.org",
                                                .purpose = GNUTLS_KP_TLS_WWW_CLIENT},
                     &common.ca);
    certificate_make(
        &common.server_like,
        &(struct certificate_wish){.cn = "web", .purpose = GNUTLS_KP_TLS_WWW_SERVER},
        &common.ca);
    certificate_make(&common.stranger, &(struct certificate_wish){.cn = "Mallory"},
                     &common.other_ca);
    certificate_make(&common.late, &(struct certificate_wish){.cn = "Late", .expired = true},
                     &common.ca);
    certificate_write(&common.ca, common.folder, "ca");
    certificate_write(&common.server, common.folder, "server");
    certificate_write(&common.alice, common.folder, "alice");
    common.plain = load("server.crt", "server.key", NULL, NULL, &why);
    common.asking = load("server.crt", "server.key", "ca.crt", NULL, &why);
    return common.plain && common.asking ? 0 : -1;
}

static int free_common(void **state)
{
    (void)state;
    static const char *const names[] = {"ca", "server", "alice"};
    struct certificate *all[] = {&common.ca,         &common.other_ca, &common.server,
                                 &common.alice,      &common.stranger, &common.late,
                                 &common.server_like};
    char path[64];
    tls_credentials_unref(&common.plain);
    tls_credentials_unref(&common.asking);
    for (size_t i = 0; i < COUNT(all); i++)
        certificate_fini(all[i]);
    for (size_t i = 0; i < COUNT(names) * 2; i++) {
        snprintf(path, sizeof(path), "%s/%s.%s", common.folder, names[i / 2],
                 i % 2 ? "key" : "crt");
        unlink(path);
    }
    return rmdir(common.folder);
}

/* ---- the two ends ---- */

struct pair {
    struct stream *server;
    gnutls_session_t client;
    gnutls_certificate_credentials_t x509;
    gnutls_anon_client_credentials_t anonymous;
    int fd; /* the client's */
    const char *why;
};

struct client_wish {
    const char *priority;
    const struct certificate *certificate;
    const gnutls_datum_t *session; /* to resume */
    const char *server_name;
};

static void client_init(struct pair *p, const struct client_wish *wish)
{
    const char *where;
    assert_int_equal(
        gnutls_init(&p->client, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_FORCE_CLIENT_CERT), 0);
    assert_int_equal(gnutls_priority_set_direct(p->client, wish->priority, &where), 0);
    gnutls_certificate_allocate_credentials(&p->x509);
    gnutls_anon_allocate_client_credentials(&p->anonymous);
    if (wish->certificate) {
        gnutls_x509_crt_t chain[1] = {wish->certificate->crt};
        gnutls_certificate_set_x509_key(p->x509, chain, 1, wish->certificate->key);
        gnutls_certificate_set_flags(p->x509, GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH);
    }
    gnutls_credentials_set(p->client, GNUTLS_CRD_CERTIFICATE, p->x509);
    gnutls_credentials_set(p->client, GNUTLS_CRD_ANON, p->anonymous);
    if (wish->session)
        gnutls_session_set_data(p->client, wish->session->data, wish->session->size);
    if (wish->server_name)
        gnutls_server_name_set(p->client, GNUTLS_NAME_DNS, wish->server_name,
                               strlen(wish->server_name));
    gnutls_transport_set_int(p->client, p->fd);
}

static void pair_init(struct pair *p, struct tls_credentials *c, bool x509,
                      const struct client_wish *wish)
{
    int fds[2];
    *p = (struct pair){0};
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
                     0);
    p->fd = fds[1];
    client_init(p, wish);
    struct stream *lower = stream_from_fd(fds[0]);
    p->server = tls_stream_new(&lower, c, x509, NULL, 0, &p->why);
    assert_non_null(p->server);
    assert_null(lower);
    assert_int_equal(stream_fd(p->server), fds[0]);
}

static void pair_fini(struct pair *p)
{
    stream_close(&p->server);
    gnutls_deinit(p->client);
    gnutls_certificate_free_credentials(p->x509);
    gnutls_anon_free_client_credentials(p->anonymous);
    close(p->fd);
}

/* Both ends in turns until they are through, or the server fails. */
static int pair_shake(struct pair *p)
{
    int server = -EAGAIN, client = GNUTLS_E_AGAIN;
    for (unsigned i = 0; i < TURNS && (server == -EAGAIN || client == GNUTLS_E_AGAIN); i++) {
        if (client == GNUTLS_E_AGAIN)
            client = gnutls_handshake(p->client);
        if (server == -EAGAIN)
            server = stream_prepare(p->server, &p->why);
        if (server < 0 && server != -EAGAIN)
            break;
    }
    if (server == 0)
        assert_int_equal(client, 0);
    return server;
}

static ssize_t client_receive(struct pair *p, void *buf, size_t n)
{
    ssize_t got = GNUTLS_E_AGAIN;
    for (unsigned i = 0; i < 10 && got == GNUTLS_E_AGAIN; i++)
        got = gnutls_record_recv(p->client, buf, n);
    return got;
}

/* ---- tests ---- */

static void clients_of_all_kinds_get_their_version(void **state)
{
    (void)state;
    static const struct {
        bool x509;
        const char *priority;
        const char *described; /* NULL: no agreement */
    } rows[] = {
        {true, "NORMAL", "TLS1.3 AES-256-GCM"},
        {true, "NORMAL:-VERS-TLS1.3", "TLS1.2 AES-256-GCM"},
        {true, "NORMAL:-AES-256-GCM:-CHACHA20-POLY1305", "TLS1.3 AES-128-GCM"},
        /* The server's order counts. */
        {true, "NORMAL:-CIPHER-ALL:+CHACHA20-POLY1305:+AES-128-GCM", "TLS1.3 AES-128-GCM"},
        {true, "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0", NULL},
        {true, "NORMAL:-VERS-TLS1.3:-CIPHER-ALL:+AES-128-CBC", NULL},
        /* As TigerVNC asks, and gtk-vnc and QEMU. */
        {false, "NORMAL:+ANON-ECDH:+ANON-DH", "TLS1.2 AES-256-GCM"},
        {false, "NORMAL:+ANON-DH", "TLS1.2 AES-256-GCM"},
        {false, "NORMAL:-VERS-TLS1.3:-KX-ALL:+ANON-ECDH", "TLS1.2 AES-256-CBC"},
        {false, "NORMAL", NULL},
        {true, "NORMAL:-VERS-TLS1.3:-KX-ALL:+ANON-DH", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pair p;
        char text[64];
        pair_init(&p, common.plain, rows[i].x509,
                  &(struct client_wish){.priority = rows[i].priority});
        int result = pair_shake(&p);
        assert_int_equal(result == 0, rows[i].described != NULL);
        assert_true(result == 0 || p.why);
        if (rows[i].described) {
            tls_stream_describe(p.server, text, sizeof(text));
            assert_string_equal(text, rows[i].described);
        }
        pair_fini(&p);
    }
}

static void a_priority_string_replaces_the_built_in_one(void **state)
{
    (void)state;
    const char *why = NULL;
    struct tls_credentials *c =
        load("server.crt", "server.key", NULL, "NORMAL:-VERS-TLS1.3:-AES-256-GCM", &why);
    static const struct {
        bool x509;
        const char *priority;
    } rows[] = {{true, "NORMAL"}, {false, "NORMAL:+ANON-ECDH:+ANON-DH"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pair p;
        char text[64];
        pair_init(&p, c, rows[i].x509, &(struct client_wish){.priority = rows[i].priority});
        assert_int_equal(pair_shake(&p), 0);
        tls_stream_describe(p.server, text, sizeof(text));
        assert_non_null(strstr(text, "TLS1.2 "));
        assert_null(strstr(text, "AES-256-GCM"));
        pair_fini(&p);
    }
    tls_credentials_unref(&c);
}

static const struct client_wish normal = {.priority = "NORMAL"};

static void before_the_handshake_nothing_is_read_or_written(void **state)
{
    (void)state;
    struct pair p;
    char byte = 0;
    const struct iovec iov = {&byte, 1};
    pair_init(&p, common.plain, true, &normal);
    assert_int_equal(stream_read(p.server, &byte, 1), -ENOTCONN);
    assert_int_equal(stream_writev(p.server, &iov, 1), -ENOTCONN);
    assert_int_equal(stream_prepare(p.server, &p.why), -EAGAIN);
    assert_int_equal(stream_wants(p.server), POLLIN);
    pair_fini(&p);
}

static void buffers_go_into_one_record(void **state)
{
    (void)state;
    struct pair p;
    char got[64];
    const struct iovec iov[4] = {{"one ", 4}, {"", 0}, {"two ", 4}, {"three", 5}};
    pair_init(&p, common.plain, true, &normal);
    assert_int_equal(pair_shake(&p), 0);
    assert_int_equal(stream_wants(p.server), 0);
    assert_int_equal(stream_writev(p.server, iov, 4), 13);
    assert_int_equal(client_receive(&p, got, sizeof(got)), 13); /* never more than a record */
    assert_memory_equal(got, "one two three", 13);
    pair_fini(&p);
}

static void a_full_socket_loses_nothing(void **state)
{
    (void)state;
    enum { SIZE = 3000000 };
    struct pair p;
    const int small = 4096;
    uint8_t *data = malloc(SIZE), *got = malloc(SIZE);
    size_t sent = 0, n = 0;
    unsigned waits = 0;
    for (size_t i = 0; i < SIZE; i++)
        data[i] = (uint8_t)(i * 13 >> 4);
    pair_init(&p, common.plain, true, &normal);
    assert_int_equal(pair_shake(&p), 0);
    setsockopt(stream_fd(p.server), SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
    while (n < SIZE) {
        const struct iovec iov[2] = {
            {data + sent, (SIZE - sent) / 3},
            {data + sent + (SIZE - sent) / 3, SIZE - sent - (SIZE - sent) / 3}};
        ssize_t put = sent < SIZE ? stream_writev(p.server, iov, 2) : 0;
        assert_true(put >= 0 || put == -EAGAIN);
        waits += put == -EAGAIN;
        if (put == -EAGAIN)
            assert_int_equal(stream_wants(p.server) & POLLOUT, POLLOUT);
        sent += put > 0 ? (size_t)put : 0;
        ssize_t part = gnutls_record_recv(p.client, got + n, SIZE - n);
        assert_true(part > 0 || part == GNUTLS_E_AGAIN);
        n += part > 0 ? (size_t)part : 0;
    }
    assert_true(waits > 0);
    assert_int_equal(sent, SIZE);
    assert_memory_equal(got, data, SIZE);
    free(data);
    free(got);
    pair_fini(&p);
}

static void decrypted_bytes_that_wait_are_told(void **state)
{
    (void)state;
    struct pair p;
    uint8_t sent[1000], got[1000];
    int in_socket = -1;
    memset(sent, 7, sizeof(sent));
    pair_init(&p, common.plain, true, &normal);
    assert_int_equal(pair_shake(&p), 0);
    assert_false(stream_pending(p.server));
    assert_int_equal(gnutls_record_send(p.client, sent, sizeof(sent)), sizeof(sent));
    assert_int_equal(stream_read(p.server, got, 10), 10);
    assert_int_equal(ioctl(stream_fd(p.server), FIONREAD, &in_socket), 0);
    assert_int_equal(in_socket, 0);
    assert_true(stream_pending(p.server));
    assert_int_equal(stream_read(p.server, got, sizeof(got)), 990);
    assert_false(stream_pending(p.server));
    assert_int_equal(stream_read(p.server, got, sizeof(got)), -EAGAIN);
    pair_fini(&p);
}

static void the_end_is_an_end_however_it_comes(void **state)
{
    (void)state;
    for (unsigned polite = 0; polite < 2; polite++) {
        struct pair p;
        char got[8];
        pair_init(&p, common.plain, true, &normal);
        assert_int_equal(pair_shake(&p), 0);
        gnutls_record_send(p.client, "last", 4);
        if (polite)
            gnutls_bye(p.client, GNUTLS_SHUT_WR);
        shutdown(p.fd, SHUT_WR);
        assert_int_equal(stream_read(p.server, got, sizeof(got)), 4);
        assert_int_equal(stream_read(p.server, got, sizeof(got)), 0);
        pair_fini(&p);
    }
}

static void closing_says_goodbye(void **state)
{
    (void)state;
    struct pair p;
    char got[8];
    pair_init(&p, common.plain, true, &normal);
    assert_int_equal(pair_shake(&p), 0);
    stream_close(&p.server);
    assert_int_equal(client_receive(&p, got, sizeof(got)), 0); /* not a torn connection */
    pair_fini(&p);
}

static void a_client_that_leaves_or_talks_otherwise_ends_it(void **state)
{
    (void)state;
    static const struct {
        const char *sent;
        size_t n;
        const char *why; /* NULL: whatever GnuTLS says */
    } rows[] = {
        {"", 0, "the client left during the TLS handshake"},
        {"\x16\x03\x01\x02\x00\x01", 6, "the client left during the TLS handshake"},
        {"RFB 003.008\n", 12, NULL},
        {"\x16\x03\x01\xff\xff\x01\x00\x00\x00\x00", 10, NULL},
        {"\x16\x03\x01\x00\x04\x00\x00\x00\x00", 9, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pair p;
        pair_init(&p, common.plain, true, &normal);
        assert_int_equal(send(p.fd, rows[i].sent, rows[i].n, 0), rows[i].n);
        shutdown(p.fd, SHUT_WR);
        int result = -EAGAIN;
        for (unsigned k = 0; k < 10 && result == -EAGAIN; k++)
            result = stream_prepare(p.server, &p.why);
        assert_int_equal(result, -EPROTO);
        assert_non_null(p.why);
        if (rows[i].why)
            assert_string_equal(p.why, rows[i].why);
        pair_fini(&p);
    }
}

static void what_was_read_already_comes_first(void **state)
{
    (void)state;
    for (size_t early = 0; early < 200; early += 50) {
        struct pair p;
        uint8_t rest[200];
        pair_init(&p, common.plain, true, &normal);
        struct stream *lower = stream_from_fd(dup(stream_fd(p.server)));
        stream_close(&p.server);
        assert_int_equal(gnutls_handshake(p.client), GNUTLS_E_AGAIN);
        ssize_t n = early ? stream_read(lower, rest, early) : 0;
        assert_int_equal(n, early);
        p.server = tls_stream_new(&lower, common.plain, true, rest, early, &p.why);
        assert_int_equal(stream_pending(p.server), early > 0);
        assert_int_equal(pair_shake(&p), 0);
        assert_false(stream_pending(p.server));
        pair_fini(&p);
    }
}

static void a_client_certificate_is_an_identity(void **state)
{
    (void)state;
    static const struct {
        const struct certificate *certificate;
        bool ask;
        int result;
        const char *uid; /* NULL: no certificate */
    } rows[] = {
        {&common.alice, true, 0, "alice"},
        {&common.alice, false, 0, NULL}, /* nobody asked */
        {NULL, true, 0, NULL},
        {&common.stranger, true, -EPROTO, NULL},
        {&common.late, true, -EPROTO, NULL},
        {&common.server_like, true, -EPROTO, NULL},
    };
    static const char *const versions[] = {"NORMAL", "NORMAL:-VERS-TLS1.3"};
    for (size_t i = 0; i < COUNT(rows) * COUNT(versions); i++) {
        struct pair p;
        struct client_subject subject;
        size_t row = i / COUNT(versions);
        pair_init(&p, rows[row].ask ? common.asking : common.plain, true,
                  &(struct client_wish){.priority = versions[i % COUNT(versions)],
                                        .certificate = rows[row].certificate});
        int result = pair_shake(&p);
        assert_int_equal(result, rows[row].result);
        if (result == 0) {
            assert_int_equal(tls_stream_subject(p.server, &subject), rows[row].uid != NULL);
            assert_string_equal(subject.uid, rows[row].uid ? rows[row].uid : "");
            assert_string_equal(subject.email, rows[row].uid ? "alice@example.org" : "");
        }
        pair_fini(&p);
    }
}

/* A session, and one that comes back with what the first left behind. */
static bool come_back(struct tls_credentials *first, struct tls_credentials *then,
                      const char *priority, const struct certificate *certificate)
{
    struct pair p;
    gnutls_datum_t session;
    struct client_subject subject;
    char byte;
    pair_init(&p, first, true,
              &(struct client_wish){.priority = priority, .certificate = certificate});
    assert_int_equal(pair_shake(&p), 0);
    assert_false(tls_stream_resumed(p.server));
    client_receive(&p, &byte, 1); /* tickets of TLS 1.3 come behind the handshake */
    assert_int_equal(gnutls_session_get_data2(p.client, &session), 0);
    pair_fini(&p);
    pair_init(&p, then, true,
              &(struct client_wish){
                  .priority = priority, .session = &session, .certificate = certificate});
    assert_int_equal(pair_shake(&p), 0);
    bool resumed = tls_stream_resumed(p.server);
    assert_int_equal(tls_stream_subject(p.server, &subject), certificate != NULL);
    assert_string_equal(subject.cn, certificate ? "Alice" : "");
    gnutls_free(session.data);
    pair_fini(&p);
    return resumed;
}

static void sessions_are_resumed(void **state)
{
    (void)state;
    static const char *const versions[] = {"NORMAL", "NORMAL:-VERS-TLS1.3"};
    for (size_t i = 0; i < COUNT(versions); i++) {
        assert_true(come_back(common.plain, common.plain, versions[i], NULL));
        assert_true(come_back(common.asking, common.asking, versions[i], &common.alice));
        assert_false(come_back(common.plain, common.asking, versions[i], NULL));
    }
}

static void the_client_says_whom_it_asks_for(void **state)
{
    (void)state;
    static const char *const names[] = {"web1.example", NULL};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct pair p;
        char name[64] = "before", little[4];
        pair_init(&p, common.plain, true,
                  &(struct client_wish){.priority = "NORMAL", .server_name = names[i]});
        assert_int_equal(pair_shake(&p), 0);
        assert_true(tls_stream_server_name(p.server, name, sizeof(name)));
        assert_string_equal(name, names[i] ? names[i] : "");
        if (names[i])
            assert_false(tls_stream_server_name(p.server, little, sizeof(little)));
        pair_fini(&p);
    }
}

static void new_credentials_drop_nobody(void **state)
{
    (void)state;
    struct pair p;
    char got[8];
    const char *why = NULL;
    struct tls_credentials *c = load("server.crt", "server.key", NULL, NULL, &why);
    pair_init(&p, c, true, &normal);
    tls_credentials_unref(&c); /* the daemon has others now */
    assert_null(c);
    assert_int_equal(pair_shake(&p), 0);
    assert_int_equal(stream_writev(p.server, &(struct iovec){"here", 4}, 1), 4);
    assert_int_equal(client_receive(&p, got, sizeof(got)), 4);
    pair_fini(&p);
}

struct work {
    struct pool_job job;
    struct pair pair;
    int result;
    bool done;
};

static void shake_in_worker(struct pool_job *job, void *scratch)
{
    struct work *w = (struct work *)job;
    (void)scratch;
    w->result = pair_shake(&w->pair);
}

static void note_done(struct pool_job *job)
{
    ((struct work *)job)->done = true;
}

static void handshakes_run_in_workers(void **state)
{
    (void)state;
    enum { N = 12 };
    static struct work works[N];
    struct pool *pool = NULL;
    assert_int_equal(pool_new(&pool, 3, NULL), 0);
    for (unsigned i = 0; i < N; i++) {
        works[i].job = (struct pool_job){.run = shake_in_worker, .done = note_done};
        pair_init(&works[i].pair, common.asking, i % 3 > 0,
                  &(struct client_wish){.priority = i % 3 ? "NORMAL" : "NORMAL:+ANON-DH",
                                        .certificate = i % 2 ? &common.alice : NULL});
        pool_submit(pool, &works[i].job);
    }
    for (unsigned i = 0; i < N;) {
        struct pollfd p = {.fd = pool_fd(pool), .events = POLLIN};
        assert_int_equal(poll(&p, 1, 60000), 1);
        pool_reap(pool);
        for (i = 0; i < N && works[i].done; i++)
            ;
    }
    for (unsigned i = 0; i < N; i++) {
        char got[8];
        assert_int_equal(works[i].result, 0);
        assert_int_equal(stream_writev(works[i].pair.server, &(struct iovec){"here", 4}, 1), 4);
        assert_int_equal(client_receive(&works[i].pair, got, sizeof(got)), 4);
        pair_fini(&works[i].pair);
    }
    pool_free(&pool);
}

static void without_a_certificate_there_is_only_anonymous_tls(void **state)
{
    (void)state;
    const char *why = NULL;
    struct tls_credentials *c = load(NULL, NULL, NULL, NULL, &why);
    struct stream_memory memory;
    struct stream *lower = &memory.stream;
    stream_memory_init(&memory);
    assert_false(tls_credentials_certified(c));
    assert_true(tls_credentials_certified(common.plain));
    assert_null(tls_stream_new(&lower, c, true, NULL, 0, &why));
    assert_non_null(why);
    assert_ptr_equal(lower, &memory.stream);
    tls_credentials_unref(&c);
}

static void what_cannot_be_loaded_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *certificate, *key, *ca, *priority, *why;
        mode_t mode; /* of the key */
    } rows[] = {
        {"server.crt", "server.key", NULL, NULL, NULL, 0600},
        {"server.crt", "server.key", NULL, NULL, NULL, 0640},
        {"server.crt", NULL, NULL, NULL, "a certificate needs a key", 0600},
        {"none.crt", "server.key", NULL, NULL, "is not there", 0600},
        {"server.crt", "none.key", NULL, NULL, "is not there", 0600},
        {"server.crt", "alice.key", NULL, NULL, "is not the key of the certificate", 0600},
        {"server.crt", "server.key", NULL, NULL,
         "holds a private key and is open to every user (chmod o=)", 0644},
        {"server.crt", "server.key", "server.key", NULL, "holds no certificate in PEM", 0600},
        {"server.crt", "server.key", NULL, "NORMAL:+NONSENSE",
         "the priority string is not one of GnuTLS's", 0600},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char path[64];
        const char *why = NULL;
        snprintf(path, sizeof(path), "%s/server.key", common.folder);
        assert_int_equal(chmod(path, rows[i].mode), 0);
        struct tls_credentials *c =
            load(rows[i].certificate, rows[i].key, rows[i].ca, rows[i].priority, &why);
        assert_int_equal(c != NULL, rows[i].why == NULL);
        if (rows[i].why)
            assert_string_equal(why, rows[i].why);
        tls_credentials_unref(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_of_all_kinds_get_their_version),
        cmocka_unit_test(a_priority_string_replaces_the_built_in_one),
        cmocka_unit_test(before_the_handshake_nothing_is_read_or_written),
        cmocka_unit_test(buffers_go_into_one_record),
        cmocka_unit_test(a_full_socket_loses_nothing),
        cmocka_unit_test(decrypted_bytes_that_wait_are_told),
        cmocka_unit_test(the_end_is_an_end_however_it_comes),
        cmocka_unit_test(closing_says_goodbye),
        cmocka_unit_test(a_client_that_leaves_or_talks_otherwise_ends_it),
        cmocka_unit_test(what_was_read_already_comes_first),
        cmocka_unit_test(a_client_certificate_is_an_identity),
        cmocka_unit_test(sessions_are_resumed),
        cmocka_unit_test(the_client_says_whom_it_asks_for),
        cmocka_unit_test(new_credentials_drop_nobody),
        cmocka_unit_test(handshakes_run_in_workers),
        cmocka_unit_test(without_a_certificate_there_is_only_anonymous_tls),
        cmocka_unit_test(what_cannot_be_loaded_is_told),
    };
    return cmocka_run_group_tests_name("auth/tls_stream", tests, make_common, free_common);
}
