/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/session/console_image.h"
#include "base/alloc.h"
#include "server/session/sessions.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *const sharing_names[] = {
    [SHARING_SINGLE] = "single", [SHARING_FREE] = "free", [SHARING_WATCH] = "watch"};
enum { SHARINGS = sizeof(sharing_names) / sizeof(sharing_names[0]) };

bool console_image_newer(uint64_t epoch_a, uint64_t serial_a, uint64_t epoch_b,
                         uint64_t serial_b)
{
    return epoch_a != epoch_b ? epoch_a > epoch_b : serial_a > serial_b;
}

/* ---- out ---- */

static bool matters(const struct session *s)
{
    const struct wheel *w = &s->console->wheel;
    return s->user[0] || w->driver == s->id || w->released_by == s->id ||
           wheel_place(w, s->id) > 0;
}

/* NULL for a name that is no text: it is known at its own node only. */
static json_t *session_to_json(const struct session *s)
{
    return json_pack("{s:I, s:s, s:s, s:b, s:I, s:I, s:I}", "id", (json_int_t)s->id, "user",
                     s->user, "role", role_name(s->role), "role-set", s->role_set, "viewers",
                     (json_int_t)s->n_seats + s->n_away, "since-us", (json_int_t)s->since_us,
                     "active-us", (json_int_t)s->active_us);
}

static bool is_listed(const json_t *sessions, uint64_t id)
{
    size_t i;
    json_t *s;
    json_array_foreach(sessions, i, s) if (json_integer_value(json_object_get(s, "id")) ==
                                           (json_int_t)id) return true;
    return false;
}

static json_t *sessions_to_json(const struct console *c, size_t most)
{
    json_t *list = json_array();
    for (const struct session *s = c->all->first; s; s = s->next)
        if (s->console == c && matters(s) && json_array_size(list) < most)
            json_array_append_new(list, session_to_json(s));
    return list;
}

static json_t *listed_id(const json_t *sessions, uint64_t id)
{
    return json_integer(is_listed(sessions, id) ? (json_int_t)id : 0);
}

static char *image_of(const struct console *c, size_t most)
{
    const struct wheel *w = &c->wheel;
    json_t *sessions = sessions_to_json(c, most), *queue = json_array();
    for (size_t i = 0; i < w->n_queue; i++)
        if (is_listed(sessions, w->queue[i].id))
            json_array_append_new(queue, json_integer((json_int_t)w->queue[i].id));
    json_t *o =
        json_pack("{s:I, s:I, s:s, s:o, s:o, s:o, s:o}", "epoch", (json_int_t)c->epoch,
                  "serial", (json_int_t)c->serial, "sharing", sharing_names[w->sharing],
                  "driver", listed_id(sessions, w->driver), "released-by",
                  listed_id(sessions, w->released_by), "queue", queue, "sessions", sessions);
    char *text = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    return text;
}

char *console_image_of(const struct console *c)
{
    size_t most = CONSOLE_IMAGE_SESSIONS_MOST;
    char *text = image_of(c, most);
    while (strlen(text) > CONSOLE_IMAGE_BYTES_MOST) {
        free(text);
        most /= 2;
        text = image_of(c, most);
    }
    return text;
}

/* ---- in ---- */

static bool take_number(const json_t *o, const char *key, uint64_t *number_r)
{
    const json_t *n = json_object_get(o, key);
    if (!json_is_integer(n) || json_integer_value(n) < 0)
        return false;
    *number_r = (uint64_t)json_integer_value(n);
    return true;
}

static bool take_sharing(const json_t *o, enum sharing *sharing_r)
{
    const char *text = json_string_value(json_object_get(o, "sharing"));
    for (int i = 0; text && i < SHARINGS; i++)
        if (strcmp(text, sharing_names[i]) == 0) {
            *sharing_r = (enum sharing)i;
            return true;
        }
    return false;
}

static bool take_session(const json_t *o, struct image_session *s)
{
    const char *user = json_string_value(json_object_get(o, "user"));
    const char *role = json_string_value(json_object_get(o, "role"));
    const json_t *set = json_object_get(o, "role-set");
    uint64_t viewers = 0;
    if (!user || strlen(user) > AUTH_USER_MOST || !role || role_parse(role, &s->role) < 0 ||
        !json_is_boolean(set) || !take_number(o, "id", &s->id) || !s->id ||
        !take_number(o, "viewers", &viewers) || viewers > UINT32_MAX ||
        !take_number(o, "since-us", &s->since_us) ||
        !take_number(o, "active-us", &s->active_us))
        return false;
    strcpy(s->user, user);
    s->role_set = json_is_true(set);
    s->viewers = (unsigned)viewers;
    return true;
}

static int compare_ids(const void *a, const void *b)
{
    const struct image_session *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static const struct image_session *find(const struct console_image *image, uint64_t id)
{
    const struct image_session key = {.id = id};
    return image->n_sessions
               ? bsearch(&key, image->sessions, image->n_sessions, sizeof(key), compare_ids)
               : NULL;
}

static const char *take_sessions(struct console_image *image, const json_t *list)
{
    size_t i;
    json_t *o;
    if (!json_is_array(list) || json_array_size(list) > CONSOLE_IMAGE_SESSIONS_MOST)
        return "not a list of sessions, or too many";
    image->sessions = alloc_zero(json_array_size(list) + 1, sizeof(*image->sessions));
    json_array_foreach(
        list, i,
        o) if (!take_session(o, &image->sessions
                                     [image->n_sessions++])) return "a session is malformed";
    qsort(image->sessions, image->n_sessions, sizeof(*image->sessions), compare_ids);
    for (i = 1; i < image->n_sessions; i++)
        if (image->sessions[i].id == image->sessions[i - 1].id)
            return "a session is there twice";
    return NULL;
}

static bool is_queued(const struct console_image *image, uint64_t id)
{
    for (size_t i = 0; i < image->n_queue; i++)
        if (image->queue[i] == id)
            return true;
    return false;
}

static const char *take_queue(struct console_image *image, const json_t *list)
{
    size_t i;
    json_t *o;
    if (!json_is_array(list) || json_array_size(list) > WHEEL_QUEUE_MOST)
        return "not a queue, or too long";
    json_array_foreach(list, i, o)
    {
        uint64_t id = json_integer_value(o) > 0 ? (uint64_t)json_integer_value(o) : 0;
        if (!find(image, id) || is_queued(image, id) || id == image->driver)
            return "someone in the queue is not there";
        image->queue[image->n_queue++] = id;
    }
    return NULL;
}

static const char *take_all(struct console_image *image, const json_t *o)
{
    if (!json_is_object(o) || !take_number(o, "epoch", &image->epoch) ||
        !take_number(o, "serial", &image->serial) || !take_sharing(o, &image->sharing) ||
        !take_number(o, "driver", &image->driver) ||
        !take_number(o, "released-by", &image->released_by))
        return "a member is missing or malformed";
    const char *why = take_sessions(image, json_object_get(o, "sessions"));
    if (!why && ((image->driver && !find(image, image->driver)) ||
                 (image->released_by && !find(image, image->released_by))))
        why = "who drives is not there";
    return why ? why : take_queue(image, json_object_get(o, "queue"));
}

int console_image_parse(struct console_image *image_r, const char *text, size_t n,
                        const char **why_r)
{
    struct console_image image = {0};
    if (n > CONSOLE_IMAGE_BYTES_MOST) {
        *why_r = "too long";
        return -EINVAL;
    }
    json_t *o = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
    const char *why = o ? take_all(&image, o) : "not JSON";
    json_decref(o);
    if (why) {
        console_image_fini(&image);
        *why_r = why;
        return -EINVAL;
    }
    *image_r = image;
    return 0;
}

void console_image_fini(struct console_image *image)
{
    free(image->sessions);
    *image = (struct console_image){0};
}
