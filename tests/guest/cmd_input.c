/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands about the pointer's image, the pointer device and the keyboard's lights. */
#include "tests/guest/commands.h"

#include "tests/guest/cursor.h"

#define NAME_SIZE 16u
#define POSITION_MAX 16384
#define LEDS_MAX 7

static const char *move_cursor(struct guest *guest, struct args *args)
{
    struct virtio_gpu *gpu = &guest->display.gpu;
    int32_t x, y;
    unsigned head;

    if (!args_take_int(args, 0, POSITION_MAX, &x) ||
        !args_take_int(args, 0, POSITION_MAX, &y) || !command_take_head(guest, args, &head))
        return command_usage;
    if (head >= gpu->heads)
        return "the virtio gpu has no such head";
    uint32_t old = gpu->cursor.head;
    gpu->cursor.x = (uint32_t)x;
    gpu->cursor.y = (uint32_t)y;
    if (head == old || !gpu->cursor.shown) {
        gpu->cursor.head = head;
        return gpu_move_cursor(gpu);
    }
    /* Another head: away from the one, and defined anew on the other. */
    const char *why = gpu_hide_cursor(gpu);
    gpu->cursor.head = head;
    return why != NULL ? why : gpu_define_cursor(gpu);
}

static const char *show_cursor(struct guest *guest, struct args *args, const char *shape)
{
    struct virtio_gpu *gpu = &guest->display.gpu;
    int32_t hot_x, hot_y;

    if (!args_take_int(args, 0, CURSOR_SIZE - 1, &hot_x) ||
        !args_take_int(args, 0, CURSOR_SIZE - 1, &hot_y) || !args_at_end(args))
        return command_usage;
    if (!cursor_draw(shape, gpu->cursor_pixels))
        return "no cursor of this shape";
    gpu->cursor.hot_x = (uint32_t)hot_x;
    gpu->cursor.hot_y = (uint32_t)hot_y;
    return gpu_define_cursor(gpu);
}

const char *cmd_cursor(struct guest *guest, struct args *args, struct line *answer)
{
    char word[NAME_SIZE];

    (void)answer;
    if (!args_take_word(args, word, sizeof(word)))
        return command_usage;
    if (guest->display.ops != &display_virtio)
        return "only the virtio display has a cursor";
    if (text_equal(word, "move"))
        return move_cursor(guest, args);
    if (text_equal(word, "hide"))
        return args_at_end(args) ? gpu_hide_cursor(&guest->display.gpu) : command_usage;
    return show_cursor(guest, args, word);
}

const char *cmd_leds(struct guest *guest, struct args *args, struct line *answer)
{
    int32_t leds;

    (void)answer;
    if (!args_take_int(args, 0, LEDS_MAX, &leds) || !args_at_end(args))
        return command_usage;
    return input_set_leds(&guest->input, (uint8_t)leds);
}

static const struct {
    const char *name;
    enum pointer_mode mode;
} pointers[] = {
    {"off", POINTER_OFF},
    {"rel", POINTER_RELATIVE},
    {"abs", POINTER_ABSOLUTE},
};

const char *cmd_pointer(struct guest *guest, struct args *args, struct line *answer)
{
    char word[NAME_SIZE];

    (void)answer;
    if (!args_take_word(args, word, sizeof(word)) || !args_at_end(args))
        return command_usage;
    for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++)
        if (text_equal(pointers[i].name, word))
            return input_set_pointer(&guest->input, pointers[i].mode);
    return command_usage;
}
