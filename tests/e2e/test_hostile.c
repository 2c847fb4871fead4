/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clients that send nonsense: the others do not notice. */
#include <config.h>
#include "tests/e2e/pattern.h"
#include "tests/e2e/siege.h"
#include "tests/e2e/trial.h"

#include <string.h>
#include <sys/socket.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

/* ---- garbage ---- */

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

static void garbage_at_every_stage(struct trial *trial)
{
    struct siege siege = siege_start(trial, "");
    uint8_t garbage[4096];

    for (unsigned seed = 1; seed <= 40; seed++)
        for (size_t stage = 0; stage < SIEGE_STAGES; stage++) {
            int fd = siege_connect(&siege);
            for (size_t i = 0; i <= stage; i++)
                siege_send(fd, siege_stages[i].bytes, siege_stages[i].size);
            fill_random(garbage, sizeof(garbage), seed * 31 + (unsigned)stage);
            siege_send(fd, garbage, sizeof(garbage));
            if (stage < 2) {
                siege_expect_close(&siege, fd); /* no garbage is a version or a type */
            } else {
                shutdown(fd, SHUT_WR);
                siege_expect_close(&siege, fd);
            }
            if (seed % 10 == 0)
                siege_witness_is_well(&siege);
        }
    daemon_wait_counter(siege.daemon, "viewers", 1);
    daemon_wait_counter(siege.daemon, "viewers_pending", 0);
}

/* What a client that is logged in may not send; the server says goodbye. */
static const struct siege_bytes offences[] = {
    SIEGE_BYTES("an unknown message", "\x63\0\0\0\0\0\0\0"),
    SIEGE_BYTES("a pixel format of 24 bits",
                "\0\0\0\0\x18\x18\0\1\0\xff\0\xff\0\xff\x10\x08\0\0\0\0"),
    SIEGE_BYTES("shifts beyond the pixel",
                "\0\0\0\0\x20\x18\0\1\0\xff\0\xff\0\xff\x1f\x1e\x1d\0\0\0"),
    SIEGE_BYTES("a fence of 65 bytes",
                "\xf8\0\0\0\0\0\0\0\x41"
                "0123456789012345678901234567890123456789012345678901234567890123456"),
    SIEGE_BYTES("200 screens", "\xfb\0\x04\0\x03\0\xc8\0"),
};

static void offences_end_the_connection(struct trial *trial)
{
    struct siege siege = siege_start(trial, "");

    for (size_t i = 0; i < ARRAY_SIZE(offences); i++) {
        struct client *client = look_open(trial, siege.address, "raw,cursor", NULL);
        look_must(trial, client, client_send_raw(client, offences[i].bytes, offences[i].size),
                  offences[i].what);
        look_must(trial, client, client_wait_close(client, PATIENCE_MS), offences[i].what);
        siege_witness_is_well(&siege);
    }
}

/* What is odd but no offence: the connection lives on. */
static const struct siege_bytes oddities[] = {
    SIEGE_BYTES("keys that no keyboard has", "\4\1\0\0\xff\xff\xff\xff\4\0\0\0\0\0\0\0"),
    SIEGE_BYTES("a pointer far outside", "\5\xff\xff\xff\xff\xff\5\0\xff\xff\xff\xff"),
    SIEGE_BYTES("an empty request", "\3\0\0\0\0\0\0\0\0\0"),
    SIEGE_BYTES("a request far outside", "\3\0\xff\xff\xff\xff\xff\xff\xff\xff"),
    SIEGE_BYTES("no encodings", "\2\0\0\0"),
    SIEGE_BYTES("unknown encodings", "\2\0\0\3\x7f\xff\xff\xff\x80\0\0\0\0\0\0\x63"),
    SIEGE_BYTES("an empty clipboard", "\6\0\0\0\0\0\0\0"),
    SIEGE_BYTES("a fence with unknown flags", "\xf8\0\0\0\x7f\xff\xff\xf8\0"),
    SIEGE_BYTES("power off, asked without support", "\xfa\0\1\xc8"),
    SIEGE_BYTES("a scancode that no keyboard has", "\xff\0\0\1\0\0\0\x61\xff\xff\xff\xff"),
};

static void oddities_are_borne(struct trial *trial)
{
    struct siege siege = siege_start(trial, "");
    struct shot want = pattern_shot(trial, SIEGE_WIDTH_PX, SIEGE_HEIGHT_PX, PATTERN_STILL, 0);

    for (size_t i = 0; i < ARRAY_SIZE(oddities); i++) {
        struct client *client = look_open(trial, siege.address, "zrle,cursor", NULL);
        look_whole(trial, client);
        look_must(trial, client, client_send_raw(client, oddities[i].bytes, oddities[i].size),
                  oddities[i].what);
        look_must(trial, client, client_set_encodings_text(client, "zrle,cursor,fence"),
                  "encodings");
        look_must(trial, client, client_send_continuous(client, false, 0, 0, 0, 0), "barrier");
        look_until(trial, client, want, 0);
        trial_check(trial, daemon_counter(siege.daemon, "viewers") >= 2,
                    "%s: it was thrown out", oddities[i].what);
        look_leave(client);
        daemon_wait_counter(siege.daemon, "viewers", 1);
    }
}

/* A clipboard of 4 GiB is neither kept nor waited for. */
static void a_huge_clipboard_is_not_kept(struct trial *trial)
{
    static const uint8_t head[] = {6, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff};
    struct siege siege = siege_start(trial, "");
    struct client *client = look_open(trial, siege.address, "raw,cursor", NULL);
    long before_kib = process_memory_kib(siege.daemon->process);
    char *piece = trial_room(trial, 1 << 20);

    look_whole(trial, client);
    look_must(trial, client, client_send_raw(client, head, sizeof(head)), "a clipboard");
    for (int i = 0; i < 128 && client_send_raw(client, piece, 1 << 20) == 0; i++)
        continue;
    siege_witness_is_well(&siege);
    long grown_kib = process_memory_kib(siege.daemon->process) - before_kib;
    trial_check(trial, grown_kib < SIEGE_MEMORY_KIB, "the daemon has grown by %ld KiB",
                grown_kib);
    look_leave(client);
    daemon_wait_counter(siege.daemon, "viewers", 1);
}

static const struct trial_row rows[] = {
    {"garbage at every stage is refused", garbage_at_every_stage, NULL, false},
    {"offences end the connection", offences_end_the_connection, NULL, false},
    {"oddities are borne", oddities_are_borne, NULL, false},
    {"a huge clipboard is not kept", a_huge_clipboard_is_not_kept, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "hostile", rows, ARRAY_SIZE(rows));
}
