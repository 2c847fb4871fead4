/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One user's password before PAM, and the session that may follow. Blocks for as long as the
 * modules do, and lets them do to the process what they will; runs in a child only. Knows no
 * messages on sockets.
 */
#ifndef HF_AUTH_VERIFIER_LOGIN_H
#define HF_AUTH_VERIFIER_LOGIN_H

#include <stdbool.h>

#include <security/pam_appl.h>

#include "auth/verifier/message.h"

struct login_request {
    const char *confdir; /* where the service files lie; NULL: where PAM has them */
    const char *service, *user, *password;
    const char *address; /* PAM_RHOST; "": none is set */
};

struct login {
    pam_handle_t *pam;
    const char *password; /* the request's */
    int status;           /* PAM's last word */
    bool session;         /* is open */
};

/*
 * Authenticates and asks for the account. An empty password is never right, nor is a name with
 * control characters. PAM's delay after a failure is left out: the caller delays. The password
 * must hold until login_forget. On VERIFIER_OK user_r has the name as the modules left it.
 * login_end must follow, whatever is returned.
 */
enum verifier_result login_check(struct login *l, const struct login_request *request,
                                 char user_r[VERIFIER_USER_MOST + 1]);
/* After OK: sets the credentials, with the user's groups, and opens a session; OK or
 * NO_SESSION. */
enum verifier_result login_open_session(struct login *l, const char *user);
/* The password is gone, the modules get no more of it. */
void login_forget(struct login *l);
/* Closes the session if one is open, and PAM. */
void login_end(struct login *l);

#endif
