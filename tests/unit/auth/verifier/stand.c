/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/auth/verifier/stand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

enum { PATIENCE_S = 60 };

static const char *const services[] = {"right", "hang", "crash", "stray", "count", "unix"};

void stand_service(struct stand *s, const char *name, const char *script, const char *session)
{
    char file[64], text[1024], tail[256] = "";
    snprintf(file, sizeof(file), "%s.sh", name);
    snprintf(text, sizeof(text), "#!/bin/sh\ncd %s\nread -r password\n%s\n", s->folder.path,
             script);
    folder_write(&s->folder, file, text, 0755);
    if (session) {
        snprintf(file, sizeof(file), "%s.session.sh", name);
        snprintf(text, sizeof(text), "#!/bin/sh\ncd %s\n%s\n", s->folder.path, session);
        folder_write(&s->folder, file, text, 0755);
        snprintf(tail, sizeof(tail), "session required pam_exec.so quiet %s/%s.session.sh\n",
                 s->folder.path, name);
    }
    snprintf(text, sizeof(text),
             "auth [success=1 default=ignore] pam_exec.so quiet expose_authtok %s/%s.sh\n"
             "auth requisite pam_deny.so\nauth required pam_permit.so\n"
             "account required pam_permit.so\n%s",
             s->folder.path, name, tail);
    folder_write(&s->folder, name, text, 0644);
}

static void add_services(struct stand *s)
{
    stand_service(s, "right", "[ \"$password\" = secret ]", "echo $PAM_TYPE >>sessions");
    /* Whatever becomes of the verifier, this ends with the test. */
    stand_service(s, "hang", "echo $$ >pid; while [ -s pid ]; do sleep 0.2; done", NULL);
    stand_service(s, "crash", "kill -KILL $PPID", NULL);
    /* The stray holds nothing of its parents, and ignores what it can. */
    stand_service(
        s, "stray",
        "setsid sh -c 'trap \"\" HUP TERM; echo $$ >pid; sleep 100000' >/dev/null 2>&1 "
        "</dev/null & while [ ! -s pid ]; do sleep 0.01; done",
        NULL);
    stand_service(s, "count",
                  "mkdir running.$$; ls -d running.* | wc -l >>counts; sleep 0.02; "
                  "rmdir running.$$",
                  NULL);
    folder_write(&s->folder, "unix",
                 "auth required pam_unix.so\naccount required pam_unix.so\n", 0644);
}

void stand_init(struct stand *s)
{
    static const char *const names[] = {"key", "certificate", "a.sock"};
    memset(s, 0, sizeof(*s));
    folder_make(&s->folder);
    add_services(s);
    for (size_t i = 0; i < 3; i++)
        s->paths[i] = folder_file(&s->folder, names[i]);
    s->keys[0] = (struct verifier_key_row){s->paths[0].text, true};
    s->keys[1] = (struct verifier_key_row){s->paths[1].text, false};
    s->sockets[0] = (struct verifier_socket_row){s->folder.path, true};
    s->sockets[1] = (struct verifier_socket_row){s->paths[2].text, false};
    s->options = (struct verifier_options){
        .confdir = s->folder.path,
        .services = services,
        .n_services = sizeof(services) / sizeof(services[0]),
        .keys = s->keys,
        .n_keys = 2,
        .sockets = s->sockets,
        .n_sockets = 2,
        .deadline_ms = PATIENCE_S * 1000,
    };
    assert_true(sd_event_new(&s->loop) >= 0);
}

void stand_start(struct stand *s)
{
    const char *top = getenv("top_builddir"), *why = NULL;
    char program[512];
    snprintf(program, sizeof(program), "%s/holdfast-verifier", top ? top : ".");
    if (!s->options.program)
        s->options.program = program;
    int result = verifier_start(&s->verifier, s->loop, &s->options, &why);
    s->options.program = NULL;
    if (result < 0)
        fail_msg("%s: %s", why, strerror(-result));
}

void stand_fini(struct stand *s)
{
    pid_t pid = s->verifier ? verifier_pid(s->verifier) : 0;
    verifier_stop(&s->verifier);
    if (pid)
        waitpid(pid, NULL, 0);
    sd_event_unref(s->loop);
    folder_remove(&s->folder);
}

const char *stand_read(const struct stand *s, const char *name)
{
    static char text[4096];
    size_t n = 0;
    FILE *file = fopen(folder_file(&s->folder, name).text, "r");
    if (file) {
        n = fread(text, 1, sizeof(text) - 1, file);
        fclose(file);
    }
    text[n] = 0;
    return text;
}

void stand_on_answer(void *self, const struct verifier_answer *answer)
{
    struct asked *a = self;
    const char *group = verifier_names_next(&answer->identity.groups, NULL);
    a->request = NULL;
    a->answers++;
    a->answer = *answer;
    snprintf(a->user, sizeof(a->user), "%s", answer->identity.user);
    snprintf(a->first_group, sizeof(a->first_group), "%s", group ? group : "");
    snprintf(a->content, sizeof(a->content), "%.*s", (int)answer->content.n,
             answer->content.n ? (const char *)answer->content.data : "");
    snprintf(a->why, sizeof(a->why), "%s", answer->why);
}

void stand_check(struct stand *s, struct asked *a, const char *service, const char *user,
                 const char *password, const char *address)
{
    memset(a, 0, sizeof(*a));
    a->request =
        verifier_check(s->verifier, service, user, password, address, stand_on_answer, a);
    assert_non_null(a->request);
    assert_int_equal(a->answers, 0);
}

void stand_run_until(struct stand *s, bool (*holds)(void *self), void *self)
{
    time_t end = time(NULL) + PATIENCE_S;
    while (!holds(self)) {
        assert_true(time(NULL) < end);
        assert_true(sd_event_run(s->loop, 10000) >= 0);
    }
}

struct list {
    const struct asked *first;
    size_t n;
};

static bool all_answered(void *self)
{
    const struct list *list = self;
    for (size_t i = 0; i < list->n; i++) {
        if (!list->first[i].answers)
            return false;
    }
    return true;
}

void stand_run_until_answered(struct stand *s, struct asked *list, size_t n)
{
    struct list all = {list, n};
    stand_run_until(s, all_answered, &all);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(list[i].answers, 1);
}

enum verifier_result stand_check_now(struct stand *s, const char *service, const char *user,
                                     const char *password)
{
    struct asked a;
    stand_check(s, &a, service, user, password, "192.0.2.1");
    stand_run_until_answered(s, &a, 1);
    return a.answer.result;
}
