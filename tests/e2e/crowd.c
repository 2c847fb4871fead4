/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/crowd.h"
#include "tests/client/client.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const lists[] = {
    "raw",
    "hextile,cursor",
    "zlib,cursor,desktopsize",
    "tight,cursor,lastrect",
    "tight,quality=5,alphacursor,desktopsize",
    "zrle,cursor,fence",
    "trle,xcursor",
    "copyrect,zrle,cursor,extendeddesktopsize,qemukey",
    "rre,vmwarecursor",
    "copyrect,tight,quality=8,cursor,fence,continuous,desktopname,qemuled",
};

struct crowd {
    const struct crowd_options *options;
    pthread_mutex_t lock;
    pthread_cond_t news;
    int tickets; /* attempts that may begin */
    int at_once;
    bool over;
    struct crowd_result result;
};

struct member {
    struct crowd *crowd;
    pthread_t thread;
    unsigned random;
};

static unsigned next_random(struct member *m, unsigned below)
{
    m->random ^= m->random << 13;
    m->random ^= m->random >> 17;
    m->random ^= m->random << 5;
    return m->random % below;
}

/* ---- one viewer ---- */

static int choose(struct member *m, struct client *client)
{
    const char *list = lists[next_random(m, sizeof(lists) / sizeof(lists[0]))];
    int result = 0;

    if (next_random(m, 3) == 0) {
        size_t formats = 0;
        while (client_format_name(formats))
            formats++;
        result = client_set_format(
            client, client_format_find(client_format_name(next_random(m, (unsigned)formats))));
    }
    return result ? result : client_set_encodings_text(client, list);
}

/* A key, and the pointer with a button; some go before they let go. */
static int type_and_point(struct member *m, struct client *client)
{
    uint32_t keysym = 'a' + next_random(m, 26);
    int x = (int)next_random(m, 640), y = (int)next_random(m, 480);
    int result = client_send_key(client, true, keysym);

    if (!result)
        result = client_send_pointer(client, 1, x, y);
    if (!result && next_random(m, 4) > 0)
        result = client_send_key(client, false, keysym);
    if (!result && next_random(m, 4) > 0)
        result = client_send_pointer(client, 0, x, y);
    return result;
}

static int stay(struct member *m, struct client *client, int64_t *updates)
{
    int64_t until_ms =
        clock_now_ms() + next_random(m, (unsigned)m->crowd->options->stay_most_ms + 1);
    int result = 0;

    while (!result && clock_now_ms() < until_ms) {
        result = client_wait_update(client, clock_left_ms(until_ms));
        *updates += result == 0;
        if (result == -ETIMEDOUT && *client_why(client) && client->fault.error == 0)
            return 0; /* a quiet picture */
    }
    return result;
}

static int visit(struct member *m, struct client *client, int64_t *updates)
{
    int result = client_connect(client, m->crowd->options->address, PATIENCE_MS);

    if (!result)
        result = choose(m, client);
    if (!result)
        result = client_wait_complete(client, PATIENCE_MS);
    if (!result)
        result = type_and_point(m, client);
    if (!result)
        result = stay(m, client, updates);
    *updates += (int64_t)client->updates;
    return result;
}

/* ---- the crowd ---- */

static bool take_ticket(struct crowd *c)
{
    pthread_mutex_lock(&c->lock);
    while (!c->over && !c->tickets)
        pthread_cond_wait(&c->news, &c->lock);
    bool go = !c->over;
    if (go) {
        c->tickets--;
        c->result.attempts++;
        if (++c->at_once > c->result.most_at_once)
            c->result.most_at_once = c->at_once;
    }
    pthread_mutex_unlock(&c->lock);
    return go;
}

static void note(struct crowd *c, const struct client *client, int result, int64_t updates)
{
    pthread_mutex_lock(&c->lock);
    c->at_once--;
    c->result.updates += updates;
    if (result && c->result.failures++ == 0)
        snprintf(c->result.failure, sizeof(c->result.failure), "%s (%s)", client_why(client),
                 strerror(-result));
    pthread_mutex_unlock(&c->lock);
}

static void *live(void *self)
{
    struct member *m = self;

    while (take_ticket(m->crowd)) {
        struct client *client = client_new(NULL);
        int64_t updates = 0;
        int result = visit(m, client, &updates);
        note(m->crowd, client, result, updates);
        client_free(&client);
    }
    return NULL;
}

/* Hands out tickets at the pace asked for. */
static void lead(struct crowd *c)
{
    const struct crowd_options *o = c->options;
    int64_t start_ms = clock_now_ms(), now_ms;
    int64_t given = 0;

    while ((now_ms = clock_now_ms()) - start_ms < o->duration_ms) {
        int64_t due = (now_ms - start_ms) * o->attempts_per_second / 1000;
        pthread_mutex_lock(&c->lock);
        for (; given < due; given++) {
            c->tickets += c->tickets < o->members;
            pthread_cond_signal(&c->news);
        }
        pthread_mutex_unlock(&c->lock);
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
    pthread_mutex_lock(&c->lock);
    c->over = true;
    c->result.took_ms = clock_now_ms() - start_ms;
    pthread_cond_broadcast(&c->news);
    pthread_mutex_unlock(&c->lock);
}

struct crowd_result crowd_run(struct trial *trial, const struct crowd_options *options)
{
    struct crowd *c = trial_room(trial, sizeof(*c));
    struct member *members = trial_room(trial, (size_t)options->members * sizeof(*members));

    c->options = options;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->news, NULL);
    for (int i = 0; i < options->members; i++) {
        members[i] = (struct member){.crowd = c, .random = 2463534242u + (unsigned)i * 7919u};
        trial_check(trial, pthread_create(&members[i].thread, NULL, live, &members[i]) == 0,
                    "no more threads");
    }
    lead(c);
    for (int i = 0; i < options->members; i++)
        pthread_join(members[i].thread, NULL);
    pthread_cond_destroy(&c->news);
    pthread_mutex_destroy(&c->lock);
    return c->result;
}
