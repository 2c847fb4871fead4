/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several people at one machine: who drives, what the guest sees of it, what outlives whom. */
#include <config.h>
#include "tests/e2e/dice.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/test_logins_door.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

enum { PEOPLE = 3, KEYS = 4, SHIFT_L = 0xffe1, CONTROL_L = 0xffe3, NOBODY = -1 };

static const char *const users[PEOPLE] = {"alice", "bob", "carol"};

static const struct {
    uint32_t keysym;
    const char *code; /* as the guest reports it */
} keys[KEYS] = {{'a', "1e"}, {'s', "1f"}, {CONTROL_L, "1d"}, {' ', "39"}};

struct person {
    struct client *client; /* NULL: is away */
    bool held[KEYS];       /* down at the machine */
};

struct party {
    struct trial *trial;
    struct guest *guest;
    struct daemon *daemon;
    const char *server, *machine; /* more options of these sections */
    struct person people[PEOPLE];
    int driver;
};

/* ---- coming and going ---- */

static void start_daemon(struct party *p)
{
    p->daemon = daemon_start(
        p->trial, p->server,
        trial_text(p->trial,
                   "auth { methods = {plain, none} pam-service = \"test\" }\n"
                   "machine web1 {\n  place = {\"qmp:%s\"}\n  listen = {\"127.0.0.1:0\"}\n"
                   "  %s\n}",
                   p->guest->qmp_path, p->machine));
    daemon_wait_machine(p->daemon, "web1", "running");
}

static struct party start_with(struct trial *trial, const char *server, const char *machine)
{
    struct party p = {.trial = trial, .server = server, .machine = machine, .driver = NOBODY};

    door_service(trial, "test", "exit 0", NULL);
    p.guest = guest_start(trial, &(struct guest_options){0});
    start_daemon(&p);
    return p;
}

static struct party start(struct trial *trial, const char *machine)
{
    return start_with(trial, "", machine);
}

static struct client *look_as(struct party *p, const char *user)
{
    const struct door door = {
        .method = user ? "plain" : "none", .user = user, .password = "any"};
    struct client *client = door_open(p->trial, daemon_tcp(p->daemon, "web1"), &door);

    look_must(
        p->trial, client,
        client_set_encodings_text(client, "zrle,cursor,fence,desktopname,extendeddesktopsize"),
        "SetEncodings");
    look_sync(p->trial, client);
    return client;
}

static void come(struct party *p, int who)
{
    p->people[who].client = look_as(p, users[who]);
}

static json_t *session_of(struct party *p, const char *user)
{
    return daemon_session(p->daemon, user);
}

static void wait_session(struct party *p, const char *user, const char *state)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    const json_t *session;

    while (!(session = session_of(p, user)) ||
           strcmp(json_string_value(json_object_get(session, "state")), state) != 0)
        trial_look_again(p->trial, deadline_ms,
                         trial_text(p->trial, "%s's session to be %s", user, state));
}

/* What the guest must see go up when this one loses the wheel or leaves. */
static const char *lifted(struct party *p, int who)
{
    const char *list = "";

    for (int k = 0; who != NOBODY && k < KEYS; k++) {
        if (p->people[who].held[k])
            list = trial_text(p->trial, "%s -%s", list, keys[k].code);
        p->people[who].held[k] = false;
    }
    return list;
}

static void leave(struct party *p, int who)
{
    look_leave(p->people[who].client);
    p->people[who].client = NULL;
    wait_session(p, users[who], "lingering");
    keys_expect_set(p->guest, lifted(p, who));
}

/* ---- control ---- */

static void control(struct party *p, const char *action, const char *to, const char *user)
{
    json_t *body = json_pack("{s:s, s:s*, s:s*}", "action", action, "to", to, "user", user);

    daemon_ask(p->daemon, "POST", "/v1/machines/web1/control", body);
}

static const char *driver_name(struct party *p)
{
    return json_string_value(json_object_get(daemon_machine(p->daemon, "web1"), "driver"));
}

static void expect_driver(struct party *p)
{
    const char *name = driver_name(p), *wanted = p->driver == NOBODY ? NULL : users[p->driver];

    trial_check(p->trial, wanted ? name && strcmp(name, wanted) == 0 : !name,
                "%s drives; it should be %s", name ? name : "nobody",
                wanted ? wanted : "nobody");
}

/* The wheel goes on by word of an operator: what was held goes up. */
static void pass(struct party *p, const char *action, int to)
{
    int before = p->driver;

    if (strcmp(action, "give") == 0)
        control(p, "give", users[to], NULL);
    else
        control(p, action, NULL, users[to]);
    p->driver = strcmp(action, "release") == 0 ? NOBODY : to;
    if (before != p->driver)
        keys_expect_set(p->guest, lifted(p, before));
}

/* ---- typing ---- */

/* Whether this one's press reaches the machine; a wheel that nobody holds is taken. */
static bool drives(struct party *p, int who)
{
    if (p->driver == NOBODY)
        p->driver = who;
    return p->driver == who;
}

static void tap(struct party *p, int who, int k)
{
    struct person *person = &p->people[who];

    if (person->held[k])
        return;
    keys_tap(p->trial, person->client, keys[k].keysym);
    if (drives(p, who))
        keys_expect(p->guest, trial_text(p->trial, "+%s -%s", keys[k].code, keys[k].code));
    else
        look_sync(p->trial, person->client);
}

static void hold(struct party *p, int who, int k)
{
    struct person *person = &p->people[who];

    if (person->held[k])
        return;
    keys_press(p->trial, person->client, keys[k].keysym);
    if (drives(p, who)) {
        keys_expect(p->guest, trial_text(p->trial, "+%s", keys[k].code));
        person->held[k] = true;
    } else {
        look_sync(p->trial, person->client);
    }
}

/* Also of keys that went up with the wheel, or never got there: the machine hears of those no
 * more. */
static void let_go(struct party *p, int who, int k)
{
    struct person *person = &p->people[who];

    keys_release(p->trial, person->client, keys[k].keysym);
    if (person->held[k])
        keys_expect(p->guest, trial_text(p->trial, "-%s", keys[k].code));
    else
        look_sync(p->trial, person->client);
    person->held[k] = false;
}

/* ---- tests ---- */

static int count_here(const struct party *p)
{
    int n = 0;

    for (int i = 0; i < PEOPLE; i++)
        n += p->people[i].client != NULL;
    return n;
}

static void one_round(struct party *p, struct dice *dice)
{
    int who = (int)dice_throw(dice, PEOPLE), k = (int)dice_throw(dice, KEYS);
    unsigned what = dice_throw(dice, 12);
    struct person *person = &p->people[who];

    if (!person->client)
        come(p, who);
    else if (what == 0 && count_here(p) > 1)
        leave(p, who);
    else if (what == 1)
        pass(p, "give", who);
    else if (what == 2)
        pass(p, "take", who);
    else if (what == 3 && p->driver == who)
        pass(p, "release", who);
    else if (what < 7)
        tap(p, who, k);
    else if (what < 10)
        hold(p, who, k);
    else
        let_go(p, who, k);
    expect_driver(p);
}

static void the_guest_sees_the_drivers_keys_only(struct trial *trial)
{
    struct party p = start(trial, "sharing = single hot-key = none");
    struct dice dice = dice_take();
    int rounds = trial_is_long() ? 1000 : 100;

    for (int i = 0; i < PEOPLE; i++)
        come(&p, i);
    for (int i = 0; i < rounds; i++)
        one_round(&p, &dice);
    for (int i = 0; i < PEOPLE; i++)
        if (p.people[i].client)
            leave(&p, i);
    struct client *last = look_as(&p, NULL);
    control(&p, "release", NULL, NULL);
    keys_expect_no_more(p.guest, last);
}

/* All that is asked for within the viewers' own sight: no word of an operator. */
static void the_first_key_drives_and_others_wait(struct trial *trial)
{
    struct party p = start(trial, "sharing = single");

    come(&p, 0);
    come(&p, 1);
    tap(&p, 1, 0);
    tap(&p, 0, 1);
    expect_driver(&p);
    leave(&p, 1);
    tap(&p, 0, 1); /* an absent driver keeps the wheel */
    expect_driver(&p);
    come(&p, 1);
    tap(&p, 1, 2);
    expect_driver(&p);
}

/* ---- by the viewers alone ---- */

/* Three presses of the hot key, then a digit: a row of the menu. */
static void choose_row(struct party *p, int who, uint32_t digit)
{
    struct client *client = p->people[who].client;

    for (int i = 0; i < 3; i++)
        keys_tap(p->trial, client, CONTROL_L);
    if (p->driver == who)
        keys_expect(p->guest, "+1d -1d +1d -1d +1d -1d");
    keys_tap(p->trial, client, digit);
    look_sync(p->trial, client);
}

static void wait_driver(struct party *p, int who)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    const char *name;

    while (!(name = driver_name(p)) || strcmp(name, users[who]) != 0)
        trial_look_again(p->trial, deadline_ms,
                         trial_text(p->trial, "%s to drive", users[who]));
    p->driver = who;
}

static void expect_queue(struct party *p, int who, int place)
{
    const json_t *queue = json_object_get(session_of(p, users[who]), "queue");

    trial_check(p->trial, place ? json_integer_value(queue) == place : json_is_null(queue),
                "%s is not at place %d", users[who], place);
}

static void they_need_nothing_but_their_viewers(struct trial *trial)
{
    struct party p = start(trial, "sharing = single ask = 1h hot-key-time = 1m");

    for (int i = 0; i < PEOPLE; i++)
        come(&p, i);
    tap(&p, 0, 0);
    choose_row(&p, 1, '1'); /* ask for control */
    choose_row(&p, 2, '1');
    expect_queue(&p, 1, 1);
    expect_queue(&p, 2, 2);
    choose_row(&p, 0, '2'); /* keep control: say no to bob */
    expect_queue(&p, 1, 0);
    expect_queue(&p, 2, 1);
    expect_driver(&p);
    choose_row(&p, 1, '1');
    expect_queue(&p, 1, 2);
    hold(&p, 0, 1);
    choose_row(&p, 0, '1');                  /* give control to carol */
    keys_expect_set(p.guest, lifted(&p, 0)); /* went up when the menu opened */
    wait_driver(&p, 2);
    tap(&p, 0, 0);
    tap(&p, 2, 0);
    hold(&p, 2, 2);
    look_leave(p.people[2].client); /* who is away is not waited for */
    p.people[2].client = NULL;
    wait_driver(&p, 1);
    keys_expect_set(p.guest, lifted(&p, 2));
    tap(&p, 1, 0);
    choose_row(&p, 1, '1'); /* release control */
    p.driver = NOBODY;
    expect_driver(&p);
    tap(&p, 0, 0);
    expect_driver(&p);
}

static void silence_is_a_yes(struct trial *trial)
{
    struct party p = start(trial, "sharing = single ask = 50ms hot-key-time = 1m");

    come(&p, 0);
    come(&p, 1);
    tap(&p, 0, 0);
    choose_row(&p, 1, '1');
    wait_driver(&p, 1);
    tap(&p, 0, 0);
    tap(&p, 1, 0);
}

static void wait_name(struct party *p, struct client *client, const char *name)
{
    while (strcmp(client->name, name) != 0)
        look_must(p->trial, client, client_wait_update(client, PATIENCE_MS),
                  trial_text(p->trial, "the name '%s'; it is '%s'", name, client->name));
}

static void the_desktops_name_says_who_drives(struct trial *trial)
{
    struct party p = start(trial, "sharing = single");

    come(&p, 0);
    come(&p, 1);
    wait_name(&p, p.people[0].client, "web1");
    tap(&p, 1, 0);
    wait_name(&p, p.people[0].client, "web1 \xe2\x80\x94 bob drives");
    wait_name(&p, p.people[1].client, "web1 \xe2\x80\x94 bob drives");
    pass(&p, "release", 1);
    wait_name(&p, p.people[0].client, "web1");
}

static void only_the_driver_changes_the_size(struct trial *trial)
{
    struct party p = start(trial, "sharing = single");
    const struct client_screen screen = {.id = 1, .width_px = 800, .height_px = 600};

    come(&p, 0);
    come(&p, 1);
    tap(&p, 0, 0);
    struct client *client = p.people[1].client;
    while (!client->desktop.count)
        look_must(trial, client, client_wait_update(client, PATIENCE_MS), "the screens");
    look_must(trial, client, client_send_desktop_size(client, 800, 600, &screen, 1),
              "SetDesktopSize");
    while (client->desktop.reason != 1)
        look_must(trial, client, client_wait_update(client, PATIENCE_MS), "the answer");
    trial_check(trial, client->desktop.status == 1, "status %d: not 'prohibited'",
                client->desktop.status);
}

static void in_mode_free_a_shift_is_its_holders_own(struct trial *trial)
{
    struct party p = start(trial, "sharing = free");

    come(&p, 0);
    come(&p, 1);
    struct client *alice = p.people[0].client, *bob = p.people[1].client;
    keys_press(trial, alice, SHIFT_L);
    keys_expect(p.guest, "+2a");
    keys_tap(trial, bob, 'b');
    keys_expect(p.guest, "-2a +30 -30");
    keys_tap(trial, alice, 'A');
    keys_expect(p.guest, "+2a +1e -1e");
    keys_release(trial, alice, SHIFT_L);
    keys_expect(p.guest, "-2a");
    keys_expect_no_more(p.guest, bob);
}

static void in_mode_watch_nobody_types(struct trial *trial)
{
    struct party p = start(trial, "sharing = watch");
    const char *output;

    come(&p, 0);
    keys_tap(trial, p.people[0].client, 'a');
    look_sync(trial, p.people[0].client);
    trial_check(trial, daemon_ctl(p.daemon, &output, "type", "--force", "web1", "x", NULL) == 1,
                "typed where nobody may");
    trial_check(trial, strstr(output, "only watched") != NULL, "refused by '%s'", output);
    trial_check(trial, guest_event_within(p.guest, 100) == NULL, "the guest saw something");
}

static void ctl_types_by_the_same_rules(struct trial *trial)
{
    struct party p = start(trial, "sharing = single");
    const char *output;

    trial_check(trial, daemon_ctl(p.daemon, NULL, "type", "web1", "x", NULL) == 0,
                "nobody drives");
    keys_expect(p.guest, "+2d -2d");
    come(&p, 0);
    tap(&p, 0, 0);
    trial_check(trial, daemon_ctl(p.daemon, &output, "type", "web1", "x", NULL) == 1,
                "typed while alice drives");
    trial_check(trial, strstr(output, "alice drives") != NULL, "refused by '%s'", output);
    trial_check(trial, daemon_ctl(p.daemon, NULL, "keys", "--force", "web1", "x", NULL) == 0,
                "not forced");
    keys_expect(p.guest, "+2d -2d");
    expect_driver(&p);
}

/* holdfastctl as the user nobody. */
static int ctl_as_nobody(struct party *p, const char **output_r, const char *force)
{
    const char *argv[] = {"setpriv",
                          "--reuid=nobody",
                          "--regid=nogroup",
                          "--clear-groups",
                          trial_built(p->trial, "holdfastctl"),
                          "-s",
                          p->daemon->control_path,
                          "type",
                          "web1",
                          "x",
                          force,
                          NULL};

    return process_run(p->trial, "holdfastctl", argv, PATIENCE_MS, output_r);
}

static void a_user_of_the_host_types_by_its_own_rights(struct trial *trial)
{
    const char *output;

    trial_check(trial, geteuid() == 0, "only root can become somebody else: run this as root");
    chmod(trial->folder, 0755);
    struct party p = start_with(trial, "control-group = nogroup",
                                "allow = {\"nobody:drive\", \"alice:drive\"}");
    trial_check(trial, ctl_as_nobody(&p, &output, NULL) == 0, "%s", output);
    keys_expect(p.guest, "+2d -2d");
    come(&p, 0);
    tap(&p, 0, 0);
    trial_check(trial, ctl_as_nobody(&p, &output, NULL) == 1, "typed while alice drives");
    trial_check(trial, strstr(output, "alice drives") != NULL, "refused by '%s'", output);
    trial_check(trial, ctl_as_nobody(&p, &output, "--force") == 1, "forced");
    trial_check(trial, strstr(output, "only administrators") != NULL, "refused by '%s'",
                output);
    control(&p, "release", NULL, NULL);
    p.driver = NOBODY;
    expect_driver(&p);
    keys_expect_no_more(p.guest, p.people[0].client);
}

static void operators_see_and_steer(struct trial *trial)
{
    struct party p = start(trial, "sharing = single");
    const char *output;
    const char *argv[] = {trial_built(trial, "holdfastctl"),
                          "-s",
                          p.daemon->control_path,
                          "--json",
                          "events",
                          NULL};
    struct process *events = process_start(trial, "events", argv, NULL);

    process_wait_log(p.daemon->process, "control: events", PATIENCE_MS);
    come(&p, 0);
    wait_session(&p, "alice", "attached");
    come(&p, 1);
    tap(&p, 0, 0);
    trial_check(trial,
                daemon_ctl(p.daemon, &output, "control", "web1", "give", "bob", NULL) == 0,
                "%s", output);
    p.driver = 1;
    expect_driver(&p);
    process_wait_log(events, "\"event\":\"driver-changed\"", PATIENCE_MS);
    process_wait_log(events, "\"user\":\"bob\",\"before\":\"alice\"", PATIENCE_MS);
    trial_check(trial, daemon_ctl(p.daemon, &output, "message", "web1", "noon", NULL) == 0,
                "%s", output);
    process_wait_log(events, "\"text\":\"noon\"", PATIENCE_MS);
    const json_t *viewer = json_array_get(json_object_get(session_of(&p, "bob"), "viewers"), 0);
    trial_check(trial, json_is_real(json_object_get(viewer, "rtt_ms")),
                "no round trip is told");
    trial_check(trial,
                strcmp(json_string_value(json_object_get(viewer, "transport")), "tcp") == 0,
                "another transport");
    const char *id = trial_text(
        trial, "%d", (int)json_integer_value(json_object_get(session_of(&p, "bob"), "id")));
    trial_check(trial, daemon_ctl(p.daemon, &output, "role", id, "watch", NULL) == 0, "%s",
                output);
    p.driver = NOBODY;
    expect_driver(&p);
    keys_tap(trial, p.people[1].client, 'a');
    look_sync(trial, p.people[1].client);
    expect_driver(&p);
    trial_check(trial, daemon_ctl(p.daemon, &output, "kick", id, NULL) == 0, "%s", output);
    look_must(trial, p.people[1].client, client_wait_close(p.people[1].client, PATIENCE_MS),
              "the end of a viewer that was kicked");
    trial_check(trial, session_of(&p, "bob") == NULL, "bob's session is still there");
    process_wait_log(events, "session-ended", PATIENCE_MS);
    daemon_ctl(p.daemon, &output, "metrics", NULL);
    trial_check(trial, strstr(output, "holdfast_machine_viewers{machine=\"web1\"} 1") != NULL,
                "metrics: %s", output);
}

static void a_user_has_so_many_viewers_and_no_more(struct trial *trial)
{
    struct party p = start(trial, "max-viewers-per-user = 1 exclusive = refuse");
    const struct door again = {.method = "plain", .user = "alice", .password = "any"};
    const struct client_options alone = {.exclusive = true};

    come(&p, 0);
    const char *address = daemon_tcp(p.daemon, "web1");
    const char *why = door_closed(trial, address, &again);
    trial_check(trial, strstr(why, "as many viewers") != NULL, "refused by '%s'", why);
    struct client *client = client_new(&alone);
    int result = client_connect(client, address, PATIENCE_MS);
    trial_check(trial, result == -ECONNRESET || result == -EACCES,
                "an exclusive client was let in: %d", result);
    client_free(&client);
}

/* ---- a daemon that is killed ---- */

/* Who was let in is in the audit, whatever became of the daemon. */
static void expect_audited(struct party *p, const char *user)
{
    char *line = trial_read_file(p->trial, trial_path(p->trial, "audit"), NULL);
    const char *wanted = trial_text(p->trial, "\"user\":\"%s\"", user);

    for (char *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = 0;
        if (strstr(line, "\"event\":\"login\"") && strstr(line, wanted))
            return;
    }
    trial_fail(p->trial, "the audit does not know that %s came", user);
}

static void sessions_survive_a_kill(struct trial *trial)
{
    struct party p = start_with(trial, "audit = \"$/audit\"", "sharing = single");
    json_int_t ids[PEOPLE];

    for (int i = 0; i < PEOPLE; i++)
        come(&p, i);
    tap(&p, 1, 0);
    leave(&p, 2);
    for (int i = 0; i < PEOPLE; i++)
        ids[i] = json_integer_value(json_object_get(session_of(&p, users[i]), "id"));
    /* The store does one thing after the other: what came before this answer is written. */
    daemon_ask(p.daemon, "GET", "/v1/history", NULL);
    process_stop(p.daemon->process, SIGKILL);
    for (int i = 0; i < PEOPLE; i++)
        expect_audited(&p, users[i]);
    start_daemon(&p);
    for (int i = 0; i < PEOPLE; i++)
        wait_session(&p, users[i], "lingering");
    expect_driver(&p);
    for (int i = 0; i < PEOPLE; i++) {
        come(&p, i);
        wait_session(&p, users[i], "attached");
        trial_check(trial,
                    json_integer_value(json_object_get(session_of(&p, users[i]), "id")) ==
                        ids[i],
                    "%s is in another session", users[i]);
    }
    guest_forget_events(p.guest);
    tap(&p, 0, 1);
    tap(&p, 1, 1);
    expect_driver(&p);
    keys_expect_no_more(p.guest, p.people[1].client);
}

static void without_a_database_people_still_meet(struct trial *trial)
{
    char *path = trial_path(trial, "state.db"), *text = trial_room(trial, 8192);

    memset(text, 'x', 8000);
    trial_write_file(trial, path, text);
    struct party p = start(trial, "sharing = single");
    process_wait_log(p.daemon->process, "sessions are forgotten when the daemon ends",
                     PATIENCE_MS);
    come(&p, 0);
    come(&p, 1);
    tap(&p, 0, 0);
    tap(&p, 1, 0);
    expect_driver(&p);
    leave(&p, 0);
    come(&p, 0);
    tap(&p, 0, 1);
    trial_check(trial, strcmp(trial_read_file(trial, path, NULL), text) == 0,
                "what is no database was written to");
}

static const struct trial_row rows[] = {
    {"the first key drives, and others wait", the_first_key_drives_and_others_wait, NULL,
     false},
    {"the guest sees the drivers' keys only", the_guest_sees_the_drivers_keys_only, NULL,
     false},
    {"they need nothing but their viewers", they_need_nothing_but_their_viewers, NULL, false},
    {"silence is a yes", silence_is_a_yes, NULL, false},
    {"the desktop's name says who drives", the_desktops_name_says_who_drives, NULL, false},
    {"only the driver changes the size", only_the_driver_changes_the_size, NULL, false},
    {"in mode free a shift is its holder's own", in_mode_free_a_shift_is_its_holders_own, NULL,
     false},
    {"in mode watch nobody types", in_mode_watch_nobody_types, NULL, false},
    {"holdfastctl types by the same rules", ctl_types_by_the_same_rules, NULL, false},
    {"a user of the host types by its own rights", a_user_of_the_host_types_by_its_own_rights,
     NULL, false},
    {"operators see and steer", operators_see_and_steer, NULL, false},
    {"a user has so many viewers and no more", a_user_has_so_many_viewers_and_no_more, NULL,
     false},
    {"sessions survive a kill", sessions_survive_a_kill, NULL, false},
    {"without a database people still meet", without_a_database_people_still_meet, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "people", rows, ARRAY_SIZE(rows));
}
