/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/hosts_crew.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/trial.h"

#include <stdio.h>
#include <string.h>

enum {
    OUTSTANDING_MOST = 8, /* scancodes: what the guest's keyboard controller surely holds */
    HELD_KEYSYM = 0xffe3, /* left Control */
    ALPHABET = 3,         /* letters of each hand */
};

static const char held_code[] = "1d";

/* Each has letters of its own, so that whose key the guest saw can be told. */
static const struct {
    char letters[ALPHABET + 1];
    const char *codes[ALPHABET];
} alphabets[CREW_MOST] = {
    {"qwe", {"10", "11", "12"}}, {"rty", {"13", "14", "15"}}, {"uio", {"16", "17", "18"}},
    {"asd", {"1e", "1f", "20"}}, {"fgh", {"21", "22", "23"}}, {"jkl", {"24", "25", "26"}},
    {"zxc", {"2c", "2d", "2e"}}, {"vbn", {"2f", "30", "31"}},
};

/* ---- coming and going ---- */

struct crew *crew_make(struct vm *vm)
{
    struct crew *crew = trial_room(vm->trial, sizeof(*crew));

    crew->trial = vm->trial;
    crew->vm = vm;
    crew->dice = dice_take();
    crew->audience = (struct audience){.trial = vm->trial, .dice = &crew->dice};
    return crew;
}

void crew_come_again(struct crew *crew, struct hand *hand, struct host *host)
{
    const char *who = trial_text(crew->trial, "%s at %s (%s)", hand->user, host->name,
                                 audience_encodings(&crew->audience, &hand->wish));

    hand->host = host;
    hand->client = host_look(host, crew->vm->name, hand->user,
                             audience_encodings(&crew->audience, &hand->wish));
    audience_add(&crew->audience, hand->client, &hand->wish, who);
    audience_settle(&crew->audience);
}

struct hand *crew_come(struct crew *crew, struct host *host, const char *user,
                       const struct member_wish *wish)
{
    struct hand *hand = &crew->hands[crew->count];

    trial_check(crew->trial, crew->count < CREW_MOST, "the crew is complete");
    *hand = (struct hand){.user = user, .wish = *wish};
    crew->count++;
    if (!crew->driver)
        crew->driver = hand;
    crew_come_again(crew, hand, host);
    return hand;
}

void crew_leave(struct crew *crew, struct hand *hand)
{
    audience_dismiss(&crew->audience, hand->client);
    hand->client = NULL;
}

void crew_lose_host(struct crew *crew, struct host *host)
{
    for (unsigned i = 0; i < crew->count; i++)
        if (crew->hands[i].host == host && crew->hands[i].client)
            crew_leave(crew, &crew->hands[i]);
}

/* ---- typing ---- */

static void note(struct crew *crew, char way, const char *code)
{
    trial_check(crew->trial, crew->typed < CREW_LOG_MOST, "too much was typed");
    crew->log[crew->typed++] = trial_text(crew->trial, "%c%s", way, code);
}

void crew_type(struct crew *crew, struct hand *hand)
{
    size_t number = (size_t)(hand - crew->hands);
    unsigned letter = dice_throw(&crew->dice, ALPHABET);

    keys_tap(crew->trial, hand->client, (unsigned char)alphabets[number].letters[letter]);
    if (hand != crew->driver)
        return;
    note(crew, '+', alphabets[number].codes[letter]);
    note(crew, '-', alphabets[number].codes[letter]);
}

void crew_hold(struct crew *crew, bool down)
{
    struct hand *hand = crew->driver;

    if (down)
        keys_press(crew->trial, hand->client, HELD_KEYSYM);
    else
        keys_release(crew->trial, hand->client, HELD_KEYSYM);
    note(crew, down ? '+' : '-', held_code);
    hand->holds = down;
}

static const char *tail(struct crew *crew)
{
    const char *text = "";

    for (unsigned i = crew->seen > 8 ? crew->seen - 8 : 0;
         i < crew->typed && i < crew->seen + 8; i++)
        text = trial_text(crew->trial, "%s%s%s", text, i == crew->seen ? " [here] " : " ",
                          crew->log[i]);
    return text;
}

static void saw(struct crew *crew, const char *event)
{
    const char *is = keys_short(crew->trial, event);

    trial_check(crew->trial, crew->seen < crew->typed && strcmp(is, crew->log[crew->seen]) == 0,
                "the guest reports '%s' after %u of %u; typed was%s", is, crew->seen,
                crew->typed, tail(crew));
    crew->seen++;
}

static void see(struct crew *crew, int timeout_ms)
{
    const char *event;

    while ((event = guest_event_within(crew->vm->here, timeout_ms))) {
        saw(crew, event);
        timeout_ms = 0;
    }
}

static void meanwhile(void *what)
{
    struct crew *crew = what;

    audience_look(&crew->audience);
    see(crew, 0);
    if (crew->driver->client && crew->typed - crew->seen + 2 <= OUTSTANDING_MOST &&
        dice_once_in(&crew->dice, 2))
        crew_type(crew, crew->driver);
    for (unsigned i = 0; crew->others_type && i < crew->count; i++)
        if (&crew->hands[i] != crew->driver && crew->hands[i].client &&
            dice_once_in(&crew->dice, 20))
            crew_type(crew, &crew->hands[i]);
}

void crew_work(struct crew *crew)
{
    crew->trial->meanwhile = meanwhile;
    crew->trial->meanwhile_what = crew;
}

static void look_meanwhile(void *what)
{
    struct crew *crew = what;

    audience_look(&crew->audience);
    see(crew, 0);
}

void crew_look(struct crew *crew)
{
    crew->trial->meanwhile = look_meanwhile;
    crew->trial->meanwhile_what = crew;
}

void crew_rest(struct crew *crew)
{
    crew->trial->meanwhile = NULL;
}

void crew_expect_all(struct crew *crew)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    void (*before)(void *) = crew->trial->meanwhile;

    crew_look(crew);
    while (see(crew, 0), crew->seen < crew->typed)
        trial_look_again(
            crew->trial, deadline_ms,
            trial_text(crew->trial, "the guest sees what was typed:%s", tail(crew)));
    guest_say(crew->vm->here, "echo"); /* what came before that is reported */
    see(crew, 0);
    crew->trial->meanwhile = before;
}
