/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/hosts_vm.h"
#include "tests/e2e/trial.h"

#include <string.h>

enum { MIGRATION_PORT = 4444 };

/* ---- starting ---- */

static const char *guest_name(struct host *host, const char *name)
{
    return trial_text(host->hosts->trial, "%s-%s", name, host->name);
}

char *vm_section(struct host *host, const char *name, const char *more)
{
    struct trial *trial = host->hosts->trial;

    return trial_text(
        trial, "machine %s {\n  place = {\"qmp:%s\"}\n  listen = {\"unix:$/%s\"}\n  %s\n}\n",
        name, guest_qmp_path(trial, guest_name(host, name)), name, more);
}

void vm_start(struct vm *vm, struct host *at, const char *name, const char *append)
{
    *vm = (struct vm){.trial = at->hosts->trial, .name = name, .append = append, .at = at};
    const struct guest_options options = {.name = guest_name(at, name), .append = append};

    host_enter(at);
    vm->here = guest_start(vm->trial, &options);
    host_leave(at);
}

/* ---- what the daemons say ---- */

/* What a daemon calls the place at a QEMU of `at`. */
static char *place_name(const struct vm *vm, struct host *seen_from)
{
    return seen_from == vm->at ? trial_text(vm->trial, "qmp:%s", vm->here->qmp_path)
                               : trial_text(vm->trial, "node:%s/", vm->at->name);
}

static const char *state_of(const struct vm *vm, struct host *host, const char *place,
                            bool *active_r)
{
    json_t *one, *machine = daemon_machine(host->daemon, vm->name);
    size_t i;

    json_array_foreach(json_object_get(machine, "places"), i, one)
    {
        const char *is = json_string_value(json_object_get(one, "place"));
        if (is && strncmp(is, place, strlen(place)) == 0) {
            *active_r = json_is_true(json_object_get(one, "active"));
            return json_string_value(json_object_get(one, "state"));
        }
    }
    *active_r = false;
    return "not there";
}

static void wait_place(const struct vm *vm, struct host *host, const char *place,
                       const char *state, bool active)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    for (;;) {
        bool is_active;
        const char *is = state_of(vm, host, place, &is_active);
        if (is && strcmp(is, state) == 0 && is_active == active)
            return;
        trial_look_again(vm->trial, deadline_ms,
                         trial_text(vm->trial, "%s is %s%s at %s; it is %s%s", place, state,
                                    active ? " and active" : "", host->name, is,
                                    is_active ? " and active" : ""));
    }
}

void vm_wait_known(const struct vm *vm, struct host *host)
{
    wait_place(vm, host, place_name(vm, host), "running", true);
    daemon_wait_machine(host->daemon, vm->name, "running");
}

void vm_wait_known_everywhere(const struct vm *vm)
{
    struct hosts *hosts = vm->at->hosts;

    for (unsigned i = 0; i < hosts->count; i++)
        if (hosts->all[i].daemon)
            vm_wait_known(vm, &hosts->all[i]);
}

/* ---- moving ---- */

static void set_capability(struct guest *guest, const char *name, bool on)
{
    qmp_run(guest->qmp, "migrate-set-capabilities",
            json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", name, "state", on));
}

static void set_postcopy(struct guest *guest, bool on)
{
    set_capability(guest, "postcopy-ram", on);
}

/* A port that no other machine of this test uses: by the last digit of the name. */
static char *uri(const struct vm *vm, const struct host *to)
{
    int number = vm->name[strlen(vm->name) - 1] % 10;

    return trial_text(vm->trial, "tcp:%s:%d", to->ip, MIGRATION_PORT + number);
}

void vm_expect(struct vm *vm, struct host *to, bool postcopy)
{
    static const char *const incoming[] = {"-incoming", "defer", NULL};
    const char *elf = guest_file(vm->trial, trial_built(vm->trial, "tests/guest/guest.elf"));
    const char *const kernel[] = {
        "-m", "64", "-kernel", elf, "-append", vm->append ? vm->append : "", NULL};
    const struct guest_options options = {.name = guest_name(to, vm->name), .more = incoming};

    vm->to = to;
    vm->postcopy = postcopy;
    host_enter(to);
    vm->there = guest_start_kernel(vm->trial, &options, kernel);
    host_leave(to);
    set_postcopy(vm->there, postcopy);
    qmp_run(vm->there->qmp, "migrate-incoming", json_pack("{s:s}", "uri", uri(vm, to)));
    if (to->daemon)
        wait_place(vm, to, trial_text(vm->trial, "qmp:%s", vm->there->qmp_path), "incoming",
                   false);
}

void vm_begin(struct vm *vm, long long limit)
{
    set_postcopy(vm->here, vm->postcopy);
    if (limit)
        qmp_run(vm->here->qmp, "migrate-set-parameters",
                json_pack("{s:I}", "max-bandwidth", (json_int_t)limit));
    qmp_run(vm->here->qmp, "migrate", json_pack("{s:s}", "uri", uri(vm, vm->to)));
    if (vm->postcopy)
        qmp_run(vm->here->qmp, "migrate-start-postcopy", NULL);
}

void vm_wait_migration(struct vm *vm, const char *status)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    for (;;) {
        json_t *answer = qmp_run(vm->here->qmp, "query-migrate", NULL);
        const char *is = json_string_value(json_object_get(answer, "status"));
        if (is && strcmp(is, status) == 0)
            return;
        trial_look_again(vm->trial, deadline_ms,
                         trial_text(vm->trial, "the migration is %s; it is %s: %s", status, is,
                                    json_string_value(json_object_get(answer, "error-desc"))));
    }
}

void vm_begin_and_stop(struct vm *vm)
{
    set_capability(vm->here, "pause-before-switchover", true);
    vm_begin(vm, 0);
    vm_wait_migration(vm, "pre-switchover");
}

void vm_continue(struct vm *vm)
{
    qmp_run(vm->here->qmp, "migrate-continue", json_pack("{s:s}", "state", "pre-switchover"));
}

void vm_arrived(struct vm *vm)
{
    struct guest *source = vm->here;

    vm_wait_migration(vm, "completed");
    guest_line_join(source, vm->there);
    vm->here = vm->there;
    vm->at = vm->to;
    vm->there = NULL;
    vm->to = NULL;
    vm->moves++;
    if (vm->at->daemon)
        vm_wait_known(vm, vm->at);
    guest_kill(source);
}

void vm_move(struct vm *vm, struct host *to, bool postcopy)
{
    vm_expect(vm, to, postcopy);
    vm_begin(vm, postcopy ? 4 << 20 : 0);
    vm_arrived(vm);
}

/* ---- its picture ---- */

struct shot vm_stop(struct vm *vm)
{
    qmp_run(vm->here->qmp, "stop", NULL);
    return guest_screendump(vm->here, "vga", 0);
}

void vm_go_on(struct vm *vm)
{
    qmp_run(vm->here->qmp, "cont", NULL);
}
