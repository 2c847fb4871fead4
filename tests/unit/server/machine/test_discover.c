/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A real folder with real sockets in it, behind which the test plays. */
#include <config.h>
#include "base/alloc.h"
#include "tests/unit/server/core/fake_attach.h"
#include "tests/unit/server/core/rig.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#define UUID_1 "11111111-2222-3333-4444-555555555555"
#define UUID_2 "21111111-2222-3333-4444-555555555555"

struct site {
    char root[32], folder[64];
    struct rig rig;
};

static const char *path_of(const struct site *s, const char *file)
{
    static char path[2][200];
    static unsigned turn;
    char *text = path[turn++ % 2];
    snprintf(text, sizeof(path[0]), "%s/%s", s->folder, file);
    return text;
}

static void make_socket(const char *path)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
    close(fd); /* the file stays, which is all that is looked at */
}

static void open_site_with(struct site *s, bool folder, const char *more)
{
    *s = (struct site){.root = "/tmp/hf-discover-XXXXXX"};
    assert_non_null(mkdtemp(s->root));
    snprintf(s->folder, sizeof(s->folder), "%s/qmp", s->root);
    if (folder)
        mkdir(s->folder, 0700);
    char *config = alloc_printf("discover { qmp = \"%s\" }\n%s", s->folder, more);
    rig_start(&s->rig, rig_config(config));
    free(config);
}

static void open_site(struct site *s, const char *more)
{
    open_site_with(s, true, more);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void close_site(struct site *s)
{
    rig_stop(&s->rig);
    nftw(s->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    assert_int_equal(fake_places_open(), 0);
}

struct number {
    unsigned want;
};

static bool so_many_places(void *self)
{
    return fake_places_open() == ((struct number *)self)->want;
}

static void wait_for_places(struct site *s, unsigned n)
{
    rig_wait(&s->rig, so_many_places, &(struct number){n});
}

static struct fake_place *place_of(const struct site *s, const char *file)
{
    struct fake_place *p = fake_place_find(path_of(s, file));
    if (!p)
        fail_msg("no place for %s", file);
    return p;
}

static void sockets_that_come_and_go_are_places(void **state)
{
    struct site s;
    (void)state;
    open_site_with(&s, false, ""); /* the folder is not there yet */
    assert_int_equal(fake_places_open(), 0);
    mkdir(s.folder, 0700);
    make_socket(path_of(&s, "web1.sock"));
    wait_for_places(&s, 1);
    fake_runs(place_of(&s, "web1.sock"), "qemu-name", UUID_1, 10, 10);
    make_socket(path_of(&s, "web2.sock"));
    wait_for_places(&s, 2);
    fake_runs(place_of(&s, "web2.sock"), NULL, UUID_2, 10, 10);
    assert_string_equal(rig_names(&s.rig), "qemu-name web2");
    unlink(path_of(&s, "web1.sock"));
    wait_for_places(&s, 1);
    assert_string_equal(rig_names(&s.rig), "web2");
    close_site(&s);
}

static void only_sockets_and_links_to_them_count(void **state)
{
    struct site s;
    (void)state;
    open_site(&s, "");
    FILE *f = fopen(path_of(&s, "file.sock"), "w");
    assert_non_null(f);
    fclose(f);
    mkdir(path_of(&s, "folder.sock"), 0700);
    make_socket(path_of(&s, ".hidden.sock"));
    make_socket(path_of(&s, "other.name"));
    make_socket(path_of(&s, ".sock"));
    assert_int_equal(symlink("nowhere", path_of(&s, "dangling.sock")), 0);
    assert_int_equal(symlink("other.name", path_of(&s, "link.sock")), 0);
    wait_for_places(&s, 1);
    place_of(&s, "link.sock");
    close_site(&s);
}

static void a_folder_that_vanishes_is_looked_for_again(void **state)
{
    struct site s;
    (void)state;
    open_site_with(&s, false, "");
    for (int i = 0; i < 2; i++) {
        mkdir(s.folder, 0700);
        make_socket(path_of(&s, "web1.sock"));
        wait_for_places(&s, 1);
        unlink(path_of(&s, "web1.sock"));
        wait_for_places(&s, 0);
        assert_int_equal(rmdir(s.folder), 0);
        rig_settle(&s.rig);
    }
    mkdir(s.folder, 0700);
    make_socket(path_of(&s, "web1.sock"));
    wait_for_places(&s, 1);
    /* Moved away with all that is in it. */
    char *elsewhere = alloc_printf("%s/elsewhere", s.root);
    assert_int_equal(rename(s.folder, elsewhere), 0);
    free(elsewhere);
    wait_for_places(&s, 0);
    close_site(&s);
}

struct renewed {
    const struct site *site;
    unsigned opened;
};

static bool is_another(void *self)
{
    const struct renewed *r = self;
    const struct fake_place *p = fake_place_find(path_of(r->site, "web1.sock"));
    return p && p->opened != r->opened;
}

static void a_link_that_points_elsewhere_now_is_another_place(void **state)
{
    struct site s;
    (void)state;
    open_site(&s, "");
    make_socket(path_of(&s, "one"));
    make_socket(path_of(&s, "two"));
    assert_int_equal(symlink("one", path_of(&s, "web1.sock")), 0);
    wait_for_places(&s, 1);
    struct fake_place *p = place_of(&s, "web1.sock");
    struct renewed r = {&s, p->opened};
    fake_runs(p, "web1", UUID_1, 10, 10);
    assert_int_equal(symlink("two", path_of(&s, "new")), 0);
    assert_int_equal(rename(path_of(&s, "new"), path_of(&s, "web1.sock")), 0);
    rig_wait(&s.rig, is_another, &r);
    assert_int_equal(fake_places_open(), 1);
    close_site(&s);
}

static void what_was_detached_by_hand_stays_away_while_its_file_does(void **state)
{
    struct site s;
    (void)state;
    open_site(&s, "");
    make_socket(path_of(&s, "web1.sock"));
    wait_for_places(&s, 1);
    fake_runs(place_of(&s, "web1.sock"), "web1", UUID_1, 10, 10);
    machines_detach(&s.rig.machines, "web1");
    make_socket(path_of(&s, "web2.sock"));
    wait_for_places(&s, 1);
    assert_null(fake_place_find(path_of(&s, "web1.sock")));
    unlink(path_of(&s, "web1.sock"));
    unlink(path_of(&s, "web2.sock"));
    wait_for_places(&s, 0);
    make_socket(path_of(&s, "web1.sock"));
    wait_for_places(&s, 1);
    place_of(&s, "web1.sock");
    close_site(&s);
}

/* ---- who they are ---- */

struct row {
    const char *name, *uuid; /* NULL: none */
};

static void names_are_decided_by_name_then_uuid_then_number(void **state)
{
    static const struct {
        struct row first, second;
        const char *names;
    } rows[] = {
        {{"vm", UUID_1}, {"vm", UUID_2}, "vm vm-21111111"},
        {{"vm", UUID_1}, {"vm", NULL}, "vm vm-2"},
        {{"vm", NULL}, {"vm", UUID_2}, "vm vm-21111111"},
        {{"vm", NULL}, {"vm", NULL}, "vm vm-2"},
        {{"vm", UUID_1}, {"other", UUID_1}, "vm"}, /* one machine at two places */
        {{NULL, UUID_1}, {NULL, UUID_2}, "a b"},
        {{NULL, NULL}, {NULL, NULL}, "a b"},
        {{"", NULL}, {"a", NULL}, "a a-2"},
        {{"vm", "00000000-0000-0000-0000-000000000000"},
         {"vm", "00000000-0000-0000-0000-000000000000"},
         "vm vm-2"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct site s;
        open_site(&s, "");
        make_socket(path_of(&s, "a.sock"));
        make_socket(path_of(&s, "b.sock"));
        wait_for_places(&s, 2);
        fake_runs(place_of(&s, "a.sock"), rows[i].first.name, rows[i].first.uuid, 10, 10);
        fake_runs(place_of(&s, "b.sock"), rows[i].second.name, rows[i].second.uuid, 10, 10);
        if (strcmp(rig_names(&s.rig), rows[i].names) != 0)
            fail_msg("row %zu: %s", i, rig_names(&s.rig));
        close_site(&s);
    }
}

static void a_machine_without_uuid_that_comes_back_after_it_was_lost_is_the_same(void **state)
{
    struct site s;
    (void)state;
    open_site(&s, "");
    make_socket(path_of(&s, "a.sock"));
    wait_for_places(&s, 1);
    fake_runs(place_of(&s, "a.sock"), "vm", NULL, 10, 10);
    struct machine *m = rig_machine(&s.rig, "vm");
    m->n_viewers = 1; /* somebody stays */
    fake_says_state(place_of(&s, "a.sock"), PLACE_LOST);
    make_socket(path_of(&s, "b.sock"));
    wait_for_places(&s, 2);
    fake_runs(place_of(&s, "b.sock"), "vm", NULL, 10, 10);
    assert_string_equal(rig_names(&s.rig), "vm");
    assert_ptr_equal(rig_machine(&s.rig, "vm"), m);
    assert_int_equal(m->state, MACHINE_RUNNING);
    m->n_viewers = 0;
    close_site(&s);
}

static void another_qemu_behind_the_same_file_is_another_machine(void **state)
{
    static const char *const next[] = {UUID_2, NULL};
    (void)state;
    for (size_t i = 0; i < COUNT(next); i++) {
        struct site s;
        open_site(&s, "");
        make_socket(path_of(&s, "a.sock"));
        wait_for_places(&s, 1);
        struct fake_place *p = place_of(&s, "a.sock");
        fake_runs(p, "old", UUID_1, 10, 10);
        fake_says_state(p, PLACE_LOST);
        fake_runs(p, "new", next[i], 10, 10);
        assert_string_equal(rig_names(&s.rig), "new");
        close_site(&s);
    }
}

static void an_attached_name_takes_over_a_discovered_machine(void **state)
{
    struct site s;
    const char *why;
    (void)state;
    open_site(&s, "");
    make_socket(path_of(&s, "a.sock"));
    wait_for_places(&s, 1);
    fake_runs(place_of(&s, "a.sock"), "found", UUID_1, 10, 10);
    assert_int_equal(machines_attach(&s.rig.machines, "mine", "fake:m", &why), 0);
    fake_says_identity(fake_place_find("m"), NULL, UUID_1);
    assert_string_equal(rig_names(&s.rig), "mine");
    assert_int_equal(rig_machine(&s.rig, "mine")->state, MACHINE_RUNNING);
    machines_detach(&s.rig.machines, "mine");
    assert_int_equal(fake_places_open(), 0);
    close_site(&s);
}

/* The viewers of a machine that gets another name stay. */
static void a_discovered_machine_that_is_looked_at_takes_the_name_it_is_given(void **state)
{
    struct site s;
    const char *why;
    (void)state;
    open_site(&s, "machine mine { max-viewers = 8 }\n");
    machines_detach(&s.rig.machines, "mine");
    make_socket(path_of(&s, "a.sock"));
    wait_for_places(&s, 1);
    fake_runs(place_of(&s, "a.sock"), "zebra", UUID_1, 10, 10);
    struct machine *m = rig_machine(&s.rig, "zebra");
    m->n_viewers = 1;
    assert_int_equal(machines_attach(&s.rig.machines, "mine", "fake:m", &why), 0);
    fake_says_identity(fake_place_find("m"), NULL, UUID_1);
    assert_string_equal(rig_names(&s.rig), "mine");
    assert_ptr_equal(rig_machine(&s.rig, "mine"), m);
    assert_int_equal(m->state, MACHINE_RUNNING);
    assert_int_equal(m->config.max_viewers, 8);
    assert_true(m->by_hand);
    fake_says_state(place_of(&s, "a.sock"), PLACE_LOST);
    fake_says_state(fake_place_find("m"), PLACE_RUNNING);
    assert_int_equal(m->state, MACHINE_RUNNING);
    m->n_viewers = 0;
    close_site(&s);
}

static void a_section_of_a_discovered_machine_gives_it_its_values(void **state)
{
    struct site s;
    (void)state;
    open_site(&s, "machine web1 { max-viewers = 3 }\nmachine \"uuid:" UUID_2
                  "\" { max-viewers = 4 }\n");
    make_socket(path_of(&s, "a.sock"));
    make_socket(path_of(&s, "b.sock"));
    wait_for_places(&s, 2);
    fake_runs(place_of(&s, "a.sock"), "web1", UUID_1, 10, 10);
    fake_runs(place_of(&s, "b.sock"), "web2", UUID_2, 10, 10);
    assert_string_equal(rig_names(&s.rig), "web1 web2");
    assert_int_equal(rig_machine(&s.rig, "web1")->config.max_viewers, 3);
    assert_int_equal(rig_machine(&s.rig, "web2")->config.max_viewers, 4);
    assert_int_equal(rig_machine(&s.rig, "web1")->state, MACHINE_RUNNING);
    close_site(&s);
}

/* ---- beside the configuration ---- */

static void one_socket_is_opened_once_whether_listed_or_found(void **state)
{
    struct site s;
    (void)state;
    open_site(&s, "");
    make_socket(path_of(&s, "a.sock"));
    make_socket(path_of(&s, "b.sock"));
    wait_for_places(&s, 2);
    fake_runs(place_of(&s, "a.sock"), "found", UUID_1, 10, 10);
    char *listed =
        alloc_printf("discover { qmp = \"%s\" }\nmachine web1 { place = \"qmp:%s/a.sock\" }\n",
                     s.folder, s.folder);
    rig_reload(&s.rig, listed);
    rig_settle(&s.rig);
    assert_int_equal(fake_places_open(), 2);
    assert_string_equal(rig_names(&s.rig), "web1");
    fake_runs(place_of(&s, "a.sock"), "found", UUID_1, 10, 10);
    assert_string_equal(rig_names(&s.rig), "web1");
    char *unlisted = alloc_printf("discover { qmp = \"%s\" }\n", s.folder);
    rig_reload(&s.rig, unlisted);
    wait_for_places(&s, 2);
    fake_runs(place_of(&s, "a.sock"), "found", UUID_1, 10, 10);
    assert_string_equal(rig_names(&s.rig), "found");
    rig_reload(&s.rig, "");
    assert_int_equal(fake_places_open(), 0);
    free(listed);
    free(unlisted);
    close_site(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sockets_that_come_and_go_are_places),
        cmocka_unit_test(only_sockets_and_links_to_them_count),
        cmocka_unit_test(a_folder_that_vanishes_is_looked_for_again),
        cmocka_unit_test(a_link_that_points_elsewhere_now_is_another_place),
        cmocka_unit_test(what_was_detached_by_hand_stays_away_while_its_file_does),
        cmocka_unit_test(names_are_decided_by_name_then_uuid_then_number),
        cmocka_unit_test(a_machine_without_uuid_that_comes_back_after_it_was_lost_is_the_same),
        cmocka_unit_test(another_qemu_behind_the_same_file_is_another_machine),
        cmocka_unit_test(an_attached_name_takes_over_a_discovered_machine),
        cmocka_unit_test(a_discovered_machine_that_is_looked_at_takes_the_name_it_is_given),
        cmocka_unit_test(a_section_of_a_discovered_machine_gives_it_its_values),
        cmocka_unit_test(one_socket_is_opened_once_whether_listed_or_found),
    };
    return cmocka_run_group_tests_name("discover", tests, NULL, NULL);
}
