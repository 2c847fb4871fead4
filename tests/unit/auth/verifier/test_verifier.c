/* SPDX-License-Identifier: GPL-2.0-or-later */
/* server/verifier.h with the real program and real PAM. */
#include <config.h>
#include "tests/unit/auth/verifier/stand.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void right_and_wrong_passwords_are_told_apart(void **state)
{
    struct stand *s = *state;
    stand_start(s);
    assert_int_equal(stand_check_now(s, "right", "alice", "secret"), VERIFIER_OK);
    assert_int_equal(stand_check_now(s, "right", "alice", "Secret"), VERIFIER_WRONG);
    assert_int_equal(stand_check_now(s, "right", "alice", ""), VERIFIER_WRONG);
    assert_int_equal(stand_check_now(s, "right", "", "secret"), VERIFIER_WRONG);
}

static void an_answer_has_the_name_and_the_groups(void **state)
{
    struct stand *s = *state;
    struct asked a;
    stand_start(s);
    stand_check(s, &a, "right", "root", "secret", "");
    stand_run_until_answered(s, &a, 1);
    assert_int_equal(a.answer.result, VERIFIER_OK);
    assert_int_equal(a.answer.session, 0);
    assert_string_equal(a.user, "root");
    assert_string_equal(a.first_group, "root");
    stand_check(s, &a, "right", "unknown to the host", "secret", "");
    stand_run_until_answered(s, &a, 1);
    assert_string_equal(a.user, "unknown to the host");
    assert_string_equal(a.first_group, "");
}

static void what_cannot_be_asked_is_answered_all_the_same(void **state)
{
    struct stand *s = *state;
    char password[VERIFIER_PASSWORD_MOST + 2];
    memset(password, 'x', sizeof(password) - 1);
    password[sizeof(password) - 1] = 0;
    stand_start(s);
    assert_int_equal(stand_check_now(s, "right", "alice", password), VERIFIER_WRONG);
    password[sizeof(password) - 2] = 0;
    assert_int_equal(stand_check_now(s, "right", "alice", password), VERIFIER_WRONG);
    assert_int_equal(stand_check_now(s, "su", "alice", "secret"), VERIFIER_NO_SERVICE);
    unlink(folder_file(&s->folder, "right").text);
    assert_int_equal(stand_check_now(s, "right", "alice", "secret"), VERIFIER_NO_SERVICE);
    assert_true(verifier_alive(s->verifier));
}

static bool process_is_gone(void *self)
{
    int pid = atoi(stand_read(self, "pid"));
    return pid > 0 && kill(pid, 0) < 0 && errno == ESRCH;
}

static void a_module_that_hangs_is_ended_with_all_it_started(void **state)
{
    struct stand *s = *state;
    s->options.deadline_ms = 500;
    stand_start(s);
    assert_int_equal(stand_check_now(s, "hang", "alice", "secret"), VERIFIER_TIMEOUT);
    /* On a machine that is very busy the script may not have come so far. */
    if (stand_read(s, "pid")[0])
        stand_run_until(s, process_is_gone, s);
}

static void what_a_module_leaves_behind_is_ended(void **state)
{
    struct stand *s = *state;
    stand_start(s);
    assert_int_equal(stand_check_now(s, "stray", "alice", "secret"), VERIFIER_OK);
    stand_run_until(s, process_is_gone, s);
}

static void a_module_that_crashes_hurts_nobody_else(void **state)
{
    struct stand *s = *state;
    struct asked list[3];
    stand_start(s);
    stand_check(s, &list[0], "right", "alice", "secret", "192.0.2.1");
    stand_check(s, &list[1], "crash", "alice", "secret", "192.0.2.1");
    stand_check(s, &list[2], "right", "alice", "secret", "192.0.2.1");
    stand_run_until_answered(s, list, 3);
    assert_int_equal(list[0].answer.result, VERIFIER_OK);
    assert_int_equal(list[1].answer.result, VERIFIER_CRASHED);
    assert_int_equal(list[2].answer.result, VERIFIER_OK);
}

static int most_counted(const struct stand *s)
{
    char *rest = (char *)stand_read(s, "counts");
    int most = 0;
    for (long n; (n = strtol(rest, &rest, 10)) > 0;)
        most = n > most ? (int)n : most;
    return most;
}

static void few_run_at_once(void **state)
{
    struct stand *s = *state;
    struct asked list[24];
    static const struct row {
        const char *addresses[2];
        int most;
    } rows[] = {
        {{"192.0.2.1", "192.0.2.1"}, 2},
        {{"192.0.2.1", "192.0.2.2"}, 4},
        {{"2001:db8::1", "2001:db8::2"}, 2},
    };
    s->options.children = 4;
    stand_start(s);
    for (size_t r = 0; r < COUNT(rows); r++) {
        unlink(folder_file(&s->folder, "counts").text);
        for (size_t i = 0; i < COUNT(list); i++)
            stand_check(s, &list[i], "count", "alice", "secret", rows[r].addresses[i % 2]);
        stand_run_until_answered(s, list, COUNT(list));
        for (size_t i = 0; i < COUNT(list); i++)
            assert_int_equal(list[i].answer.result, VERIFIER_OK);
        assert_in_range(most_counted(s), 1, rows[r].most);
    }
}

static void an_address_that_hangs_leaves_room_for_others(void **state)
{
    struct stand *s = *state;
    struct asked hanging[6], other;
    s->options.children = 2;
    stand_start(s);
    for (size_t i = 0; i < COUNT(hanging); i++)
        stand_check(s, &hanging[i], "hang", "alice", "secret", "192.0.2.66");
    stand_check(s, &other, "right", "alice", "secret", "192.0.2.1");
    stand_run_until_answered(s, &other, 1);
    assert_int_equal(other.answer.result, VERIFIER_OK);
    for (size_t i = 0; i < COUNT(hanging); i++)
        assert_int_equal(hanging[i].answers, 0);
}

static void who_crowds_the_room_is_turned_away(void **state)
{
    struct stand *s = *state;
    struct asked crowd[6], other;
    s->options.children = 1;
    s->options.waiting = 3;
    stand_start(s);
    for (size_t i = 0; i < COUNT(crowd); i++)
        stand_check(s, &crowd[i], "hang", "alice", "secret", "192.0.2.66");
    /* The last to come are answered; which of them runs is settled before or after. */
    stand_run_until_answered(s, &crowd[5], 1);
    assert_int_equal(crowd[5].answer.result, VERIFIER_BUSY);
    stand_check(s, &other, "hang", "alice", "secret", "192.0.2.1");
    unsigned busy;
    do {
        busy = 0;
        assert_true(sd_event_run(s->loop, 10000) >= 0);
        for (size_t i = 0; i < COUNT(crowd); i++)
            busy += crowd[i].answers;
    } while (busy < 3);
    assert_int_equal(other.answers, 0);
    assert_int_equal(crowd[0].answers, 0);
}

static void waiting_has_a_deadline_too(void **state)
{
    struct stand *s = *state;
    struct asked list[3];
    s->options.children = 1;
    s->options.deadline_ms = 300;
    stand_start(s);
    for (size_t i = 0; i < COUNT(list); i++)
        stand_check(s, &list[i], "hang", "alice", "secret", "192.0.2.1");
    stand_run_until_answered(s, list, COUNT(list));
    for (size_t i = 0; i < COUNT(list); i++)
        assert_int_equal(list[i].answer.result, VERIFIER_TIMEOUT);
}

static void a_cancelled_request_is_never_answered(void **state)
{
    struct stand *s = *state;
    struct asked gone, failed;
    stand_start(s);
    stand_check(s, &gone, "right", "alice", "secret", "192.0.2.1");
    verifier_cancel(&gone.request);
    assert_null(gone.request);
    verifier_cancel(&gone.request);
    stand_check(s, &failed, "su", "alice", "secret", "192.0.2.1");
    verifier_cancel(&failed.request);
    assert_int_equal(stand_check_now(s, "right", "alice", "secret"), VERIFIER_OK);
    assert_int_equal(stand_check_now(s, "right", "alice", "wrong"), VERIFIER_WRONG);
    assert_int_equal(gone.answers, 0);
    assert_int_equal(failed.answers, 0);
}

static bool session_was_closed(void *self)
{
    return strstr(stand_read(self, "sessions"), "close_session\n");
}

static void a_session_stays_until_it_is_ended(void **state)
{
    struct stand *s = *state;
    struct asked a;
    s->options.sessions = 8;
    stand_start(s);
    stand_check(s, &a, "right", "alice", "secret", "192.0.2.1");
    stand_run_until_answered(s, &a, 1);
    assert_int_not_equal(a.answer.session, 0);
    assert_int_equal(stand_check_now(s, "right", "alice", "wrong"), VERIFIER_WRONG);
    assert_string_equal(stand_read(s, "sessions"), "open_session\n");
    verifier_end_session(s->verifier, a.answer.session);
    verifier_end_session(s->verifier, a.answer.session);
    verifier_end_session(s->verifier, 0);
    stand_run_until(s, session_was_closed, s);
}

static void a_session_that_nobody_waits_for_is_ended(void **state)
{
    struct stand *s = *state;
    struct asked a;
    s->options.sessions = 8;
    stand_start(s);
    stand_check(s, &a, "right", "alice", "secret", "192.0.2.1");
    verifier_cancel(&a.request);
    stand_run_until(s, session_was_closed, s);
    assert_int_equal(a.answers, 0);
}

static void sessions_end_with_the_daemon(void **state)
{
    struct stand *s = *state;
    struct asked list[2];
    s->options.sessions = 2;
    stand_start(s);
    for (size_t i = 0; i < 2; i++)
        stand_check(s, &list[i], "right", "alice", "secret", "192.0.2.1");
    stand_run_until_answered(s, list, 2);
    /* And there are no more of them than agreed. */
    assert_int_equal(stand_check_now(s, "right", "alice", "secret"), VERIFIER_BUSY);
    pid_t pid = verifier_pid(s->verifier);
    int status;
    verifier_stop(&s->verifier);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_string_equal(stand_read(s, "sessions"),
                        "open_session\nopen_session\nclose_session\nclose_session\n");
}

static void a_dead_verifier_is_said_plainly(void **state)
{
    struct stand *s = *state;
    struct asked list[2], key;
    stand_start(s);
    stand_check(s, &list[0], "hang", "alice", "secret", "192.0.2.1");
    stand_check(s, &list[1], "hang", "alice", "secret", "192.0.2.1");
    kill(verifier_pid(s->verifier), SIGKILL);
    stand_run_until_answered(s, list, 2);
    assert_int_equal(list[0].answer.result, VERIFIER_GONE);
    assert_int_equal(list[1].answer.result, VERIFIER_GONE);
    assert_false(verifier_alive(s->verifier));
    assert_int_equal(stand_check_now(s, "right", "alice", "secret"), VERIFIER_GONE);
    memset(&key, 0, sizeof(key));
    key.request = verifier_read_key(s->verifier, 0, stand_on_answer, &key);
    stand_run_until_answered(s, &key, 1);
    assert_int_equal(key.answer.error, -EPIPE);
}

static void keys_are_read_again(void **state)
{
    struct stand *s = *state;
    static const struct row {
        const char *text;
        mode_t mode;
        size_t row;
        int error;
        const char *content, *why;
    } rows[] = {
        {"first", 0600, 0, 0, "first", ""},
        {"second", 0640, 0, 0, "second", ""},
        {"third", 0644, 0, -EPERM, "", "may be read by every user (chmod o-r)"},
        {"fourth", 0600, 1, -ENOENT, "", "is not there"},
        {"fifth", 0600, 2, -EINVAL, "", ""},
    };
    stand_start(s);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct asked a = {0};
        folder_write(&s->folder, "key", rows[i].text, rows[i].mode);
        a.request = verifier_read_key(s->verifier, rows[i].row, stand_on_answer, &a);
        stand_run_until_answered(s, &a, 1);
        assert_int_equal(a.answer.error, rows[i].error);
        assert_string_equal(a.content, rows[i].content);
        assert_string_equal(a.why, rows[i].why);
    }
}

static void numbers_of_users_become_names(void **state)
{
    struct stand *s = *state;
    struct asked list[2] = {0};
    stand_start(s);
    list[0].request = verifier_user_name(s->verifier, 0, stand_on_answer, &list[0]);
    list[1].request = verifier_user_name(s->verifier, 4294967200u, stand_on_answer, &list[1]);
    stand_run_until_answered(s, list, 2);
    assert_int_equal(list[0].answer.error, 0);
    assert_string_equal(list[0].user, "root");
    assert_string_equal(list[0].first_group, "root");
    assert_int_equal(list[1].answer.error, -ENOENT);
}

static int listen_at(const struct stand *s, const char *name)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/%s", s->folder.path, name);
    assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
    assert_int_equal(listen(fd, 8), 0);
    return fd;
}

static void sockets_are_handed_over(void **state)
{
    struct stand *s = *state;
    static const struct row {
        size_t row;
        const char *name;
        int error;
    } rows[] = {
        {0, "a.sock", 0},        {1, "", 0},
        {0, "missing", -ENOENT}, {0, "../a.sock", -EINVAL},
        {0, "key", -ENOTSOCK},   {2, "a.sock", -EINVAL},
    };
    int listener = listen_at(s, "a.sock");
    folder_write(&s->folder, "key", "x", 0600);
    stand_start(s);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct asked a = {0};
        char byte = 0;
        a.request =
            verifier_connect(s->verifier, rows[i].row, rows[i].name, stand_on_answer, &a);
        stand_run_until_answered(s, &a, 1);
        assert_int_equal(a.answer.error, rows[i].error);
        if (a.answer.error)
            continue;
        int peer = accept(listener, NULL, NULL);
        assert_int_equal(write(peer, "x", 1), 1);
        fcntl(a.answer.fd, F_SETFL, 0);
        assert_int_equal(read(a.answer.fd, &byte, 1), 1);
        close(peer);
        close(a.answer.fd);
    }
    close(listener);
}

static void a_socket_that_nobody_waits_for_is_closed(void **state)
{
    struct stand *s = *state;
    struct asked a = {0}, next = {0};
    char byte;
    int listener = listen_at(s, "a.sock");
    stand_start(s);
    a.request = verifier_connect(s->verifier, 1, "", stand_on_answer, &a);
    verifier_cancel(&a.request);
    next.request = verifier_user_name(s->verifier, 0, stand_on_answer, &next);
    stand_run_until_answered(s, &next, 1);
    int peer = accept(listener, NULL, NULL);
    assert_int_equal(read(peer, &byte, 1), 0);
    assert_int_equal(a.answers, 0);
    close(peer);
    close(listener);
}

static void stop_inside(void *self, const struct verifier_answer *answer)
{
    struct stand *s = self;
    (void)answer;
    s->options.children = (uint32_t)verifier_pid(s->verifier); /* for waitpid */
    verifier_stop(&s->verifier);
}

static bool is_stopped(void *self)
{
    return !((struct stand *)self)->verifier;
}

static void it_may_be_stopped_inside_a_callback(void **state)
{
    struct stand *s = *state;
    static const char *const names[] = {"right", "su"}; /* answered by the verifier; at home */
    for (size_t i = 0; i < COUNT(names); i++) {
        struct asked other;
        s->options.children = 0;
        stand_start(s);
        verifier_check(s->verifier, names[i], "alice", "secret", "", stop_inside, s);
        stand_check(s, &other, "hang", "alice", "secret", "");
        stand_run_until(s, is_stopped, s);
        assert_int_equal(other.answers, 0);
        waitpid((pid_t)s->options.children, NULL, 0);
    }
}

static void more_is_sent_than_the_socket_holds(void **state)
{
    struct stand *s = *state;
    enum { MANY = 2000 };
    struct asked *list = calloc(MANY, sizeof(*list));
    char password[VERIFIER_PASSWORD_MOST + 1];
    memset(password, 'x', sizeof(password) - 1);
    password[sizeof(password) - 1] = 0;
    s->options.waiting = 4;
    stand_start(s);
    kill(verifier_pid(s->verifier), SIGSTOP);
    for (size_t i = 0; i < MANY; i++)
        stand_check(s, &list[i], "right", "alice", password, "192.0.2.1");
    kill(verifier_pid(s->verifier), SIGCONT);
    stand_run_until_answered(s, list, MANY);
    for (size_t i = 0; i < MANY; i++) {
        enum verifier_result result = list[i].answer.result;
        assert_true(result == VERIFIER_BUSY || result == VERIFIER_WRONG);
    }
    free(list);
}

static void a_program_that_is_none_is_not_waited_for(void **state)
{
    struct stand *s = *state;
    static const struct row {
        const char *program;
        int error;
    } rows[] = {{"/nonexistent/holdfast-verifier", -ENOENT}, {"/bin/true", -EPIPE}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *why = NULL;
        struct verifier *v = NULL;
        s->options.program = rows[i].program;
        int result = verifier_start(&v, s->loop, &s->options, &why);
        assert_true(result == rows[i].error || (i == 1 && result == -ECONNRESET));
        assert_null(v);
        assert_non_null(why);
    }
}

/* An account of the host for one test; "" when none can be made. */
static char account[32];

static bool run(const char *command)
{
    char text[256];
    const char *mark = strstr(command, "%s");
    snprintf(text, sizeof(text), "%.*s%s%s", (int)(mark - command), command, account, mark + 2);
    return system(text) == 0;
}

/* Needs root. */
static void accounts_of_the_host_are_checked(void **state)
{
    struct stand *s = *state;
    static const struct row {
        const char *change; /* a command; %s is the account */
        const char *password;
        enum verifier_result result;
    } rows[] = {
        {"true %s", "correct horse", VERIFIER_OK},
        {"true %s", "correct mule", VERIFIER_WRONG},
        {"chage -d 0 %s", "correct horse", VERIFIER_PASSWORD_EXPIRED},
        {"chage -d -1 -E 1 %s", "correct horse", VERIFIER_ACCOUNT_REFUSED},
        {"chage -E 1 %s", "correct mule", VERIFIER_WRONG},
        {"chage -E -1 %s", "correct horse", VERIFIER_OK},
        {"passwd -q -l %s", "correct horse", VERIFIER_WRONG},
        {"passwd -q -u %s", "correct horse", VERIFIER_OK},
        {"passwd -q -d %s", "", VERIFIER_WRONG}, /* no password at all lets nobody in */
    };
    if (!account[0])
        fail_msg("no account could be made: run this test as root");
    assert_true(run("echo '%s:correct horse' | chpasswd"));
    stand_start(s);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(run(rows[i].change));
        enum verifier_result result = stand_check_now(s, "unix", account, rows[i].password);
        if (result != rows[i].result)
            fail_msg("row %zu: %s", i, verifier_result_text(result));
    }
}

static int setup(void **state)
{
    static struct stand stand;
    stand_init(&stand);
    *state = &stand;
    return 0;
}

static int teardown(void **state)
{
    stand_fini(*state);
    return 0;
}

static int setup_account(void **state)
{
    snprintf(account, sizeof(account), "hftest%d", (int)getpid());
    if (geteuid() != 0 || !run("useradd -M -N -s /bin/false %s >/dev/null 2>&1"))
        account[0] = 0;
    return setup(state);
}

static int teardown_account(void **state)
{
    if (account[0])
        run("userdel %s");
    return teardown(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(right_and_wrong_passwords_are_told_apart),
        TEST(an_answer_has_the_name_and_the_groups),
        TEST(what_cannot_be_asked_is_answered_all_the_same),
        TEST(a_module_that_hangs_is_ended_with_all_it_started),
        TEST(what_a_module_leaves_behind_is_ended),
        TEST(a_module_that_crashes_hurts_nobody_else),
        TEST(few_run_at_once),
        TEST(an_address_that_hangs_leaves_room_for_others),
        TEST(who_crowds_the_room_is_turned_away),
        TEST(waiting_has_a_deadline_too),
        TEST(a_cancelled_request_is_never_answered),
        TEST(a_session_stays_until_it_is_ended),
        TEST(a_session_that_nobody_waits_for_is_ended),
        TEST(sessions_end_with_the_daemon),
        TEST(a_dead_verifier_is_said_plainly),
        TEST(keys_are_read_again),
        TEST(numbers_of_users_become_names),
        TEST(sockets_are_handed_over),
        TEST(a_socket_that_nobody_waits_for_is_closed),
        TEST(it_may_be_stopped_inside_a_callback),
        TEST(more_is_sent_than_the_socket_holds),
        TEST(a_program_that_is_none_is_not_waited_for),
        cmocka_unit_test_setup_teardown(accounts_of_the_host_are_checked, setup_account,
                                        teardown_account),
    };
#ifndef HAVE_PAM_START_CONFDIR
    return 77;
#endif
    return cmocka_run_group_tests_name("verifier", tests, NULL, NULL);
}
