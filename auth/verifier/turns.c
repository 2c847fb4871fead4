/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/turns.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

void turn_key(char key_r[TURN_KEY_SIZE], const char *address)
{
    struct in6_addr ip6;
    char plain[INET6_ADDRSTRLEN] = "";
    size_t n = strcspn(address, "%"); /* fe80::1%eth0 */
    if (n < sizeof(plain))
        memcpy(plain, address, n);
    if (inet_pton(AF_INET6, plain, &ip6) != 1) {
        snprintf(key_r, TURN_KEY_SIZE, "%s", address);
    } else if (IN6_IS_ADDR_V4MAPPED(&ip6)) {
        inet_ntop(AF_INET, &ip6.s6_addr[12], key_r, TURN_KEY_SIZE);
    } else {
        memset(&ip6.s6_addr[8], 0, 8);
        inet_ntop(AF_INET6, &ip6, key_r, TURN_KEY_SIZE);
        strcat(key_r, "/64");
    }
}

static unsigned count(const struct turns *all, const char *key, bool running)
{
    unsigned n = 0;
    for (const struct turn *t = all->first; t; t = t->next)
        n += t->running == running && strcmp(t->key, key) == 0;
    return n;
}

static struct turn *most_patient_loser(struct turns *all)
{
    struct turn *loser = NULL;
    unsigned most = 0;
    for (struct turn *t = all->first; t; t = t->next) {
        unsigned n = t->running ? 0 : count(all, t->key, false);
        if (n && n >= most) {
            most = n;
            loser = t;
        }
    }
    return loser;
}

struct turn *turns_add(struct turns *all, struct turn *t)
{
    struct turn **link = &all->first;
    while (*link)
        link = &(*link)->next;
    *link = t;
    t->next = NULL;
    t->running = false;
    all->n_waiting++;
    if (all->n_waiting <= all->waiting_most)
        return NULL;
    struct turn *loser = most_patient_loser(all);
    turns_remove(all, loser);
    return loser;
}

struct turn *turns_next(struct turns *all)
{
    unsigned limit = all->running_most > 1 ? all->running_most / 2 : 1, fewest = limit;
    struct turn *next = NULL;
    if (all->n_running >= all->running_most)
        return NULL;
    for (struct turn *t = all->first; t && fewest; t = t->next) {
        unsigned n = t->running ? limit : count(all, t->key, true);
        if (n < fewest) {
            fewest = n;
            next = t;
        }
    }
    if (!next)
        return NULL;
    next->running = true;
    all->n_running++;
    all->n_waiting--;
    return next;
}

void turns_remove(struct turns *all, struct turn *t)
{
    for (struct turn **link = &all->first; *link; link = &(*link)->next) {
        if (*link != t)
            continue;
        *link = t->next;
        if (t->running)
            all->n_running--;
        else
            all->n_waiting--;
        t->next = NULL;
        return;
    }
}
