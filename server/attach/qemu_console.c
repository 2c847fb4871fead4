/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qemu_console.h"
#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char console_prefix[] = "/org/qemu/Display1/Console_";

enum { CONSOLE_NUMBER_MOST = 9999 };

static void console_fini(struct qemu_console *c)
{
    free(c->label);
    free(c->device);
}

/* The number at the end of a console's path, or -1 for another object. */
static int console_number(const char *path)
{
    size_t n = strlen(console_prefix);
    int number = 0;
    if (strncmp(path, console_prefix, n) || !path[n])
        return -1;
    for (path += n; *path; path++) {
        if (*path < '0' || *path > '9')
            return -1;
        number = number * 10 + (*path - '0');
        if (number > CONSOLE_NUMBER_MOST)
            return -1;
    }
    return number;
}

/* The console of this path, made in its place among the others when there is room; NULL for
 * other objects. */
static struct qemu_console *find_console(struct qemu_consoles *list, const char *path,
                                         bool make)
{
    int number = console_number(path);
    unsigned i = 0;
    if (number < 0)
        return NULL;
    while (i < list->n && list->items[i].number < (unsigned)number)
        i++;
    if (i < list->n && list->items[i].number == (unsigned)number)
        return &list->items[i];
    if (!make || list->n == CONSOLES_MOST)
        return NULL;
    memmove(&list->items[i + 1], &list->items[i], (list->n - i) * sizeof(list->items[0]));
    list->items[i] = (struct qemu_console){
        .number = (unsigned)number, .label = alloc_text(""), .device = alloc_text("")};
    list->n++;
    return &list->items[i];
}

static int read_number(sd_bus_message *m, uint32_t *value)
{
    return sd_bus_message_read(m, "u", value);
}

static int read_text(sd_bus_message *m, char **value)
{
    const char *text;
    int r = sd_bus_message_read(m, "s", &text);
    if (r < 0)
        return r;
    free(*value);
    *value = alloc_text(text);
    return r;
}

static int read_type(sd_bus_message *m, struct qemu_console *c)
{
    const char *text;
    int r = sd_bus_message_read(m, "s", &text);
    if (r >= 0)
        c->graphic = !strcmp(text, "Graphic");
    return r;
}

static int read_width(sd_bus_message *m, struct qemu_console *c)
{
    return read_number(m, &c->w);
}

static int read_height(sd_bus_message *m, struct qemu_console *c)
{
    return read_number(m, &c->h);
}

static int read_leds(sd_bus_message *m, struct qemu_console *c)
{
    return read_number(m, &c->leds);
}

static int read_absolute(sd_bus_message *m, struct qemu_console *c)
{
    int value;
    int r = sd_bus_message_read(m, "b", &value);
    if (r >= 0)
        c->absolute = value;
    return r;
}

static int read_label(sd_bus_message *m, struct qemu_console *c)
{
    return read_text(m, &c->label);
}

static int read_device(sd_bus_message *m, struct qemu_console *c)
{
    return read_text(m, &c->device);
}

/* Names are unique among all interfaces of a console. */
static const struct {
    const char *name, *type;
    int (*read)(sd_bus_message *m, struct qemu_console *c);
    unsigned what;
} properties[] = {
    {"Width", "u", read_width, DISPLAY_SIZES},
    {"Height", "u", read_height, DISPLAY_SIZES},
    {"Modifiers", "u", read_leds, DISPLAY_LEDS},
    {"IsAbsolute", "b", read_absolute, DISPLAY_MOUSE},
    {"Type", "s", read_type, 0},
    {"Label", "s", read_label, 0},
    {"DeviceAddress", "s", read_device, 0},
};

/* One entry's variant; what we do not know is skipped. */
static int read_property(sd_bus_message *m, const char *name, struct qemu_console *c,
                         unsigned *what)
{
    for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
        if (strcmp(properties[i].name, name))
            continue;
        int r = sd_bus_message_enter_container(m, 'v', properties[i].type);
        if (r >= 0)
            r = properties[i].read(m, c);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
        *what |= properties[i].what;
        return r;
    }
    return sd_bus_message_skip(m, "v");
}

/* a{sv} into c, which may be NULL: then all is skipped. */
static int read_properties(sd_bus_message *m, struct qemu_console *c, unsigned *what)
{
    if (!c)
        return sd_bus_message_skip(m, "a{sv}");
    int r = sd_bus_message_enter_container(m, 'a', "{sv}");
    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        const char *name;
        r = sd_bus_message_read(m, "s", &name);
        if (r >= 0)
            r = read_property(m, name, c, what);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* a{sa{sv}}: one object's interfaces. */
static int read_interfaces(sd_bus_message *m, struct qemu_console *c)
{
    unsigned what = 0;
    int r = sd_bus_message_enter_container(m, 'a', "{sa{sv}}");
    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sa{sv}")) > 0) {
        r = sd_bus_message_skip(m, "s");
        if (r >= 0)
            r = read_properties(m, c, &what);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* a{oa{sa{sv}}}: the answer of GetManagedObjects. */
static int read_objects(sd_bus_message *m, struct qemu_consoles *list)
{
    int r = sd_bus_message_enter_container(m, 'a', "{oa{sa{sv}}}");
    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "oa{sa{sv}}")) > 0) {
        const char *path;
        r = sd_bus_message_read(m, "o", &path);
        if (r >= 0)
            r = read_interfaces(m, find_console(list, path, true));
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    return r;
}

static void throw_out_text_consoles(struct qemu_consoles *list)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < list->n; i++) {
        if (list->items[i].graphic)
            list->items[kept++] = list->items[i];
        else
            console_fini(&list->items[i]);
    }
    list->n = kept;
}

int qemu_consoles_read(struct qemu_consoles *list, sd_bus_message *m)
{
    int r = read_objects(m, list);
    throw_out_text_consoles(list);
    return r < 0 ? r : 0;
}

unsigned qemu_consoles_read_changed(struct qemu_consoles *list, sd_bus_message *m)
{
    unsigned what = 0;
    const char *path = sd_bus_message_get_path(m);
    if (!path || sd_bus_message_skip(m, "s") < 0 ||
        read_properties(m, find_console(list, path, false), &what) < 0)
        return 0;
    return what;
}

void qemu_consoles_fini(struct qemu_consoles *list)
{
    for (unsigned i = 0; i < list->n; i++)
        console_fini(&list->items[i]);
    list->n = 0;
}

void qemu_console_path(const struct qemu_console *c, char path_r[CONSOLE_PATH_MOST])
{
    snprintf(path_r, CONSOLE_PATH_MOST, "%s%u", console_prefix, c->number);
}
