/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/access/access.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/secret.h"
#include "server/access/again.h"
#include "server/access/rows.h"

#include <errno.h>
#include <libgen.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* ---- what the configured methods need ---- */

static bool names_method(const struct config *config, const char *start)
{
    for (size_t i = 0; i < config->methods.n; i++)
        if (strncmp(config->methods.items[i], start, strlen(start)) == 0)
            return true;
    return false;
}

static bool needs_tls(const struct config *config)
{
    return names_method(config, "tls-") || names_method(config, "x509-");
}

static bool needs_ra2_key(const struct config *config)
{
    return names_method(config, "ra2");
}

/* ---- certificates and keys ---- */

static struct tls_options tls_options_of(const struct config *config,
                                         const struct bytes *key_content)
{
    return (struct tls_options){.certificate = config->tls_certificate,
                                .key = config->tls_key,
                                .key_content = key_content,
                                .client_ca = config->tls_client_ca,
                                .priority = config->tls_priority};
}

static void log_tls_failure(const char *path, const char *why)
{
    log_error("tls: %s%s%s", path ? path : "", path ? " " : "", why);
}

static void use_tls(struct access *a, struct tls_credentials *fresh)
{
    tls_credentials_unref(&a->tls);
    a->tls = fresh;
}

static int load_tls(struct access *a, const struct bytes *key_content)
{
    const struct tls_options options = tls_options_of(a->config, key_content);
    struct tls_credentials *fresh = NULL;
    const char *path = NULL, *why = "";
    int err = tls_credentials_load(&options, &fresh, &path, &why);
    if (err >= 0)
        use_tls(a, fresh);
    else
        log_tls_failure(path, why);
    return err;
}

static void on_key(struct access *a, const char *path, const struct verifier_bytes *content,
                   const char *why)
{
    struct bytes key = {.data = (uint8_t *)content->data, .len = content->n, .max = content->n};
    if (!needs_tls(a->config) || !same_text(a->config->tls_key, path))
        return; /* another reload was faster */
    if (why)
        log_tls_failure(path, why);
    else if (load_tls(a, &key) >= 0)
        log_info("tls: the key was read again");
}

static bool is_barred(const char *path)
{
    return path && access(path, R_OK) < 0 && errno == EACCES;
}

/* A key that is root's can be read by the verifier, once we are somebody else. */
static void reload_tls(struct access *a)
{
    const char *key = a->config->tls_key;
    if (!needs_tls(a->config))
        return;
    if (!is_barred(key))
        load_tls(a, NULL);
    else if (!access_read_again(a, key, on_key))
        log_error("%s cannot be read by us: it is taken into use with a restart only", key);
}

/* Without a place to keep it, viewers have to be told again after each start whom to trust. */
static int load_ra2_key(struct access *a)
{
    const struct config *config = a->config;
    char fingerprint[RA2_FINGERPRINT_SIZE];
    const char *why = "";
    if (a->ra2_key || !needs_ra2_key(config))
        return 0;
    char *state = alloc_text(config->state);
    char *path = alloc_printf("%s/ra2.key", dirname(state));
    int err = ra2_key_load(path, &a->ra2_key, &why);
    if (err == -EACCES || err == -ENOENT || err == -EROFS) {
        log_warning("%s %s: the key of RSA-AES is made anew with each start", path, why);
        a->ra2_key = ra2_key_make(RA2_KEY_BITS);
        err = 0;
    } else if (err < 0) {
        log_error("%s %s", path, why);
    }
    if (err >= 0) {
        ra2_key_fingerprint(a->ra2_key, fingerprint);
        log_info("RSA-AES: the key's fingerprint is %s", fingerprint);
    }
    free(path);
    free(state);
    return err;
}

/* ---- passwords ---- */

static void each_password_file(struct access *a,
                               void (*each)(struct access *a, const char *path))
{
    const struct config *config = a->config;
    if (config->defaults.password_file)
        each(a, config->defaults.password_file);
    for (size_t i = 0; i < config->n_machines; i++)
        if (config->machines[i].password_file)
            each(a, config->machines[i].password_file);
}

static void keep_passwords(struct access *a, const char *path)
{
    passwords_keep(&a->passwords, path);
}

static void on_passwords(struct access *a, const char *path,
                         const struct verifier_bytes *content, const char *why)
{
    if (!why)
        passwords_take(&a->passwords, path, content->data, content->n, &why);
    if (why)
        log_warning("%s %s", path, why);
    else
        log_info("%s was read again", path);
}

static void reload_passwords(struct access *a, const char *path)
{
    if (!is_barred(path))
        return;
    if (!access_read_again(a, path, on_passwords))
        log_warning("%s cannot be read by us: its passwords count with a restart only", path);
}

/* ---- the verifier ---- */

static int start_verifier(struct access *a)
{
    const struct config *config = a->config;
    struct access_rows rows;
    const char *why = "";
    if (!access_rows_needed(config))
        return 0;
    access_rows_init(&rows, config);
    int err = verifier_start(&a->verifier, a->loop, &rows.options, &why);
    if (err < 0)
        log_error("the verifier cannot be started: %s: %s", why, strerror(-err));
    else
        a->service = alloc_text(config->pam_service);
    a->sessions = config->pam_session;
    for (size_t i = 0; i < rows.options.n_keys; i++)
        text_list_add(&a->files, rows.options.keys[i].path);
    access_rows_fini(&rows);
    return err;
}

/* ---- offers ---- */

static struct offer_means means_of(const struct access *a, bool private_channel)
{
    return (struct offer_means){.private_channel = private_channel,
                                .tls = a->tls != NULL,
                                .certificate = a->tls && tls_credentials_certified(a->tls),
                                .ra2_key = a->ra2_key != NULL};
}

void access_offer(const struct access *a, bool private_channel, struct offer *offer_r)
{
    const struct offer_means means = means_of(a, private_channel);
    *offer_r = (struct offer){.n_types = 0};
    for (size_t i = 0; i < a->config->methods.n; i++)
        offer_add(offer_r, a->config->methods.items[i], &means);
}

void access_warn_offer(const struct access *a, const char *address, bool private_channel)
{
    const struct offer_means means = means_of(a, private_channel);
    struct offer offer = {.n_types = 0};
    for (size_t i = 0; i < a->config->methods.n; i++) {
        const char *method = a->config->methods.items[i];
        /* What is not for this address was said when the configuration was read. */
        if (offer_add(&offer, method, &means) == OFFER_NO_MEANS)
            log_warning("%s: method %s is not offered: there is no %s for it", address, method,
                        strncmp(method, "ra2", 3) == 0 ? "key" : "certificate");
    }
    if (!offer.n_types)
        log_error("%s: no method is left to offer: nobody can log in here", address);
}

/* ---- tickets ---- */

static void on_session_event(struct session_observer *o, const struct session_event *e)
{
    struct access *a = (struct access *)((char *)o - offsetof(struct access, observer));
    if (e->kind == SESSION_ENDED)
        ticket_session_ended(a->tickets, e->session->id);
}

void access_follow_sessions(struct access *a, struct sessions *all)
{
    a->observer.on_event = on_session_event;
    sessions_observe(all, &a->observer);
}

/* ---- the whole ---- */

int access_start(struct access **a_r, sd_event *loop, const struct config *config)
{
    struct access *a = *a_r = ALLOC(struct access);
    a->loop = loop;
    a->config = config;
    a->guard = guard_new(secret_random);
    a->tickets = ticket_book_new();
    each_password_file(a, keep_passwords);
    int err = needs_tls(config) ? load_tls(a, NULL) : 0;
    if (err >= 0)
        err = load_ra2_key(a);
    if (err >= 0)
        err = start_verifier(a);
    return err;
}

void access_reload(struct access *a, const struct config *config)
{
    a->config = config;
    reload_tls(a);
    load_ra2_key(a);
    each_password_file(a, reload_passwords);
    if (access_rows_needed(config) && !same_text(a->service, config->pam_service))
        log_warning("the PAM service %s is taken into use with a restart only",
                    config->pam_service);
    if (a->verifier && a->sessions != config->pam_session)
        log_warning("sessions of PAM are opened, or not, with a restart only");
}

void access_free(struct access **at)
{
    struct access *a = *at;
    *at = NULL;
    if (!a)
        return;
    if (a->observer.link)
        sessions_unobserve(&a->observer);
    access_cancel_again(a);
    verifier_stop(&a->verifier);
    text_list_fini(&a->files);
    passwords_fini(&a->passwords);
    tls_credentials_unref(&a->tls);
    ra2_key_free(&a->ra2_key);
    guard_free(&a->guard);
    ticket_book_free(&a->tickets);
    free(a->service);
    free(a);
}
