/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/provision.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/certificate.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- folders ---- */

static void make_folder_of(const char *file, mode_t mode, const struct privileges *p)
{
    int err = privileges_make_folder_of(p, file, mode);
    if (err < 0)
        log_warning("the folder of %s cannot be made: %s", file, strerror(-err));
}

void provision_folders(const struct config *config, const struct privileges *p)
{
    make_folder_of(config->state, 0700, p);
    make_folder_of(config->control, 0755, p);
}

/* ---- the certificate ---- */

static bool needs_certificate(const struct config *config)
{
    for (size_t i = 0; i < config->methods.n; i++)
        if (strncmp(config->methods.items[i], "x509-", 5) == 0)
            return true;
    return false;
}

static char *beside(const char *file, const char *name)
{
    const char *slash = strrchr(file, '/');
    return alloc_printf("%.*s/%s", (int)(slash - file), file, name);
}

static int make_certificate(const struct config *config, const struct privileges *p,
                            int64_t realtime_s)
{
    const struct certificate_wish wish = {.days = CERTIFICATE_DAYS,
                                          .group = p->change ? p->gid : (gid_t)-1};
    const char *path = config->tls_certificate, *why;
    int err = certificate_create(config->tls_certificate, config->tls_key, &wish, realtime_s,
                                 &path, &why);
    if (err < 0)
        log_error("a certificate is needed, none is named by tls { certificate }, and none can "
                  "be made: %s: %s",
                  path ? path : config->tls_certificate, why);
    else
        log_info("made a certificate that is signed by itself: %s", config->tls_certificate);
    return err;
}

static void tell_fingerprint(const struct config *config)
{
    char fingerprint[FINGERPRINT_SIZE];
    const char *why;
    /* What is wrong with the file is told by who loads it. */
    if (certificate_fingerprint(config->tls_certificate, fingerprint, &why) == 0)
        log_info("TLS: the certificate's SHA-256 fingerprint is %s", fingerprint);
}

int provision_certificate(struct config *config, const struct privileges *p, int64_t realtime_s)
{
    int err = 0;
    if (!needs_certificate(config))
        return 0;
    if (!config->tls_certificate) {
        config->tls_certificate = beside(config->state, "server.crt");
        config->tls_key = beside(config->state, "server.key");
        if (access(config->tls_certificate, F_OK) < 0 && errno == ENOENT)
            err = make_certificate(config, p, realtime_s);
    }
    if (err == 0)
        tell_fingerprint(config);
    return err;
}
