/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/test_logins_door.h"
#include "tests/e2e/test_logins_ra2.h"
#include "tests/unit/auth/certificates.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TYPE_VENCRYPT = 19, INNER_NONE = 0, INNER_VNC = 1, INNER_PLAIN = 2 };

static const struct subtype {
    const char *method;
    uint32_t number;
    bool tls, x509;
    int inner;
} subtypes[] = {
    {"plain", 256, false, false, INNER_PLAIN},    {"tls-none", 257, true, false, INNER_NONE},
    {"tls-vnc", 258, true, false, INNER_VNC},     {"tls-plain", 259, true, false, INNER_PLAIN},
    {"x509-none", 260, true, true, INNER_NONE},   {"x509-vnc", 261, true, true, INNER_VNC},
    {"x509-plain", 262, true, true, INNER_PLAIN},
};

/* ---- TLS as a channel ---- */

struct tls {
    struct client_channel lower;
    gnutls_session_t session;
    gnutls_certificate_credentials_t x509;
    gnutls_anon_client_credentials_t anonymous;
    int64_t deadline_ms;
    int error; /* of lower, as -errno */
};

static ssize_t pull(gnutls_transport_ptr_t self, void *to, size_t size)
{
    struct tls *tls = self;
    ssize_t n = tls->lower.ops->read(tls->lower.state, to, size, tls->deadline_ms);

    tls->error = n < 0 ? (int)n : 0;
    if (n < 0)
        gnutls_transport_set_errno(tls->session, (int)-n);
    return n < 0 ? -1 : n;
}

static ssize_t push(gnutls_transport_ptr_t self, const void *from, size_t size)
{
    struct tls *tls = self;
    int err = tls->lower.ops->write(tls->lower.state, from, size, tls->deadline_ms);

    if (err < 0)
        gnutls_transport_set_errno(tls->session, -err);
    return err < 0 ? -1 : (ssize_t)size;
}

static ssize_t tls_read(void *state, void *to, size_t size, int64_t deadline_ms)
{
    struct tls *tls = state;
    ssize_t n;

    tls->deadline_ms = deadline_ms;
    do {
        n = gnutls_record_recv(tls->session, to, size);
    } while (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED);
    if (n == GNUTLS_E_PREMATURE_TERMINATION)
        return 0;
    return n >= 0 ? n : tls->error ? tls->error : -EPROTO;
}

static int tls_write(void *state, const void *from, size_t size, int64_t deadline_ms)
{
    struct tls *tls = state;
    const uint8_t *at = from;

    tls->deadline_ms = deadline_ms;
    while (size) {
        ssize_t n = gnutls_record_send(tls->session, at, size);
        if (n < 0)
            return -EIO;
        at += n;
        size -= (size_t)n;
    }
    return 0;
}

static void tls_close(void *state)
{
    struct tls *tls = state;

    gnutls_deinit(tls->session);
    gnutls_certificate_free_credentials(tls->x509);
    gnutls_anon_free_client_credentials(tls->anonymous);
    client_channel_close(&tls->lower);
    free(tls);
}

static const struct client_channel_ops tls_ops = {tls_read, tls_write, tls_close};

static void set_up(struct tls *tls, const struct door *door, bool x509)
{
    gnutls_certificate_allocate_credentials(&tls->x509);
    gnutls_anon_allocate_client_credentials(&tls->anonymous);
    if (door->certificate)
        gnutls_certificate_set_x509_key_file(tls->x509, door->certificate, door->key,
                                             GNUTLS_X509_FMT_PEM);
    if (door->trust)
        gnutls_certificate_set_x509_trust_file(tls->x509, door->trust, GNUTLS_X509_FMT_PEM);
    gnutls_init(&tls->session, GNUTLS_CLIENT);
    gnutls_priority_set_direct(
        tls->session, x509 ? "NORMAL" : "NORMAL:-VERS-TLS1.3:-KX-ALL:+ANON-ECDH:+ANON-DH",
        NULL);
    if (x509)
        gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, tls->x509);
    else
        gnutls_credentials_set(tls->session, GNUTLS_CRD_ANON, tls->anonymous);
    if (door->server_name)
        gnutls_server_name_set(tls->session, GNUTLS_NAME_DNS, door->server_name,
                               strlen(door->server_name));
    if (x509 && door->trust)
        gnutls_session_set_verify_cert(tls->session, "localhost", 0);
    gnutls_transport_set_ptr(tls->session, tls);
    gnutls_transport_set_pull_function(tls->session, pull);
    gnutls_transport_set_push_function(tls->session, push);
}

static void lay_tls(struct client *client, const struct door *door, bool x509)
{
    struct tls *tls = calloc(1, sizeof(*tls));
    int err;

    if (!tls)
        abort();
    tls->lower = client->channel;
    tls->deadline_ms = client_deadline(PATIENCE_MS);
    set_up(tls, door, x509);
    client_push_channel(client, &(struct client_channel){&tls_ops, tls});
    do {
        err = gnutls_handshake(tls->session);
    } while (err < 0 && !gnutls_error_is_fatal(err));
    if (err < 0)
        client_fault_set(&client->fault, -ECONNABORTED, "TLS: %s", gnutls_strerror(err));
}

/* ---- VeNCrypt ---- */

static const struct subtype *subtype_of(const struct door *door)
{
    for (size_t i = 0; i < sizeof(subtypes) / sizeof(subtypes[0]); i++)
        if (strcmp(subtypes[i].method, door->method) == 0)
            return &subtypes[i];
    return NULL;
}

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void say_plain(struct client *client, const struct door *door)
{
    uint8_t message[4096];
    size_t user_n = strlen(door->user), password_n = strlen(door->password);

    put_u32(message, (uint32_t)user_n);
    put_u32(message + 4, (uint32_t)password_n);
    memcpy(message + 8, door->user, user_n);
    memcpy(message + 8 + user_n, door->password, password_n);
    client_send_raw(client, message, 8 + user_n + password_n);
}

/* Whether the subtype is on the list that the server sends. */
static bool is_offered(struct client *client, const struct subtype *subtype)
{
    bool found = false;

    for (unsigned n = client_read_u8(client); n && !client_fault_is(&client->fault); n--)
        found = client_read_u32(client) == subtype->number || found;
    return found;
}

static bool agree(struct client *client, const struct subtype *subtype)
{
    uint8_t version[2], word[4];

    client_read_bytes(client, version, 2);
    client_send_raw(client, "\0\2", 2);
    if (client_read_u8(client) != 0 || !is_offered(client, subtype)) {
        client_fault_set(&client->fault, -EOPNOTSUPP, "%s is not offered", subtype->method);
        return false;
    }
    put_u32(word, subtype->number);
    client_send_raw(client, word, 4);
    if (subtype->tls && client_read_u8(client) != 1)
        client_fault_set(&client->fault, -EPROTO, "the server takes no TLS");
    return !client_fault_is(&client->fault);
}

static void run_vencrypt(struct client *client)
{
    const struct door *door = client->options.arg;
    const struct subtype *subtype = subtype_of(door);

    if (!agree(client, subtype))
        return;
    if (subtype->tls)
        lay_tls(client, door, subtype->x509);
    if (client_fault_is(&client->fault))
        return;
    if (subtype->inner == INNER_VNC)
        client_security_vnc.run(client);
    else if (subtype->inner == INNER_PLAIN)
        say_plain(client, door);
}

static const struct client_security vencrypt = {TYPE_VENCRYPT, "VeNCrypt", run_vencrypt};

static void run_ra2(struct client *client)
{
    const struct door *door = client->options.arg;

    ra2_log_in(client, door->user, door->password);
}

static const struct client_security others[] = {{5, "ra2", run_ra2}, {6, "ra2ne", run_ra2}};

static const struct client_security *choose(struct client *client, const uint8_t *types,
                                            size_t count, void *arg)
{
    const struct door *door = arg;
    const struct client_security *wanted = &vencrypt;

    (void)client;
    if (strcmp(door->method, "none") == 0)
        wanted = &client_security_none;
    else if (strcmp(door->method, "vnc") == 0)
        wanted = &client_security_vnc;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(door->method, others[i].name) == 0)
            wanted = &others[i];
    return memchr(types, wanted->type, count) ? wanted : NULL;
}

/* ---- coming ---- */

static struct client_options options_of(const struct door *door)
{
    return (struct client_options){.version = door->version,
                                   .password = door->password,
                                   .choose_security = choose,
                                   .arg = (void *)door};
}

struct client *door_open(struct trial *trial, const char *address, const struct door *door)
{
    const struct client_options options = options_of(door);
    struct client *client = look_open_as(trial, address, &options, "zrle,cursor", NULL);

    look_whole(trial, client);
    return client;
}

const char *door_closed(struct trial *trial, const char *address, const struct door *door)
{
    const struct client_options options = options_of(door);
    struct client *client = client_new(&options);
    int result = client_connect(client, address, PATIENCE_MS);
    const char *why = trial_text(trial, "%s", client_why(client));

    trial_check(trial, result == -EACCES, "%s by %s: not refused, but %d: %s",
                door->user ? door->user : "somebody", door->method, result, why);
    client_free(&client);
    return why;
}

/* ---- the room ---- */

static void write_mode(struct trial *trial, const char *path, const char *text, mode_t mode)
{
    trial_write_file(trial, path, text);
    trial_check(trial, chmod(path, mode) == 0, "%s: chmod", path);
}

void door_service(struct trial *trial, const char *name, const char *script,
                  const char *account)
{
    char *pam = trial_path(trial, "pam"), *verifier = trial_path(trial, "verifier.sh");
    char *program = trial_text(trial, "%s/%s.sh", pam, name);

    mkdir(pam, 0755);
    write_mode(
        trial, program,
        trial_text(trial, "#!/bin/sh\ncd %s\nread -r password\n%s\n", trial->folder, script),
        0755);
    write_mode(
        trial, trial_text(trial, "%s/%s", pam, name),
        trial_text(trial,
                   "auth [success=1 default=ignore] pam_exec.so quiet expose_authtok %s\n"
                   "auth requisite pam_deny.so\nauth required pam_permit.so\n%s",
                   program, account ? account : "account required pam_permit.so\n"),
        0644);
    write_mode(trial, verifier,
               trial_text(trial, "#!/bin/sh\nexec %s --confdir %s\n",
                          trial_built(trial, "holdfast-verifier"), pam),
               0755);
    setenv("HOLDFAST_VERIFIER", verifier, 1);
}

static void load(const char *path, void *object, bool is_key)
{
    gnutls_datum_t data = {0};

    if (gnutls_load_file(path, &data) < 0)
        abort();
    if (is_key)
        gnutls_x509_privkey_import(*(gnutls_x509_privkey_t *)object, &data,
                                   GNUTLS_X509_FMT_PEM);
    else
        gnutls_x509_crt_import(*(gnutls_x509_crt_t *)object, &data, GNUTLS_X509_FMT_PEM);
    gnutls_free(data.data);
}

static void get_authority(struct trial *trial, struct certificate *ca)
{
    const struct certificate_wish wish = {.cn = "authority", .authority = true};

    if (access(trial_path(trial, "ca.crt"), R_OK) < 0) {
        certificate_make(ca, &wish, NULL);
        certificate_write(ca, trial->folder, "ca");
        return;
    }
    gnutls_x509_crt_init(&ca->crt);
    gnutls_x509_privkey_init(&ca->key);
    load(trial_path(trial, "ca.crt"), &ca->crt, false);
    load(trial_path(trial, "ca.key"), &ca->key, true);
}

void door_certificate(struct trial *trial, const char *name, const char *client)
{
    const struct certificate_wish wish = {
        .cn = client ? client : "localhost", .uid = client, .dns = client ? NULL : "localhost"};
    struct certificate ca, made;

    get_authority(trial, &ca);
    certificate_make(&made, &wish, &ca);
    certificate_write(&made, trial->folder, name);
    certificate_fini(&made);
    certificate_fini(&ca);
}
