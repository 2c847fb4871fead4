/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "server/control/ctl.h"

#include <curl/curl.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ANSWER_BYTES_MOST = 256 << 20, CONNECT_S_MOST = 10, EVENT_BYTES_MOST = 64 << 10 };

#define START_IT                                                                               \
    "start it (systemctl start holdfast, or holdfastd -c FILE), or name another socket with "  \
    "-s"

/* Joining root's group is no advice to give. */
static char *whose(const struct stat *st)
{
    const struct passwd *user = getpwuid(st->st_uid);
    const struct group *group = getgrgid(st->st_gid);
    if (!group || st->st_gid == 0)
        return alloc_printf("only user %s may use it: name a group of yours with server { "
                            "control-group } in the "
                            "daemon's configuration",
                            user ? user->pw_name : "(unknown)");
    return alloc_printf("only user %s and group %s may use it: become a member of that group",
                        user ? user->pw_name : "(unknown)", group->gr_name);
}

static char *connect_why(const char *socket, int error)
{
    struct stat st;
    if (error == ENOENT)
        return alloc_printf("no daemon listens at %s: " START_IT, socket);
    if (error == ECONNREFUSED)
        return alloc_printf("the daemon that made %s has ended: " START_IT, socket);
    if (error == EACCES && stat(socket, &st) == 0) {
        char *who = whose(&st), *text = alloc_printf("%s: %s", socket, who);
        free(who);
        return text;
    }
    return alloc_printf("%s: %s", socket, strerror(error));
}

static size_t on_answer(char *data, size_t size, size_t n, void *self)
{
    struct bytes *body = self;
    bytes_put(body, data, size * n);
    return body->overflow ? 0 : size * n;
}

static json_t *list_to_json(const struct ctl_words *w)
{
    json_t *list = json_array();
    for (int i = 0; i < w->n_list; i++)
        if (json_array_append_new(list, json_string(w->list[i])) < 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static bool has_members(const struct command *command)
{
    for (int i = 0; i < ARGUMENTS_MOST && command->arguments[i].name; i++)
        if (argument_is_member(&command->arguments[i]))
            return true;
    return false;
}

static json_t *value_to_json(const struct ctl_words *w, int i)
{
    switch (w->command->arguments[i].place) {
    case ARGUMENT_LIST:
        return list_to_json(w);
    case ARGUMENT_FLAG:
        return json_true();
    default:
        return json_string(w->values[i]);
    }
}

/* What the command's body arguments make, *body_r NULL when it can have none. False when one is
 * not UTF-8. */
static bool make_body(const struct ctl_words *w, char **body_r, char **why_r)
{
    json_t *o = json_object();
    bool good = true;
    for (int i = 0; i < ARGUMENTS_MOST && w->command->arguments[i].name && good; i++) {
        const struct argument *a = &w->command->arguments[i];
        if (argument_is_member(a) &&
            (w->values[i] || !(argument_is_option(a) || a->place == ARGUMENT_MORE)))
            good = json_object_set_new(o, a->key, value_to_json(w, i)) == 0;
        if (!good)
            *why_r = alloc_printf("%s is not UTF-8", a->name);
    }
    *body_r = good && has_members(w->command) ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    return good;
}

static void set_options(CURL *curl, const char *socket, const struct ctl_words *w,
                        const char *body, struct curl_slist *headers, struct bytes *to)
{
    char *path = command_make_path(w->command, w->values),
         *url = alloc_printf("http://localhost%s", path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S_MOST);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, w->command->method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, to);
    if (body)
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, body);
    free(url);
    free(path);
}

static bool perform(CURL *curl, const char *socket, struct ctl_answer *a, char **why_r)
{
    long error = 0;
    CURLcode r = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &error);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &a->status);
    if (r == CURLE_OK)
        return true;
    *why_r = r == CURLE_COULDNT_CONNECT && error
                 ? connect_why(socket, (int)error)
                 : alloc_printf("%s: %s", socket, curl_easy_strerror(r));
    return false;
}

static bool ask(const char *socket, const struct ctl_words *words, curl_write_callback on_write,
                void *self, struct ctl_answer *a, char **why_r)
{
    char *body;
    if (!make_body(words, &body, why_r))
        return false;
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    set_options(curl, socket, words, body, headers, &a->body);
    if (on_write) {
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_write);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, self);
    }
    bool ok = perform(curl, socket, a, why_r);
    free(body);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return ok;
}

bool ctl_request(const char *socket, const struct ctl_words *words, struct ctl_answer *answer_r,
                 char **why_r)
{
    struct ctl_answer a = {0};
    bytes_init(&a.body, ANSWER_BYTES_MOST);
    bool ok = ask(socket, words, NULL, NULL, &a, why_r);
    if (ok)
        *answer_r = a;
    else
        ctl_answer_fini(&a);
    return ok;
}

/* ---- events ---- */

struct listener {
    struct bytes line;
    struct bytes *all; /* what came, for an answer that is no stream; the first of it */
    bool (*on_data)(void *self, const char *data);
    void *self;
    bool stop;
};

static void end_line(struct listener *l)
{
    static const char data[] = "data: ";
    bytes_put_u8(&l->line, 0);
    if (!l->line.overflow && strncmp((const char *)l->line.data, data, strlen(data)) == 0)
        l->stop = !l->on_data(l->self, (const char *)l->line.data + strlen(data));
    bytes_clear(&l->line);
}

static size_t on_stream(char *data, size_t size, size_t n, void *self)
{
    struct listener *l = self;
    if (l->all->len < EVENT_BYTES_MOST)
        bytes_put(l->all, data, size * n);
    for (size_t i = 0; i < size * n && !l->stop; i++) {
        if (data[i] == '\n')
            end_line(l);
        else
            bytes_put_u8(&l->line, (uint8_t)data[i]);
    }
    return l->stop ? 0 : size * n;
}

bool ctl_listen(const char *socket, const struct ctl_words *words,
                bool (*on_data)(void *self, const char *data), void *self,
                struct ctl_answer *refused_r, char **why_r)
{
    struct ctl_answer a = {0};
    struct listener l = {.all = &a.body, .on_data = on_data, .self = self};
    bytes_init(&a.body, ANSWER_BYTES_MOST);
    bytes_init(&l.line, EVENT_BYTES_MOST);
    bool ok = ask(socket, words, on_stream, &l, &a, why_r);
    if (!ok && l.stop) {
        free(*why_r);
        ok = true;
    }
    bytes_fini(&l.line);
    if (ok)
        *refused_r = a;
    else
        ctl_answer_fini(&a);
    return ok;
}

void ctl_answer_fini(struct ctl_answer *answer)
{
    bytes_fini(&answer->body);
}
