/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * door: how a viewer of a test logs in: None, VNC, VeNCrypt with GnuTLS below, and RSA-AES, for
 * the reference client. And the room behind it: PAM services and a verifier that looks for them
 * in the scratch folder.
 */
#ifndef HF_TESTS_E2E_TEST_LOGINS_DOOR_H
#define HF_TESTS_E2E_TEST_LOGINS_DOOR_H

#include "tests/e2e/daemon.h"
#include "tests/e2e/look.h"
#include "tests/e2e/trial.h"

struct door {
    const char *method; /* a name of the configuration, but "apple-dh" */
    const char *user, *password;
    const char *trust;             /* PEM file of the authority; NULL: anybody's is good */
    const char *server_name;       /* SNI; NULL: none */
    const char *certificate, *key; /* the client's, PEM files; NULL: none */
    int version;                   /* of RFB; 0: 3.8 */
};

/* Logs in; fails the test when it is not let in. */
struct client *door_open(struct trial *trial, const char *address, const struct door *door);
/* Expects to be refused; the text that it is told. */
const char *door_closed(struct trial *trial, const char *address, const struct door *door);

/*
 * Makes the service FOLDER/pam/NAME, which PAM knows as `name`: `script` is the shell's, exit
 * status 0 lets in; it has the variables PAM_USER and password. account: the lines of PAM for
 * that, NULL: permits. From now on daemons of this test look for PAM services there.
 */
void door_service(struct trial *trial, const char *name, const char *script,
                  const char *account);

/* FOLDER/NAME.crt and .key, signed by FOLDER/ca.crt, which the first call makes. client: a
 * client's with this uid; else a server's for localhost. */
void door_certificate(struct trial *trial, const char *name, const char *client);

#endif
