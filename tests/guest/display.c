/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/display.h"

#include "tests/guest/pci.h"
#include "tests/guest/text.h"

static const struct display_ops *const all[] = {&display_text, &display_vbe, &display_virtio};

void display_start(struct display *display, struct heap *heap, const struct clock *clock)
{
    struct pci_function function;
    size_t share = heap_left(heap) / DISPLAY_HEADS - 4096;

    display->clock = clock;
    pixel_order_find(PIXEL_ORDER_BGRX, &display->order);
    for (unsigned i = 0; i < DISPLAY_HEADS; i++) {
        display->heads[i].memory = heap_take(heap, share);
        display->heads[i].memory_size = display->heads[i].memory != NULL ? share : 0;
    }
    if (pci_find_class(PCI_CLASS_VGA, &function)) {
        vga_save(&display->vga);
        vga_clear();
        display->ops = &display_text;
        display->heads[0].on = true;
    }
}

static const struct display_ops *find_ops(const char *name)
{
    for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (text_equal(all[i]->name, name))
            return all[i];
    return NULL;
}

const char *display_change(struct display *display, const char *name)
{
    const struct display_ops *ops = find_ops(name);

    if (ops == NULL)
        return "no display of this name";
    const char *why = ops->find(display);
    if (why != NULL)
        return why;
    if (display->ops != NULL)
        display->ops->stop(display);
    for (unsigned i = 0; i < DISPLAY_HEADS; i++)
        display->heads[i].on = false;
    display->ops = ops;
    return ops->start(display);
}

const char *display_set_mode(struct display *display, unsigned head, uint32_t w, uint32_t h)
{
    if (display->ops == NULL)
        return "no display";
    return display->ops->set_mode(display, head, w, h);
}

const char *display_turn_off(struct display *display, unsigned head)
{
    if (display->ops == NULL)
        return "no display";
    if (!display->heads[head].on)
        return NULL;
    return display->ops->turn_off(display, head);
}

const char *display_flush(struct display *display, unsigned head, struct rect rect)
{
    return display->ops->flush(display, head, rect);
}

bool display_is_text(const struct display *display)
{
    return display->ops == &display_text;
}

const struct surface *display_surface(const struct display *display, unsigned head)
{
    if (display->ops == NULL || display_is_text(display) || !display->heads[head].on)
        return NULL;
    return &display->heads[head].surface;
}
