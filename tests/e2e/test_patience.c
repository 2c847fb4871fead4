/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clients that dribble, never read, or come in crowds: the others do not notice. */
#include <config.h>
#include "tests/e2e/crowd.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/siege.h"
#include "tests/e2e/socket.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

/* ---- dribble ---- */

static void a_login_byte_by_byte_is_fine(struct trial *trial)
{
    static const char bytes[] = "RFB 003.008\n\1\1"
                                "\2\0\0\1\0\0\0\0"
                                "\3\0\0\0\0\0\1\x40\0\xc8";
    struct siege siege = siege_start(trial, "");
    int fd = siege_connect(&siege);
    size_t wanted = 12 + 2 + 4 + 24 + 4 + 4 + 12, came = 0;
    char room[65536];

    for (size_t i = 0; i < sizeof(bytes) - 1; i++)
        socket_send_all(trial, fd, bytes + i, 1);
    wanted += (size_t)SIEGE_WIDTH_PX * SIEGE_HEIGHT_PX * 4;
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
    struct siege siege = siege_start(trial, "handshake = 2s");

    for (size_t stage = 0; stage < 3; stage++) {
        int fd = siege_connect(&siege);
        for (size_t i = 0; i <= stage; i++)
            socket_send_all(trial, fd, siege_stages[i].bytes, siege_stages[i].size);
        siege_expect_close(&siege, fd);
    }
    daemon_wait_counter(siege.daemon, "viewers_pending", 0);
    siege_witness_is_well(&siege);
}

static void half_messages_hold_nobody_up(struct trial *trial)
{
    static const struct siege_bytes halves[] = {
        SIEGE_BYTES("half a pixel format", "\0\0\0\0\x20\x18"),
        SIEGE_BYTES("half a list of encodings", "\2\0\0\x20\0\0\0\7"),
        SIEGE_BYTES("half a request", "\3\0\0\0"),
        SIEGE_BYTES("half a key", "\4\1"),
        SIEGE_BYTES("half a clipboard", "\6\0\0\0\0\0\xff\xff"
                                        "abc"),
        SIEGE_BYTES("half a fence", "\xf8\0\0\0\x80\0\0\0\x40"),
    };
    struct siege siege = siege_start(trial, "");
    struct client *client[ARRAY_SIZE(halves)];

    for (size_t i = 0; i < ARRAY_SIZE(halves); i++) {
        client[i] = look_open(trial, siege.address, "raw,cursor", NULL);
        look_whole(trial, client[i]);
        look_must(trial, client[i], client_send_raw(client[i], halves[i].bytes, halves[i].size),
                  halves[i].what);
        siege_witness_is_well(&siege);
    }
    daemon_wait_counter(siege.daemon, "viewers", 1 + (json_int_t)ARRAY_SIZE(halves));
    for (size_t i = 0; i < ARRAY_SIZE(halves); i++)
        look_leave(client[i]);
    daemon_wait_counter(siege.daemon, "viewers", 1);
}

static void pending_connections_are_limited(struct trial *trial)
{
    struct siege siege = siege_start(trial, "max-pending = 5");
    int fd[12];

    for (size_t i = 0; i < ARRAY_SIZE(fd); i++)
        fd[i] = siege_connect(&siege);
    for (size_t i = 5; i < ARRAY_SIZE(fd); i++) {
        siege_send(fd[i], siege_stages[1].bytes, siege_stages[1].size); /* to hear why */
        siege_expect_close(&siege, fd[i]);
    }
    daemon_wait_counter(siege.daemon, "viewers_pending", 5);
    siege_witness_is_well(&siege);
    for (size_t i = 0; i < 5; i++)
        close(fd[i]);
    daemon_wait_counter(siege.daemon, "viewers_pending", 0);
    struct client *client = look_open(trial, siege.address, "raw,cursor", NULL);
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
    trial_check(trial, grown_kib < SIEGE_MEMORY_KIB, "the daemon has grown by %ld KiB",
                grown_kib);
    /* And when it reads at last, it sees what there is now. */
    look_until(trial, mute[1], guest_screendump(stand.guest, stand.device, 0), 0);
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
        look_leave(mute[i]);
    daemon_wait_counter(stand.daemon, "viewers", 1);
}

/* Answers to floods must not pile up either: such a client reads, or it is slowed down or
 * ended. */
static void floods_are_borne(struct trial *trial)
{
    struct siege siege = siege_start(trial, "");
    struct client *client = look_open(trial, siege.address, "raw,cursor,fence", NULL);
    static const char fence[] = "\xf8\0\0\0\x80\0\0\0\x08"
                                "12345678";
    char *flood = trial_room(trial, 17 * 4096);
    long before_kib = process_memory_kib(siege.daemon->process);

    look_whole(trial, client);
    for (size_t i = 0; i < 4096; i++)
        memcpy(flood + 17 * i, fence, 17);
    int fd = siege_connect(&siege);
    static const char login[] = "RFB 003.008\n\1\1\2\0\0\1\xff\xff\xfe\xc8";
    socket_send_all(trial, fd, login, sizeof(login) - 1);
    /* Without reading a byte: until the server does not take more. */
    for (int i = 0; i < 2000; i++) {
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        if (poll(&p, 1, 500) <= 0 ||
            send(fd, flood, 17 * 4096, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
            break;
    }
    siege_witness_is_well(&siege);
    long grown_kib = process_memory_kib(siege.daemon->process) - before_kib;
    trial_check(trial, grown_kib < SIEGE_MEMORY_KIB, "the daemon has grown by %ld KiB",
                grown_kib);
    close(fd);
    daemon_wait_counter(siege.daemon, "viewers", 2);
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
    return trial_main(argc, argv, "patience", rows, ARRAY_SIZE(rows));
}
