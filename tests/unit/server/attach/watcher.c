/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/attach/watcher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

static void told(struct watcher *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void told(struct watcher *w, const char *format, ...)
{
    char line[512];
    va_list arguments;
    assert_false(w->opening);
    assert_non_null(w->place);
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (strncmp(line, "pixels", 6))
        fprintf(w->log, "%s\n", line);
    if (w->unwatch_on && !strncmp(line, w->unwatch_on, strlen(w->unwatch_on)))
        w->place->ops->watch(w->place, false);
    if (w->close_on && !strncmp(line, w->close_on, strlen(w->close_on)))
        watcher_close(w);
}

static void on_identity(void *self, const struct place_identity *identity)
{
    char uuid[33] = "none";
    for (int i = 0; identity->has_uuid && i < 16; i++)
        snprintf(uuid + 2 * i, 3, "%02x", identity->uuid[i]);
    told(self, "identity %s %s", identity->name ? identity->name : "none", uuid);
}

static void on_state(void *self, enum place_state state, const char *why)
{
    told(self, "state %s%s%s", place_state_name(state), why ? ": " : "", why ? why : "");
}

static void on_event(void *self, enum place_event event)
{
    static const char *const names[] = {"reset", "shutdown", "powerdown", "panic", "stopped"};
    told(self, "event %s", names[event]);
}

static void on_heads(void *self, const struct place_head *heads, unsigned n)
{
    struct watcher *w = self;
    char line[512] = "heads";
    assert_in_range(n, 0, HEADS_MOST);
    for (unsigned i = 0; i < n; i++) {
        size_t at = strlen(line);
        snprintf(line + at, sizeof(line) - at, " %dx%d%s", heads[i].w, heads[i].h,
                 heads[i].can_resize ? "+" : "");
        assert_non_null(heads[i].label);
        if (w->heads[i].w != heads[i].w || w->heads[i].h != heads[i].h)
            assert_int_equal(surface_resize(&w->heads[i], heads[i].w, heads[i].h), 0);
    }
    w->n_heads = n;
    told(w, "%s", line);
}

static void on_pixels(void *self, unsigned head, struct rect r, const void *src,
                      size_t src_stride, enum source_format format)
{
    struct watcher *w = self;
    assert_true(head < w->n_heads);
    struct rect all = surface_rect(&w->heads[head]);
    assert_false(rect_empty(&r));
    assert_true(rect_contains(&all, &r));
    assert_true(src_stride >= (size_t)r.w * 4 || r.h == 1);
    for (int y = 0; y < r.h; y++)
        source_format_convert(format, surface_at(&w->heads[head], r.x, r.y + y),
                              (const char *)src + (size_t)y * src_stride, (size_t)r.w);
    w->updates++;
    told(w, "pixels %u", head);
}

static void on_blank(void *self, unsigned head)
{
    told(self, "blank %u", head);
}

static void on_pointer_image(void *self, unsigned head, struct pointer_image *image)
{
    told(self, "pointer image %u %dx%d %d,%d %08x", head, image->w, image->h, image->hot_x,
         image->hot_y, image->w ? image->argb[0] : 0);
}

static void on_pointer_moved(void *self, unsigned head, int x, int y, bool visible)
{
    told(self, "pointer %u %d,%d %s", head, x, y, visible ? "visible" : "hidden");
}

static void on_leds(void *self, unsigned leds)
{
    told(self, "leds %u", leds);
}

static void on_absolute(void *self, bool absolute)
{
    told(self, "mouse %s", absolute ? "absolute" : "relative");
}

static void on_problem(void *self, const char *text)
{
    told(self, "problem %s", text);
}

static void on_picture_complete(void *self)
{
    told(self, "complete");
}

static void on_input_back(void *self, const struct input_event *events, size_t n)
{
    static const char *const kinds[] = {"key", "to", "by", "button"};
    char line[512] = "back";
    for (size_t i = 0; i < n; i++) {
        size_t at = strlen(line);
        snprintf(line + at, sizeof(line) - at, " %s%s%d", kinds[events[i].kind],
                 events[i].down ? "+" : "-", events[i].a);
    }
    told(self, "%s", line);
}

static const struct attach_handler handler = {
    on_identity,      on_state,         on_event, on_heads,    on_pixels,  on_blank,
    on_pointer_image, on_pointer_moved, on_leds,  on_absolute, on_problem, on_picture_complete,
    on_input_back,
};

void watcher_init(struct watcher *w)
{
    *w = (struct watcher){0};
    assert_true(sd_event_new(&w->loop) >= 0);
    w->log = open_memstream(&w->text, &w->size);
}

void watcher_fini(struct watcher *w)
{
    watcher_close(w);
    for (unsigned i = 0; i < HEADS_MOST; i++)
        surface_fini(&w->heads[i]);
    fclose(w->log);
    free(w->text);
    sd_event_unref(w->loop);
}

void watcher_open(struct watcher *w, const char *place)
{
    struct attach_context context = {.loop = w->loop};
    const char *address, *why = NULL;
    const struct attach_ops *ops = attach_ops_for(place, &address);
    assert_non_null(ops);
    w->opening = true;
    assert_int_equal(ops->open(&w->place, &context, address, &handler, w, &why), 0);
    w->opening = false;
}

void watcher_close(struct watcher *w)
{
    struct attach *place = w->place;
    w->place = NULL;
    if (place)
        place->ops->close(place);
}

const char *watcher_log(struct watcher *w)
{
    fflush(w->log);
    return w->text;
}

void watcher_forget(struct watcher *w)
{
    fclose(w->log);
    free(w->text);
    w->log = open_memstream(&w->text, &w->size);
}

void watcher_until_true(struct watcher *w, bool (*is_so)(void *self), void *self,
                        const char *what)
{
    time_t end = time(NULL) + WATCHER_DEADLINE_S;
    while (!is_so(self)) {
        if (time(NULL) > end)
            fail_msg("waited in vain for '%s'; told so far:\n%s", what, watcher_log(w));
        assert_true(sd_event_run(w->loop, 1000000) >= 0);
    }
}

struct wanted {
    struct watcher *watcher;
    const char *text;
};

static bool is_told(void *self)
{
    struct wanted *wanted = self;
    return strstr(watcher_log(wanted->watcher), wanted->text);
}

void watcher_until(struct watcher *w, const char *text)
{
    watcher_until_true(w, is_told, &(struct wanted){w, text}, text);
}

void watcher_settle(struct watcher *w)
{
    for (int idle = 0; idle < 3;)
        idle = sd_event_run(w->loop, 1000) > 0 ? 0 : idle + 1;
}

uint32_t watcher_pixel(const struct watcher *w, unsigned head, int x, int y)
{
    return *surface_at(&w->heads[head], x, y);
}
