/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A server for other people's clients: one login after the other on a loopback port, by the
 * methods named in its arguments, then one grey picture. Says on stdout what happened, a line
 * each. The user is alice, the password s3cr3t. Waits where the daemon would go on with
 * something else; the order of the steps is the daemon's.
 *
 *     login_server [-c CERTIFICATE -k KEY] [-a CLIENT-CA] [-r RA2-KEY] METHOD...
 *     login_server ... -e x509|tls        no RFB: TLS at once, then every byte comes back
 */
#include <config.h>
#include "auth/method.h"
#include "auth/offer.h"
#include "auth/ra2_key.h"
#include "auth/ra2_stream.h"
#include "auth/tls_stream.h"
#include "base/alloc.h"
#include "base/outq.h"
#include "rfb/handshake.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WIDTH = 64, HEIGHT = 48, WAIT_MS = 60000 };

struct server {
    struct tls_options tls_options;
    const char *ra2_path, *echo;
    struct tls_credentials *tls;
    struct ra2_key *ra2_key;
    struct offer offer;
    int fd;
};

struct session {
    const struct server *server;
    struct stream *stream;
    struct bytes in, reply;
    struct outq out;
    struct handshake handshake;
    struct auth_realm realm;
    struct auth_method *method;
    const char *why; /* it is over */
};

static void say(const char *what, const char *more)
{
    printf("%s %s\n", what, more);
    fflush(stdout);
}

static void end(struct session *s, const char *why)
{
    if (!s->why)
        s->why = why;
}

/* ---- bytes ---- */

static void wait_for(struct session *s, uint32_t events)
{
    struct pollfd p = {.fd = stream_fd(s->stream),
                       .events = (short)(events | stream_wants(s->stream))};
    if (poll(&p, 1, WAIT_MS) <= 0)
        end(s, "the client says nothing");
}

static void flush(struct session *s)
{
    outq_put_bytes(&s->out, &s->reply);
    while (!s->why && !outq_empty(&s->out)) {
        int err = outq_write(&s->out, s->stream);
        if (err < 0)
            end(s, strerror(-err));
        else if (!outq_empty(&s->out))
            wait_for(s, POLLOUT);
    }
}

static void read_more(struct session *s)
{
    uint8_t *at = bytes_reserve(&s->in, 4096);
    flush(s);
    if (!s->why && !stream_pending(s->stream))
        wait_for(s, POLLIN);
    if (s->why)
        return;
    ssize_t got = stream_read(s->stream, at, 4096);
    if (got > 0)
        bytes_commit(&s->in, (size_t)got);
    else if (got != -EAGAIN && got != -EINTR)
        end(s, got == 0 ? "the client left" : strerror((int)-got));
}

static struct reader reader_of(const struct session *s)
{
    return reader_over(s->in.data, s->in.len);
}

static void consume(struct session *s, const struct reader *in)
{
    bytes_consume(&s->in, s->in.len - reader_left(in));
}

/* ---- wraps ---- */

static void shake(struct session *s)
{
    const char *why = "";
    int err;
    while ((err = stream_prepare(s->stream, &why)) == -EAGAIN && !s->why)
        wait_for(s, 0);
    if (err < 0)
        end(s, why);
}

static void tell_tls(struct session *s, char *user_r)
{
    char text[300];
    struct client_subject subject;
    const struct client_name_rule rule = {.field = CLIENT_NAME_UID};
    const char *why = NULL;
    tls_stream_describe(s->stream, text, sizeof(text));
    say("wrapped", text);
    if (tls_stream_server_name(s->stream, text, sizeof(text)) && *text)
        say("asked-for", text);
    if (tls_stream_resumed(s->stream))
        say("resumed", "");
    if (tls_stream_subject(s->stream, &subject) && client_name(&rule, &subject, user_r, &why))
        say("certified", user_r);
}

static void wrap_tls(struct session *s, bool x509, char *user_r)
{
    const char *why = "";
    struct stream *wrapped =
        tls_stream_new(&s->stream, s->server->tls, x509, s->in.data, s->in.len, &why);
    if (!wrapped) {
        end(s, why);
        return;
    }
    s->stream = wrapped;
    bytes_clear(&s->in);
    shake(s);
    if (!s->why)
        tell_tls(s, user_r);
}

static void wrap(struct session *s)
{
    char user[AUTH_USER_MOST + 1] = "";
    const struct auth_wrap *wish = &s->method->wrap;
    flush(s); /* what was said before goes as it is */
    if (s->why)
        return;
    if (wish->kind == AUTH_WRAP_RA2) {
        s->stream = ra2_stream_new(&s->stream, wish->ciphers, s->in.data, s->in.len);
        bytes_clear(&s->in);
        say("wrapped", "RA2");
    } else {
        wrap_tls(s, wish->kind == AUTH_WRAP_TLS_X509, user);
    }
    const struct auth_peer peer = {.user = *user ? user : NULL};
    if (!s->why)
        s->method->ops->wrapped(s->method, &peer);
}

/* ---- the login ---- */

static unsigned passwords(void *self, struct vnc_password *list_r)
{
    (void)self;
    list_r[0] = (struct vnc_password){.key = "s3cr3t"};
    return 1;
}

static void check(struct session *s)
{
    struct auth_verdict verdict = {.reason = "authentication failed"};
    const struct auth_login *login = s->method->login;
    bool ok = strcmp(login->user, "alice") == 0 && strcmp(login->password, "s3cr3t") == 0;
    snprintf(verdict.user, sizeof(verdict.user), "%s", login->user);
    s->method->ops->resume(s->method, ok, &verdict);
}

static void finish(struct session *s, enum auth_step step, const struct auth_verdict *verdict)
{
    say(step == AUTH_ACCEPT ? "accepted" : "rejected", verdict->user);
    s->method->ops->free(s->method);
    s->method = NULL;
    handshake_verdict(&s->handshake, step == AUTH_ACCEPT, verdict->reason, &s->reply);
    flush(s);
    if (step != AUTH_ACCEPT)
        end(s, verdict->reason);
}

static void run_method(struct session *s)
{
    const char *why = "there is no such method";
    const struct auth_method_ops *ops = auth_method_by_type(s->handshake.type);
    s->method = ops ? ops->start(&s->realm, &s->reply, &why) : NULL;
    if (!s->method)
        end(s, why);
    while (!s->why && s->method) {
        struct auth_verdict verdict = {.reason = NULL};
        struct reader in = reader_of(s);
        enum auth_step step = ops->feed(s->method, &in, &s->reply, &verdict);
        consume(s, &in);
        if (step == AUTH_MORE)
            read_more(s);
        else if (step == AUTH_WAIT)
            check(s);
        else if (step == AUTH_WRAP)
            wrap(s);
        else if (step == AUTH_BAD)
            end(s, verdict.reason);
        else
            finish(s, step, &verdict);
    }
    flush(s);
}

static void run_handshake(struct session *s)
{
    const struct offer *offer = &s->server->offer;
    handshake_start(&s->handshake, offer->types, offer->n_types, &s->reply);
    while (!s->why) {
        struct reader in = reader_of(s);
        enum handshake_step step = handshake_feed(&s->handshake, &in, &s->reply);
        consume(s, &in);
        if (step == HANDSHAKE_INIT)
            return;
        if (step == HANDSHAKE_MORE)
            read_more(s);
        else if (step == HANDSHAKE_METHOD)
            run_method(s);
        else
            end(s, s->handshake.why);
    }
}

/* ---- the picture ---- */

static void put_init(struct bytes *out)
{
    static const uint8_t format[16] = {32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0};
    bytes_put_u16(out, WIDTH);
    bytes_put_u16(out, HEIGHT);
    bytes_put(out, format, sizeof(format));
    bytes_put_u32(out, 4);
    bytes_put(out, "grey", 4);
}

static void put_picture(struct bytes *out, unsigned pixel_size)
{
    bytes_put_u32(out, 1); /* FramebufferUpdate of one rectangle */
    bytes_put_u32(out, 0);
    bytes_put_u16(out, WIDTH);
    bytes_put_u16(out, HEIGHT);
    bytes_put_u32(out, 0);
    for (unsigned i = 0; i < WIDTH * HEIGHT * pixel_size; i++)
        bytes_put_u8(out, 0x77);
}

/* Bytes of the client's first message; 0: not to be seen yet. */
static size_t message_size(struct reader in)
{
    static const uint8_t sizes[7] = {20, 0, 4, 10, 8, 6, 8};
    uint8_t type = reader_u8(&in);
    if (in.more || type >= sizeof(sizes) || !sizes[type])
        return 0;
    reader_skip(&in, 1);
    if (type == 2)
        return in.more || reader_left(&in) < 2 ? 0 : 4u + 4u * reader_u16(&in);
    if (type == 6) {
        reader_skip(&in, 2);
        return reader_left(&in) < 4 ? 0 : 8u + reader_u32(&in);
    }
    return sizes[type];
}

static void run_picture(struct session *s)
{
    unsigned pixel_size = 4;
    put_init(&s->reply);
    while (!s->why) {
        struct reader in = reader_of(s);
        size_t n = message_size(in);
        const uint8_t *message = n && n <= reader_left(&in) ? reader_bytes(&in, n) : NULL;
        if (!message) {
            read_more(s);
            continue;
        }
        if (message[0] == 0)
            pixel_size = message[4] / 8;
        if (message[0] == 3 && message[1] == 0) {
            put_picture(&s->reply, pixel_size);
            flush(s);
            say("picture", "sent");
        }
        consume(s, &in);
    }
}

static void run_echo(struct session *s)
{
    char user[AUTH_USER_MOST + 1];
    wrap_tls(s, strcmp(s->server->echo, "x509") == 0, user);
    while (!s->why) {
        read_more(s);
        bytes_put(&s->reply, s->in.data, s->in.len);
        bytes_clear(&s->in);
        flush(s);
    }
}

static void serve(const struct server *server, int fd)
{
    struct session s = {.server = server, .stream = stream_from_fd(fd)};
    bytes_init(&s.in, 1u << 20);
    bytes_init(&s.reply, SIZE_MAX);
    outq_init(&s.out);
    s.realm = (struct auth_realm){.vnc_passwords = passwords,
                                  .subtypes = server->offer.subtypes,
                                  .n_subtypes = server->offer.n_subtypes,
                                  .ra2_key = server->ra2_key};
    if (server->echo) {
        run_echo(&s);
    } else {
        run_handshake(&s);
        if (!s.why)
            run_picture(&s);
    }
    say("closed", s.why ? s.why : "");
    if (s.method)
        s.method->ops->free(s.method);
    stream_close(&s.stream);
    bytes_fini(&s.in);
    bytes_fini(&s.reply);
    outq_fini(&s.out);
}

/* ---- the beginning ---- */

static void die(const char *what, const char *why)
{
    fprintf(stderr, "login_server: %s %s\n", what ? what : "", why);
    exit(2);
}

static void read_options(struct server *s, int argc, char **argv)
{
    for (int option; (option = getopt(argc, argv, "c:k:a:r:e:")) != -1;) {
        if (option == 'c')
            s->tls_options.certificate = optarg;
        else if (option == 'k')
            s->tls_options.key = optarg;
        else if (option == 'a')
            s->tls_options.client_ca = optarg;
        else if (option == 'r')
            s->ra2_path = optarg;
        else if (option == 'e')
            s->echo = optarg;
        else
            exit(2);
    }
}

static void load(struct server *s, char **names)
{
    const char *path = NULL, *why = NULL;
    if (tls_credentials_load(&s->tls_options, &s->tls, &path, &why) < 0)
        die(path, why);
    if (s->ra2_path && ra2_key_load(s->ra2_path, &s->ra2_key, &why) < 0)
        die(s->ra2_path, why);
    const struct offer_means means = {true, true, s->tls_options.certificate, s->ra2_key};
    for (; *names; names++)
        if (offer_add(&s->offer, *names, &means) != OFFER_ADDED)
            die(*names, "cannot be offered");
}

static void listen_somewhere(struct server *s)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(address);
    char port[16];
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(s->fd, (struct sockaddr *)&address, n) < 0 || listen(s->fd, 5) < 0 ||
        getsockname(s->fd, (struct sockaddr *)&address, &n) < 0)
        die("socket", strerror(errno));
    snprintf(port, sizeof(port), "%u", ntohs(address.sin_port));
    say("port", port);
}

int main(int argc, char **argv)
{
    struct server s = {.fd = -1};
    read_options(&s, argc, argv);
    load(&s, argv + optind);
    listen_somewhere(&s);
    for (;;) {
        int fd = accept4(s.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            serve(&s, fd);
    }
}
