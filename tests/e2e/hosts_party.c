/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/hosts_party.h"
#include "tests/e2e/trial.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

/* Two at each host; who drives is the first to come. */
static const struct {
    const char *user;
    char host;
    struct member_wish wish;
} guests[] = {
    {"alice", 'a', {.encodings = "zrle", .draws_pointer = true, .continuous = true}},
    {"arno", 'a', {.encodings = "tight,quality=6", .draws_pointer = true}},
    {"bob", 'b', {.encodings = "zrle", .draws_pointer = true}},
    {"bea", 'b', {.encodings = "hextile", .draws_pointer = true, .seldom = 3}},
    {"gina", 'g', {.encodings = "tight,quality=8", .draws_pointer = true, .continuous = true}},
    {"greg", 'g', {.encodings = "zrle", .draws_pointer = true, .in_parts = true}},
};

struct host *party_host(const struct party *party, char name)
{
    return name == 'a' ? party->a : name == 'b' ? party->b : party->g;
}

struct host *party_other(const struct party *party)
{
    return party->vm.at == party->a ? party->b : party->a;
}

static void start_daemons(struct party *party)
{
    static const char gateway[] = "machine web1 { listen = {\"unix:$/web1\"} }\n";

    host_start(party->a, "", vm_section(party->a, "web1", ""));
    host_start(party->b, "", vm_section(party->b, "web1", ""));
    host_start(party->g, "", gateway);
    vm_wait_known_everywhere(&party->vm);
}

static void seat(struct party *party, char host, bool is_driver_host)
{
    for (size_t i = 0; i < ARRAY_SIZE(guests); i++)
        if ((guests[i].host == host) == is_driver_host)
            crew_come(party->crew, party_host(party, guests[i].host), guests[i].user,
                      &guests[i].wish);
}

struct party *party_start_empty(struct trial *trial, const char *append)
{
    struct party *party = trial_room(trial, sizeof(*party));

    party->trial = trial;
    party->hosts = hosts_make(trial);
    party->a = hosts_add(party->hosts, "a");
    party->b = hosts_add(party->hosts, "b");
    party->g = hosts_add(party->hosts, "g");
    vm_start(&party->vm, party->a, "web1", append);
    start_daemons(party);
    party->crew = crew_make(&party->vm);
    return party;
}

struct party *party_start(struct trial *trial, char driver, const char *append)
{
    struct party *party = party_start_empty(trial, append);

    seat(party, driver, true);
    seat(party, driver, false);
    crew_type(party->crew, party->crew->driver); /* takes the wheel */
    crew_expect_all(party->crew);
    party->crew->others_type = true;
    return party;
}

void party_move(struct party *party, bool postcopy)
{
    struct crew *crew = party->crew;

    crew_hold(crew, true);
    crew_work(crew);
    vm_move(&party->vm, party_other(party), postcopy);
    vm_wait_known_everywhere(&party->vm);
    crew_rest(crew);
    crew_hold(crew, false);
    crew_expect_all(crew);
}

void party_check(struct party *party)
{
    crew_check(party->crew);
    hosts_expect_no_new_logins(party->hosts);
}
