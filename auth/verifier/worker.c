/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/worker.h"
#include "auth/verifier/login.h"
#include "auth/verifier/names.h"
#include "auth/verifier/packet.h"
#include "base/secret.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { CHANNEL = 3 };

/*
 * Orphans of modules come to us and, when we die, to the verifier, which ends them. The
 * verifier's death is ours, even inside a module that hangs.
 */
static void settle(int channel, pid_t verifier)
{
    sigset_t none;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != verifier)
        _exit(1);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (channel != CHANNEL)
        dup3(channel, CHANNEL, O_CLOEXEC);
    close_range(CHANNEL + 1, ~0U, 0);
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void send_answer(const struct verifier_message *m)
{
    struct bytes out;
    bytes_init(&out, VERIFIER_ANSWER_MOST);
    if (verifier_message_write(m, &out) == 0)
        packet_send(CHANNEL, out.data, out.len, -1);
    bytes_fini(&out);
}

/* Only the verifier's end can end it: nothing is ever sent here. */
static void wait_for_end(void)
{
    uint8_t byte;
    prctl(PR_SET_PDEATHSIG, 0);
    while (packet_receive(CHANNEL, &byte, 1, 0, NULL) > 0)
        ;
}

static void check(const struct worker *w, const struct verifier_message *request)
{
    struct login login;
    struct names names;
    char user[VERIFIER_USER_MOST + 1] = "";
    struct verifier_message answer = {.type = VERIFIER_CHECKED, .id = request->id};
    const struct login_request r = {w->confdir, w->service, request->check.user,
                                    request->check.password, request->check.address};
    names_init(&names);
    enum verifier_result result = login_check(&login, &r, user);
    login_forget(&login);
    secret_wipe((char *)request->check.password, strlen(request->check.password));
    if (result == VERIFIER_OK)
        result = names_of_user(&names, user) == 0 ? VERIFIER_OK : VERIFIER_NO_SERVICE;
    if (result == VERIFIER_OK && w->session)
        result = login_open_session(&login, user);
    answer.checked.result = (uint8_t)result;
    answer.checked.session = login.session;
    if (result == VERIFIER_OK)
        answer.checked.identity = names_identity(&names);
    send_answer(&answer);
    if (login.session)
        wait_for_end();
    login_end(&login);
    names_fini(&names);
}

static void name_user(const struct worker *w, const struct verifier_message *request)
{
    (void)w;
    struct names names;
    struct verifier_message answer = {.type = VERIFIER_NAMED, .id = request->id};
    names_init(&names);
    int result = names_of_uid(&names, request->user_name.uid);
    answer.named.error = (uint32_t)-result;
    if (result == 0)
        answer.named.identity = names_identity(&names);
    send_answer(&answer);
    names_fini(&names);
}

_Noreturn void worker_run(const struct worker *w, const struct verifier_message *request)
{
    settle(w->channel, w->verifier);
    if (request->type == VERIFIER_CHECK)
        check(w, request);
    else
        name_user(w, request);
    _exit(0);
}
