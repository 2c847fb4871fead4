/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/discover.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/machine/machine_private.h"
#include "server/machine/machines.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#define LOOK_AGAIN_US 1000000 /* while the folder is not there */
#define PLACES_MOST 4096

struct found {
    char *file; /* "web1.sock" */
    dev_t dev;
    ino_t inode;
    struct place *place; /* NULL: closed by hand; not opened again while the file stays */
    bool seen;
};

struct discover {
    struct machines *all;
    char *folder;
    struct found *found;
    size_t n, cap;
    sd_event_source *inotify, *retry;
    sd_event_source *soon; /* looks once for all that has happened */
    bool missing_told, full_told;
};

static bool is_socket_name(const char *file)
{
    size_t n = strlen(file);
    return n > 5 && n < 200 && file[0] != '.' && strcmp(file + n - 5, ".sock") == 0;
}

static struct found *find(struct discover *d, const char *file)
{
    for (size_t i = 0; i < d->n; i++) {
        if (strcmp(d->found[i].file, file) == 0)
            return &d->found[i];
    }
    return NULL;
}

static bool is_socket(const char *path, struct stat *st)
{
    return stat(path, st) == 0 && S_ISSOCK(st->st_mode);
}

static bool is_full(struct discover *d)
{
    if (d->n < PLACES_MOST)
        return false;
    if (!d->full_told)
        log_warning("%s: more than %d sockets; the others are left out", d->folder,
                    PLACES_MOST);
    d->full_told = true;
    return true;
}

/* NULL: it is a place already, by the configuration or by hand, or it can be none. */
static struct place *open_place(struct discover *d, const char *path)
{
    const char *why = NULL;
    char *text = alloc_printf("qmp:%s", path);
    bool known = machines_find_place(d->all, text);
    struct place *p = known ? NULL : place_open(d->all, NULL, text, &why);
    free(text);
    if (!p && !known)
        log_warning("%s: %s", path, why);
    return p;
}

static void add(struct discover *d, const char *file, const char *path, const struct stat *st)
{
    struct place *p = is_full(d) ? NULL : open_place(d, path);
    if (!p)
        return;
    p->discovered = true;
    p->file_name = strndup(file, strlen(file) - 5);
    if (d->n == d->cap) {
        d->cap = d->cap ? d->cap * 2 : 16;
        d->found = alloc_resize(d->found, d->cap, sizeof(d->found[0]));
    }
    d->found[d->n++] = (struct found){.file = alloc_text(file),
                                      .dev = st->st_dev,
                                      .inode = st->st_ino,
                                      .place = p,
                                      .seen = true};
}

static void forget(struct discover *d, size_t i)
{
    struct place *p = d->found[i].place;
    struct machine *m = p ? p->machine : NULL;
    if (p)
        place_close(p);
    if (m)
        machines_collect(m);
    free(d->found[i].file);
    d->found[i] = d->found[--d->n];
}

/* A file that became another socket is another place. */
static void look_at(struct discover *d, const char *file)
{
    char *path = alloc_printf("%s/%s", d->folder, file);
    struct found *known = find(d, file);
    struct stat st;
    if (is_socket(path, &st)) {
        if (known && (known->dev != st.st_dev || known->inode != st.st_ino)) {
            forget(d, (size_t)(known - d->found));
            known = NULL;
        }
        if (known)
            known->seen = true;
        else
            add(d, file, path, &st);
    }
    free(path);
}

/* Compares the folder with what is known. False when it cannot be read. */
static bool scan(struct discover *d)
{
    DIR *dir = opendir(d->folder);
    if (!dir)
        return false;
    for (size_t i = 0; i < d->n; i++)
        d->found[i].seen = false;
    for (struct dirent *e; (e = readdir(dir));) {
        if (is_socket_name(e->d_name))
            look_at(d, e->d_name);
    }
    closedir(dir);
    for (size_t i = d->n; i-- > 0;) {
        if (!d->found[i].seen)
            forget(d, i);
    }
    return true;
}

static void watch(struct discover *d);

static void look_again_later(struct discover *d)
{
    if (!d->missing_told)
        log_warning("%s: %s; looking for it every second", d->folder, strerror(errno));
    d->missing_told = true;
    sd_event_source_set_time_relative(d->retry, LOOK_AGAIN_US);
    sd_event_source_set_enabled(d->retry, SD_EVENT_ONESHOT);
}

static int on_retry(sd_event_source *source, uint64_t usec, void *self)
{
    (void)source;
    (void)usec;
    watch(self);
    return 0;
}

static int on_inotify(sd_event_source *source, const struct inotify_event *event, void *self)
{
    struct discover *d = self;
    (void)source;
    if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)) {
        d->inotify = sd_event_source_disable_unref(d->inotify);
        while (d->n)
            forget(d, d->n - 1);
        errno = ENOENT;
        look_again_later(d);
    } else {
        sd_event_source_set_enabled(d->soon, SD_EVENT_ONESHOT);
    }
    return 0;
}

static int on_soon(sd_event_source *source, void *self)
{
    (void)source;
    scan(self);
    return 0;
}

static void watch(struct discover *d)
{
    const uint32_t mask = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB |
                          IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
    int err = sd_event_add_inotify(d->all->loop, &d->inotify, d->folder, mask, on_inotify, d);
    if (err < 0 || !scan(d)) {
        errno = err < 0 ? -err : errno;
        d->inotify = sd_event_source_disable_unref(d->inotify);
        look_again_later(d);
        return;
    }
    d->missing_told = false;
}

struct discover *discover_start(struct machines *all, const char *folder)
{
    struct discover *d = ALLOC(struct discover);
    d->all = all;
    d->folder = alloc_text(folder);
    sd_event_add_time(all->loop, &d->retry, CLOCK_MONOTONIC, 0, 0, on_retry, d);
    sd_event_source_set_enabled(d->retry, SD_EVENT_OFF);
    sd_event_add_defer(all->loop, &d->soon, on_soon, d);
    sd_event_source_set_enabled(d->soon, SD_EVENT_OFF);
    watch(d);
    return d;
}

void discover_again(struct discover *d)
{
    if (d)
        sd_event_source_set_enabled(d->soon, SD_EVENT_ONESHOT);
}

void discover_place_closed(struct discover *d, const struct place *place)
{
    for (size_t i = 0; d && i < d->n; i++) {
        if (d->found[i].place == place)
            d->found[i].place = NULL;
    }
}

void discover_give_away(struct discover *d, const struct place *place)
{
    size_t i = 0;
    while (d && i < d->n && d->found[i].place != place)
        i++;
    if (!d || i == d->n)
        return;
    free(d->found[i].file);
    d->found[i] = d->found[--d->n];
}

void discover_stop(struct discover **at)
{
    struct discover *d = *at;
    *at = NULL;
    if (!d)
        return;
    sd_event_source_disable_unref(d->inotify);
    sd_event_source_disable_unref(d->retry);
    sd_event_source_disable_unref(d->soon);
    while (d->n)
        forget(d, d->n - 1);
    free(d->found);
    free(d->folder);
    free(d);
}
