/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon needs to let people in, apart from any one of them: certificates and keys,
 * the guard, the tickets, the verifier. Knows no connections.
 */
#ifndef HF_SERVER_ACCESS_ACCESS_H
#define HF_SERVER_ACCESS_ACCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "auth/guard.h"
#include "auth/offer.h"
#include "auth/ra2_key.h"
#include "auth/ticket.h"
#include "auth/tls_credentials.h"
#include "server/access/passwords.h"
#include "server/access/turns.h"
#include "server/config.h"
#include "server/session/sessions.h"
#include "server/verifier.h"

struct again;
struct ticket_sharing;

struct access {
    sd_event *loop;
    const struct config *config; /* in force; lent */
    struct tls_credentials *tls; /* NULL: no method needs TLS */
    struct ra2_key *ra2_key;     /* NULL: no method needs it */
    struct guard *guard;
    struct ticket_book *tickets;
    struct ticket_sharing
        *sharing; /* of the tickets with other nodes; lent. NULL: we are alone */
    struct session_observer observer; /* of sessions that tickets began */
    struct verifier *verifier;        /* NULL: there is none */
    char *service;                    /* of PAM, as the verifier was told; NULL: none */
    struct text_list files;           /* that the verifier was told of, by its numbers */
    struct again *again;              /* those that it reads now */
    struct passwords passwords;
    struct turns turns; /* of logins, in the pool; begun with the first */
    bool sessions;      /* PAM's, as the verifier was told */
};

/*
 * Reads certificates and keys, and starts the verifier where it is needed: for PAM, or where
 * files are root's and we are to become somebody else. Everything that needs root is done when
 * this returns: privileges may be dropped then. Call it before the loop runs. 0, or -errno
 * after logging what is wrong; access_free in either case.
 */
int access_start(struct access **a_r, sd_event *loop, const struct config *config);
/*
 * Another config is in force; the one before may be freed afterwards. Connections keep what
 * they began with. What cannot be read stays as it is, and is logged.
 */
void access_reload(struct access *a, const struct config *config);
/* From now on a ticket ends with the session that it began. */
void access_follow_sessions(struct access *a, struct sessions *all);
/* NULL inside is fine. The sessions may have ended before. */
void access_free(struct access **a);

/* What a listener offers. private_channel: nobody can listen on the way. */
void access_offer(const struct access *a, bool private_channel, struct offer *offer_r);
/*
 * Logs what of the configured methods a listener cannot offer, and why. address is as people
 * know it.
 */
void access_warn_offer(const struct access *a, const char *address, bool private_channel);

#endif
