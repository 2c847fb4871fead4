/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens a place and prints what it tells, a line each; takes orders from standard input. For
 * people who want to see what a machine really says, and for measurements.
 *
 *   place_dump [-q] PLACE
 *
 * -q leaves out pixels. Orders, one a line: watch on|off, key HEX 0|1, move HEAD X Y, by HEAD
 * DX DY, button HEAD N 0|1, resize HEAD W H, power shutdown|reboot|reset, save PREFIX
 * (PREFIX-<head>.ppm), crc, wait MS (pause between orders), quit. Ends at the end of input too,
 * unless -k is given.
 */
#include <config.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "framebuffer/compare.h"
#include "framebuffer/surface.h"
#include "server/attach/attach.h"

struct dump {
    sd_event *loop;
    struct attach *place;
    struct surface heads[HEADS_MOST];
    struct damage damage[HEADS_MOST];
    unsigned n_heads;
    bool quiet, keep;
    uint64_t start_us, updates, tiles;
    char input[4096];
    size_t input_n;
    bool waiting;
    sd_event_source *pause, *orders;
};

static void line(struct dump *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void line(struct dump *d, const char *format, ...)
{
    struct timespec t;
    va_list arguments;
    clock_gettime(CLOCK_MONOTONIC, &t);
    uint64_t now_us = (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
    printf("%8.3f ", (double)(now_us - d->start_us) / 1000000);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

static void on_identity(void *self, const struct place_identity *identity)
{
    char uuid[33] = "none";
    for (int i = 0; identity->has_uuid && i < 16; i++)
        snprintf(uuid + 2 * i, 3, "%02x", identity->uuid[i]);
    line(self, "identity name=%s uuid=%s", identity->name ? identity->name : "none", uuid);
}

static void on_state(void *self, enum place_state state, const char *why)
{
    line(self, "state %s%s%s", place_state_name(state), why ? ": " : "", why ? why : "");
}

static void on_event(void *self, enum place_event event)
{
    static const char *const names[] = {"reset", "shutdown", "powerdown", "panic"};
    line(self, "event %s", names[event]);
}

static void on_heads(void *self, const struct place_head *heads, unsigned n)
{
    struct dump *d = self;
    for (unsigned i = 0; i < n; i++) {
        line(d, "head %u of %u: %dx%d%s '%s'", i, n, heads[i].w, heads[i].h,
             heads[i].can_resize ? " can-resize" : "", heads[i].label);
        if (d->heads[i].w != heads[i].w || d->heads[i].h != heads[i].h) {
            surface_resize(&d->heads[i], heads[i].w, heads[i].h);
            damage_resize(&d->damage[i], heads[i].w, heads[i].h);
        }
    }
    d->n_heads = n;
}

static void on_pixels(void *self, unsigned head, struct rect r, const void *src,
                      size_t src_stride, enum source_format format)
{
    struct dump *d = self;
    struct rect all = surface_rect(&d->heads[head]);
    if (!rect_contains(&all, &r)) {
        line(d, "WRONG: pixels %d,%d %dx%d of head %u outside it", r.x, r.y, r.w, r.h, head);
        return;
    }
    damage_clear(&d->damage[head]);
    size_t tiles = compare_copy(&d->heads[head], r, src, src_stride, format, &d->damage[head]);
    d->updates++;
    d->tiles += tiles;
    if (!d->quiet)
        line(d, "pixels head=%u %d,%d %dx%d stride=%zu format=%d: %zu tiles changed", head, r.x,
             r.y, r.w, r.h, src_stride, (int)format, tiles);
}

static void on_blank(void *self, unsigned head)
{
    line(self, "blank head=%u", head);
}

static void on_pointer_image(void *self, unsigned head, struct pointer_image *image)
{
    line(self, "pointer image head=%u %dx%d hot %d,%d", head, image->w, image->h, image->hot_x,
         image->hot_y);
}

static void on_pointer_moved(void *self, unsigned head, int x, int y, bool visible)
{
    line(self, "pointer head=%u %d,%d %s", head, x, y, visible ? "visible" : "hidden");
}

static void on_leds(void *self, unsigned leds)
{
    line(self, "leds %u", leds);
}

static void on_absolute(void *self, bool absolute)
{
    line(self, "mouse %s", absolute ? "absolute" : "relative");
}

static void on_problem(void *self, const char *text)
{
    line(self, "problem %s", text);
}

static void on_picture_complete(void *self)
{
    line(self, "picture complete");
}

static void on_input_back(void *self, const struct input_event *events, size_t n)
{
    (void)events;
    line(self, "input back %zu", n);
}

static const struct attach_handler handler = {
    on_identity,      on_state,         on_event, on_heads,    on_pixels,  on_blank,
    on_pointer_image, on_pointer_moved, on_leds,  on_absolute, on_problem, on_picture_complete,
    on_input_back,
};

/* A row as R, G, B bytes. */
static void row_rgb(const struct surface *s, int y, unsigned char *rgb)
{
    for (int x = 0; x < s->w; x++) {
        uint32_t p = *surface_at(s, x, y);
        *rgb++ = (unsigned char)(p >> 16);
        *rgb++ = (unsigned char)(p >> 8);
        *rgb++ = (unsigned char)p;
    }
}

static void save(struct dump *d, const char *prefix)
{
    unsigned char row[3 * SURFACE_SIDE_MOST];
    for (unsigned i = 0; i < d->n_heads; i++) {
        const struct surface *s = &d->heads[i];
        char path[4200];
        snprintf(path, sizeof(path), "%s-%u.ppm", prefix, i);
        FILE *f = fopen(path, "w");
        if (!f) {
            line(d, "cannot write %s", path);
            continue;
        }
        fprintf(f, "P6\n%d %d\n255\n", s->w, s->h);
        for (int y = 0; y < s->h; y++) {
            row_rgb(s, y, row);
            fwrite(row, 3, (size_t)s->w, f);
        }
        fclose(f);
        line(d, "saved %s", path);
    }
}

/* CRC-32 of all rows as R, G, B bytes: what the test guest's `hash` says too. */
static void tell_crc(struct dump *d)
{
    unsigned char row[3 * SURFACE_SIDE_MOST];
    for (unsigned i = 0; i < d->n_heads; i++) {
        uLong crc = crc32(0, NULL, 0);
        for (int y = 0; y < d->heads[i].h; y++) {
            row_rgb(&d->heads[i], y, row);
            crc = crc32(crc, row, (uInt)d->heads[i].w * 3);
        }
        line(d, "crc head=%u %08lx updates=%lu tiles=%lu", i, crc, (unsigned long)d->updates,
             (unsigned long)d->tiles);
    }
}

static void take_orders(struct dump *d);

static int on_pause_over(sd_event_source *source, uint64_t now_us, void *self)
{
    struct dump *d = self;
    (void)source;
    (void)now_us;
    d->pause = sd_event_source_disable_unref(d->pause);
    d->waiting = false;
    take_orders(d);
    return 0;
}

static void order(struct dump *d, const char *text)
{
    const struct attach_ops *ops = d->place->ops;
    char word[4096] = "";
    unsigned a, b, c;
    int x, y;
    if (sscanf(text, "watch %4095s", word) == 1)
        ops->watch(d->place, !strcmp(word, "on"));
    else if (sscanf(text, "key %x %u", &a, &b) == 2)
        ops->input->key(d->place, (uint8_t)a, b);
    else if (sscanf(text, "move %u %d %d", &a, &x, &y) == 3)
        ops->input->move_to(d->place, a, x, y);
    else if (sscanf(text, "by %u %d %d", &a, &x, &y) == 3)
        ops->input->move_by(d->place, a, x, y);
    else if (sscanf(text, "button %u %u %u", &a, &b, &c) == 3)
        ops->input->button(d->place, a, (enum pointer_button)b, c);
    else if (sscanf(text, "resize %u %d %d", &a, &x, &y) == 3)
        line(d, "resize: %s", strerror(-ops->resize(d->place, a, x, y)));
    else if (sscanf(text, "power %4095s", word) == 1)
        line(d, "power: %s",
             strerror(-ops->power(d->place, !strcmp(word, "reset")    ? POWER_RESET
                                            : !strcmp(word, "reboot") ? POWER_REBOOT
                                                                      : POWER_SHUTDOWN)));
    else if (sscanf(text, "save %4095s", word) == 1)
        save(d, word);
    else if (!strcmp(text, "crc"))
        tell_crc(d);
    else if (sscanf(text, "wait %u", &a) == 1)
        d->waiting = sd_event_add_time_relative(d->loop, &d->pause, CLOCK_MONOTONIC,
                                                (uint64_t)a * 1000, 0, on_pause_over, d) >= 0;
    else if (!strcmp(text, "quit"))
        sd_event_exit(d->loop, 0);
    else if (*text)
        line(d, "unknown order: %s", text);
}

static void take_orders(struct dump *d)
{
    char *end;
    while (!d->waiting && (end = memchr(d->input, '\n', d->input_n))) {
        char text[sizeof(d->input)];
        size_t n = (size_t)(end - d->input);
        memcpy(text, d->input, n);
        text[n] = 0;
        d->input_n -= n + 1;
        memmove(d->input, end + 1, d->input_n);
        order(d, text);
    }
    if (d->waiting || d->input_n == sizeof(d->input))
        sd_event_source_set_enabled(d->orders, SD_EVENT_OFF);
    else
        sd_event_source_set_enabled(d->orders, SD_EVENT_ON);
}

static int on_orders(sd_event_source *source, int fd, uint32_t events, void *self)
{
    struct dump *d = self;
    (void)events;
    ssize_t n = read(fd, d->input + d->input_n, sizeof(d->input) - d->input_n);
    if (n > 0) {
        d->input_n += (size_t)n;
        take_orders(d);
    } else if (d->keep) {
        sd_event_source_set_enabled(source, SD_EVENT_OFF);
    } else {
        sd_event_exit(d->loop, 0);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct dump d = {0};
    const char *address, *why = "no such kind of place";
    struct timespec t;
    int option;
    while ((option = getopt(argc, argv, "qk")) != -1) {
        d.quiet = d.quiet || option == 'q';
        d.keep = d.keep || option == 'k';
    }
    if (optind + 1 != argc) {
        fputs("usage: place_dump [-q] [-k] PLACE\n", stderr);
        return 2;
    }
    clock_gettime(CLOCK_MONOTONIC, &t);
    d.start_us = (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
    sd_event_new(&d.loop);
    const struct attach_ops *ops = attach_ops_for(argv[optind], &address);
    struct attach_context context = {.loop = d.loop};
    if (!ops || ops->open(&d.place, &context, address, &handler, &d, &why) < 0) {
        fprintf(stderr, "%s: %s\n", argv[optind], why);
        return 1;
    }
    if (sd_event_add_io(d.loop, &d.orders, STDIN_FILENO, EPOLLIN, on_orders, &d) < 0) {
        fputs("standard input must be a pipe or a terminal\n", stderr);
        return 2;
    }
    sd_event_loop(d.loop);
    ops->close(d.place);
    sd_event_source_disable_unref(d.orders);
    sd_event_source_disable_unref(d.pause);
    sd_event_unref(d.loop);
    for (unsigned i = 0; i < HEADS_MOST; i++) {
        surface_fini(&d.heads[i]);
        damage_fini(&d.damage[i]);
    }
    return 0;
}
