/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/login_name.h"

#include <string.h>

/* Bytes of the UTF-8 character that begins here (RFC 3629); 0 when none does, or a control. */
static unsigned character_size(const unsigned char *at)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* shorter ones have others */
    unsigned n = *at < 0x80       ? 1
                 : *at >> 5 == 6  ? 2
                 : *at >> 4 == 14 ? 3
                 : *at >> 3 == 30 ? 4
                                  : 0;
    uint32_t c = n > 1 ? *at & (0x7fu >> n) : *at;
    for (unsigned i = 1; i < n; i++) {
        if (at[i] >> 6 != 2)
            return 0;
        c = c << 6 | (at[i] & 0x3f);
    }
    bool control = c < ' ' || (c >= 0x7f && c < 0xa0);
    bool surrogate = c >> 11 == 0x1b;
    return control || surrogate || c > 0x10ffff || c < least[n] ? 0 : n;
}

static bool is_text(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at) {
        unsigned n = character_size(at);
        if (!n)
            return false;
        at += n;
    }
    return true;
}

static bool fail(const char *why, const char **why_r)
{
    *why_r = why;
    return false;
}

/* The user is the first user_n bytes, the machine what follows `machine`. */
static bool take(const char *text, size_t user_n, const char *machine,
                 struct login_name *name_r, const char **why_r)
{
    if (!user_n)
        return fail("a user name is needed", why_r);
    if (strlen(text) > AUTH_USER_MOST)
        return fail("the user name is too long", why_r);
    if (!is_text(text))
        return fail("the user name has a character that no name has", why_r);
    *name_r = (struct login_name){.user = ""};
    memcpy(name_r->user, text, user_n);
    strcpy(name_r->machine, machine);
    return true;
}

bool login_name_split(const char *text, struct login_name *name_r, const char **why_r)
{
    const char *at = strrchr(text, '@');
    if (!at)
        return login_name_whole(text, name_r, why_r);
    return take(text, (size_t)(at - text), at + 1, name_r, why_r);
}

bool login_name_whole(const char *text, struct login_name *name_r, const char **why_r)
{
    return take(text, strlen(text), "", name_r, why_r);
}
