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
#define PATH_WANTED "an absolute path is wanted, like \"/etc/holdfast/web1.pw\""

/* ---- text and lists ---- */

void value_set_list(const struct value_kind *kind, void *field, const char *text)
{
    (void)kind;
    text_list_add(field, text);
}

void value_set_text(const struct value_kind *kind, void *field, const char *text)
{
    (void)kind;
    char **at = field;
    free(*at);
    *at = alloc_text(text);
}

static bool good_address(const struct value_kind *kind, const char *text, const char **why_r)
{
    (void)kind;
    return address_parse(text, NULL, why_r) == 0;
}

static bool good_path(const struct value_kind *kind, const char *text, const char **why_r)
{
    *why_r = kind->hint;
    return text[0] == '/' && text[1];
}

static bool good_socket(const struct value_kind *kind, const char *text, const char **why_r)
{
    if (!good_path(kind, text, why_r))
        return false;
    *why_r = "the path of a socket has at most 107 bytes";
    return strlen(text) < sizeof(((struct sockaddr_un *)NULL)->sun_path);
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Kinds of places that come later are told from mistakes. */
static bool good_place(const struct value_kind *kind, const char *text, const char **why_r)
{
    static const char *const later[] = {"libvirt:", "rfb:", "text:"};
    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
        *why_r = LATER;
        if (starts_with(text, later[i]))
            return false;
    }
    if (starts_with(text, "qmp:"))
        return good_socket(&value_socket, text + 4, why_r);
    *why_r = kind->hint;
    return starts_with(text, "pattern:") && text[8];
}

static bool good_name(const struct value_kind *kind, const char *text, const char **why_r)
{
    *why_r = kind->hint;
    size_t n = strlen(text);
    return n && n <= 32 && text[0] != '-' && strcspn(text, ":,/ \t") == n;
}

static bool good_keymap(const struct value_kind *kind, const char *text, const char **why_r)
{
    *why_r = kind->hint;
    struct keymap *map = NULL;
    bool good = keymap_new(&map, text) == 0;
    keymap_free(&map);
    return good;
}

static bool good_machine(const struct value_kind *kind, const char *text, const char **why_r)
{
    (void)kind;
    return machine_name_good(text, why_r);
}

/* ---- numbers ---- */

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

static bool good_duration(const struct value_kind *kind, const char *text, const char **why_r)
{
    uint64_t us;
    *why_r = kind->hint;
    return duration_parse(text, &us);
}

static void set_duration(const struct value_kind *kind, void *field, const char *text)
{
    (void)kind;
    duration_parse(text, field);
}

static bool good_count(const struct value_kind *kind, const char *text, const char **why_r)
{
    *why_r = kind->hint;
    size_t n = strspn(text, "0123456789");
    unsigned long v = n && n <= 7 && !text[n] ? strtoul(text, NULL, 10) : 0;
    return v >= 1 && v <= 1000000;
}

static void set_count(const struct value_kind *kind, void *field, const char *text)
{
    (void)kind;
    *(unsigned *)field = (unsigned)strtoul(text, NULL, 10);
}

/* ---- words ---- */

static unsigned word_index(const struct value_kind *kind, const char *text)
{
    unsigned i = 0;
    while (kind->words[i] && strcmp(kind->words[i], text) != 0)
        i++;
    return i;
}

bool value_good_word(const struct value_kind *kind, const char *text, const char **why_r)
{
    *why_r = kind->hint;
    return kind->words[word_index(kind, text)] != NULL;
}

void value_set_flag(const struct value_kind *kind, void *field, const char *text)
{
    *(bool *)field = word_index(kind, text) == 1;
}

void value_set_index(const struct value_kind *kind, void *field, const char *text)
{
    unsigned i = word_index(kind, text);
    memcpy(field, &i, sizeof(i));
}

static const char *const no_yes[] = {"no", "yes", NULL};
static const char *const resize_words[] = {"never", "driver", NULL};
static const char *const exclusive_words[] = {"ignore", "refuse", NULL};
static const char *const dialect_words[] = {"rfb", "apple", NULL};
static const char *const sharing_words[] = {"single", "free", "watch", NULL};
static const char *const hot_keys[] = {"ctrl", "shift", "alt", "super", "none", NULL};

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

const struct value_kind value_address = {
    .list = true, .good = good_address, .set = value_set_list};
const struct value_kind value_place = {
    .list = true,
    .hint = "a place is \"qmp:/path/of/socket\" or \"pattern:1280x800\"",
    .good = good_place,
    .set = value_set_list};
const struct value_kind value_path = {
    .hint = PATH_WANTED, .good = good_path, .set = value_set_text};
const struct value_kind value_socket = {
    .hint = PATH_WANTED, .good = good_socket, .set = value_set_text};
const struct value_kind value_machine = {.good = good_machine, .set = value_set_text};
const struct value_kind value_user = {
    .hint = "a user's name or number is wanted", .good = good_name, .set = value_set_text};
const struct value_kind value_group = {
    .hint = "a group's name or number is wanted", .good = good_name, .set = value_set_text};
const struct value_kind value_keymap = {
    .hint = "xkb knows no such layout (it is named like us, gb, de or \"de(nodeadkeys)\")",
    .good = good_keymap,
    .set = value_set_text};
const struct value_kind value_duration = {
    .hint = "a duration is a number with ms, s, m, h or d, like 30s (at most 10000d)",
    .good = good_duration,
    .set = set_duration};
const struct value_kind value_count = {
    .hint = "a number from 1 to 1000000 is wanted", .good = good_count, .set = set_count};
const struct value_kind value_yes_no = {
    .words = no_yes, .hint = "it is yes or no", .good = value_good_word, .set = value_set_flag};
const struct value_kind value_resize = {.words = resize_words,
                                        .hint = "it is driver or never",
                                        .good = value_good_word,
                                        .set = value_set_flag};
const struct value_kind value_exclusive = {.words = exclusive_words,
                                           .hint = "it is ignore or refuse",
                                           .good = value_good_word,
                                           .set = value_set_flag};
const struct value_kind value_dialect = {.words = dialect_words,
                                         .hint = "it is rfb or apple",
                                         .good = value_good_word,
                                         .set = value_set_flag};
const struct value_kind value_sharing = {.words = sharing_words,
                                         .hint = "it is single, free or watch",
                                         .good = value_good_word,
                                         .set = value_set_index};
const struct value_kind value_hot_key = {.words = hot_keys,
                                         .hint = "it is ctrl, shift, alt, super or none",
                                         .good = value_good_word,
                                         .set = value_set_text};
