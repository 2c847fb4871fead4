/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pattern: what the daemon's synthetic places show, drawn again by the daemon's own scenes. */
#ifndef HF_TESTS_E2E_PATTERN_H
#define HF_TESTS_E2E_PATTERN_H

#include "server/attach/pattern_scenes.h"
#include "tests/e2e/qmp.h"

struct trial;

/* Frame n of a scene, in memory of the trial. */
struct shot pattern_shot(struct trial *trial, int width_px, int height_px,
                         enum pattern_scene scene, uint32_t frame);
/* The same into memory of an earlier one of that size. */
void pattern_shot_again(struct trial *trial, struct shot shot, enum pattern_scene scene,
                        uint32_t frame);

#endif
