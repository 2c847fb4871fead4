/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/config_values.h"
#include "base/alloc.h"
#include "input/keymap.h"
#include "server/address.h"
#include "server/text_list.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#define LATER "this is not supported by this version"

static bool one_of(const char *text, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(text, *names) == 0)
            return true;
    return false;
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static void set_list(void *field, const char *text)
{
    text_list_add(field, text);
}

static void set_text(void *field, const char *text)
{
    char **at = field;
    free(*at);
    *at = alloc_text(text);
}

static bool good_address(const char *text, const char **why_r)
{
    return address_parse(text, NULL, why_r) == 0;
}

static bool good_path(const char *text, const char **why_r)
{
    *why_r = "an absolute path is wanted, like \"/etc/holdfast/web1.pw\"";
    return text[0] == '/' && text[1];
}

static bool good_socket(const char *text, const char **why_r)
{
    if (!good_path(text, why_r))
        return false;
    *why_r = "the path of a socket has at most 107 bytes";
    return strlen(text) < sizeof(((struct sockaddr_un *)NULL)->sun_path);
}

/* Kinds of places that come later are told from mistakes. */
static bool good_place(const char *text, const char **why_r)
{
    static const char *const later[] = {"libvirt:", "rfb:", "text:"};
    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
        *why_r = LATER;
        if (starts_with(text, later[i]))
            return false;
    }
    if (starts_with(text, "qmp:"))
        return good_socket(text + 4, why_r);
    *why_r = "a place is \"qmp:/path/of/socket\" or \"pattern:1280x800\"";
    return starts_with(text, "pattern:") && text[8];
}

static bool good_method(const char *text, const char **why_r)
{
    static const char *const now[] = {"none", "vnc", NULL};
    static const char *const later[] = {"x509-plain", "x509-vnc", "x509-none", "tls-plain",
                                        "tls-vnc",    "tls-none", "plain",     "ra2",
                                        "ra2ne",      "apple-dh", NULL};
    *why_r = one_of(text, later) ? LATER : "a method is vnc or none";
    return one_of(text, now);
}

static bool good_name(const char *text, const char **why_r)
{
    *why_r = "a group's name or number is wanted";
    size_t n = strlen(text);
    return n && n <= 32 && text[0] != '-' && strcspn(text, ":,/ \t") == n;
}

static bool good_keymap(const char *text, const char **why_r)
{
    *why_r = "xkb knows no such layout (it is named like us, gb, de or \"de(nodeadkeys)\")";
    struct keymap *map = NULL;
    bool good = keymap_new(&map, text) == 0;
    keymap_free(&map);
    return good;
}

static uint64_t unit_us(const char *unit)
{
    static const struct {
        const char *name;
        uint64_t us;
    } units[] = {
        {"ms", 1000}, {"s", 1000000}, {"m", 60000000}, {"h", 3600000000}, {"d", 86400000000}};
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (strcmp(unit, units[i].name) == 0)
            return units[i].us;
    return 0;
}

bool duration_parse(const char *text, uint64_t *us_r)
{
    size_t n = strspn(text, "0123456789");
    uint64_t unit = unit_us(text + n);
    uint64_t most = UINT64_C(10000) * 86400000000;
    if (n == 0 || n > 15 || unit == 0)
        return false;
    uint64_t count = strtoull(text, NULL, 10);
    if (count > most / unit)
        return false;
    *us_r = count * unit;
    return true;
}

static bool good_duration(const char *text, const char **why_r)
{
    uint64_t us;
    *why_r = "a duration is a number with ms, s, m, h or d, like 30s (at most 10000d)";
    return duration_parse(text, &us);
}

static void set_duration(void *field, const char *text)
{
    duration_parse(text, field);
}

static bool good_count(const char *text, const char **why_r)
{
    *why_r = "a number from 1 to 1000000 is wanted";
    size_t n = strspn(text, "0123456789");
    unsigned long v = n && n <= 7 && !text[n] ? strtoul(text, NULL, 10) : 0;
    return v >= 1 && v <= 1000000;
}

static void set_count(void *field, const char *text)
{
    *(unsigned *)field = (unsigned)strtoul(text, NULL, 10);
}

static bool good_resize(const char *text, const char **why_r)
{
    static const char *const words[] = {"driver", "never", NULL};
    *why_r = "it is driver or never";
    return one_of(text, words);
}

static void set_resize(void *field, const char *text)
{
    *(bool *)field = strcmp(text, "driver") == 0;
}

bool machine_name_good(const char *text, const char **why_r)
{
    size_t n = strlen(text);
    *why_r = "a machine's name has 1 to 255 bytes, no '/', no control characters and no '-' in "
             "front";
    if (n == 0 || n > 255 || text[0] == '-')
        return false;
    for (; *text; text++)
        if (*text == '/' || iscntrl((unsigned char)*text))
            return false;
    return true;
}

const struct value_kind value_address = {true, good_address, set_list};
const struct value_kind value_place = {true, good_place, set_list};
const struct value_kind value_method = {true, good_method, set_list};
const struct value_kind value_path = {false, good_path, set_text};
const struct value_kind value_socket = {false, good_socket, set_text};
const struct value_kind value_machine = {false, machine_name_good, set_text};
const struct value_kind value_name = {false, good_name, set_text};
const struct value_kind value_keymap = {false, good_keymap, set_text};
const struct value_kind value_duration = {false, good_duration, set_duration};
const struct value_kind value_count = {false, good_count, set_count};
const struct value_kind value_resize = {false, good_resize, set_resize};
