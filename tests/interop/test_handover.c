/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three people pass control of one machine around with nothing but their viewers: alice in
 * TigerVNC and bob in gtk-vnc, each at a screen of their own, carol in LibVNCClient. The guest
 * must see the drivers' keys, and no others.
 */
#include <config.h>
#include "tests/e2e/clock.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/test_logins_door.h"
#include "tests/e2e/trial.h"
#include "tests/interop/person.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define PASSWORD "s3cr3t"

enum { ALICE, BOB, CAROL, PEOPLE, NOBODY };

static const struct person everybody[PEOPLE] = {
    {.user = "alice", .password = PASSWORD, .viewer = PERSON_TIGERVNC},
    {.user = "bob", .password = PASSWORD, .viewer = PERSON_GTKVNC},
    {.user = "carol", .password = PASSWORD, .viewer = PERSON_LIBVNC},
};

struct party {
    struct trial *trial;
    struct person people[PEOPLE];
    struct guest *guest;
    struct daemon *daemon;
};

/* ---- who drives, who asks ---- */

static const char *driver_of(struct party *p)
{
    return json_string_value(json_object_get(daemon_machine(p->daemon, "web1"), "driver"));
}

static bool drives(struct party *p, int who)
{
    const char *name = driver_of(p);

    return who == NOBODY ? !name : name && strcmp(name, p->people[who].user) == 0;
}

static void wait_driver(struct party *p, int who)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    while (!drives(p, who)) {
        caller_look(p->people[CAROL].caller);
        trial_look_again(p->trial, deadline_ms,
                         trial_text(p->trial, "%s to drive",
                                    who == NOBODY ? "nobody" : p->people[who].user));
    }
}

/* Place in the queue from 1; 0: does not ask. */
static json_int_t place_of(struct party *p, int who)
{
    json_t *session, *list = daemon_ask(p->daemon, "GET", "/v1/sessions", NULL);
    size_t i;

    json_array_foreach(list, i, session)
    {
        if (strcmp(json_string_value(json_object_get(session, "user")), p->people[who].user) ==
            0)
            return json_integer_value(json_object_get(session, "queue"));
    }
    return 0;
}

static void wait_place(struct party *p, int who, json_int_t place)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    while (place_of(p, who) != place) {
        caller_look(p->people[CAROL].caller);
        trial_look_again(p->trial, deadline_ms,
                         trial_text(p->trial, "%s's place in the queue to be %d",
                                    p->people[who].user, (int)place));
    }
}

/* ---- coming ---- */

/* Nobody else drives. */
static void takes_the_wheel(struct party *p, int who)
{
    person_begin_typing(&p->people[who], p->guest);
    wait_driver(p, who);
}

static void releases(struct party *p, int who)
{
    person_choose(&p->people[who], "1");
    keys_expect(p->guest, PERSON_THREE_TAPS);
    wait_driver(p, NOBODY);
}

static void compare_windows(struct party *p)
{
    struct room *room = &p->people[ALICE].seat;
    struct shot shot = room_stop(room);

    person_show(&p->people[ALICE], shot);
    person_show(&p->people[BOB], shot);
    room_go_on(room);
}

/* All are there, and both windows have the keyboard; then alice drives. */
static struct party *start(struct trial *trial, const char *ask)
{
    struct party *p = trial_room(trial, sizeof(*p));

    door_service(trial, "test", "[ \"$password\" = " PASSWORD " ]", NULL);
    struct room room =
        room_start_as(trial, ROOM_VGA, "display vbe; mode 640 480; scene still",
                      trial_text(trial, "sharing = single hot-key-time = 1h ask = %s", ask),
                      "methods = {tls-plain} pam-service = \"test\"", "");
    *p = (struct party){.trial = trial, .guest = room.guest, .daemon = room.daemon};
    for (int who = ALICE; who < PEOPLE; who++) {
        p->people[who] = everybody[who];
        person_come(&p->people[who], &room);
        room.screen = NULL; /* the others have their own */
    }
    compare_windows(p);
    takes_the_wheel(p, BOB);
    releases(p, BOB);
    takes_the_wheel(p, ALICE);
    return p;
}

/* ---- what the windows show ---- */

/* One window shows the menu, the other one does not. Without notices, which go by themselves.
 */
static void compare_with_menu(struct party *p, int who, const struct menu_facts *facts)
{
    struct room *room = &p->people[who].seat;
    struct shot shot = room_stop(room);

    person_show(&p->people[who], person_with_menu(p->trial, shot, facts));
    person_show(&p->people[who == ALICE ? BOB : ALICE], shot);
    room_go_on(room);
}

/* ---- tests ---- */

/* gvncviewer takes inexact pixels; of TigerVNC the test asks for exact ones. */
static const struct menu_facts may_ask = {
    .bits = MENU_MAY_ASK | MENU_INEXACT, .machine = "web1", .driver = "alice"};
static const struct menu_facts is_asked = {.bits = MENU_DRIVES | MENU_ASKED | MENU_TYPES |
                                                   MENU_SWITCHES,
                                           .machine = "web1",
                                           .driver = "alice",
                                           .asker = "bob"};

/*
 * What goes by unheard would be seen among the keys that are expected later: before these, its
 * sender does something on the same connection that is waited for.
 */
static void goes_unheard(struct party *p, int who)
{
    person_type(&p->people[who], "x");
}

static void alice_gives_it_to_bob(struct party *p)
{
    goes_unheard(p, BOB);
    person_type(&p->people[BOB], "Control_L Control_L Control_L");
    compare_with_menu(p, BOB, &may_ask);
    person_type(&p->people[BOB], "1"); /* ask for control */
    wait_place(p, BOB, 1);
    person_press(&p->people[ALICE], "s", true);
    keys_expect(p->guest, "+1f");
    person_type(&p->people[ALICE],
                "Control_L Control_L Control_L"); /* what she holds goes up */
    keys_expect(p->guest, "+1d -1d +1d -1d +1d");
    keys_expect_set(p->guest, "-1d -1f");
    compare_with_menu(p, ALICE, &is_asked);
    person_type(&p->people[ALICE], "1"); /* give control to bob */
    wait_driver(p, BOB);
    person_press(&p->people[ALICE], "s", false);
    goes_unheard(p, ALICE);
    person_type(&p->people[BOB], "h i");
    keys_expect(p->guest, "+23 -23 +17 -17");
}

static void bob_refuses_it_to_carol(struct party *p)
{
    goes_unheard(p, CAROL);
    person_choose(&p->people[CAROL], "1");
    wait_place(p, CAROL, 1);
    person_choose(&p->people[ALICE], "1");
    wait_place(p, ALICE, 2);
    person_choose(&p->people[BOB], "2"); /* keep control */
    keys_expect(p->guest, PERSON_THREE_TAPS);
    wait_place(p, CAROL, 0);
    wait_place(p, ALICE, 1);
    person_choose(&p->people[ALICE], "1"); /* ask no more */
    wait_place(p, ALICE, 0);
}

static void bob_gives_it_to_carol(struct party *p)
{
    person_choose(&p->people[CAROL], "1");
    wait_place(p, CAROL, 1);
    person_choose(&p->people[BOB], "1");
    keys_expect(p->guest, PERSON_THREE_TAPS);
    wait_driver(p, CAROL);
    goes_unheard(p, BOB);
    person_type(&p->people[CAROL], "y o");
    keys_expect(p->guest, "+15 -15 +18 -18");
}

/* Who is away is not waited for. */
static void carol_leaves_it_to_bob(struct party *p)
{
    person_choose(&p->people[BOB], "1");
    wait_place(p, BOB, 1);
    person_press(&p->people[CAROL], "k", true);
    keys_expect(p->guest, "+25");
    person_leave(&p->people[CAROL]);
    keys_expect(p->guest, "-25");
    wait_driver(p, BOB);
    person_type(&p->people[BOB], "z");
    keys_expect(p->guest, "+2c -2c");
}

static void they_need_nothing_but_their_viewers(struct trial *trial)
{
    struct party *p = start(trial, "1h");

    alice_gives_it_to_bob(p);
    bob_refuses_it_to_carol(p);
    bob_gives_it_to_carol(p);
    carol_leaves_it_to_bob(p);
    releases(p, BOB);
    person_type(&p->people[ALICE], "w"); /* the next key takes control */
    keys_expect(p->guest, "+11 -11");
    wait_driver(p, ALICE);
    compare_windows(p);
}

static void gets_it_by_silence(struct party *p, int who)
{
    person_choose(&p->people[who], "1");
    wait_driver(p, who);
    person_type(&p->people[who], "h i");
    keys_expect(p->guest, "+23 -23 +17 -17");
}

static void silence_is_a_yes(struct trial *trial)
{
    static const struct {
        int from, to;
    } rounds[] = {{ALICE, BOB}, {BOB, CAROL}, {CAROL, ALICE}};
    struct party *p = start(trial, "50ms");

    for (size_t i = 0; i < ARRAY_SIZE(rounds); i++) {
        goes_unheard(p, rounds[i].to);
        gets_it_by_silence(p, rounds[i].to);
        goes_unheard(p, rounds[i].from);
    }
    gets_it_by_silence(p, BOB);
    gets_it_by_silence(p, CAROL);
    compare_windows(p);
}

static const struct trial_row rows[] = {
    {"three people need nothing but their viewers", they_need_nothing_but_their_viewers, NULL,
     false},
    {"silence is a yes", silence_is_a_yes, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "interop handover", rows, ARRAY_SIZE(rows));
}
