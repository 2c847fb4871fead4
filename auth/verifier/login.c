/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/login.h"
#include "base/secret.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TTY_NAME "holdfast" /* pam_time and pam_access want one */

/* A stage's return codes; what is not listed is VERIFIER_NO_SERVICE. */
struct outcome {
    int code;
    enum verifier_result result;
};

static const struct outcome authentication[] = {
    {PAM_SUCCESS, VERIFIER_OK},
    {PAM_AUTH_ERR, VERIFIER_WRONG},
    {PAM_USER_UNKNOWN, VERIFIER_WRONG},
    {PAM_PERM_DENIED, VERIFIER_WRONG},
    {PAM_MAXTRIES, VERIFIER_WRONG},
    {PAM_CRED_INSUFFICIENT, VERIFIER_WRONG},
    {PAM_CONV_ERR, VERIFIER_WRONG},
    {PAM_AUTHTOK_ERR, VERIFIER_WRONG},
    {PAM_NEW_AUTHTOK_REQD, VERIFIER_PASSWORD_EXPIRED},
    {PAM_AUTHTOK_EXPIRED, VERIFIER_PASSWORD_EXPIRED},
    {PAM_CRED_EXPIRED, VERIFIER_PASSWORD_EXPIRED},
    {PAM_ACCT_EXPIRED, VERIFIER_ACCOUNT_REFUSED},
    {-1, VERIFIER_NO_SERVICE},
};

static const struct outcome account[] = {
    {PAM_SUCCESS, VERIFIER_OK},
    {PAM_NEW_AUTHTOK_REQD, VERIFIER_PASSWORD_EXPIRED},
    {PAM_AUTHTOK_EXPIRED, VERIFIER_PASSWORD_EXPIRED},
    {PAM_ACCT_EXPIRED, VERIFIER_ACCOUNT_REFUSED},
    {PAM_PERM_DENIED, VERIFIER_ACCOUNT_REFUSED},
    {PAM_AUTH_ERR, VERIFIER_ACCOUNT_REFUSED},
    {PAM_USER_UNKNOWN, VERIFIER_ACCOUNT_REFUSED},
    {-1, VERIFIER_NO_SERVICE},
};

static enum verifier_result result_of(const struct outcome *stage, int code)
{
    while (stage->code >= 0 && stage->code != code)
        stage++;
    return stage->code >= 0 ? stage->result : VERIFIER_NO_SERVICE;
}

/* What a module is told: the password for every hidden question, nothing for a shown one. */
static bool answer(const struct login *l, const struct pam_message *question, char **answer_r)
{
    if (question->msg_style == PAM_TEXT_INFO || question->msg_style == PAM_ERROR_MSG)
        return true;
    if (question->msg_style != PAM_PROMPT_ECHO_OFF || !l->password)
        return false;
    *answer_r = strdup(l->password);
    return *answer_r;
}

static void drop_answers(struct pam_response *list, int n)
{
    for (int i = 0; i < n; i++) {
        if (list[i].resp)
            secret_wipe(list[i].resp, strlen(list[i].resp));
        free(list[i].resp);
    }
    free(list);
}

static int on_questions(int n, const struct pam_message **questions,
                        struct pam_response **answers_r, void *self)
{
    if (n <= 0 || n > PAM_MAX_NUM_MSG)
        return PAM_CONV_ERR;
    struct pam_response *list = calloc((size_t)n, sizeof(*list));
    if (!list)
        return PAM_BUF_ERR;
    for (int i = 0; i < n; i++) {
        if (answer(self, questions[i], &list[i].resp))
            continue;
        drop_answers(list, n);
        return PAM_CONV_ERR;
    }
    *answers_r = list;
    return PAM_SUCCESS;
}

static void on_fail_delay(int code, unsigned delay_us, void *self)
{
    (void)code;
    (void)delay_us;
    (void)self;
}

/* PAM would take the service "other" in place of a missing one: not here. */
static bool has_service(const struct login_request *request)
{
    const char *const folders[] = {request->confdir ? request->confdir : "/etc/pam.d",
                                   request->confdir ? NULL : "/usr/lib/pam.d"};
    char path[4096 + VERIFIER_SERVICE_MOST + 2];
    for (size_t i = 0; i < 2; i++) {
        if (!folders[i])
            continue;
        int n = snprintf(path, sizeof(path), "%s/%s", folders[i], request->service);
        if (n > 0 && (size_t)n < sizeof(path) && access(path, R_OK) == 0)
            return true;
    }
    return false;
}

/* Modules write names into logs. */
static bool is_plain(const char *user)
{
    for (const char *at = user; *at; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            return false;
    }
    return user[0];
}

static int start_pam(struct login *l, const struct login_request *request)
{
    const struct pam_conv conversation = {on_questions, l};
    if (!request->confdir)
        return pam_start(request->service, request->user, &conversation, &l->pam);
#ifdef HAVE_PAM_START_CONFDIR
    return pam_start_confdir(request->service, request->user, &conversation, request->confdir,
                             &l->pam);
#else
    return PAM_SYSTEM_ERR;
#endif
}

static int set_items(struct login *l, const char *address)
{
    /* The item is a pointer to data for PAM and a function for the module that calls it. */
    void (*const delay)(int, unsigned, void *) = on_fail_delay;
    const void *item;
    memcpy(&item, &delay, sizeof(item));
    int status = pam_set_item(l->pam, PAM_FAIL_DELAY, item);
    if (status == PAM_SUCCESS)
        status = pam_set_item(l->pam, PAM_TTY, TTY_NAME);
    if (status == PAM_SUCCESS && address[0])
        status = pam_set_item(l->pam, PAM_RHOST, address);
    return status;
}

static enum verifier_result take_user(struct login *l, char user_r[VERIFIER_USER_MOST + 1])
{
    const void *user = NULL;
    l->status = pam_get_item(l->pam, PAM_USER, &user);
    size_t n = l->status == PAM_SUCCESS && user ? strlen(user) : 0;
    if (n == 0 || n > VERIFIER_USER_MOST)
        return VERIFIER_NO_SERVICE;
    memcpy(user_r, user, n + 1);
    return VERIFIER_OK;
}

enum verifier_result login_check(struct login *l, const struct login_request *request,
                                 char user_r[VERIFIER_USER_MOST + 1])
{
    *l = (struct login){.password = request->password, .status = PAM_SERVICE_ERR};
    if (!has_service(request))
        return VERIFIER_NO_SERVICE;
    if (!is_plain(request->user) || !request->password[0])
        return VERIFIER_WRONG;
    l->status = start_pam(l, request);
    if (l->status == PAM_SUCCESS)
        l->status = set_items(l, request->address);
    if (l->status != PAM_SUCCESS)
        return VERIFIER_NO_SERVICE;
    l->status = pam_authenticate(l->pam, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
    enum verifier_result result = result_of(authentication, l->status);
    if (result != VERIFIER_OK)
        return result;
    l->status = pam_acct_mgmt(l->pam, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
    result = result_of(account, l->status);
    return result == VERIFIER_OK ? take_user(l, user_r) : result;
}

enum verifier_result login_open_session(struct login *l, const char *user)
{
    const struct passwd *p = getpwnam(user);
    /* pam_group adds to the groups that are there; who is not root cannot set any. */
    if (p && geteuid() == 0 && initgroups(user, p->pw_gid) < 0)
        return VERIFIER_NO_SESSION;
    l->status = pam_setcred(l->pam, PAM_SILENT | PAM_ESTABLISH_CRED);
    if (l->status == PAM_SUCCESS)
        l->status = pam_open_session(l->pam, PAM_SILENT);
    l->session = l->status == PAM_SUCCESS;
    return l->session ? VERIFIER_OK : VERIFIER_NO_SESSION;
}

void login_forget(struct login *l)
{
    l->password = NULL;
}

void login_end(struct login *l)
{
    if (l->session) {
        pam_close_session(l->pam, PAM_SILENT);
        l->status = pam_setcred(l->pam, PAM_SILENT | PAM_DELETE_CRED);
    }
    if (l->pam)
        pam_end(l->pam, l->status);
    *l = (struct login){.status = PAM_SUCCESS};
}
