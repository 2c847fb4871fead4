/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/config_options.h"
#include "base/alloc.h"
#include "server/address.h"
#include "server/config_check.h"
#include "server/config_cluster.h"
#include "server/config_table.h"
#include "server/config_values.h"

#include <confuse.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MANY (CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES)

enum { OPTIONS_MOST = 24, SECTIONS_MOST = 8 };

struct reading {
    const char *path;
    char *error; /* the first one */
    struct config_listen *tcp;
    size_t n_tcp;
};

/* libconfuse hands no pointer of ours to its callbacks; set while it parses. */
static _Thread_local struct reading *reading_now;

static void fail(struct reading *r, int line, char *why)
{
    if (!r->error)
        r->error = alloc_printf("%s:%d: %s", r->path, line, why);
    free(why);
}

static char *unknown_text(cfg_t *cfg, const char *name)
{
    const struct config_section *in = config_section_find(cfg->name);
    bool later = in ? config_option_find(in, name) != NULL : config_section_find(name) != NULL;
    if (later)
        return alloc_printf("%s is not supported by this version", name);
    return alloc_printf("unknown option '%s'%s%s", name, in ? " in section " : "",
                        in ? in->name : "");
}

static void __attribute__((format(printf, 2, 0)))
on_error(cfg_t *cfg, const char *format, va_list args)
{
    char *why = NULL;
    if (strncmp(format, "no such option", 14) == 0)
        why = unknown_text(cfg, va_arg(args, const char *));
    else if (vasprintf(&why, format, args) < 0)
        why = alloc_text("syntax error");
    fail(reading_now, cfg->line, why);
}

static void note_tcp(struct reading *r, int line, const char *text)
{
    struct address a;
    if (r->n_tcp && strcmp(r->tcp[r->n_tcp - 1].text, text) == 0)
        return;
    if (address_parse(text, &a, NULL) < 0 || address_is_unix(&a))
        return;
    r->tcp = alloc_resize(r->tcp, r->n_tcp + 1, sizeof(*r->tcp));
    r->tcp[r->n_tcp++] = (struct config_listen){line, address_is_local(&a), alloc_text(text)};
}

static bool good_together(const struct value_kind *kind, cfg_opt_t *opt, const char **why_r)
{
    size_t n = cfg_opt_size(opt);
    if (!kind->good_together)
        return true;
    const char **texts = alloc_zero(n, sizeof(*texts));
    for (size_t i = 0; i < n; i++)
        texts[i] = cfg_opt_getnstr(opt, (unsigned)i);
    bool good = kind->good_together(texts, n, why_r);
    free(texts);
    return good;
}

/* Called behind each value, and once more behind a list; the last value is the new one. */
static int on_value(cfg_t *cfg, cfg_opt_t *opt)
{
    const struct value_kind *kind =
        config_option_find(config_section_find(cfg->name), opt->name)->kind;
    const char *text = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
    const char *why;
    if (kind->good(kind, text, &why) && good_together(kind, opt, &why)) {
        if (kind == &value_address)
            note_tcp(reading_now, cfg->line, text);
        return 0;
    }
    fail(reading_now, cfg->line, alloc_printf("%s = \"%s\": %s", opt->name, text, why));
    return -1;
}

static bool good_uuid(const char *text)
{
    for (int i = 0; i < 36; i++)
        if (i == 8 || i == 13 || i == 18 || i == 23
                ? text[i] != '-'
                : !text[i] || !strchr("0123456789abcdefABCDEF", text[i]))
            return false;
    return text[36] == 0;
}

static bool good_title(const char *title, const char **why_r)
{
    if (strncmp(title, "uuid:", 5) != 0)
        return machine_name_good(title, why_r);
    *why_r = "a UUID looks like \"uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427\"";
    return good_uuid(title + 5);
}

/* Called behind a machine's section. */
static int on_machine(cfg_t *cfg, cfg_opt_t *opt)
{
    cfg_t *sec = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
    const char *why;
    bool good = good_title(sec->title, &why);
    if (good && strcmp(sec->title, "*") == 0 &&
        (cfg_size(sec, "place") || cfg_size(sec, "listen"))) {
        why = "place and listen belong to one machine, not to all";
        good = false;
    }
    if (!good)
        fail(reading_now, cfg->line, alloc_printf("machine \"%s\": %s", sec->title, why));
    return good ? 0 : -1;
}

/* Called behind a listener's section. */
static int on_listener(cfg_t *cfg, cfg_opt_t *opt)
{
    cfg_t *sec = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
    if (cfg_size(sec, "address"))
        return 0;
    fail(reading_now, cfg->line, alloc_printf("listener \"%s\" has no address", sec->title));
    return -1;
}

static cfg_opt_t option_for_confuse(const struct config_option *o)
{
    if (o->kind->list)
        return (cfg_opt_t)CFG_STR_LIST(o->name, NULL, CFGF_NODEFAULT);
    return (cfg_opt_t)CFG_STR(o->name, NULL, CFGF_NODEFAULT);
}

static void options_for_confuse(const struct config_section *s, cfg_opt_t out[OPTIONS_MOST])
{
    size_t n = 0;
    for (const struct config_option *o = s->options; o->name; o++)
        if (o->kind)
            out[n++] = option_for_confuse(o);
    out[n] = (cfg_opt_t)CFG_END();
}

static void set_checks(cfg_t *cfg)
{
    for (const struct config_section *s = config_sections; s->name; s++)
        for (const struct config_option *o = s->options; o && o->name; o++) {
            char *path = alloc_printf("%s|%s", s->name, o->name);
            if (o->kind)
                cfg_set_validate_func(cfg, path, on_value);
            free(path);
        }
    cfg_set_validate_func(cfg, "machine", on_machine);
    cfg_set_validate_func(cfg, "listener", on_listener);
}

/* Stores the options that stand in the file; `base` is a struct config or machine_config. */
static void store(cfg_t *sec, const struct config_option *options, void *base)
{
    for (const struct config_option *o = options; o->name; o++) {
        cfg_opt_t *opt = o->kind ? cfg_getopt(sec, o->name) : NULL;
        if (!opt || !(opt->flags & CFGF_MODIFIED))
            continue;
        void *field = (char *)base + o->offset;
        if (o->kind->list)
            text_list_fini(field);
        for (unsigned i = 0; i < cfg_opt_size(opt); i++)
            o->kind->set(o->kind, field, cfg_opt_getnstr(opt, i));
    }
}

/* Its values have been found good one by one and together. */
static void read_rules(struct machine_config *m)
{
    const char *why;
    size_t bad;
    if (m->allow.n)
        rules_new((const char *const *)m->allow.items, m->allow.n, &m->rules, &bad, &why);
}

static void store_machine(struct config *c, cfg_t *sec)
{
    struct machine_config m = c->defaults;
    m.name = alloc_text(cfg_title(sec));
    m.password_file = alloc_text(m.password_file);
    m.keymap = alloc_text(m.keymap);
    m.hot_key = alloc_text(m.hot_key);
    m.allow = (struct text_list){0};
    for (size_t i = 0; i < c->defaults.allow.n; i++)
        text_list_add(&m.allow, c->defaults.allow.items[i]);
    store(sec, config_section_find("machine")->options, &m);
    read_rules(&m);
    c->machines = alloc_resize(c->machines, c->n_machines + 1, sizeof(*c->machines));
    c->machines[c->n_machines++] = m;
}

static void store_listener(struct config *c, cfg_t *sec)
{
    struct listener_config l = {.name = alloc_text(cfg_title(sec))};
    store(sec, config_section_find("listener")->options, &l);
    c->listeners = alloc_resize(c->listeners, c->n_listeners + 1, sizeof(*c->listeners));
    c->listeners[c->n_listeners++] = l;
}

static void store_all(struct config *c, cfg_t *cfg)
{
    for (const struct config_section *s = config_sections; s->name; s++)
        if (s->options && !s->many)
            store(cfg_getsec(cfg, s->name), s->options, c);
    cfg_t *defaults = cfg_gettsec(cfg, "machine", "*");
    if (defaults)
        store(defaults, config_section_find("machine")->options, &c->defaults);
    for (unsigned i = 0; i < cfg_size(cfg, "machine"); i++)
        if (cfg_getnsec(cfg, "machine", i) != defaults)
            store_machine(c, cfg_getnsec(cfg, "machine", i));
    for (unsigned i = 0; i < cfg_size(cfg, "listener"); i++)
        store_listener(c, cfg_getnsec(cfg, "listener", i));
}

/* libconfuse makes every section; only one that stands in the file has a line. */
static char *check_cluster(struct config *c, const char *path, cfg_t *cfg, int *line_r)
{
    int line = cfg_getsec(cfg, "cluster")->line;
    if (line == 0)
        return NULL;
    *line_r = line;
    return config_cluster_check(c, path, line);
}

static struct config *parse(struct reading *r, const char *plain, cfg_t *cfg)
{
    cfg_set_error_function(cfg, on_error);
    set_checks(cfg);
    if (cfg_parse_buf(cfg, plain) != CFG_SUCCESS) {
        fail(r, cfg->line, alloc_text("syntax error"));
        return NULL;
    }
    struct config *c = config_builtin();
    text_list_fini(&c->methods); /* "none" by default is for Unix sockets only */
    store_all(c, cfg);
    read_rules(&c->defaults);
    int line = cfg_getsec(cfg, "tls")->line;
    char *fault = config_check(c, r->path, r->tcp, r->n_tcp, &line);
    if (fault)
        fail(r, line, fault);
    fault = check_cluster(c, r->path, cfg, &line);
    if (fault)
        fail(r, line, fault);
    return c;
}

int config_options_read(struct config **config_r, const char *plain, const char *path,
                        char **error_r)
{
    cfg_opt_t options[SECTIONS_MOST][OPTIONS_MOST], top[SECTIONS_MOST];
    size_t n = 0;
    for (const struct config_section *s = config_sections; s->name; s++)
        if (s->options) {
            options_for_confuse(s, options[n]);
            top[n] = (cfg_opt_t)CFG_SEC(s->name, options[n], s->many ? MANY : CFGF_NONE);
            n++;
        }
    top[n] = (cfg_opt_t)CFG_END();
    struct reading r = {.path = path};
    reading_now = &r;
    cfg_t *cfg = cfg_init(top, CFGF_NONE);
    struct config *c = parse(&r, plain, cfg);
    cfg_free(cfg);
    reading_now = NULL;
    for (size_t i = 0; i < r.n_tcp; i++)
        free(r.tcp[i].text);
    free(r.tcp);
    if (r.error) {
        config_free(&c);
        *error_r = r.error;
        return -EINVAL;
    }
    *config_r = c;
    return 0;
}
