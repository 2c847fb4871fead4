/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clients that send nonsense, dribble, never read, or come in crowds: the others do not notice. */
#include <config.h>
#include "tests/e2e/clock.h"
#include "tests/e2e/crowd.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/pattern.h"
#include "tests/e2e/socket.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define WIDTH_PX 320
#define HEIGHT_PX 200
#define MEMORY_MOST_KIB 65536 /* by which one client may make the daemon grow */

struct scene {
    struct trial *trial;
    struct daemon *daemon;
    char *address;
    struct client *witness; /* a good viewer, which must go on seeing everything */
};

static struct scene start(struct trial *trial, const char *auth)
{
    struct scene scene = {.trial = trial};

    scene.daemon = daemon_start(
        trial, "",
        trial_text(trial,
                   "auth { methods = {none} %s }\n"
                   "machine test { place = {\"pattern:%dx%d\"} listen = {\"unix:$/view\"} }",
                   auth, WIDTH_PX, HEIGHT_PX));
    scene.address = trial_text(trial, "unix:%s/view", trial->folder);
    daemon_wait_machine(scene.daemon, "test", "running");
    scene.witness = look_open(trial, scene.address, "zrle,cursor", NULL);
    look_whole(trial, scene.witness);
    return scene;
}

static void witness_is_well(struct scene *scene)
{
    struct shot want = pattern_shot(scene->trial, WIDTH_PX, HEIGHT_PX, PATTERN_STILL, 0);

    look_must(scene->trial, scene->witness, client_request_all(scene->witness, false), "a request");
    look_must(scene->trial, scene->witness,
              client_wait_message(scene->witness, CLIENT_UPDATE, PATIENCE_MS), "an update");
    look_until(scene->trial, scene->witness, want, 0);
}

static int open_raw(struct scene *scene)
{
    int fd = socket_try_connect(scene->address);

    trial_check(scene->trial, fd >= 0, "cannot connect: %s", strerror(-fd));
    return fd;
}

/* Reads what comes until the server closes. */
static void expect_close(struct scene *scene, int fd)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char room[4096];
    ssize_t got;

    do {
        trial_check(scene->trial, poll(&p, 1, clock_left_ms(deadline_ms)) > 0,
                    "the server does not close the connection");
        got = read(fd, room, sizeof(room));
    } while (got > 0);
    close(fd);
}

/* ---- garbage ---- */

/* How far a hostile client behaves. Each begins with what the stages before it send. */
static const struct {
    const char *bytes;
    size_t size;
} stages[] = {
    {"", 0}, {"RFB 003.008\n", 12}, {"\1", 1}, {"\1", 1}, {"\0\0\0\0\x20\x18\0\1", 8},
};

static void fill_random(uint8_t *data, size_t size, unsigned seed)
{
    unsigned state = seed * 2654435761u + 1;

    for (size_t i = 0; i < size; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        data[i] = (uint8_t)state;
    }
}

/* The server may close at any moment meanwhile. */
static void send_some(int fd, const void *data, size_t size)
{
    (void)!send(fd, data, size, MSG_NOSIGNAL);
}

static void garbage_at_every_stage(struct trial *trial)
{
    struct scene scene = start(trial, "");
    uint8_t garbage[4096];

    for (unsigned seed = 1; seed <= 40; seed++)
        for (size_t stage = 0; stage < ARRAY_SIZE(stages); stage++) {
            int fd = open_raw(&scene);
            for (size_t i = 0; i <= stage; i++)
                send_some(fd, stages[i].bytes, stages[i].size);
            fill_random(garbage, sizeof(garbage), seed * 31 + (unsigned)stage);
            send_some(fd, garbage, sizeof(garbage));
            if (stage < 2) {
                expect_close(&scene, fd); /* no garbage is a version or a type */
            } else {
                shutdown(fd, SHUT_WR);
                expect_close(&scene, fd);
            }
            if (seed % 10 == 0)
                witness_is_well(&scene);
        }
    daemon_wait_counter(scene.daemon, "viewers", 1);
    daemon_wait_counter(scene.daemon, "viewers_pending", 0);
}

/* What a client that is logged in may not send; the server says goodbye. */
struct offence {
    const char *what, *bytes;
    size_t size;
};

#define OFFENCE(what, bytes) {what, bytes, sizeof(bytes) - 1}

static const struct offence offences[] = {
    OFFENCE("an unknown message", "\x63\0\0\0\0\0\0\0"),
    OFFENCE("a pixel format of 24 bits", "\0\0\0\0\x18\x18\0\1\0\xff\0\xff\0\xff\x10\x08\0\0\0\0"),
    OFFENCE("shifts beyond the pixel", "\0\0\0\0\x20\x18\0\1\0\xff\0\xff\0\xff\x1f\x1e\x1d\0\0\0"),
    OFFENCE("a fence of 65 bytes",
            "\xf8\0\0\0\0\0\0\0\x41"
            "0123456789012345678901234567890123456789012345678901234567890123456"),
    OFFENCE("200 screens", "\xfb\0\x04\0\x03\0\xc8\0"),
};

static void offences_end_the_connection(struct trial *trial)
{
    struct scene scene = start(trial, "");

    for (size_t i = 0; i < ARRAY_SIZE(offences); i++) {
        struct client *client = look_open(trial, scene.address, "raw,cursor", NULL);
        look_must(trial, client, client_send_raw(client, offences[i].bytes, offences[i].size),
                  offences[i].what);
        look_must(trial, client, client_wait_close(client, PATIENCE_MS), offences[i].what);
        witness_is_well(&scene);
    }
}

/* What is odd but no offence: the connection lives on. */
static const struct offence oddities[] = {
    OFFENCE("keys that no keyboard has", "\4\1\0\0\xff\xff\xff\xff\4\0\0\0\0\0\0\0"),
    OFFENCE("a pointer far outside", "\5\xff\xff\xff\xff\xff\5\0\xff\xff\xff\xff"),
    OFFENCE("an empty request", "\3\0\0\0\0\0\0\0\0\0"),
    OFFENCE("a request far outside", "\3\0\xff\xff\xff\xff\xff\xff\xff\xff"),
    OFFENCE("no encodings", "\2\0\0\0"),
    OFFENCE("unknown encodings", "\2\0\0\3\x7f\xff\xff\xff\x80\0\0\0\0\0\0\x63"),
    OFFENCE("an empty clipboard", "\6\0\0\0\0\0\0\0"),
    OFFENCE("a fence with unknown flags", "\xf8\0\0\0\x7f\xff\xff\xf8\0"),
    OFFENCE("power off, asked without support", "\xfa\0\1\xc8"),
    OFFENCE("a scancode that no keyboard has", "\xff\0\0\1\0\0\0\x61\xff\xff\xff\xff"),
};

static void oddities_are_borne(struct trial *trial)
{
    struct scene scene = start(trial, "");
    struct shot want = pattern_shot(trial, WIDTH_PX, HEIGHT_PX, PATTERN_STILL, 0);

    for (size_t i = 0; i < ARRAY_SIZE(oddities); i++) {
        struct client *client = look_open(trial, scene.address, "zrle,cursor", NULL);
        look_whole(trial, client);
        look_must(trial, client, client_send_raw(client, oddities[i].bytes, oddities[i].size),
                  oddities[i].what);
        look_must(trial, client, client_set_encodings_text(client, "zrle,cursor,fence"), "encodings");
        look_must(trial, client, client_send_continuous(client, false, 0, 0, 0, 0), "barrier");
        look_until(trial, client, want, 0);
        trial_check(trial, daemon_counter(scene.daemon, "viewers") >= 2, "%s: it was thrown out",
                    oddities[i].what);
        look_leave(client);
        daemon_wait_counter(scene.daemon, "viewers", 1);
    }
}

/* A clipboard of 4 GiB is neither kept nor waited for. */
static void a_huge_clipboard_is_not_kept(struct trial *trial)
{
    static const uint8_t head[] = {6, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff};
    struct scene scene = start(trial, "");
    struct client *client = look_open(trial, scene.address, "raw,cursor", NULL);
    long before_kib = process_memory_kib(scene.daemon->process);
    char *piece = trial_room(trial, 1 << 20);

    look_whole(trial, client);
    look_must(trial, client, client_send_raw(client, head, sizeof(head)), "a clipboard");
    for (int i = 0; i < 128 && client_send_raw(client, piece, 1 << 20) == 0; i++)
        continue;
    witness_is_well(&scene);
    long grown_kib = process_memory_kib(scene.daemon->process) - before_kib;
    trial_check(trial, grown_kib < MEMORY_MOST_KIB, "the daemon has grown by %ld KiB", grown_kib);
    look_leave(client);
    daemon_wait_counter(scene.daemon, "viewers", 1);
}

/* ---- dribble ---- */

static void a_login_byte_by_byte_is_fine(struct trial *trial)
{
    static const char bytes[] = "RFB 003.008\n\1\1"
                                "\2\0\0\1\0\0\0\0"
                                "\3\0\0\0\0\0\1\x40\0\xc8";
    struct scene scene = start(trial, "");
    int fd = open_raw(&scene);
    size_t wanted = 12 + 2 + 4 + 24 + 4 + 4 + 12, came = 0;
    char room[65536];

    for (size_t i = 0; i < sizeof(bytes) - 1; i++)
        socket_send_all(trial, fd, bytes + i, 1);
    wanted += (size_t)WIDTH_PX * HEIGHT_PX * 4;
    while (came < wanted) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        trial_check(trial, poll(&p, 1, PATIENCE_MS) > 0, "%zu of %zu bytes came", came, wanted);
        ssize_t got = read(fd, room, sizeof(room));
        trial_check(trial, got > 0, "the server closed after %zu bytes", came);
        came += (size_t)got;
    }
    close(fd);
}

static void who_does_not_log_in_is_thrown_out(struct trial *trial)
{
    struct scene scene = start(trial, "handshake = 500ms");

    for (size_t stage = 0; stage < 3; stage++) {
        int fd = open_raw(&scene);
        for (size_t i = 0; i <= stage; i++)
            socket_send_all(trial, fd, stages[i].bytes, stages[i].size);
        expect_close(&scene, fd);
    }
    daemon_wait_counter(scene.daemon, "viewers_pending", 0);
    witness_is_well(&scene);
}

static void half_messages_hold_nobody_up(struct trial *trial)
{
    static const struct offence halves[] = {
        OFFENCE("half a pixel format", "\0\0\0\0\x20\x18"),
        OFFENCE("half a list of encodings", "\2\0\0\x20\0\0\0\7"),
        OFFENCE("half a request", "\3\0\0\0"),
        OFFENCE("half a key", "\4\1"),
        OFFENCE("half a clipboard", "\6\0\0\0\0\0\xff\xff""abc"),
        OFFENCE("half a fence", "\xf8\0\0\0\x80\0\0\0\x40"),
    };
    struct scene scene = start(trial, "");
    struct client *client[ARRAY_SIZE(halves)];

    for (size_t i = 0; i < ARRAY_SIZE(halves); i++) {
        client[i] = look_open(trial, scene.address, "raw,cursor", NULL);
        look_whole(trial, client[i]);
        look_must(trial, client[i], client_send_raw(client[i], halves[i].bytes, halves[i].size),
                  halves[i].what);
        witness_is_well(&scene);
    }
    daemon_wait_counter(scene.daemon, "viewers", 1 + (json_int_t)ARRAY_SIZE(halves));
    for (size_t i = 0; i < ARRAY_SIZE(halves); i++)
        look_leave(client[i]);
    daemon_wait_counter(scene.daemon, "viewers", 1);
}

static void pending_connections_are_limited(struct trial *trial)
{
    struct scene scene = start(trial, "max-pending = 5");
    int fd[12];

    for (size_t i = 0; i < ARRAY_SIZE(fd); i++)
        fd[i] = open_raw(&scene);
    for (size_t i = 5; i < ARRAY_SIZE(fd); i++) {
        send_some(fd[i], stages[1].bytes, stages[1].size); /* to hear why */
        expect_close(&scene, fd[i]);
    }
    daemon_wait_counter(scene.daemon, "viewers_pending", 5);
    witness_is_well(&scene);
    for (size_t i = 0; i < 5; i++)
        close(fd[i]);
    daemon_wait_counter(scene.daemon, "viewers_pending", 0);
    struct client *client = look_open(trial, scene.address, "raw,cursor", NULL);
    look_whole(trial, client);
}

/* ---- who does not read ---- */

static void who_never_reads_delays_nobody(struct trial *trial)
{
    static const char *const lists[] = {"raw,cursor", "zrle,cursor", "tight,quality=5,cursor"};
    struct stand stand =
        stand_start(trial, STAND_VIRTIO, "display virtio; mode 1024 768; scene photo", NULL);
    struct client *witness = stand_look(&stand, "copyrect,zrle,cursor", NULL);
    struct client *mute[ARRAY_SIZE(lists)];

    look_whole(trial, witness);
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
        mute[i] = stand_look(&stand, lists[i], NULL);
        for (int request = 0; request < 200; request++)
            look_must(trial, mute[i], client_request_all(mute[i], false), "a request");
    }
    guest_say(stand.guest, "step 5");
    look_until(trial, witness, guest_screendump(stand.guest, stand.device, 0), 0);
    long before_kib = process_memory_kib(stand.daemon->process);
    for (int i = 0; i < 40; i++) {
        guest_say(stand.guest, "step 1");
        look_until(trial, witness, guest_screendump(stand.guest, stand.device, 0), 0);
        keys_tap(trial, witness, 'a');
        keys_expect(stand.guest, "+1e -1e");
    }
    long grown_kib = process_memory_kib(stand.daemon->process) - before_kib;
    trial_check(trial, grown_kib < MEMORY_MOST_KIB, "the daemon has grown by %ld KiB", grown_kib);
    /* And when it reads at last, it sees what there is now. */
    look_until(trial, mute[1], guest_screendump(stand.guest, stand.device, 0), 0);
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
        look_leave(mute[i]);
    daemon_wait_counter(stand.daemon, "viewers", 1);
}

/* Answers to floods must not pile up either: such a client reads, or it is slowed down or ended. */
static void floods_are_borne(struct trial *trial)
{
    struct scene scene = start(trial, "");
    struct client *client = look_open(trial, scene.address, "raw,cursor,fence", NULL);
    static const char fence[] = "\xf8\0\0\0\x80\0\0\0\x08""12345678";
    char *flood = trial_room(trial, 17 * 4096);
    long before_kib = process_memory_kib(scene.daemon->process);

    look_whole(trial, client);
    for (size_t i = 0; i < 4096; i++)
        memcpy(flood + 17 * i, fence, 17);
    int fd = open_raw(&scene);
    static const char login[] = "RFB 003.008\n\1\1\2\0\0\1\xff\xff\xfe\xc8";
    socket_send_all(trial, fd, login, sizeof(login) - 1);
    /* Without reading a byte: until the server does not take more. */
    for (int i = 0; i < 2000; i++) {
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        if (poll(&p, 1, 500) <= 0 || send(fd, flood, 17 * 4096, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
            break;
    }
    witness_is_well(&scene);
    long grown_kib = process_memory_kib(scene.daemon->process) - before_kib;
    trial_check(trial, grown_kib < MEMORY_MOST_KIB, "the daemon has grown by %ld KiB", grown_kib);
    close(fd);
    daemon_wait_counter(scene.daemon, "viewers", 2);
}

/* ---- a crowd ---- */

static void a_crowd_comes_and_goes(struct trial *trial)
{
    struct stand stand =
        stand_start(trial, STAND_VIRTIO, "display virtio; mode 640 480; scene window", NULL);
    const struct crowd_options options = {
        .address = stand.address,
        .members = 200,
        .attempts_per_second = 50,
        .duration_ms = trial_is_long() ? 60000 : 6000,
        .stay_most_ms = 6500,
    };
    struct client *witness = stand_look(&stand, "zrle,cursor,desktopsize", NULL);

    look_whole(trial, witness);
    look_leave(witness);
    daemon_wait_counter(stand.daemon, "viewers", 0);
    daemon_wait_counter(stand.daemon, "blob_bytes", 0);
    int descriptors = process_descriptors(stand.daemon->process);
    guest_say(stand.guest, "pointer abs");
    guest_say(stand.guest, "run 20");
    struct crowd_result result = crowd_run(trial, &options);
    trial_check(trial, result.failures == 0, "%d of %d viewers failed, one so: %s",
                result.failures, result.attempts, result.failure);
    trial_check(trial, result.attempts * 1000ll >= options.duration_ms * 10ll,
                "only %d attempts were made", result.attempts);
    print_message("%d viewers came in %.1f s (%.1f a second), %d at once at most, "
                  "%lld updates were decoded\n",
                  result.attempts, (double)result.took_ms / 1000,
                  result.attempts * 1000.0 / (double)result.took_ms, result.most_at_once,
                  (long long)result.updates);
    daemon_wait_counter(stand.daemon, "viewers", 0);
    daemon_wait_counter(stand.daemon, "viewers_pending", 0);
    daemon_wait_counter(stand.daemon, "blob_bytes", 0);
    trial_check(trial, process_descriptors(stand.daemon->process) <= descriptors + 2,
                "descriptors are left over: %d, there were %d",
                process_descriptors(stand.daemon->process), descriptors);
    guest_say(stand.guest, "stop");
    guest_forget_events(stand.guest);
    witness = stand_look(&stand, "zrle,cursor,desktopsize", NULL);
    stand_compare(&stand, witness, 0);
    keys_expect_no_more(stand.guest, witness);
}

static const struct trial_row rows[] = {
    {"garbage at every stage is refused", garbage_at_every_stage, NULL, false},
    {"offences end the connection", offences_end_the_connection, NULL, false},
    {"oddities are borne", oddities_are_borne, NULL, false},
    {"a huge clipboard is not kept", a_huge_clipboard_is_not_kept, NULL, false},
    {"a login byte by byte is fine", a_login_byte_by_byte_is_fine, NULL, false},
    {"who does not log in is thrown out", who_does_not_log_in_is_thrown_out, NULL, false},
    {"half messages hold nobody up", half_messages_hold_nobody_up, NULL, false},
    {"pending connections are limited", pending_connections_are_limited, NULL, false},
    {"who never reads delays nobody", who_never_reads_delays_nobody, NULL, false},
    {"floods are borne", floods_are_borne, NULL, false},
    {"a crowd of 200 comes and goes", a_crowd_comes_and_goes, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "hostile", rows, ARRAY_SIZE(rows));
}
