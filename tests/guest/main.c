/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's start, its commands from the kernel command line, and its loop. */
#include "tests/guest/commands.h"
#include "tests/guest/irq.h"

#define MULTIBOOT_LOADED 0x2badb002u
#define MULTIBOOT_HAS_MEMORY 0x1u
#define MULTIBOOT_HAS_COMMAND_LINE 0x4u
#define UPPER_MEMORY_START 0x100000u

#define TX_SIZE (4u << 20)
#define BOOT_LINE_MAX 1024u

/* Multiboot specification 0.6.96, 3.3: the first fields. */
struct multiboot_info {
    uint32_t flags;
    uint32_t lower_kib;
    uint32_t upper_kib;
    uint32_t boot_device;
    uint32_t command_line;
};

extern uint8_t _end[];
void guest_main(uint32_t magic, const struct multiboot_info *info);

/* Too large for the stack; only guest_main names it. */
static struct guest the_guest;

static void send_text(struct guest *guest, const char *text)
{
    struct line line = {.length = 0};

    line_add(&line, text);
    serial_send_answer(&guest->serial, &line);
}

static void on_fault(void *context, uint32_t vector, uint32_t eip)
{
    struct guest *guest = context;
    struct line line = {.length = 0};

    line_add(&line, "fault");
    line_add_field(&line, (int32_t)vector);
    line_add(&line, " at ");
    line_add_hex(&line, eip, 8);
    serial_send_event(&guest->serial, &line);
    serial_drain(&guest->serial);
}

/* Whatever an interrupt might have missed is found here. */
static void on_tick(void *context)
{
    struct guest *guest = context;

    input_poll(&guest->input);
    serial_pump(&guest->serial);
}

static void report_display(struct guest *guest, unsigned head, struct gpu_rect wanted,
                           const char *why)
{
    struct line line = {.length = 0};

    line_add(&line, "display");
    line_add_field(&line, (int32_t)head);
    line_add_field(&line, (int32_t)wanted.w);
    line_add_field(&line, (int32_t)wanted.h);
    serial_send_answer(&guest->serial, &line);
    if (why == NULL)
        return;
    line.length = 0;
    line_add(&line, "warn ");
    line_add(&line, why);
    serial_send_answer(&guest->serial, &line);
}

static const char *follow_host(struct guest *guest, unsigned head, struct gpu_rect wanted)
{
    const struct surface *surface = display_surface(&guest->display, head);

    if (!guest->follow || surface == NULL || wanted.w == 0 || wanted.h == 0)
        return NULL;
    if (surface->w == wanted.w && surface->h == wanted.h)
        return NULL;
    const char *why = display_set_mode(&guest->display, head, wanted.w, wanted.h);
    return why != NULL ? why : player_redraw(&guest->player, head);
}

static void check_displays(struct guest *guest)
{
    struct virtio_gpu *gpu = &guest->display.gpu;
    struct gpu_rect before[GPU_HEADS];

    if (guest->display.ops != &display_virtio || !gpu_take_display_event(gpu))
        return;
    memcpy(before, gpu->wanted, sizeof(before));
    const char *why = gpu_read_wanted(gpu);
    if (why != NULL)
        send_text(guest, why);
    for (unsigned i = 0; why == NULL && i < gpu->heads; i++) {
        struct gpu_rect wanted = gpu->wanted[i];
        if (memcmp(&before[i], &wanted, sizeof(wanted)) != 0)
            report_display(guest, i, wanted, follow_host(guest, i, wanted));
    }
}

/* True if there was a line. What the devices hold is reported before the answer to it. */
static bool serve_line(struct guest *guest)
{
    char text[LINE_MAX];
    struct line answer;

    if (!serial_take_line(&guest->serial, text))
        return false;
    if (args_at_end(&(struct args){text}))
        return true;
    input_poll(&guest->input);
    commands_run(guest, text, &answer);
    serial_send_answer(&guest->serial, &answer);
    return true;
}

static void sleep_unless_busy(struct guest *guest, uint32_t seen_ms)
{
    uint32_t flags = irq_save();
    bool tick = guest->player.fps != 0 && guest->clock.now_ms != seen_ms;

    if (!serial_has_input(&guest->serial) && !guest->display.gpu.virtio.config_changed && !tick)
        irq_wait();
    irq_restore(flags);
}

static void loop(struct guest *guest)
{
    for (;;) {
        uint32_t now_ms = guest->clock.now_ms;
        check_displays(guest);
        bool served = serve_line(guest);
        bool played = player_tick(&guest->player, now_ms);
        if (!served && !played)
            sleep_unless_busy(guest, now_ms);
    }
}

/* QEMU puts the kernel's file name before what -append says. The name may hold blanks: it ends
 * at the first blank after the last '/' that stands before any ';'. */
static const char *skip_file_name(const char *line)
{
    const char *after = line;

    for (const char *at = line; *at != '\0' && *at != ';'; at++)
        if (*at == '/')
            after = at;
    while (*after != '\0' && *after != ' ')
        after++;
    return after;
}

static void run_boot_command(struct guest *guest, const char *text)
{
    struct line answer;
    struct line report = {.length = 0};

    if (args_at_end(&(struct args){text}))
        return;
    commands_run(guest, text, &answer);
    line_add(&report, "boot ");
    for (size_t i = 0; i < answer.length; i++)
        line_add_char(&report, answer.text[i]);
    serial_send_answer(&guest->serial, &report);
}

static void run_boot_line(struct guest *guest, const char *line)
{
    char command[LINE_MAX];

    while (*line != '\0') {
        size_t length = 0;
        while (line[length] != '\0' && line[length] != ';')
            length++;
        size_t kept = length < sizeof(command) ? length : sizeof(command) - 1;
        memcpy(command, line, kept);
        command[kept] = '\0';
        run_boot_command(guest, command);
        line += length;
        line += *line == ';';
    }
}

static void start_heap(struct heap *heap, const struct multiboot_info *info)
{
    heap->at = _end;
    heap->end = (uint8_t *)(uintptr_t)(UPPER_MEMORY_START + (info->upper_kib << 10));
}

/* The loader's line lies right after the image, where the heap begins: it is copied first. */
static void copy_boot_line(const struct multiboot_info *info, char line_r[BOOT_LINE_MAX])
{
    size_t length = 0;

    if ((info->flags & MULTIBOOT_HAS_COMMAND_LINE) != 0) {
        const char *line = (const char *)(uintptr_t)info->command_line;
        for (; length < BOOT_LINE_MAX - 1 && line[length] != '\0'; length++)
            line_r[length] = line[length];
    }
    line_r[length] = '\0';
}

void guest_main(uint32_t magic, const struct multiboot_info *info)
{
    struct guest *guest = &the_guest;
    char boot_line[BOOT_LINE_MAX];

    if (magic != MULTIBOOT_LOADED || (info->flags & MULTIBOOT_HAS_MEMORY) == 0)
        return;
    copy_boot_line(info, boot_line);
    start_heap(&guest->heap, info);
    irq_start();
    serial_start(&guest->serial, heap_take(&guest->heap, TX_SIZE), TX_SIZE);
    irq_set_fault(on_fault, guest);
    input_start(&guest->input, &guest->serial);
    display_start(&guest->display, &guest->heap, &guest->clock);
    guest->player.display = &guest->display;
    guest->follow = true;
    clock_start(&guest->clock, on_tick, guest);
    irq_enable();
    run_boot_line(guest, skip_file_name(boot_line));
    send_text(guest, "ready holdfast-guest 1");
    loop(guest);
}
