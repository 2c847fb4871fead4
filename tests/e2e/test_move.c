/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines move from one QEMU to another; viewers, keys and the picture stay. */
#include <config.h>
#include "tests/e2e/keys.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/test_move_pair.h"
#include "tests/e2e/trial.h"
#include "tests/installer_guest.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define VIEW "zrle,cursor,desktopsize"
#define VGA "VGA,id=vga"
#define VIRTIO "virtio-vga,id=gpu"

static void check_no_new_logins(struct pair *pair, unsigned viewers)
{
    trial_check(pair->trial, daemon_counter(pair->daemon, "viewers_logged_in_total") == viewers,
                "viewers have logged in again");
}

static void check_switches(struct pair *pair, unsigned wanted)
{
    json_int_t n = json_integer_value(pair_member(pair, "switches"));

    trial_check(pair->trial, n == wanted, "%d switches are told, not %u", (int)n, wanted);
}

/* Four letters, each pressed and released, and the scancodes that the guest must report. */
struct letters {
    char keysyms[5];
    const char *codes;
};

static const struct letters words[] = {
    {"asdf", "+1e -1e +1f -1f +20 -20 +21 -21"},
    {"ghjk", "+22 -22 +23 -23 +24 -24 +25 -25"},
    {"qwer", "+10 -10 +11 -11 +12 -12 +13 -13"},
};

/* ---- there and back, many times ---- */

static void moves_in_a_row(struct trial *trial)
{
    struct pair pair;
    struct client *viewers[3];
    unsigned rounds = trial_is_long() ? 200 : 20;

    pair_start(&pair, trial, VGA, "display vbe; mode 800 600; scene window; run 30", "");
    for (size_t i = 0; i < ARRAY_SIZE(viewers); i++) {
        viewers[i] = pair_look(&pair, i ? VIEW : "tight,quality=6,cursor,desktopsize");
        look_whole(trial, viewers[i]);
    }
    for (unsigned round = 0; round < rounds; round++) {
        const struct letters *word = &words[round % ARRAY_SIZE(words)];
        struct client *typist = viewers[round % ARRAY_SIZE(viewers)];
        bool postcopy = round % 2;
        pair_expect(&pair, postcopy);
        keys_tap(trial, typist, (unsigned char)word->keysyms[0]);
        pair_begin(&pair, postcopy ? 4 << 20 : 0);
        keys_tap(trial, typist, (unsigned char)word->keysyms[1]);
        if (postcopy)
            qmp_run(pair.here->qmp, "migrate-start-postcopy", NULL);
        keys_tap(trial, typist, (unsigned char)word->keysyms[2]);
        pair_wait_active(&pair, pair.there, "running");
        keys_tap(trial, typist, (unsigned char)word->keysyms[3]);
        pair_arrived(&pair, false);
        keys_expect(pair.here, word->codes);
        if (round % 5 == 4)
            pair_compare(&pair, typist);
    }
    guest_say(pair.here, "stop");
    for (size_t i = 0; i < ARRAY_SIZE(viewers); i++) {
        pair_compare(&pair, viewers[i]);
        keys_expect_no_more(pair.here, viewers[i]);
    }
    check_no_new_logins(&pair, ARRAY_SIZE(viewers));
    check_switches(&pair, rounds);
    trial_check(trial, json_is_integer(pair_member(&pair, "last_switch_gap_ms")),
                "no gap is told");
}

/* ---- keys across a switch ---- */

/* The source stops and waits for our word: the machine runs nowhere until then. */
static void stop_between(struct pair *pair)
{
    qmp_run(pair->here->qmp, "migrate-set-capabilities",
            json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability",
                      "pause-before-switchover", "state", 1));
    pair_begin(pair, 0);
    pair_wait_migration(pair, "pre-switchover");
    pair_wait_active(pair, pair->here, "switching");
}

static void go_on(struct pair *pair)
{
    qmp_run(pair->here->qmp, "migrate-continue", json_pack("{s:s}", "state", "pre-switchover"));
}

static void keys_are_held_over_the_switch(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display vbe; mode 640 480; scene still", "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    pair_expect(&pair, false);
    keys_press(trial, client, 'a'); /* held all the time */
    keys_press(trial, client, 's'); /* let go in between */
    keys_expect(pair.here, "+1e +1f");
    stop_between(&pair);
    keys_release(trial, client, 's');
    keys_tap(trial, client, 'd');
    keys_press(trial, client, 'f'); /* pressed in between */
    trial_check(trial, guest_event_within(pair.here, 50) == NULL, "a stopped guest has keys");
    go_on(&pair);
    pair_arrived(&pair, false);
    keys_expect(pair.here, "-1f +20 -20 +21");
    keys_release(trial, client, 'a');
    keys_release(trial, client, 'f');
    keys_expect(pair.here, "-1e -21");
    keys_expect_no_more(pair.here, client);
    pair_compare(&pair, client);
}

static void keys_of_a_viewer_that_leaves_between_are_lifted(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display vbe; mode 640 480; scene still", "");
    struct client *client = pair_look(&pair, VIEW), *stays = pair_look(&pair, VIEW);
    look_whole(trial, client);
    look_whole(trial, stays);
    pair_expect(&pair, false);
    keys_press(trial, client, 'a');
    keys_expect(pair.here, "+1e");
    stop_between(&pair);
    look_leave(client);
    go_on(&pair);
    pair_arrived(&pair, false);
    keys_expect(pair.here, "-1e");
    keys_expect_no_more(pair.here, stays);
}

static void held_input_has_a_bound_that_is_logged(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display vbe; mode 640 480; scene still", "hold-events = 4");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    pair_expect(&pair, false);
    stop_between(&pair);
    keys_tap(trial, client, 'a');
    keys_tap(trial, client, 's');
    keys_tap(trial, client, 'd');
    look_must(trial, client, client_request_all(client, false), "a request");
    look_must(trial, client, client_wait_message(client, CLIENT_UPDATE, PATIENCE_MS),
              "the picture while it moves");
    go_on(&pair);
    pair_arrived(&pair, false);
    keys_expect(pair.here, "+1e -1e +1f -1f");
    keys_expect_no_more(pair.here, client);
    process_wait_log(pair.daemon->process, "2 key and button events were lost", PATIENCE_MS);
}

/* ---- ways to move ---- */

static void a_destination_that_waits_for_cont(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display vbe; mode 800 600; scene window; run 30", "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    pair_expect(&pair, false);
    qmp_run(pair.there->qmp, "stop", NULL); /* as -S */
    pair_begin(&pair, 0);
    pair_wait_migration(&pair, "completed");
    pair_wait_place(&pair, pair.there, "paused");
    pair_wait_active(&pair, pair.here, "switching");
    keys_tap(trial, client, 'a');
    qmp_run(pair.there->qmp, "cont", NULL);
    pair_arrived(&pair, false);
    keys_expect(pair.here, "+1e -1e");
    guest_say(pair.here, "stop");
    pair_compare(&pair, client);
    check_switches(&pair, 1);
}

static void the_source_ends_before_cont(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display vbe; mode 800 600; scene still", "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    pair_expect(&pair, false);
    qmp_run(pair.there->qmp, "stop", NULL);
    pair_begin(&pair, 0);
    pair_wait_migration(&pair, "completed");
    pair_wait_place(&pair, pair.there, "paused");
    guest_kill(pair.here);
    pair_wait_active(&pair, pair.there, "paused");
    keys_tap(trial, client, 'a');
    look_until(trial, client, guest_screendump(pair.there, pair.id, 0), 0);
    qmp_run(pair.there->qmp, "cont", NULL);
    pair_wait_active(&pair, pair.there, "running");
    keys_expect(pair.there, "+1e -1e");
    check_switches(&pair, 1);
}

static void a_paused_machine_moves(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display vbe; mode 800 600; scene still", "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    pair_expect(&pair, false);
    qmp_run(pair.here->qmp, "stop", NULL);
    pair_wait_active(&pair, pair.here, "paused");
    pair_begin(&pair, 0);
    pair_wait_migration(&pair, "completed");
    pair_wait_active(&pair, pair.there, "paused");
    look_until(trial, client, guest_screendump(pair.there, pair.id, 0), 0);
    qmp_run(pair.there->qmp, "cont", NULL);
    pair_arrived(&pair, false);
    keys_tap(trial, client, 'a');
    keys_expect(pair.here, "+1e -1e");
    check_switches(&pair, 1);
}

/* Whoever comes after the move gets the shape that the guest set before it. */
static void check_hot_spot(struct pair *pair, int hot_x_px)
{
    struct client *late = pair_look(pair, VIEW);

    while (late->cursor.hot_x_px != hot_x_px)
        look_must(pair->trial, late, client_wait_update(late, PATIENCE_MS), "the cursor");
    look_leave(late);
}

static void the_mode_changes_just_before(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, trial->data, NULL, "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    bool virtio = strcmp(trial->data, VGA) != 0;
    guest_say(pair.here, "display %s", virtio ? "virtio" : "vbe");
    for (int round = 0; round < 3; round++) {
        pair_expect(&pair, false);
        guest_say(pair.here, "mode %d %d", round % 2 ? 1024 : 640, round % 2 ? 768 : 480);
        guest_say(pair.here, "scene still");
        if (virtio)
            guest_say(pair.here, "cursor %s %d 4", round % 2 ? "cross" : "block", round + 3);
        pair_begin(&pair, 0);
        pair_arrived(&pair, false);
        pair_compare(&pair, client);
        if (virtio)
            check_hot_spot(&pair, round + 3);
    }
    check_switches(&pair, 3);
}

static void text_mode_moves(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display text; scene clock", "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    for (int round = 0; round < 2; round++) {
        guest_say(pair.here, "step 7");
        pair_move(&pair, false);
        pair_compare(&pair, client);
    }
}

/* Once: QEMU 11 cannot always load what it saves of two heads that have moved before. */
static void two_heads_move(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, "virtio-vga,id=two,max_outputs=2",
               "display virtio; mode 640 480; scene still; head2 on 320 240", "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    guest_say(pair.here, "noise 0 0 100 100 1");
    guest_say(pair.here, "noise 0 0 100 100 2 1");
    pair_move(&pair, false);
    qmp_run(pair.here->qmp, "stop", NULL);
    struct shot left = guest_screendump(pair.here, "two", 0),
                right = guest_screendump(pair.here, "two", 1);
    look_until(trial, client, stand_side_by_side(trial, left, right), 0);
    check_no_new_logins(&pair, 1);
}

/* ---- a real guest ---- */

#define BOOT_MS 900000 /* until its first page, on a slow and busy machine */
#define REST_MS 15000  /* between two moves while it boots */
#define KEYSYM_DOWN 0xff54

static bool is_page(const struct client *client)
{
    return client->picture.width_px == INSTALLER_PAGE_WIDTH_PX;
}

static void let_it_boot(struct trial *trial, struct client *client)
{
    int64_t deadline_ms = clock_now_ms() + REST_MS;

    while (!is_page(client) && clock_left_ms(deadline_ms) > 0) {
        int r = client_wait_update(client, clock_left_ms(deadline_ms));
        trial_check(trial, r == 0 || (r == -ETIMEDOUT && !client->fault.error),
                    "a viewer during the boot: %s", client_why(client));
    }
}

/* It is moved while it boots, in whatever mode it is, and then while it is typed at. */
static void the_installer_moves(struct trial *trial)
{
    const char *const kernel[] = {INSTALLER_WORDS(guest_file(trial, INSTALLER_KERNEL),
                                                  guest_file(trial, INSTALLER_INITRD))};
    int64_t deadline_ms = clock_now_ms() + BOOT_MS;
    struct pair pair;
    unsigned pages = 0;

    pair_start_kernel(&pair, trial, kernel);
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    while (pages < 4) {
        pair_move(&pair, pair.moves % 2);
        for (int i = 0; i < 4; i++)
            keys_tap(trial, client, KEYSYM_DOWN);
        pair_compare(&pair, client);
        pages += is_page(client);
        let_it_boot(trial, client);
        trial_check(trial, clock_now_ms() < deadline_ms, "the installer does not come up");
    }
    check_no_new_logins(&pair, 1);
    check_switches(&pair, pair.moves);
}

/* ---- moves that come to nothing ---- */

static void check_stayed(struct pair *pair, struct client *client)
{
    pair_wait_active(pair, pair->here, "running");
    guest_say(pair->here, "noise 10 10 200 100 7");
    pair_compare(pair, client);
    keys_tap(pair->trial, client, 'a');
    keys_expect(pair->here, "+1e -1e");
    keys_expect_no_more(pair->here, client);
    check_switches(pair, 0);
}

static void a_cancelled_move(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display vbe; mode 800 600; scene still", "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    pair_expect(&pair, false);
    pair_begin(&pair, 4096);
    pair_wait_migration(&pair, "active");
    keys_tap(trial, client, 's');
    qmp_run(pair.here->qmp, "migrate_cancel", NULL);
    pair_wait_migration(&pair, "cancelled");
    keys_expect(pair.here, "+1f -1f");
    check_stayed(&pair, client);
}

static void a_move_that_fails_early(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display vbe; mode 800 600; scene still", "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    pair_expect(&pair, false);
    pair_begin(&pair, 4096);
    pair_wait_migration(&pair, "active");
    guest_kill(pair.there);
    pair_wait_migration(&pair, "failed");
    check_stayed(&pair, client);
}

static void a_move_that_fails_late(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display vbe; mode 800 600; scene still", "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    pair_expect(&pair, false);
    keys_press(trial, client, 's');
    keys_expect(pair.here, "+1f");
    stop_between(&pair);
    keys_release(trial, client, 's');
    keys_tap(trial, client, 'd');
    guest_kill(pair.there);
    go_on(&pair);
    /* QEMU 11 does not notice, and says "completed"; 7.2 lets the guest go on by itself. */
    pair_wait_migration(&pair, "failed completed");
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    while (strcmp(json_string_value(pair_member(&pair, "state")), "running") != 0) {
        qmp_try(pair.here->qmp, "cont", NULL);
        trial_look_again(trial, deadline_ms, "the machine at its source again");
    }
    keys_expect(pair.here, "-1f +20 -20");
    check_stayed(&pair, client);
}

/* ---- afterwards ---- */

static void the_destination_dies_and_the_source_goes_on(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display vbe; mode 800 600; scene still", "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    pair_expect(&pair, false);
    pair_begin(&pair, 0);
    struct guest *source = pair_arrived(&pair, true);
    pair_wait_place(&pair, source, "gone-elsewhere");
    keys_press(trial, client, 's');
    keys_expect(pair.here, "+1f");
    guest_kill(pair.here);
    daemon_wait_machine(pair.daemon, "web1", "waiting");
    keys_release(trial, client, 's');
    qmp_run(source->qmp, "cont", NULL);
    pair.here = source;
    pair_wait_active(&pair, source, "running");
    guest_say(source, "noise 10 10 200 100 7");
    pair_compare(&pair, client);
    keys_tap(trial, client, 'a');
    keys_expect(source, "+1e -1e");
    check_no_new_logins(&pair, 1);
}

static void two_that_run_are_an_error_and_the_newest_is_shown(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display vbe; mode 800 600; scene still", "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    pair_expect(&pair, false);
    pair_begin(&pair, 0);
    struct guest *source = pair_arrived(&pair, true), *other = pair.here;
    qmp_run(source->qmp, "cont", NULL);
    pair_wait_active(&pair, source, "running");
    process_wait_log(pair.daemon->process, "runs twice", PATIENCE_MS);
    pair.here = source;
    guest_say(source, "noise 10 10 200 100 7");
    pair_compare(&pair, client);
    guest_kill(source);
    pair_wait_active(&pair, other, "running");
    pair.here = other;
    guest_say(other, "noise 20 20 200 100 8");
    pair_compare(&pair, client);
}

static void a_guest_that_moved_is_reset_and_panics(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display vbe; mode 800 600; scene still", "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    pair_move(&pair, false);
    guest_say(pair.here, "reset");
    while (strcmp(guest_event(pair.here), "ready holdfast-guest 1") != 0)
        continue;
    pair_compare(&pair, client);
    keys_tap(trial, client, 'a');
    keys_expect(pair.here, "+1e -1e");
    pair_move(&pair, false);
    guest_say(pair.here, "panic");
    look_must(trial, client, client_request_all(client, false), "a request");
    look_must(trial, client, client_wait_message(client, CLIENT_UPDATE, PATIENCE_MS),
              "the picture of a guest that crashed");
}

static void qemu_is_started_again_at_the_other_place(struct trial *trial)
{
    struct pair pair;

    pair_start(&pair, trial, VGA, "display vbe; mode 800 600; scene still", "");
    struct client *client = pair_look(&pair, VIEW);
    look_whole(trial, client);
    pair_compare(&pair, client);
    keys_press(trial, client, 'a');
    keys_expect(pair.here, "+1e");
    guest_kill(pair.here);
    daemon_wait_machine(pair.daemon, "web1", "waiting");
    const struct guest_options options = {.name = "b",
                                          .append = "display vbe; mode 640 480; scene still"};
    pair.here = guest_start(trial, &options);
    pair_wait_active(&pair, pair.here, "running");
    pair_compare(&pair, client);
    keys_release(trial, client, 'a'); /* another guest: it never had this key */
    keys_tap(trial, client, 's');
    keys_expect(pair.here, "+1f -1f");
    check_no_new_logins(&pair, 1);
}

static const struct trial_row rows[] = {
    {"a machine moves again and again under its viewers", moves_in_a_row, NULL, false},
    {"keys are held over the switch", keys_are_held_over_the_switch, NULL, false},
    {"keys of a viewer that leaves in between are lifted",
     keys_of_a_viewer_that_leaves_between_are_lifted, NULL, false},
    {"held input has a bound, and what is lost is logged",
     held_input_has_a_bound_that_is_logged, NULL, false},
    {"a destination started with -S", a_destination_that_waits_for_cont, NULL, false},
    {"the source ends before cont", the_source_ends_before_cont, NULL, false},
    {"a paused machine moves", a_paused_machine_moves, NULL, false},
    {"std VGA changes its mode just before", the_mode_changes_just_before, VGA, false},
    {"virtio changes its mode and cursor just before", the_mode_changes_just_before, VIRTIO,
     false},
    {"text mode moves", text_mode_moves, NULL, false},
    {"two heads move", two_heads_move, NULL, false},
    {"the Debian installer moves while it boots and is typed at", the_installer_moves, NULL,
     true},
    {"a move is cancelled", a_cancelled_move, NULL, false},
    {"a move fails early", a_move_that_fails_early, NULL, false},
    {"a move fails late", a_move_that_fails_late, NULL, false},
    {"the destination dies and the source goes on", the_destination_dies_and_the_source_goes_on,
     NULL, false},
    {"two that run are an error, and the newest is shown",
     two_that_run_are_an_error_and_the_newest_is_shown, NULL, false},
    {"a guest that moved is reset, moves, and panics", a_guest_that_moved_is_reset_and_panics,
     NULL, false},
    {"QEMU is started again at the other place", qemu_is_started_again_at_the_other_place, NULL,
     false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "move", rows, ARRAY_SIZE(rows));
}
