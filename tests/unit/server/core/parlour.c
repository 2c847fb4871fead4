/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/core/parlour.h"
#include "tests/unit/server/waiting.h"
#include "base/alloc.h"
#include "server/listener.h"
#include "server/viewer.h"
#include "tests/unit/hex.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- the server ---- */

static char *filled_in(const struct parlour *p, const char *text)
{
    struct bytes out;
    bytes_init(&out, SIZE_MAX);
    for (; *text; text++) {
        if (strncmp(text, "%s", 2) == 0) {
            bytes_put(&out, p->folder, strlen(p->folder));
            text++;
        } else {
            bytes_put(&out, text, 1);
        }
    }
    bytes_put_u8(&out, 0);
    return (char *)out.data;
}

static struct config *read_config(struct parlour *p, const char *config)
{
    char *rest = filled_in(p, config), *error = NULL;
    char *all =
        alloc_printf("server { listen = {\"unix:%s/rfb.sock\"} control = \"%s/control.sock\" "
                     "state = \"%s/state.db\" }\n%s%s",
                     p->folder, p->folder, p->folder,
                     strstr(rest, "auth {") ? "" : "auth { methods = {none} }\n", rest);
    struct config *result = NULL;
    if (config_load(&result, parlour_file(p, "config", all), &error) < 0)
        fail_msg("%s", error);
    free(rest);
    free(all);
    return result;
}

void parlour_open(struct parlour *p, const char *config)
{
    *p = (struct parlour){.folder = "/tmp/hf-parlour-XXXXXX"};
    assert_non_null(mkdtemp(p->folder));
    assert_int_equal(sd_event_new(&p->loop), 0);
    assert_int_equal(server_start(&p->server, p->loop, read_config(p, config)), 0);
    parlour_settle(p);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void parlour_close(struct parlour *p)
{
    server_stop(&p->server);
    sd_event_unref(p->loop);
    nftw(p->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void parlour_reload(struct parlour *p, const char *config)
{
    server_reload(&p->server, read_config(p, config));
}

const char *parlour_file(struct parlour *p, const char *name, const char *content)
{
    static char path[200];
    snprintf(path, sizeof(path), "%s/%s", p->folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    chmod(path, 0600);
    fputs(content, f);
    fclose(f);
    return path;
}

void parlour_settle(struct parlour *p)
{
    for (int i = 0; i < 200 && sd_event_run(p->loop, 0) > 0; i++)
        ;
}

void parlour_turn(struct parlour *p)
{
    assert_true(sd_event_run(p->loop, 20000) >= 0);
}

void parlour_show(struct fake_place *place, int w, int h, uint32_t colour)
{
    struct surface picture;
    surface_init(&picture);
    assert_int_equal(surface_resize(&picture, w, h), 0);
    surface_fill(&picture, surface_rect(&picture), colour);
    fake_says_pixels(place, 0, &picture, surface_rect(&picture));
    fake_says_complete(place);
    surface_fini(&picture);
}

struct fake_place *parlour_run_place(const char *address, const char *uuid, int w, int h)
{
    struct fake_place *place = fake_place_find(address);
    assert_non_null(place);
    fake_runs(place, NULL, uuid, w, h);
    parlour_show(place, w, h, 0x102030);
    return place;
}

/* ---- its clients ---- */

void guest_come(struct guest *g, struct parlour *p, const char *machine_name, const char *peer)
{
    const struct listener listener = {
        .machine_name = (char *)machine_name, .local = !peer, .address = "test"};
    struct sockaddr_storage sa = {.ss_family = AF_UNIX};
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends),
                     0);
    if (peer) {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(5000)};
        struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(5000)};
        if (inet_pton(AF_INET, peer, &in.sin_addr) == 1)
            memcpy(&sa, &in, sizeof(in));
        else if (inet_pton(AF_INET6, peer, &in6.sin6_addr) == 1)
            memcpy(&sa, &in6, sizeof(in6));
    }
    *g = (struct guest){.parlour = p, .fd = ends[1]};
    bytes_init(&g->in, SIZE_MAX);
    viewer_new(&p->server, ends[0], &listener, &sa);
}

void guest_come_by_tcp(struct guest *g, struct parlour *p, const char *machine_name)
{
    const struct listener listener = {
        .machine_name = (char *)machine_name, .local = true, .address = "test"};
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_storage peer = {0};
    socklen_t len = sizeof(in);
    int l = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
        fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(l, (struct sockaddr *)&in, len), 0);
    assert_int_equal(getsockname(l, (struct sockaddr *)&in, &len), 0);
    assert_int_equal(listen(l, 1), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof(in)), 0);
    memcpy(&peer, &in, sizeof(in));
    *g = (struct guest){.parlour = p, .fd = fd};
    bytes_init(&g->in, SIZE_MAX);
    viewer_new(&p->server, accept4(l, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), &listener,
               &peer);
    close(l);
}

void guest_go(struct guest *g)
{
    close(g->fd);
    bytes_fini(&g->in);
    parlour_settle(g->parlour);
}

/* Whether something came. */
static bool listen_once(struct guest *g)
{
    ssize_t n = recv(g->fd, bytes_reserve(&g->in, 65536), 65536, MSG_DONTWAIT);
    if (n > 0)
        bytes_commit(&g->in, (size_t)n);
    g->closed = n == 0 || (n < 0 && errno != EAGAIN);
    return n > 0;
}

void guest_listens(struct guest *g)
{
    while (listen_once(g))
        ;
}

static void wait_for_bytes(struct guest *g, size_t n)
{
    const uint64_t end_us = waiting_end_us();
    while (g->in.len < n) {
        if (listen_once(g))
            continue;
        if (g->closed || waiting_clock_us() > end_us)
            fail_msg("%zu bytes came instead of %zu; closed: %d", g->in.len, n, g->closed);
        parlour_turn(g->parlour);
    }
}

void guest_says_bytes(struct guest *g, const void *data, size_t n)
{
    const char *at = data;
    while (n) {
        ssize_t put = send(g->fd, at, n, MSG_NOSIGNAL);
        if (put < 0 && errno != EAGAIN)
            return; /* closed: what it says tells the test */
        at += put > 0 ? put : 0;
        n -= put > 0 ? (size_t)put : 0;
        parlour_settle(g->parlour);
    }
    parlour_settle(g->parlour);
}

void guest_says(struct guest *g, const char *hex)
{
    struct bytes b;
    hex_init(&b, hex);
    guest_says_bytes(g, b.data, b.len);
    bytes_fini(&b);
}

const uint8_t *guest_takes(struct guest *g, size_t n)
{
    static uint8_t *taken;
    wait_for_bytes(g, n);
    free(taken);
    taken = alloc_zero(n + 1, 1);
    memcpy(taken, g->in.data, n);
    bytes_consume(&g->in, n);
    return taken;
}

void guest_hears(struct guest *g, const char *hex)
{
    struct bytes want;
    hex_init(&want, hex);
    wait_for_bytes(g, want.len);
    if (memcmp(g->in.data, want.data, want.len) != 0) {
        for (size_t i = 0; i < want.len; i++)
            fprintf(stderr, "%s%02x", g->in.data[i] == want.data[i] ? " " : "!", g->in.data[i]);
        fail_msg("not heard: %s", hex);
    }
    bytes_consume(&g->in, want.len);
    bytes_fini(&want);
}

void guest_sees_the_end(struct guest *g)
{
    const uint64_t end_us = waiting_end_us();
    while (!g->closed) {
        if (listen_once(g))
            continue;
        assert_true(waiting_clock_us() < end_us);
        if (!g->closed)
            parlour_turn(g->parlour);
    }
}

void guest_hears_nothing(struct guest *g)
{
    for (int i = 0; i < 5; i++)
        parlour_settle(g->parlour);
    listen_once(g);
    if (g->in.len || g->closed)
        fail_msg("%zu bytes came, the first %02x; closed: %d", g->in.len,
                 g->in.len ? g->in.data[0] : 0, g->closed);
}

void guest_logs_in(struct guest *g, unsigned w, unsigned h, const char *name)
{
    char *init =
        alloc_printf("00000000 %04x %04x 2018 0001 00ff 00ff 00ff 10 08 00 000000 %08zx '%s'",
                     w, h, strlen(name), name);
    guest_hears(g, "'RFB 003.008' 0a");
    guest_says(g, "'RFB 003.008' 0a");
    guest_hears(g, "01 01");
    guest_says(g, "01 01");
    guest_hears(g, init);
    free(init);
}
