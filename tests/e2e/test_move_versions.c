/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines move between two versions of QEMU, the host's own and HOLDFAST_QEMU, under a viewer.
 * QEMU asks for the same machine type at both ends, so it is one of the older version.
 */
#include <config.h>
#include "tests/e2e/keys.h"
#include "tests/e2e/test_move_pair.h"
#include "tests/e2e/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define MOVES 3         /* there, back and there */
#define SLOW (64 << 10) /* bytes a second: it does not arrive by itself */
#define FAST (1LL << 30)

struct machine {
    const char *type;
    const char *display;
    const char *id;
    const char *append;
};

/* ---- two QEMUs ---- */

/* What HOLDFAST_QEMU and HOLDFAST_QEMU_ROOT are; NULL: not set, for the host's own. */
struct qemu {
    const char *program, *root;
};

static void set_variable(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

static void choose(void *what)
{
    const struct qemu *qemu = what;

    set_variable("HOLDFAST_QEMU", qemu->program);
    set_variable("HOLDFAST_QEMU_ROOT", qemu->root);
}

/* The one of the environment, which is chosen again when the trial ends or fails. */
static struct qemu *other_qemu(struct trial *trial)
{
    struct qemu *qemu = trial_room(trial, sizeof(*qemu));
    const char *root = getenv("HOLDFAST_QEMU_ROOT");

    qemu->program = trial_text(trial, "%s", getenv("HOLDFAST_QEMU"));
    qemu->root = root ? trial_text(trial, "%s", root) : NULL;
    trial_on_end(trial, choose, qemu);
    return qemu;
}

static struct guest *start(struct trial *trial, const char *name, bool incoming)
{
    const struct machine *machine = trial->data;
    const char *const device[] = {machine->display, NULL};
    const char *const more[] = {"-M", machine->type, incoming ? "-incoming" : NULL, "defer",
                                NULL};
    const struct guest_options options = {
        .name = name, .device = device, .append = machine->append, .more = more};

    if (!incoming)
        return guest_start(trial, &options);
    const char *elf = guest_file(trial, trial_built(trial, "tests/guest/guest.elf"));
    const char *const kernel[] = {"-m", "64", "-kernel", elf, "-append", machine->append, NULL};
    return guest_start_kernel(trial, &options, kernel);
}

static void print_version(struct guest *guest)
{
    json_t *answer = qmp_run(guest->qmp, "query-version", NULL);
    int major, minor, micro;
    int r = json_unpack(answer, "{s:{s:i, s:i, s:i}}", "qemu", "major", &major, "minor", &minor,
                        "micro", &micro);

    trial_check(guest->trial, r == 0, "QEMU does not say its version");
    print_message("%s: QEMU %d.%d.%d\n", guest->options.name, major, minor, micro);
}

/* The host's own is "a", the other "b". */
static struct guest *start_at(struct trial *trial, struct qemu *other, bool at_b, bool incoming)
{
    struct qemu own = {NULL, NULL};

    choose(at_b ? other : &own);
    struct guest *guest = start(trial, at_b ? "b" : "a", incoming);
    choose(other);
    guest->root = at_b && other->root ? other->root : ""; /* getenv's went with the choice */
    print_version(guest);
    return guest;
}

/* ---- the machine ---- */

static void serve(struct pair *pair)
{
    struct trial *trial = pair->trial;

    pair->address = trial_text(trial, "unix:%s/view", trial->folder);
    pair->daemon = daemon_start(
        trial, "",
        trial_text(trial,
                   "auth { methods = {none} }\nmachine web1 {\n"
                   "  place = {\"qmp:%s\", \"qmp:%s\"}\n  listen = {\"unix:$/view\"}\n}",
                   guest_qmp_path(trial, "a"), guest_qmp_path(trial, "b")));
    pair_wait_active(pair, pair->here, "running");
}

static void expect(struct pair *pair, struct qemu *other, bool at_b)
{
    pair->there = start_at(pair->trial, other, at_b, true);
    const char *path = trial_path(pair->trial, "migration") + strlen(pair->there->root);

    qmp_run(pair->there->qmp, "migrate-incoming", json_pack("{s:s+}", "uri", "unix:", path));
    pair_wait_place(pair, pair->there, "incoming");
}

/* The guest draws on: the viewer sees another picture. */
static void wait_drawing(struct pair *pair, struct client *client)
{
    struct shot before = look_shot(pair->trial, client);

    while (look_shows(client, before, 0))
        look_must(pair->trial, client, client_wait_update(client, PATIENCE_MS), "drawing");
}

/*
 * Compares between two frames: a machine that is stopped between virtio's transfer and its
 * flush has in screendump what no viewer is to see yet.
 */
static void compare(struct pair *pair, struct client *client)
{
    guest_say(pair->here, "stop");
    pair_compare(pair, client);
    guest_say(pair->here, "run 30");
}

/* Slow until the source's guest has had a key, so that one is typed while memory is copied. */
static void move_under(struct pair *pair, struct client *client)
{
    struct trial *trial = pair->trial;

    keys_press(trial, client, 'a'); /* held all the time */
    pair_begin(pair, SLOW);
    pair_wait_migration(pair, "active");
    keys_tap(trial, client, 's');
    keys_expect(pair->here, "+1e +1f -1f");
    wait_drawing(pair, client);
    pair_wait_migration(pair, "active");
    qmp_run(pair->here->qmp, "migrate-set-parameters",
            json_pack("{s:I}", "max-bandwidth", (json_int_t)FAST));
    keys_tap(trial, client, 'd');
    pair_arrived(pair, false);
    keys_tap(trial, client, 'f');
    keys_release(trial, client, 'a');
    keys_expect(pair->here, "+20 -20 +21 -21 -1e");
    wait_drawing(pair, client);
    compare(pair, client);
}

static void versions_are_changed(struct trial *trial)
{
    const struct machine *machine = trial->data;
    struct pair pair = {.trial = trial, .display = machine->display, .id = machine->id};
    struct qemu *other = other_qemu(trial);

    pair.here = start_at(trial, other, false, false);
    serve(&pair);
    struct client *client = pair_look(&pair, "zrle,cursor,desktopsize");
    look_whole(trial, client);
    for (unsigned i = 0; i < MOVES; i++) {
        expect(&pair, other, i % 2 == 0);
        move_under(&pair, client);
    }
    keys_expect_no_more(pair.here, client);
    trial_check(trial, daemon_counter(pair.daemon, "viewers_logged_in_total") == 1,
                "the viewer has logged in again");
    json_int_t switches = json_integer_value(pair_member(&pair, "switches"));
    trial_check(trial, switches == MOVES, "%d switches are told", (int)switches);
}

/* The machine types of Debian 12's QEMU, which QEMU 11 still has. */
static const struct machine i440fx = {"pc-i440fx-7.2", "VGA,id=vga", "vga",
                                      "display vbe; mode 800 600; scene window; run 30"};
static const struct machine q35 = {"pc-q35-7.2", "virtio-vga,id=gpu", "gpu",
                                   "display virtio; mode 800 600; scene window; run 30"};

static const struct trial_row rows[] = {
    {"i440fx with std VGA moves to the other QEMU and back", versions_are_changed, &i440fx,
     true},
    {"q35 with virtio-vga moves to the other QEMU and back", versions_are_changed, &q35, true},
};

int main(int argc, char **argv)
{
    const char *other = getenv("HOLDFAST_QEMU");

    return trial_main(argc, argv, "move_versions", rows,
                      other && *other ? ARRAY_SIZE(rows) : 0);
}
