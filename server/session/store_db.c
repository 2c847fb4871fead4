/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/session/store_db.h"
#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_MS = 5000, STATEMENTS = 6 };

struct store_db {
    int fd; /* locked as long as a daemon has the database; -1: in memory */
    sqlite3 *sqlite;
    sqlite3_stmt *statements[STATEMENTS];
};

enum statement { BEGIN, GET, RANGE, PUT, DELETE, DROP };
static const char *const texts[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [GET] = "SELECT key, value, version FROM entry WHERE key = ?1",
    [RANGE] = "SELECT key, value, version FROM entry WHERE key >= ?1 AND key < ?2 ORDER BY key",
    [PUT] = "INSERT INTO entry (key, value, version, lease) VALUES (?1, ?2, 1, ?3) "
            "ON CONFLICT (key) DO UPDATE SET value = ?2, version = version + 1, lease = ?3 "
            "RETURNING key, value",
    [DELETE] = "DELETE FROM entry WHERE key >= ?1 AND key < ?2 RETURNING key",
    [DROP] = "DELETE FROM entry WHERE lease = ?1 RETURNING key",
};

/*
 * What is written survives the daemon at once, and the host's power from the next checkpoint
 * on: waiting for the disk with each change would lose more to a daemon that is killed
 * meanwhile.
 */
static const char schema[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = NORMAL;"
    "CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value TEXT NOT NULL,"
    " version INTEGER NOT NULL, lease INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS entry_lease ON entry (lease) WHERE lease != 0;"
    "DELETE FROM entry WHERE lease != 0;"
    /* of this schema; also a first change, which waits for the disk: now, not under way */
    "PRAGMA user_version = 1;";

/* ---- opening ---- */

static void make_folder(const char *path)
{
    char *folder = alloc_text(path), *slash = strrchr(folder, '/');
    if (slash && slash != folder) {
        *slash = 0;
        mkdir(folder, 0700);
    }
    free(folder);
}

/* Our own descriptor is closed behind SQLite's only: closing any drops the locks of all. */
static int lock_file(struct store_db *db, const char *path, char **why_r)
{
    db->fd = -1;
    if (strcmp(path, ":memory:") == 0)
        return 0;
    make_folder(path);
    db->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (db->fd >= 0 && flock(db->fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    int err = db->fd >= 0 && errno == EWOULDBLOCK ? EBUSY : errno;
    *why_r = alloc_text(err == EBUSY ? "another daemon has it" : strerror(err));
    return -err;
}

static int open_sqlite(struct store_db *db, const char *path, char **why_r)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int r = sqlite3_open_v2(path, &db->sqlite, flags, NULL);
    if (r == SQLITE_OK)
        r = sqlite3_busy_timeout(db->sqlite, BUSY_MS);
    if (r == SQLITE_OK)
        r = sqlite3_exec(db->sqlite, schema, NULL, NULL, NULL);
    for (int i = 0; i < STATEMENTS && r == SQLITE_OK; i++)
        r = sqlite3_prepare_v3(db->sqlite, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &db->statements[i], NULL);
    if (r == SQLITE_OK)
        return 0;
    *why_r = alloc_text(db->sqlite ? sqlite3_errmsg(db->sqlite) : "out of memory");
    return -EIO;
}

int store_db_open(struct store_db **db_r, const char *path, char **why_r)
{
    struct store_db *db = ALLOC(struct store_db);
    int err = lock_file(db, path, why_r);
    if (err == 0)
        err = open_sqlite(db, path, why_r);
    if (err < 0)
        store_db_close(&db);
    else
        *db_r = db;
    return err;
}

void store_db_close(struct store_db **db_at)
{
    struct store_db *db = *db_at;
    *db_at = NULL;
    if (!db)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(db->statements[i]);
    sqlite3_close(db->sqlite);
    if (db->fd >= 0)
        close(db->fd);
    free(db);
}

/* ---- statements ---- */

static void bind_text(sqlite3_stmt *s, int i, const char *text)
{
    sqlite3_bind_text(s, i, text, -1, SQLITE_TRANSIENT);
}

static char *column(sqlite3_stmt *s, int i)
{
    return i < sqlite3_column_count(s) ? alloc_text((const char *)sqlite3_column_text(s, i))
                                       : NULL;
}

static void take_row(sqlite3_stmt *s, struct store_entry **list, size_t *n)
{
    bool has_version = sqlite3_column_count(s) > 2;
    *list = alloc_resize(*list, *n + 1, sizeof(**list));
    (*list)[(*n)++] = (struct store_entry){
        column(s, 0), column(s, 1), has_version ? (uint64_t)sqlite3_column_int64(s, 2) : 0};
}

/* Steps to the end; its rows join the list. 0 or -EIO. */
static int run(sqlite3_stmt *s, struct store_entry **list, size_t *n)
{
    int r;
    while ((r = sqlite3_step(s)) == SQLITE_ROW)
        take_row(s, list, n);
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    return r == SQLITE_DONE ? 0 : -EIO;
}

static int read_entries(struct store_db *db, const char *from, const char *to,
                        struct store_entry **list, size_t *n)
{
    sqlite3_stmt *s = db->statements[to ? RANGE : GET];
    bind_text(s, 1, from);
    if (to)
        bind_text(s, 2, to);
    return run(s, list, n);
}

static void free_entries(struct store_entry *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(list[i].key);
        free(list[i].value);
    }
    free(list);
}

static int check(struct store_db *db, const struct store_condition *c)
{
    struct store_entry *list = NULL;
    size_t n = 0;
    int err = read_entries(db, c->key, NULL, &list, &n);
    if (err == 0 && (n ? list[0].version : 0) != c->version)
        err = -EAGAIN;
    free_entries(list, n);
    return err;
}

static int change(struct store_db *db, const struct store_change *c, struct store_outcome *o)
{
    sqlite3_stmt *s = db->statements[c->value ? PUT : DELETE];
    bind_text(s, 1, c->key);
    if (c->value) {
        bind_text(s, 2, c->value);
        sqlite3_bind_int64(s, 3, (sqlite3_int64)c->lease);
    } else {
        /* The next text behind this key is the same with the least byte added. */
        bind_text(s, 2, c->to ? c->to : "");
        if (!c->to) {
            char *next = alloc_printf("%s\001", c->key);
            bind_text(s, 2, next);
            free(next);
        }
    }
    return run(s, &o->changed, &o->n_changed);
}

static int drop_lease(struct store_db *db, uint64_t lease, struct store_outcome *o)
{
    sqlite3_stmt *s = db->statements[DROP];
    sqlite3_bind_int64(s, 1, (sqlite3_int64)lease);
    return run(s, &o->changed, &o->n_changed);
}

static int run_all(struct store_db *db, const struct store_request *r, struct store_outcome *o)
{
    int err = 0;
    for (size_t i = 0; i < r->n_conditions && err == 0; i++)
        err = check(db, &r->conditions[i]);
    for (size_t i = 0; i < r->n_changes && err == 0; i++)
        err = change(db, &r->changes[i], o);
    if (err == 0 && r->drop_lease)
        err = drop_lease(db, r->drop_lease, o);
    if (err == 0 && r->from)
        err = read_entries(db, r->from, r->to, &o->entries, &o->n);
    return err;
}

void store_db_run(struct store_db *db, const struct store_request *r,
                  struct store_outcome *outcome_r)
{
    struct store_outcome o = {0};
    struct store_entry *none = NULL;
    size_t n = 0;
    bool writes = r->n_changes || r->drop_lease;
    if (writes)
        o.err = run(db->statements[BEGIN], &none, &n);
    if (o.err == 0)
        o.err = run_all(db, r, &o);
    if (writes && o.err == 0 &&
        sqlite3_exec(db->sqlite, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        o.err = -EIO;
    if (writes && o.err < 0)
        sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
    *outcome_r = o;
}

void store_outcome_fini(struct store_outcome *o)
{
    free_entries(o->entries, o->n);
    free_entries(o->changed, o->n_changed);
    *o = (struct store_outcome){0};
}

void store_request_fini(struct store_request *r)
{
    for (size_t i = 0; i < r->n_conditions; i++)
        free((char *)r->conditions[i].key);
    for (size_t i = 0; i < r->n_changes; i++) {
        free((char *)r->changes[i].key);
        free((char *)r->changes[i].to);
        free((char *)r->changes[i].value);
    }
    free(r->conditions);
    free(r->changes);
    free(r->from);
    free(r->to);
    *r = (struct store_request){0};
}
