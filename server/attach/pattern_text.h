/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pattern's scenes that show text; what each draws is said in pattern_scenes.h. Pure. */
#ifndef HF_SERVER_ATTACH_PATTERN_TEXT_H
#define HF_SERVER_ATTACH_PATTERN_TEXT_H

#include <stdint.h>

#include "framebuffer/surface.h"

/* A number that looks random and depends on v alone. */
uint32_t pattern_mix(uint32_t v);
/* The bits of a number as squares at the upper left. */
void pattern_draw_number(struct surface *s, uint32_t number);

void pattern_scroll_draw(struct surface *s, uint32_t frame);
struct rect pattern_scroll_advance(struct surface *s, uint32_t frame);
void pattern_number_scroll_draw(struct surface *s, uint32_t frame);
struct rect pattern_number_scroll_advance(struct surface *s, uint32_t frame);
void pattern_type_draw(struct surface *s, uint32_t frame);
struct rect pattern_type_advance(struct surface *s, uint32_t frame);

#endif
