/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/ticket.h"
#include "base/alloc.h"
#include "base/secret.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

enum {
    TEXT_LENGTH = TICKET_TEXT_SIZE - 1, /* 135 bits */
    VNC_LENGTH = TICKET_VNC_TEXT_SIZE - 1
};

struct ticket_book {
    struct ticket *list;
    unsigned n, cap;
    uint64_t last_id;
    bool spread;
    void (*on_change)(void *self); /* or NULL */
    void *self;
};

struct ticket_book *ticket_book_new(void)
{
    return ALLOC(struct ticket_book);
}

void ticket_book_free(struct ticket_book **book)
{
    struct ticket_book *b = *book;
    *book = NULL;
    if (!b)
        return;
    secret_wipe(b->list, b->cap * sizeof(*b->list));
    free(b->list);
    free(b);
}

/* ---- the list ---- */

static void changed(const struct ticket_book *b)
{
    if (b->on_change)
        b->on_change(b->self);
}

static bool usable(const struct ticket *t, uint64_t now_us)
{
    return t->session || now_us < t->expires_us;
}

static void remove_at(struct ticket_book *b, unsigned i)
{
    b->list[i] = b->list[--b->n];
    secret_wipe(&b->list[b->n], sizeof(*b->list));
}

static void forget_expired(struct ticket_book *b, uint64_t now_us)
{
    for (unsigned i = b->n; i-- > 0;)
        if (!usable(&b->list[i], now_us))
            remove_at(b, i);
}

static struct ticket *find(struct ticket_book *b, uint64_t id)
{
    for (unsigned i = 0; i < b->n; i++)
        if (b->list[i].id == id)
            return &b->list[i];
    return NULL;
}

/* The list moves by copying and wiping, as it holds keys. */
static void grow(struct ticket_book *b)
{
    unsigned cap = b->cap ? 2 * b->cap : 16;
    struct ticket *list = alloc_zero(cap, sizeof(*list));
    if (b->n)
        memcpy(list, b->list, b->n * sizeof(*list));
    secret_wipe(b->list, b->cap * sizeof(*b->list));
    free(b->list);
    b->list = list;
    b->cap = cap;
}

/* Of the tickets for VNC at this machine. */
static unsigned count_vnc(const struct ticket_book *b, const char *machine)
{
    unsigned n = 0;
    for (unsigned i = 0; i < b->n; i++)
        n += b->list[i].vnc && strcmp(b->list[i].machine, machine) == 0;
    return n;
}

static int append(struct ticket_book *b, const struct ticket *t)
{
    if (b->n == TICKETS_MOST || (t->vnc && count_vnc(b, t->machine) >= TICKETS_VNC_MOST))
        return -ENOSPC;
    if (b->n == b->cap)
        grow(b);
    b->list[b->n++] = *t;
    if (t->id > b->last_id)
        b->last_id = t->id;
    return 0;
}

/* ---- making ---- */

/* 32 characters that cannot be taken for each other, so that each random byte gives one. */
static void make_text(char *text_r, size_t length, void (*randomise)(void *p, size_t n))
{
    static const char alphabet[33] = "abcdefghijkmnpqrstuvwxyz23456789";
    uint8_t random[TEXT_LENGTH];
    randomise(random, length);
    for (size_t i = 0; i < length; i++)
        text_r[i] = alphabet[random[i] & 31];
    text_r[length] = 0;
    secret_wipe(random, sizeof(random));
}

static void hash_text(const char *text, uint8_t hash_r[TICKET_HASH_SIZE])
{
    struct sha256_ctx sha256;
    sha256_init(&sha256);
    sha256_update(&sha256, strlen(text), (const uint8_t *)text);
    sha256_digest(&sha256, TICKET_HASH_SIZE, hash_r);
    secret_wipe(&sha256, sizeof(sha256));
}

static bool set_names(struct ticket *t, const char *user, const char *machine)
{
    if (strlen(user) > AUTH_USER_MOST || strlen(machine) > AUTH_USER_MOST || !*machine)
        return false;
    strcpy(t->user, user);
    strcpy(t->machine, machine);
    return true;
}

void ticket_book_watch(struct ticket_book *book, void (*on_change)(void *self), void *self)
{
    book->on_change = on_change;
    book->self = self;
}

void ticket_book_spread(struct ticket_book *book)
{
    book->spread = true;
}

static uint64_t new_number(struct ticket_book *b, void (*randomise)(void *p, size_t n))
{
    uint32_t random = 0;
    if (!b->spread)
        return b->last_id + 1;
    do
        randomise(&random, sizeof(random));
    while (random % 1000000000 == 0 || find(b, random % 1000000000));
    return random % 1000000000;
}

int ticket_make(struct ticket_book *book, const struct ticket_wish *wish, uint64_t now_us,
                void (*randomise)(void *p, size_t n), char text_r[TICKET_TEXT_SIZE],
                uint64_t *id_r)
{
    struct ticket t = {.id = new_number(book, randomise), .role = wish->role, .vnc = wish->vnc};
    t.expires_us =
        wish->lifetime_us > UINT64_MAX - now_us ? UINT64_MAX : now_us + wish->lifetime_us;
    if (wish->role == ROLE_NONE || !set_names(&t, wish->user, wish->machine))
        return -EINVAL;
    make_text(text_r, wish->vnc ? VNC_LENGTH : TEXT_LENGTH, randomise);
    hash_text(text_r, t.hash);
    if (wish->vnc)
        memcpy(t.key, text_r, sizeof(t.key));
    forget_expired(book, now_us);
    uint64_t id = t.id;
    int result = append(book, &t);
    secret_wipe(&t, sizeof(t));
    if (result == 0) {
        *id_r = id;
        changed(book);
    }
    return result;
}

/* ---- using ---- */

const struct ticket *ticket_by_text(struct ticket_book *book, const char *text, uint64_t now_us)
{
    uint8_t hash[TICKET_HASH_SIZE];
    const struct ticket *found = NULL;
    if (strlen(text) != TEXT_LENGTH)
        return NULL;
    hash_text(text, hash);
    for (unsigned i = 0; i < book->n; i++) {
        const struct ticket *t = &book->list[i];
        if (secret_equal(t->hash, hash, sizeof(hash)) && !t->vnc && usable(t, now_us))
            found = t;
    }
    return found;
}

const struct ticket *ticket_by_id(struct ticket_book *book, uint64_t id, uint64_t now_us)
{
    const struct ticket *t = find(book, id);
    return t && usable(t, now_us) ? t : NULL;
}

unsigned ticket_vnc_passwords(struct ticket_book *book, const char *machine, uint64_t now_us,
                              struct vnc_password *list_r, unsigned most)
{
    unsigned n = 0;
    for (unsigned i = 0; i < book->n && n < most; i++) {
        const struct ticket *t = &book->list[i];
        if (!t->vnc || !usable(t, now_us) || (machine && strcmp(t->machine, machine) != 0))
            continue;
        list_r[n] = (struct vnc_password){.watch_only = t->role == ROLE_WATCH, .ticket = t->id};
        memcpy(list_r[n++].key, t->key, sizeof(t->key));
    }
    return n;
}

void ticket_used(struct ticket_book *book, uint64_t id, uint64_t session)
{
    struct ticket *t = find(book, id);
    if (!t || t->session)
        return;
    t->session = session;
    changed(book);
}

void ticket_session_renumbered(struct ticket_book *book, uint64_t id, uint64_t session)
{
    struct ticket *t = find(book, id);
    if (!t || !t->session || t->session == session)
        return;
    t->session = session;
    changed(book);
}

void ticket_session_ended(struct ticket_book *book, uint64_t session)
{
    unsigned before = book->n;
    for (unsigned i = book->n; session && i-- > 0;)
        if (book->list[i].session == session)
            remove_at(book, i);
    if (book->n != before)
        changed(book);
}

bool ticket_revoke(struct ticket_book *book, uint64_t id)
{
    struct ticket *t = find(book, id);
    if (!t)
        return false;
    remove_at(book, (unsigned)(t - book->list));
    changed(book);
    return true;
}

/* ---- keeping ---- */

void ticket_list(struct ticket_book *book, uint64_t now_us,
                 void (*on_ticket)(void *self, const struct ticket *t), void *self)
{
    for (unsigned i = 0; i < book->n; i++)
        if (usable(&book->list[i], now_us))
            on_ticket(self, &book->list[i]);
}

void ticket_each(struct ticket_book *book, uint64_t now_us,
                 void (*on_ticket)(void *self, const struct ticket *t), void *self)
{
    for (unsigned i = 0; i < book->n; i++)
        if (!book->list[i].vnc && usable(&book->list[i], now_us))
            on_ticket(self, &book->list[i]);
}

int ticket_restore(struct ticket_book *book, const struct ticket *t)
{
    if (!t->id || t->vnc || !*t->machine || t->role < ROLE_WATCH || t->role > ROLE_ADMIN)
        return -EINVAL;
    return find(book, t->id) ? -EEXIST : append(book, t);
}
