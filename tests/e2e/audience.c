/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/audience.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#define AT_ONCE_MOST 3 /* updates that a viewer takes before it is another one's turn */

static void must(const struct audience *audience, const struct member *m, int result)
{
    look_must(audience->trial, m->client, result, m->who);
}

/* The server says that it can by ending what has not begun. */
static void begin_continuous(struct audience *audience, struct member *m)
{
    const struct client_picture *p = &m->client->picture;

    if (!m->client->extras.continuous_updates)
        must(audience, m,
             client_wait_message(m->client, CLIENT_END_OF_CONTINUOUS_UPDATES, PATIENCE_MS));
    must(audience, m, client_send_continuous(m->client, true, 0, 0, p->width_px, p->height_px));
}

const char *audience_encodings(const struct audience *audience, const struct member_wish *wish)
{
    return trial_text(audience->trial, "%s%s%s,desktopsize", wish->encodings,
                      wish->draws_pointer ? ",cursor" : "",
                      wish->continuous ? ",fence,continuous" : "");
}

struct member *audience_add(struct audience *audience, struct client *client,
                            const struct member_wish *wish, const char *who)
{
    struct member *m = &audience->members[audience->count];

    trial_check(audience->trial, audience->count < AUDIENCE_MOST, "no seat is free");
    *m = (struct member){.wish = *wish, .client = client, .who = who};
    audience->count++;
    return m;
}

struct member *audience_join(struct audience *audience, const char *address,
                             const struct member_wish *wish)
{
    struct trial *trial = audience->trial;
    const char *list = audience_encodings(audience, wish);
    const char *who = trial_text(trial, "viewer %zu (%s in %s)", audience->count, list,
                                 wish->format ? wish->format : "the server's format");

    return audience_add(audience, look_open(trial, address, list, wish->format), wish, who);
}

void audience_dismiss(struct audience *audience, struct client *client)
{
    size_t i = 0;

    while (i < audience->count && audience->members[i].client != client)
        i++;
    trial_check(audience->trial, i < audience->count, "no such member");
    audience->count--;
    memmove(&audience->members[i], &audience->members[i + 1],
            (audience->count - i) * sizeof(audience->members[0]));
    look_leave(client);
}

void audience_settle(struct audience *audience)
{
    for (size_t i = 0; i < audience->count; i++) {
        struct member *m = &audience->members[i];
        must(audience, m, client_wait_complete(m->client, PATIENCE_MS));
        if (m->wish.continuous && m->client->continuous == CLIENT_CONTINUOUS_OFF)
            begin_continuous(audience, m);
    }
}

/* ---- looking ---- */

static void ask_for_a_part(struct audience *audience, struct member *m)
{
    const struct client_picture *p = &m->client->picture;
    struct dice *dice = audience->dice;
    int w = dice_between(dice, 1, p->width_px), h = dice_between(dice, 1, p->height_px);

    must(audience, m,
         client_request(m->client, !dice_once_in(dice, 4),
                        dice_between(dice, 0, p->width_px - w),
                        dice_between(dice, 0, p->height_px - h), w, h));
    m->part_asked = true;
}

static void ask_for_all(struct audience *audience, struct member *m)
{
    bool waits = m->client->asked || m->client->continuous == CLIENT_CONTINUOUS_ON;

    if (m->part_asked || !waits)
        must(audience, m, client_request_all(m->client, true));
    m->part_asked = false;
}

/* Takes in what has come. */
static void look(struct audience *audience, struct member *m)
{
    int result = 0;

    for (int i = 0; i < AT_ONCE_MOST && result == 0; i++)
        result = client_wait_message(m->client, CLIENT_UPDATE, 0);
    /* That nothing has come is no fault. */
    if (result != -ETIMEDOUT || client_fault_is(&m->client->fault))
        must(audience, m, result);
}

static void ask(struct audience *audience, struct member *m)
{
    if (m->wish.in_parts && dice_once_in(audience->dice, 3))
        ask_for_a_part(audience, m);
    else
        ask_for_all(audience, m);
}

void audience_look(struct audience *audience)
{
    struct member *awake[AUDIENCE_MOST];
    size_t count = 0;

    for (size_t i = 0; i < audience->count; i++) {
        struct member *m = &audience->members[i];
        if (dice_once_in(audience->dice, m->wish.seldom ? m->wish.seldom : 1))
            awake[count++] = m;
    }
    dice_shuffle(audience->dice, awake, count, sizeof(awake[0]));
    for (size_t i = 0; i < count; i++)
        look(audience, awake[i]);
    /* Nearly at the same time, so that they are served with the same frame. */
    for (size_t i = 0; i < count; i++)
        ask(audience, awake[i]);
}

/* ---- comparing ---- */

static struct shot with_pointer(struct trial *trial, struct shot shot,
                                const struct audience_pointer *pointer)
{
    size_t size = 3 * (size_t)shot.width_px * (size_t)shot.height_px;
    struct shot drawn = {trial_room(trial, size), shot.width_px, shot.height_px};

    memcpy(drawn.rgb, shot.rgb, size);
    if (pointer && pointer->shape)
        shape_draw(drawn, pointer->shape, pointer->left_px, pointer->top_px);
    return drawn;
}

/* Whether it shows the picture now, or else in its last update has not. */
static bool shows(struct member *m, struct shot shot)
{
    if (m->shows || m->compared == m->client->updates)
        return m->shows;
    m->compared = m->client->updates;
    m->shows = look_shows(m->client, shot, 0);
    return m->shows;
}

/* All in turn: who does not read for long is taken for dead. */
static size_t count_missing(struct audience *audience, struct shot shot, struct shot drawn)
{
    size_t missing = 0;

    for (size_t i = 0; i < audience->count; i++) {
        struct member *m = &audience->members[i];
        look(audience, m);
        ask_for_all(audience, m);
        missing += !shows(m, m->wish.draws_pointer ? shot : drawn);
    }
    return missing;
}

void audience_compare(struct audience *audience, struct shot shot,
                      const struct audience_pointer *pointer)
{
    struct shot drawn = with_pointer(audience->trial, shot, pointer);
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    for (size_t i = 0; i < audience->count; i++) {
        audience->members[i].shows = false;
        audience->members[i].compared = UINT64_MAX;
    }
    while (count_missing(audience, shot, drawn) > 0 && clock_now_ms() < deadline_ms)
        poll(NULL, 0, LOOK_AGAIN_MS);
    for (size_t i = 0; i < audience->count; i++) {
        struct member *m = &audience->members[i];
        if (!m->shows)
            look_until_as(audience->trial, m->client, m->wish.draws_pointer ? shot : drawn, 0,
                          m->who);
        trial_check(audience->trial, m->client->remarks == 0, "%s: %s", m->who,
                    m->client->remark);
    }
}

void audience_leave(struct audience *audience)
{
    for (size_t i = 0; i < audience->count; i++)
        look_leave(audience->members[i].client);
    audience->count = 0;
}
