/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The streams between nodes, against each other and against ends made of bare GnuTLS. */
#include <config.h>
#include "auth/tls_node.h"
#include "base/alloc.h"
#include "base/bytes.h"
#include "tests/unit/auth/certificates.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define TURNS 100000 /* more than anything here takes */

/* ---- what all tests share ---- */

enum who {
    CA,
    OTHER_CA,
    A,
    B,
    WILD,
    CN_ONLY,
    SERVER_ONLY,
    CLIENT_ONLY,
    LATE,
    STRANGER,
    NOBODY
};

static const struct certificate_row made[] = {
    [CA] = {"ca", {.cn = "CA", .authority = true}, CERTIFICATE_OWN},
    [OTHER_CA] = {"other-ca", {.cn = "Other", .authority = true}, CERTIFICATE_OWN},
    [A] = {"a", {.cn = "a", .dns = "a"}, CA},
    [B] = {"b", {.cn = "b", .dns = "b"}, CA},
    [WILD] = {"wild", {.cn = "b", .dns = "*"}, CA},
    [CN_ONLY] = {"cn-only", {.cn = "b"}, CA},
    [SERVER_ONLY] = {"server-only",
                     {.cn = "b", .dns = "b", .purpose = GNUTLS_KP_TLS_WWW_SERVER},
                     CA},
    [CLIENT_ONLY] = {"client-only",
                     {.cn = "b", .dns = "b", .purpose = GNUTLS_KP_TLS_WWW_CLIENT},
                     CA},
    [LATE] = {"late", {.cn = "b", .dns = "b", .expired = true}, CA},
    [STRANGER] = {"stranger", {.cn = "b", .dns = "b"}, OTHER_CA},
};

static struct {
    char folder[32];
    struct certificate all[COUNT(made)];
    struct tls_node_credentials *a, *b;
} common;

static const char *path_of(char path_r[64], const char *name, const char *end)
{
    snprintf(path_r, 64, "%s/%s.%s", common.folder, name, end);
    return path_r;
}

static int load(const char *ca, const char *certificate, const char *key, const char *node,
                struct tls_node_credentials **c_r, char fault_r[64], const char **why_r)
{
    char paths[3][64];
    const char *path = NULL;
    const struct tls_node_options options = {.ca = path_of(paths[0], ca, "crt"),
                                             .certificate =
                                                 path_of(paths[1], certificate, "crt"),
                                             .key = path_of(paths[2], key, "key"),
                                             .node = node};
    int result = tls_node_credentials_load(&options, c_r, &path, why_r);
    if (result < 0)
        snprintf(fault_r, 64, "%s", path ? strrchr(path, '/') + 1 : "");
    return result;
}

static int make_common(void **state)
{
    (void)state;
    char fault[64];
    const char *why;
    strcpy(common.folder, "test-tls-node-XXXXXX");
    if (!mkdtemp(common.folder))
        return -1;
    certificates_make(common.all, made, COUNT(made), common.folder);
    return load("ca", "a", "a", "a", &common.a, fault, &why) ||
           load("ca", "b", "b", "b", &common.b, fault, &why);
}

static int free_common(void **state)
{
    (void)state;
    tls_node_credentials_unref(&common.a);
    tls_node_credentials_unref(&common.b);
    for (size_t i = 0; i < COUNT(made); i++)
        certificate_fini(&common.all[i]);
    certificates_unlink(made, COUNT(made), common.folder);
    return rmdir(common.folder);
}

/* ---- loading ---- */

static void what_others_would_refuse_is_not_loaded(void **state)
{
    (void)state;
    static const struct {
        const char *ca, *certificate, *key, *node, *path, *why;
    } rows[] = {
        {"ca", "b", "b", "c", "b.crt",
         "does not have this node's name as alternative name (DNS)"},
        {"ca", "cn-only", "cn-only", "b", "cn-only.crt",
         "does not have this node's name as alternative name (DNS)"},
        {"ca", "wild", "wild", "b", "wild.crt",
         "does not have this node's name as alternative name (DNS)"},
        {"ca", "b", "b", "B", "b.crt",
         "does not have this node's name as alternative name (DNS)"},
        {"other-ca", "b", "b", "b", "b.crt", "is not signed by the cluster's authority"},
        {"ca", "stranger", "stranger", "b", "stranger.crt",
         "is not signed by the cluster's authority"},
        {"ca", "late", "late", "b", "late.crt", "has expired"},
        {"ca", "server-only", "server-only", "b", "server-only.crt", "is for another purpose"},
        {"ca", "client-only", "client-only", "b", "client-only.crt", "is for another purpose"},
        {"ca", "b", "a", "b", "a.key", "is not the key of the certificate"},
        {"none", "b", "b", "b", "none.crt", "is not there"},
        {"ca", "none", "b", "b", "none.crt", "is not there"},
        {"ca", "b", "none", "b", "none.key", "is not there"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tls_node_credentials *c = NULL;
        char fault[64] = "";
        const char *why = "";
        assert_true(load(rows[i].ca, rows[i].certificate, rows[i].key, rows[i].node, &c, fault,
                         &why) < 0);
        assert_null(c);
        assert_string_equal(fault, rows[i].path);
        assert_string_equal(why, rows[i].why);
    }
}

static void without_a_wanted_name_any_is_good(void **state)
{
    (void)state;
    struct tls_node_credentials *c = NULL;
    char fault[64];
    const char *why;
    assert_int_equal(load("ca", "cn-only", "cn-only", NULL, &c, fault, &why), 0);
    tls_node_credentials_unref(&c);
}

static void a_key_that_everybody_may_read_is_refused(void **state)
{
    (void)state;
    struct tls_node_credentials *c = NULL;
    char path[64], fault[64];
    const char *why;
    chmod(path_of(path, "b", "key"), 0644);
    assert_true(load("ca", "b", "b", "b", &c, fault, &why) < 0);
    chmod(path, 0600);
    assert_string_equal(fault, "b.key");
    assert_string_equal(why, "holds a private key and is open to every user (chmod o=)");
}

/* ---- two ends of ours ---- */

struct pair {
    struct stream *calls, *called;
    const char *calls_why, *called_why;
    int calls_err, called_err;
};

static void pair_init(struct pair *p, const char *wanted)
{
    int fds[2];
    *p = (struct pair){.calls_err = -EAGAIN, .called_err = -EAGAIN};
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
                     0);
    struct stream *lower = stream_from_fd(fds[0]);
    p->calls = tls_node_stream_new(&lower, common.a, TLS_NODE_CALLS, wanted, &p->calls_why);
    assert_null(lower);
    lower = stream_from_fd(fds[1]);
    p->called = tls_node_stream_new(&lower, common.b, TLS_NODE_IS_CALLED, NULL, &p->called_why);
    assert_non_null(p->calls);
    assert_non_null(p->called);
}

static void pair_fini(struct pair *p)
{
    stream_close(&p->calls);
    stream_close(&p->called);
}

static void pair_shake(struct pair *p)
{
    for (unsigned i = 0; i < TURNS; i++) {
        if (p->calls_err == -EAGAIN)
            p->calls_err = stream_prepare(p->calls, &p->calls_why);
        if (p->called_err == -EAGAIN)
            p->called_err = stream_prepare(p->called, &p->called_why);
        if (p->calls_err != -EAGAIN && p->called_err != -EAGAIN)
            return;
    }
    fail();
}

static void two_nodes_prove_their_names_and_talk(void **state)
{
    (void)state;
    struct pair p;
    char buf[8];
    const char *why;
    const struct iovec hello = {"hello", 5};
    pair_init(&p, "b");
    assert_false(tls_node_names(p.calls, "b", &why));
    pair_shake(&p);
    assert_int_equal(p.calls_err, 0);
    assert_int_equal(p.called_err, 0);
    assert_true(tls_node_names(p.calls, "b", &why));
    assert_true(tls_node_names(p.called, "a", &why));
    assert_false(tls_node_names(p.called, "b", &why));
    assert_non_null(why);
    assert_false(tls_node_names(p.called, "", &why));
    assert_null(tls_node_trouble(p.calls));
    assert_int_equal(stream_writev(p.calls, &hello, 1), 5);
    assert_int_equal(stream_read(p.called, buf, sizeof(buf)), 5);
    assert_memory_equal(buf, "hello", 5);
    assert_int_equal(stream_writev(p.called, &hello, 1), 5);
    assert_int_equal(stream_read(p.calls, buf, sizeof(buf)), 5);
    stream_close(&p.calls);
    assert_int_equal(stream_read(p.called, buf, sizeof(buf)), 0);
    pair_fini(&p);
}

static void who_answers_with_another_name_is_not_spoken_to(void **state)
{
    (void)state;
    struct pair p;
    pair_init(&p, "c");
    pair_shake(&p);
    assert_int_equal(p.calls_err, -EPROTO);
    assert_string_equal(p.calls_why,
                        "the other end's certificate is not that of the node that was called");
    assert_int_equal(p.called_err, -EPROTO);
    assert_string_equal(p.called_why,
                        "the other end refuses our certificate; its log says why");
    assert_string_equal(tls_node_trouble(p.calls), p.calls_why);
    pair_fini(&p);
}

static void a_plain_stream_proves_nothing(void **state)
{
    (void)state;
    const char *why = NULL;
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    struct stream *plain = stream_from_fd(fds[0]);
    assert_false(tls_node_names(plain, "b", &why));
    assert_non_null(why);
    assert_null(tls_node_trouble(plain));
    stream_close(&plain);
    close(fds[1]);
}

/* ---- other ends ---- */

struct bare {
    gnutls_session_t session;
    gnutls_certificate_credentials_t x509;
    int fd, err;
};

static void bare_init(struct bare *b, unsigned flags, enum who who, const char *priority,
                      int fd)
{
    const char *where;
    b->fd = fd;
    b->err = GNUTLS_E_AGAIN;
    assert_int_equal(gnutls_init(&b->session, flags | GNUTLS_NONBLOCK), 0);
    assert_int_equal(gnutls_priority_set_direct(b->session, priority, &where), 0);
    gnutls_certificate_allocate_credentials(&b->x509);
    if (who != NOBODY) {
        gnutls_x509_crt_t chain[1] = {common.all[who].crt};
        gnutls_certificate_set_x509_key(b->x509, chain, 1, common.all[who].key);
    }
    gnutls_credentials_set(b->session, GNUTLS_CRD_CERTIFICATE, b->x509);
    gnutls_transport_set_int(b->session, fd);
}

static void bare_fini(struct bare *b)
{
    gnutls_deinit(b->session);
    gnutls_certificate_free_credentials(b->x509);
    close(b->fd);
}

/* Until our end is through with it. */
static int shake_with(struct bare *b, struct stream *ours, const char **why_r)
{
    int err = -EAGAIN;
    for (unsigned i = 0; i < TURNS && err == -EAGAIN; i++) {
        if (b->err == GNUTLS_E_AGAIN)
            b->err = gnutls_handshake(b->session);
        err = stream_prepare(ours, why_r);
    }
    return err;
}

/* Our end of a connection: b is called, or a calls b. */
static struct stream *our_end(enum tls_node_end end, int *far_fd_r)
{
    bool calls = end == TLS_NODE_CALLS;
    const char *why;
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
                     0);
    struct stream *lower = stream_from_fd(fds[1]);
    *far_fd_r = fds[0];
    return tls_node_stream_new(&lower, calls ? common.a : common.b, end, calls ? "b" : NULL,
                               &why);
}

struct verdict {
    enum who who;    /* is at the other end */
    const char *why; /* NULL: good */
};

static void expect_verdict(enum tls_node_end end, const struct verdict *row,
                           const char *priority)
{
    bool calls = end == TLS_NODE_CALLS;
    struct bare bare;
    const char *why = NULL;
    int far_fd;
    struct stream *s = our_end(end, &far_fd);
    bare_init(&bare, calls ? GNUTLS_SERVER : GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT, row->who,
              priority, far_fd);
    if (calls)
        gnutls_certificate_server_set_request(bare.session, GNUTLS_CERT_REQUEST);
    assert_int_equal(shake_with(&bare, s, &why), row->why ? -EPROTO : 0);
    if (row->why)
        assert_string_equal(why, row->why);
    stream_close(&s);
    bare_fini(&bare);
}

static void expect_verdicts(enum tls_node_end end, const struct verdict *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        expect_verdict(end, &rows[i], "NORMAL:-VERS-ALL:+VERS-TLS1.2");
        expect_verdict(end, &rows[i], "NORMAL:-VERS-ALL:+VERS-TLS1.3");
    }
}

static void callers_are_judged_by_their_certificate(void **state)
{
    (void)state;
    static const struct verdict rows[] = {
        {A, NULL},
        {CLIENT_ONLY, NULL},
        {NOBODY, "the other end shows no certificate"},
        {STRANGER, "the other end's certificate is not signed by the cluster's authority"},
        {LATE, "the other end's certificate has expired"},
        {SERVER_ONLY, "the other end's certificate is for another purpose"},
    };
    expect_verdicts(TLS_NODE_IS_CALLED, rows, COUNT(rows));
}

static void who_is_called_is_judged_by_its_certificate(void **state)
{
    (void)state;
    static const struct verdict rows[] = {
        {B, NULL},
        {SERVER_ONLY, NULL},
        {A, "the other end's certificate is not that of the node that was called"},
        {WILD, "the other end's certificate is not that of the node that was called"},
        {CN_ONLY, "the other end's certificate is not that of the node that was called"},
        {STRANGER, "the other end's certificate is not signed by the cluster's authority"},
        {LATE, "the other end's certificate has expired"},
        {CLIENT_ONLY, "the other end's certificate is for another purpose"},
    };
    expect_verdicts(TLS_NODE_CALLS, rows, COUNT(rows));
}

static void expect_refused(enum tls_node_end end, const char *text, size_t n)
{
    int far_fd, err = -EAGAIN;
    const char *why = NULL;
    struct stream *s = our_end(end, &far_fd);
    assert_int_equal(write(far_fd, text, n), n);
    shutdown(far_fd, SHUT_WR);
    for (unsigned turn = 0; turn < TURNS && err == -EAGAIN; turn++)
        err = stream_prepare(s, &why);
    assert_true(err < 0 && err != -EAGAIN);
    assert_string_equal(why, "the other end does not speak TLS");
    stream_close(&s);
    close(far_fd);
}

static void what_is_not_tls_as_we_speak_it_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
    } rows[] = {{"GET / HTTP/1.1\r\n\r\n", 18}, {"RFB 003.008\n", 12}, {"\0\0\0\0\1\0\0\0", 8}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect_refused(TLS_NODE_IS_CALLED, rows[i].text, rows[i].n);
        expect_refused(TLS_NODE_CALLS, rows[i].text, rows[i].n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_others_would_refuse_is_not_loaded),
        cmocka_unit_test(without_a_wanted_name_any_is_good),
        cmocka_unit_test(a_key_that_everybody_may_read_is_refused),
        cmocka_unit_test(two_nodes_prove_their_names_and_talk),
        cmocka_unit_test(who_answers_with_another_name_is_not_spoken_to),
        cmocka_unit_test(a_plain_stream_proves_nothing),
        cmocka_unit_test(callers_are_judged_by_their_certificate),
        cmocka_unit_test(who_is_called_is_judged_by_its_certificate),
        cmocka_unit_test(what_is_not_tls_as_we_speak_it_is_refused),
    };
    return cmocka_run_group_tests_name("auth/tls_node", tests, make_common, free_common);
}
