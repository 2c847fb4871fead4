/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What nodes say to each other about machines, in bytes and back. */
#include <config.h>
#include "server/cluster/link_frame.h"
#include "server/cluster/machine_msg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define KEY "uuid:11111111-2222-3333-4444-555555555555"

static const uint8_t words[16] = {0x80, 1, 2, 3, 0xff, 4, 5, 6, 0, 0, 0, 0, 0x7f, 7, 8, 9};

static const struct {
    enum link_type type;
    struct machine_msg msg;
} samples[] = {
    {LINK_PLACE,
     {.place = {KEY, "web1", "0123456789abcde", true, PLACE_RUNNING, 7, UINT64_MAX}}},
    {LINK_PLACE, {.place = {"name:web 2", "web 2", "", false, PLACE_LOST, 0, 0}}},
    {LINK_PLACE_GONE, {.place = {.key = KEY}}},
    {LINK_NODE, {.on = true}},
    {LINK_OPEN, {.machine = 1, .key = KEY}},
    {LINK_CLOSE, {.machine = UINT32_MAX}},
    {LINK_WATCH, {.machine = 3, .on = true}},
    {LINK_INPUT,
     {.machine = 4,
      .input = {.flags = MACHINE_MSG_SURE,
                .n = 4,
                .events = {{INPUT_KEY, 0, 255, 0, true},
                           {INPUT_MOVE_TO, 15, 16383, 0, false},
                           {INPUT_MOVE_BY, 1, -32767, 32767, false},
                           {INPUT_BUTTON, 0, BUTTON_WHEEL_RIGHT, 0, true}}}}},
    {LINK_INPUT_MODE, {.machine = 5, .input = {.serial = 9, .mode = INPUT_HELD}}},
    {LINK_STATE, {.machine = 8, .state = {PLACE_GONE, 12, "why not"}}},
    {LINK_EVENT, {.machine = 9, .event = PLACE_RESET}},
    {LINK_HEADS, {.machine = 10, .heads = {2, {{640, 480, true, NULL}, {0, 0, false, NULL}}}}},
    {LINK_POINTER_IMAGE, {.machine = 11, .image = {3, 2, 2, 1, 0, words}}},
    {LINK_POINTER_IMAGE, {.machine = 11, .image = {0, 0, 0, 0, 0, words}}},
    {LINK_POINTER, {.machine = 12, .pointer = {1, -3, 700, true}}},
    {LINK_LEDS, {.machine = 13, .leds = LED_CAPS | LED_NUM}},
    {LINK_ABSOLUTE, {.machine = 14, .on = false}},
    {LINK_COMPLETE, {.machine = 15}},
    {LINK_PROBLEM, {.machine = 16, .text = "somebody must do something"}},
    {LINK_INPUT_BACK,
     {.machine = 17, .input = {.serial = 9, .n = 1, .events = {{INPUT_KEY, 0, 1, 0, false}}}}},
};

static void every_message_is_read_as_it_was_put(void **state)
{
    static struct machine_msg got;
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct bytes first, second;
        bytes_init(&first, SIZE_MAX);
        bytes_init(&second, SIZE_MAX);
        machine_msg_put(&first, samples[i].type, &samples[i].msg);
        assert_true(first.len <= link_frame_most(samples[i].type));
        struct reader r = reader_over(first.data, first.len);
        const char *why = machine_msg_read(&r, samples[i].type, &got);
        if (why)
            fail_msg("row %zu: %s", i, why);
        machine_msg_put(&second, samples[i].type, &got);
        assert_int_equal(first.len, second.len);
        assert_memory_equal(first.data, second.data, first.len);
        bytes_fini(&first);
        bytes_fini(&second);
    }
}

static void every_proper_prefix_and_anything_behind_the_end_is_refused(void **state)
{
    static struct machine_msg got;
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct bytes b;
        bytes_init(&b, SIZE_MAX);
        machine_msg_put(&b, samples[i].type, &samples[i].msg);
        for (size_t n = 0; n < b.len; n++) {
            uint8_t *exact = malloc(n ? n : 1);
            memcpy(exact, b.data, n);
            struct reader r = reader_over(exact, n);
            assert_non_null(machine_msg_read(&r, samples[i].type, &got));
            free(exact);
        }
        bytes_put_u8(&b, 0);
        struct reader r = reader_over(b.data, b.len);
        assert_non_null(machine_msg_read(&r, samples[i].type, &got));
        bytes_fini(&b);
    }
}

static void there_is_a_sample_of_every_message(void **state)
{
    (void)state;
    for (unsigned type = 0; type < LINK_TYPES + 1; type++) {
        bool sampled = false;
        for (size_t i = 0; i < COUNT(samples); i++)
            sampled |= samples[i].type == (enum link_type)type;
        assert_int_equal(machine_msg_knows((enum link_type)type), sampled);
    }
}

static void what_is_out_of_its_limits_is_refused(void **state)
{
    static const struct {
        const char *name;
        enum link_type type;
        size_t n;
        uint8_t bytes[48];
    } rows[] = {
        {"no message of these", LINK_UNIT, 0, {0}},
        {"drained or not", LINK_NODE, 1, {2}},
        {"a key that is none", LINK_OPEN, 9, {0, 0, 0, 1, 0, 3, 'w', 'e', 'b'}},
        {"an empty key", LINK_OPEN, 11, {0, 0, 0, 1, 0, 5, 'u', 'u', 'i', 'd', ':'}},
        {"a zero in a key", LINK_OPEN, 13, {0, 0, 0, 1, 0, 7, 'n', 'a', 'm', 'e', ':', 'a', 0}},
        {"a long key", LINK_OPEN, 12, {0, 0, 0, 1, 0xff, 0xff, 'n', 'a', 'm', 'e', ':', 'a'}},
        {"flags", LINK_INPUT, 7, {0, 0, 0, 1, 4, 0, 0}},
        {"too many events", LINK_INPUT, 7, {0, 0, 0, 1, 0, 4, 1}},
        {"key 0", LINK_INPUT, 19, {0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
        {"key 256", LINK_INPUT, 19, {0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0}},
        {"a kind of event", LINK_INPUT, 19, {0, 0, 0, 1, 0, 0, 1, 4, 1, 0, 0, 0, 0, 0, 1}},
        {"head 16", LINK_INPUT, 19, {0, 0, 0, 1, 0, 0, 1, 0, 1, 16, 0, 0, 0, 0, 1}},
        {"a button", LINK_INPUT, 19, {0, 0, 0, 1, 0, 0, 1, 3, 1, 0, 0, 0, 0, 0, 9}},
        {"left of the screen",
         LINK_INPUT,
         19,
         {0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}},
        {"beyond any screen", LINK_INPUT, 19, {0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0x40, 0}},
        {"a long way", LINK_INPUT, 19, {0, 0, 0, 1, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0x80, 0}},
        {"a mode", LINK_INPUT_MODE, 9, {0, 0, 0, 1, 0, 0, 0, 1, 3}},
        {"a state", LINK_STATE, 15, {0, 0, 0, 1, 7}},
        {"an event", LINK_EVENT, 5, {0, 0, 0, 1, PLACE_SHUTDOWN}},
        {"17 heads", LINK_HEADS, 5, {0, 0, 0, 1, 17}},
        {"half a head", LINK_HEADS, 10, {0, 0, 0, 1, 1, 0, 0, 0, 1, 0}},
        {"a large pointer", LINK_POINTER_IMAGE, 13, {0, 0, 0, 1, 0, 2, 1, 0, 1}},
        {"a flat pointer", LINK_POINTER_IMAGE, 13, {0, 0, 0, 1, 0, 0, 1, 0, 0}},
        {"a state of a place", LINK_PLACE, 1, {7}},
    };
    static struct machine_msg got;
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct reader r = reader_over(rows[i].bytes, rows[i].n);
        const char *why = machine_msg_read(&r, rows[i].type, &got);
        if (!why)
            fail_msg("%s is taken", rows[i].name);
    }
}

static void a_pointer_shape_is_the_same_at_the_other_end(void **state)
{
    static const uint32_t argb[] = {0x80010203, 0xff040506, 0, 0x7f070809};
    static struct machine_msg got;
    struct pointer_image *image = NULL;
    struct bytes b;
    (void)state;
    bytes_init(&b, SIZE_MAX);
    assert_int_equal(pointer_image_new(&image, 2, 2, 1, 0, argb), 0);
    machine_msg_put_pointer_image(&b, 5, 3, image);
    pointer_image_unref(&image);
    struct reader r = reader_over(b.data, b.len);
    assert_null(machine_msg_read(&r, LINK_POINTER_IMAGE, &got));
    image = machine_msg_pointer_image(&got.image);
    assert_non_null(image);
    assert_int_equal(got.machine, 5);
    assert_int_equal(got.image.head, 3);
    assert_int_equal(image->hot_x, 1);
    assert_memory_equal(image->argb, argb, sizeof(argb));
    pointer_image_unref(&image);
    bytes_fini(&b);
}

static void the_largest_messages_are_no_larger_than_their_types_allow(void **state)
{
    static struct machine_msg msg;
    static uint32_t argb[POINTER_SIDE_MOST * POINTER_SIDE_MOST];
    struct pointer_image *image = NULL;
    struct bytes b;
    (void)state;
    bytes_init(&b, SIZE_MAX);
    pointer_image_new(&image, POINTER_SIDE_MOST, POINTER_SIDE_MOST, 0, 0, argb);
    machine_msg_put_pointer_image(&b, 1, 0, image);
    pointer_image_unref(&image);
    assert_true(b.len <= link_frame_most(LINK_POINTER_IMAGE));
    bytes_clear(&b);
    msg.input.n = MACHINE_MSG_EVENTS_MOST + 1;
    machine_msg_put_events(&b, LINK_INPUT_BACK, 1, 1, msg.input.events, msg.input.n);
    assert_true(b.len <= link_frame_most(LINK_INPUT_BACK));
    bytes_clear(&b);
    machine_msg_put_events(&b, LINK_INPUT, 1, 0, msg.input.events, msg.input.n);
    assert_true(b.len <= link_frame_most(LINK_INPUT));
    bytes_clear(&b);
    memset(&msg, 'x', sizeof(msg.place));
    msg.place.has_uuid = false; /* a byte of that is no bool */
    msg.place.key[MACHINE_MSG_KEY_MOST] = msg.place.name[MACHINE_MSG_NAME_MOST] = 0;
    machine_msg_put(&b, LINK_PLACE, &msg);
    assert_true(b.len <= link_frame_most(LINK_PLACE));
    bytes_clear(&b);
    memset(msg.state.why, 'x', sizeof(msg.state.why));
    msg.state.why[MACHINE_MSG_TEXT_MOST] = 0;
    machine_msg_put(&b, LINK_STATE, &msg);
    assert_true(b.len <= link_frame_most(LINK_STATE));
    bytes_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_is_read_as_it_was_put),
        cmocka_unit_test(every_proper_prefix_and_anything_behind_the_end_is_refused),
        cmocka_unit_test(there_is_a_sample_of_every_message),
        cmocka_unit_test(what_is_out_of_its_limits_is_refused),
        cmocka_unit_test(a_pointer_shape_is_the_same_at_the_other_end),
        cmocka_unit_test(the_largest_messages_are_no_larger_than_their_types_allow),
    };
    return cmocka_run_group_tests_name("messages about machines", tests, NULL, NULL);
}
