/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three people pass control of one machine around with nothing but their viewers: alice in
 * TigerVNC and bob in gtk-vnc, each at a screen of their own, carol in LibVNCClient. The guest
 * must see the drivers' keys, and no others.
 */
#include <config.h>
#include "server/overlay/menu.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/test_logins_door.h"
#include "tests/e2e/trial.h"
#include "tests/interop/hands.h"

#include <rfb/rfbclient.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define PASSWORD "s3cr3t"
#define THREE_TAPS "+1d -1d +1d -1d +1d -1d"
#define KEY_MS 300 /* until a key is tried again */

enum { ALICE, BOB, CAROL, PEOPLE, NOBODY };

static const char *const users[PEOPLE] = {"alice", "bob", "carol"};

struct party {
    struct trial *trial;
    struct room seats[CAROL]; /* the room, with a screen for each */
    struct window windows[CAROL];
    rfbClient *carol;
    struct guest *guest;
    struct daemon *daemon;
};

/* ---- carol: LibVNCClient without a window ---- */

static void say_nothing(const char *format, ...)
{
    (void)format;
}

static rfbCredential *tell_credential(rfbClient *vnc, int type)
{
    rfbCredential *credential = calloc(1, sizeof(*credential));

    (void)vnc;
    if (credential && type == rfbCredentialTypeUser) {
        credential->userCredential.username = strdup(users[CAROL]);
        credential->userCredential.password = strdup(PASSWORD);
    }
    return credential;
}

/* No release of what is down is sent. */
static void carol_leaves(struct party *p)
{
    if (!p->carol)
        return;
    free(p->carol->frameBuffer);
    rfbClientCleanup(p->carol);
    p->carol = NULL;
}

static void end_carol(void *what)
{
    carol_leaves(what);
}

static void carol_comes(struct party *p)
{
    rfbClient *vnc = rfbGetClient(8, 3, 4);

    rfbClientLog = say_nothing;
    trial_check(p->trial, vnc != NULL, "LibVNCClient has no memory");
    free(vnc->serverHost);
    vnc->serverHost = strdup("127.0.0.1");
    vnc->serverPort = p->seats[ALICE].port;
    vnc->appData.shareDesktop = TRUE;
    vnc->appData.encodingsString = "zrle";
    vnc->appData.enableJPEG = FALSE;
    vnc->canHandleNewFBSize = TRUE;
    vnc->readTimeout = PATIENCE_MS / 1000;
    vnc->GetCredential = tell_credential;
    trial_check(p->trial, rfbInitClient(vnc, NULL, NULL), "LibVNCClient does not get in");
    p->carol = vnc; /* otherwise it has freed it */
}

/* Takes in what has come. */
static void carol_looks(struct party *p)
{
    while (p->carol && (p->carol->buffered > 0 || WaitForMessage(p->carol, 0) > 0))
        trial_check(p->trial, HandleRFBServerMessage(p->carol), "LibVNCClient gave up");
}

static void carol_presses(struct party *p, uint32_t keysym, bool down)
{
    carol_looks(p);
    trial_check(p->trial, SendKeyEvent(p->carol, keysym, down), "LibVNCClient cannot send");
}

/* Letters, digits and Control_L, as xdotool calls them. */
static void carol_types(struct party *p, const char *keys)
{
    char *copy = trial_text(p->trial, "%s", keys), *save = NULL;

    for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
        uint32_t keysym = strcmp(w, "Control_L") == 0 ? XK_Control_L : (uint32_t)w[0];
        carol_presses(p, keysym, true);
        carol_presses(p, keysym, false);
    }
}

/* ---- everybody's hands ---- */

/* Taps, one after the other, of keys as xdotool calls them. */
static void types(struct party *p, int who, const char *keys)
{
    if (who == CAROL) {
        carol_types(p, keys);
        return;
    }
    char *copy = trial_text(p->trial, "%s", keys), *save = NULL;
    const char *words[16] = {"key", "--delay", "0"};
    size_t n = 3;

    for (char *w = strtok_r(copy, " ", &save); w && n < ARRAY_SIZE(words) - 1;
         w = strtok_r(NULL, " ", &save))
        words[n++] = w;
    screen_do_words(p->seats[who].screen, words);
}

/* Opens the menu and chooses a row. */
static void chooses(struct party *p, int who, const char *digit)
{
    types(p, who, trial_text(p->trial, "Control_L Control_L Control_L %s", digit));
}

/* ---- who drives, who asks ---- */

static const char *driver_of(struct party *p)
{
    return json_string_value(json_object_get(daemon_machine(p->daemon, "web1"), "driver"));
}

static bool drives(struct party *p, int who)
{
    const char *name = driver_of(p);

    return who == NOBODY ? !name : name && strcmp(name, users[who]) == 0;
}

static void wait_driver(struct party *p, int who)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    while (!drives(p, who)) {
        carol_looks(p);
        trial_look_again(
            p->trial, deadline_ms,
            trial_text(p->trial, "%s to drive", who == NOBODY ? "nobody" : users[who]));
    }
}

/* Place in the queue from 1; 0: does not ask. */
static json_int_t place_of(struct party *p, int who)
{
    json_t *session, *list = daemon_ask(p->daemon, "GET", "/v1/sessions", NULL);
    size_t i;

    json_array_foreach(list, i, session)
    {
        if (strcmp(json_string_value(json_object_get(session, "user")), users[who]) == 0)
            return json_integer_value(json_object_get(session, "queue"));
    }
    return 0;
}

static void wait_place(struct party *p, int who, json_int_t place)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    while (place_of(p, who) != place) {
        carol_looks(p);
        trial_look_again(
            p->trial, deadline_ms,
            trial_text(p->trial, "%s's place in the queue to be %d", users[who], (int)place));
    }
}

/* ---- coming ---- */

static const char *tcp_port(const struct room *room, const char *home)
{
    (void)home;
    return trial_text(room->trial, "127.0.0.1::%d", room->port);
}

static const struct viewer_program tigervnc = {
    "tigervnc",
    "tigervnc",
    {"xtigervncviewer", "-Log=*:stderr:30", "-Shared", "-AlertOnFatalError=0",
     "-ReconnectOnError=0", "-RemoteResize=0", "-NoJPEG", "-SecurityTypes=TLSPlain"},
    false,
    true,
    tcp_port};

/* It takes name and password from its environment. */
static void open_tigervnc(struct window *window, struct room *seat, const char *user)
{
    setenv("VNC_USERNAME", user, 1);
    setenv("VNC_PASSWORD", PASSWORD, 1);
    window_open(window, seat, &tigervnc, NULL, SCREEN_ALL);
    unsetenv("VNC_USERNAME");
    unsetenv("VNC_PASSWORD");
}

/* It asks in a window of its own. */
static void open_gtkvnc(struct window *window, struct room *seat, const char *user)
{
    window_open(window, seat, &viewer_gtkvnc, NULL, SCREEN_ALL);
    screen_focus(seat->screen, screen_find(seat->screen, "--name", "Authentication"));
    screen_do(seat->screen, "type", "--delay", "0", trial_text(seat->trial, "%s\t", user),
              NULL);
    screen_do(seat->screen, "type", "--delay", "0", PASSWORD, NULL);
    screen_do(seat->screen, "key", "--delay", "0", "Return", NULL);
}

/*
 * Nobody else drives. Returns when the machine has seen a key pressed there, for some programs
 * give the keyboard to the picture only a while after the click.
 */
static void takes_the_wheel(struct party *p, int who)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    window_enter(&p->windows[who], 320, 240);
    screen_park(p->seats[who].screen); /* its pointer would be seen */
    do {
        trial_check(p->trial, clock_now_ms() < deadline_ms, "no key of %s arrives", users[who]);
        types(p, who, "a");
    } while (!guest_event_within(p->guest, KEY_MS));
    /* The first of these may have been late only. */
    types(p, who, "b");
    while (strcmp(guest_event(p->guest), "key 30 up") != 0)
        ;
    wait_driver(p, who);
}

static void releases(struct party *p, int who)
{
    chooses(p, who, "1");
    keys_expect(p->guest, THREE_TAPS);
    wait_driver(p, NOBODY);
}

/* All are there, and both windows have the keyboard; then alice drives. */
static struct party *start(struct trial *trial, const char *ask)
{
    struct party *p = trial_room(trial, sizeof(*p));

    p->trial = trial;
    door_service(trial, "test", "[ \"$password\" = " PASSWORD " ]", NULL);
    p->seats[ALICE] =
        room_start_as(trial, ROOM_VGA, "display vbe; mode 640 480; scene still",
                      trial_text(trial, "sharing = single hot-key-time = 1h ask = %s", ask),
                      "methods = {tls-plain} pam-service = \"test\"", "");
    p->seats[BOB] = p->seats[ALICE];
    p->seats[BOB].screen = screen_start(trial);
    p->guest = p->seats[ALICE].guest;
    p->daemon = p->seats[ALICE].daemon;
    open_tigervnc(&p->windows[ALICE], &p->seats[ALICE], users[ALICE]);
    open_gtkvnc(&p->windows[BOB], &p->seats[BOB], users[BOB]);
    trial_on_end(trial, end_carol, p);
    carol_comes(p);
    window_compare(p->windows, CAROL);
    takes_the_wheel(p, BOB);
    releases(p, BOB);
    takes_the_wheel(p, ALICE);
    return p;
}

/* ---- what the windows show ---- */

static struct shot with_menu(struct trial *trial, struct shot under,
                             const struct menu_facts *facts)
{
    const struct menu menu = {0};
    size_t size = (size_t)under.width_px * (size_t)under.height_px * 3;
    struct shot shot = {trial_room(trial, size), under.width_px, under.height_px};
    struct layer layer;

    layer_init(&layer);
    menu_draw(&menu, facts, under.width_px, under.height_px, &layer);
    memcpy(shot.rgb, under.rgb, size);
    for (int y = 0; y < layer.picture.h; y++)
        for (int x = 0; x < layer.picture.w; x++) {
            uint32_t px = *surface_at(&layer.picture, x, y);
            uint8_t *to = shot.rgb + 3 * ((size_t)(layer.y + y) * (size_t)shot.width_px +
                                          (size_t)(layer.x + x));
            for (int c = 0; c < 3; c++)
                to[c] = (uint8_t)(px >> (16 - 8 * c));
        }
    layer_fini(&layer);
    return shot;
}

/* One window shows the menu, the other one does not. Without notices, which go by themselves.
 */
static void compare_with_menu(struct party *p, int who, const struct menu_facts *facts)
{
    struct shot shot = room_stop(&p->seats[who]);

    window_wait(&p->windows[who], with_menu(p->trial, shot, facts));
    window_wait(&p->windows[who == ALICE ? BOB : ALICE], shot);
    room_go_on(&p->seats[who]);
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
    types(p, who, "x");
}

static void alice_gives_it_to_bob(struct party *p)
{
    goes_unheard(p, BOB);
    types(p, BOB, "Control_L Control_L Control_L");
    compare_with_menu(p, BOB, &may_ask);
    types(p, BOB, "1"); /* ask for control */
    wait_place(p, BOB, 1);
    screen_do(p->seats[ALICE].screen, "keydown", "s", NULL);
    keys_expect(p->guest, "+1f");
    types(p, ALICE, "Control_L Control_L Control_L"); /* what she holds goes up */
    keys_expect(p->guest, "+1d -1d +1d -1d +1d");
    keys_expect_set(p->guest, "-1d -1f");
    compare_with_menu(p, ALICE, &is_asked);
    types(p, ALICE, "1"); /* give control to bob */
    wait_driver(p, BOB);
    screen_do(p->seats[ALICE].screen, "keyup", "s", NULL);
    goes_unheard(p, ALICE);
    types(p, BOB, "h i");
    keys_expect(p->guest, "+23 -23 +17 -17");
}

static void bob_refuses_it_to_carol(struct party *p)
{
    goes_unheard(p, CAROL);
    chooses(p, CAROL, "1");
    wait_place(p, CAROL, 1);
    chooses(p, ALICE, "1");
    wait_place(p, ALICE, 2);
    chooses(p, BOB, "2"); /* keep control */
    keys_expect(p->guest, THREE_TAPS);
    wait_place(p, CAROL, 0);
    wait_place(p, ALICE, 1);
    chooses(p, ALICE, "1"); /* ask no more */
    wait_place(p, ALICE, 0);
}

static void bob_gives_it_to_carol(struct party *p)
{
    chooses(p, CAROL, "1");
    wait_place(p, CAROL, 1);
    chooses(p, BOB, "1");
    keys_expect(p->guest, THREE_TAPS);
    wait_driver(p, CAROL);
    goes_unheard(p, BOB);
    types(p, CAROL, "y o");
    keys_expect(p->guest, "+15 -15 +18 -18");
}

/* Who is away is not waited for. */
static void carol_leaves_it_to_bob(struct party *p)
{
    chooses(p, BOB, "1");
    wait_place(p, BOB, 1);
    carol_presses(p, 'k', true);
    keys_expect(p->guest, "+25");
    carol_leaves(p);
    keys_expect(p->guest, "-25");
    wait_driver(p, BOB);
    types(p, BOB, "z");
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
    types(p, ALICE, "w"); /* the next key takes control */
    keys_expect(p->guest, "+11 -11");
    wait_driver(p, ALICE);
    window_compare(p->windows, CAROL);
}

static void gets_it_by_silence(struct party *p, int who)
{
    chooses(p, who, "1");
    wait_driver(p, who);
    types(p, who, "h i");
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
    window_compare(p->windows, CAROL);
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
