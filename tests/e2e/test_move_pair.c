/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/test_move_pair.h"
#include "tests/e2e/trial.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* ---- starting ---- */

static const char *seen(const struct guest *guest, const char *path)
{
    return path + strlen(guest->root);
}

/* Two names, so two sockets, are used in turns. */
static const char *next_name(struct pair *pair)
{
    return pair->started++ % 2 ? "b" : "a";
}

static const char *const *devices(struct pair *pair)
{
    const char **list = trial_room(pair->trial, 3 * sizeof(*list));

    list[0] = pair->display;
    list[1] = "pvpanic,id=panic";
    return list;
}

static void init(struct pair *pair, struct trial *trial, const char *display)
{
    *pair = (struct pair){.trial = trial, .display = display};
    const char *id = strstr(display, "id=") + 3;

    pair->id = trial_text(trial, "%.*s", (int)strcspn(id, ","), id);
    pair->address = trial_text(trial, "unix:%s/view", trial->folder);
}

static void serve(struct pair *pair, const char *machine)
{
    pair->daemon = daemon_start(
        pair->trial, "",
        trial_text(
            pair->trial,
            "auth { methods = {none} }\nmachine web1 {\n  place = {\"qmp:%s\", \"qmp:%s\"}\n"
            "  listen = {\"unix:$/view\"}\n  %s\n}",
            guest_qmp_path(pair->trial, "a"), guest_qmp_path(pair->trial, "b"), machine));
    pair_wait_active(pair, pair->here, "running");
}

void pair_start(struct pair *pair, struct trial *trial, const char *display, const char *append,
                const char *machine)
{
    init(pair, trial, display);
    pair->append = append;
    const struct guest_options options = {
        .name = next_name(pair), .device = devices(pair), .append = append};
    pair->here = guest_start(trial, &options);
    serve(pair, machine);
}

void pair_start_kernel(struct pair *pair, struct trial *trial, const char *const *kernel)
{
    init(pair, trial, "VGA,id=vga");
    pair->kernel = kernel;
    const struct guest_options options = {.name = next_name(pair), .device = devices(pair)};
    pair->here = guest_start_kernel(trial, &options, kernel);
    serve(pair, "");
}

struct client *pair_look(struct pair *pair, const char *encodings)
{
    return look_open(pair->trial, pair->address, encodings, NULL);
}

/* ---- what the daemon says ---- */

json_t *pair_member(struct pair *pair, const char *name)
{
    return json_object_get(daemon_machine(pair->daemon, "web1"), name);
}

static json_t *place_of(struct pair *pair, const struct guest *guest)
{
    char *text = trial_text(pair->trial, "qmp:%s", guest->qmp_path);
    json_t *place;
    size_t i;

    json_array_foreach(pair_member(pair, "places"), i, place)
    {
        if (strcmp(json_string_value(json_object_get(place, "place")), text) == 0)
            return place;
    }
    return NULL;
}

void pair_wait_place(struct pair *pair, const struct guest *guest, const char *state)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    for (;;) {
        const char *is = json_string_value(json_object_get(place_of(pair, guest), "state"));
        if (is && strcmp(is, state) == 0)
            return;
        trial_look_again(pair->trial, deadline_ms,
                         trial_text(pair->trial, "place %s, which is %s", state, is));
    }
}

void pair_wait_active(struct pair *pair, const struct guest *guest, const char *state)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    for (;;) {
        const char *is = json_string_value(pair_member(pair, "state"));
        if (is && strcmp(is, state) == 0 &&
            json_is_true(json_object_get(place_of(pair, guest), "active")))
            return;
        trial_look_again(pair->trial, deadline_ms,
                         trial_text(pair->trial, "the machine %s at %s; it is %s", state,
                                    guest->qmp_path, is));
    }
}

/* ---- moving ---- */

static void set_postcopy(struct guest *guest, bool on)
{
    qmp_run(guest->qmp, "migrate-set-capabilities",
            json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", "postcopy-ram", "state",
                      on));
}

static char *uri(struct pair *pair)
{
    return trial_text(pair->trial, "unix:%s",
                      seen(pair->here, trial_path(pair->trial, "migration")));
}

void pair_expect(struct pair *pair, bool postcopy)
{
    static const char *const incoming[] = {"-incoming", "defer", NULL};
    const char *elf =
        guest_file(pair->trial, trial_built(pair->trial, "tests/guest/guest.elf"));
    const char *const kernel[] = {
        "-m", "64", "-kernel", elf, "-append", pair->append ? pair->append : "", NULL};
    const struct guest_options options = {
        .name = next_name(pair), .device = devices(pair), .more = incoming};

    pair->postcopy = postcopy;
    pair->there =
        guest_start_kernel(pair->trial, &options, pair->kernel ? pair->kernel : kernel);
    set_postcopy(pair->there, postcopy);
    qmp_run(pair->there->qmp, "migrate-incoming", json_pack("{s:s}", "uri", uri(pair)));
    pair_wait_place(pair, pair->there, "incoming");
}

void pair_begin(struct pair *pair, long long limit)
{
    set_postcopy(pair->here, pair->postcopy);
    if (limit)
        qmp_run(pair->here->qmp, "migrate-set-parameters",
                json_pack("{s:I}", "max-bandwidth", (json_int_t)limit));
    qmp_run(pair->here->qmp, "migrate", json_pack("{s:s}", "uri", uri(pair)));
}

void pair_wait_migration(struct pair *pair, const char *status)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    for (;;) {
        json_t *answer = qmp_run(pair->here->qmp, "query-migrate", NULL);
        const char *is = json_string_value(json_object_get(answer, "status"));
        if (is && strstr(status, is))
            return;
        trial_look_again(pair->trial, deadline_ms,
                         trial_text(pair->trial, "migration %s; it is %s: %s", status, is,
                                    json_string_value(json_object_get(answer, "error-desc"))));
    }
}

struct guest *pair_arrived(struct pair *pair, bool keep_source)
{
    struct guest *source = pair->here;

    pair_wait_active(pair, pair->there, "running");
    pair_wait_migration(pair, "completed");
    guest_line_join(source, pair->there);
    pair->here = pair->there;
    pair->there = NULL;
    pair->moves++;
    if (!keep_source)
        guest_kill(source);
    return source;
}

void pair_move(struct pair *pair, bool postcopy)
{
    pair_expect(pair, postcopy);
    pair_begin(pair, postcopy ? 4 << 20 : 0);
    if (postcopy)
        qmp_run(pair->here->qmp, "migrate-start-postcopy", NULL);
    pair_arrived(pair, false);
}

void pair_compare(struct pair *pair, struct client *client)
{
    qmp_run(pair->here->qmp, "stop", NULL);
    look_until(pair->trial, client, guest_screendump(pair->here, pair->id, 0), 0);
    qmp_run(pair->here->qmp, "cont", NULL);
}
